package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhereALakeIs(t *testing.T) {
	for _, c := range []struct {
		name     string
		flags    lakeFlags
		env      string
		want     site
		refusals string
	}{
		{name: "a folder has its catalog and its work in it", flags: lakeFlags{Dir: "/lake"},
			want: site{dir: "/lake", database: "/lake/catalog.db", work: "/lake/work"}},
		{name: "a folder whose catalog is on a server", flags: lakeFlags{Dir: "/lake", Catalog: "postgres://h/d"},
			want: site{dir: "/lake", work: "/lake/work"}},
		{name: "a folder whose work is elsewhere", flags: lakeFlags{Dir: "/lake", Work: "/fast"},
			want: site{dir: "/lake", database: "/lake/catalog.db", work: "/fast"}},
		{name: "a lake in S3 with its catalog on a server", flags: lakeFlags{Lake: "s3://b/lake/", Catalog: "postgres://h/d", Work: "/w"},
			want: site{url: "s3://b/lake", work: "/w"}},
		{name: "a lake in S3 with its catalog in a file", flags: lakeFlags{Lake: "s3://b", Catalog: "sqlite:/c.db", Work: "/w"},
			want: site{url: "s3://b", database: "/c.db", work: "/w"}},
		{name: "the command line goes before the environment", flags: lakeFlags{Dir: "/lake", Lake: "s3://b"}, env: "s3://b",
			want: site{dir: "/lake", database: "/lake/catalog.db", work: "/lake/work"}},
		{name: "none is said", refusals: "which lake? Give --dir"},
		{name: "two are said", flags: lakeFlags{Dir: "/lake", Lake: "s3://b"}, refusals: "give one of them"},
		{name: "a folder where S3 is meant", flags: lakeFlags{Lake: "/lake"}, refusals: "a folder is given by --dir"},
		{name: "a lake in S3 needs a catalog", flags: lakeFlags{Lake: "s3://b"}, refusals: "--lake needs --catalog"},
		{name: "a file without a name", flags: lakeFlags{Lake: "s3://b", Catalog: "sqlite:"}, refusals: "path of a file"},
		{name: "a folder's catalog is not anywhere", flags: lakeFlags{Dir: "/lake", Catalog: "sqlite:/c.db"}, refusals: "is a file of that folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("HINDCAST_LAKE", c.env)
			got, err := c.flags.site()
			if c.refusals != "" {
				if err == nil || !strings.Contains(err.Error(), c.refusals) {
					t.Fatalf("%+v, %v; want an error about %q", got, err, c.refusals)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}

func TestACatalogThatCannotBeReadIsToldByWhatGaveIt(t *testing.T) {
	dir, there := t.TempDir(), place(t, t.TempDir(), "catalog", "")
	const atServer = "postgres://USER@HOST:PORT/DATABASE"
	for _, c := range []struct {
		name, env string
		args      []string
		says      []string
		not       string
	}{
		{"a file's name for a lake in S3", "", []string{"--lake", "s3://b", "--catalog", "cat.db"}, []string{"--catalog: ", atServer, "or sqlite:FILE", "is sqlite:cat.db meant?"}, "HINDCAST"},
		{"a file that is there", "", []string{"--lake", "s3://b", "--catalog", there}, []string{"is sqlite:" + there + " meant?"}, "HINDCAST"},
		{"a file's name in the environment", "lakes/a", []string{"--lake", "s3://b"}, []string{"HINDCAST_CATALOG: ", "is sqlite:lakes/a meant?"}, "--catalog"},
		{"what is no file", "", []string{"--lake", "s3://b", "--catalog", "me:secret@host/lake.db"}, []string{atServer, "or sqlite:FILE"}, "secret"},
		{"a URL of a server that is malformed", "", []string{"--lake", "s3://b", "--catalog", "postgres://h:x/d"}, []string{atServer}, "sqlite"},
		{"a file's name for a folder", "", []string{"--dir", dir, "--catalog", "cat.db"}, []string{atServer, "needs none given"}, "sqlite"},
		{"a file in the environment for a folder", "sqlite:/c.db", []string{"--dir", dir}, []string{"HINDCAST_CATALOG: ", "is a file of that folder", "unset it"}, "--catalog: "},
		{"a file for a folder, whatever the environment says", "postgres://h/d", []string{"--dir", dir, "--catalog", "sqlite:/c.db"}, []string{"--catalog: ", "is a file of that folder"}, "HINDCAST"},
		{"a file without a name, in the environment", "sqlite:", []string{"--lake", "s3://b"}, []string{"HINDCAST_CATALOG: ", "path of a file"}, "--catalog"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("HINDCAST_CATALOG", c.env)
			t.Setenv("AWS_REGION", "eu-central-1")
			got := hindcast(t, append([]string{"tables"}, c.args...)...).want(t, exitUsage)
			says(t, got.err, c.says...)
			if strings.Contains(got.err, c.not) {
				t.Errorf("%q is said in: %s", c.not, got.err)
			}
		})
	}
}

// nobody is an address of this machine at which no one listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestAServerThatIsNotThereIsToldOnceWithWhatSaysWhereItIs(t *testing.T) {
	at := nobody(t)
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_ENDPOINT_URL": "http://" + at, "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	server := hindcast(t, "tables", "--dir", t.TempDir(), "--catalog", "postgres://me:secret@"+at+"/lake").want(t, exitFailed).err
	says(t, server, "cannot be reached", "host and port of --catalog")
	queue := hindcast(t, "compact", "--queue", "sqs://logs", "--dir", t.TempDir(), "--queue-empty").want(t, exitFailed).err
	says(t, queue, "open queue sqs://logs", "is the address in AWS_ENDPOINT_URL right?")
	for _, text := range []string{server, queue} {
		if n := strings.Count(text, "connection refused"); n != 1 {
			t.Errorf("it is told %d times: %s", n, text)
		}
	}
}

func TestALakeInS3AndItsRawLogsMustNotLieInEachOther(t *testing.T) {
	for _, c := range []struct {
		raw, lake string
		apart     bool
	}{
		{"s3://b/logs", "s3://b/lake", true},
		{"s3://b/lake-logs", "s3://b/lake", true},
		{"s3://b", "s3://other", true},
		{"/logs", "s3://b", true},
		{"s3://b", "s3://b/lake", false},
		{"s3://b/lake/in", "s3://b/lake", false},
		{"s3://b/lake/", "s3://b/lake", false},
	} {
		if err := apart(location(c.raw), site{url: c.lake}); (err == nil) != c.apart {
			t.Errorf("%s and %s: %v", c.raw, c.lake, err)
		}
	}
}

func TestSettingsOfAWS(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	for _, c := range []struct{ name, text, refusal string }{
		{name: "all there is", text: `
region: us-east-1
path_style: true
lake: {encryption: kms, kms_key: alias/lake, owner: 012345678901}
buckets:
  - {name: org-*, role: arn:aws:iam::111122223333:role/read, external_id: x, region: us-west-2, owner: "111122223333", requester_pays: true}
glue: {database: security}
athena: {workgroup: analysts, catalog: AwsDataCatalog, output: s3://results/athena, reuse: 1h, price_per_tb: 5}
`},
		{name: "a word that is none", text: "athena: {work_group: a}", refusal: "unknown field"},
		{name: "an encryption that is none", text: "lake: {encryption: rot13}", refusal: "neither s3 nor kms"},
		{name: "a key without its encryption", text: "lake: {kms_key: a}", refusal: "needs lake.encryption: kms"},
		{name: "an owner that is no account", text: "lake: {owner: me}", refusal: `"me" is not an account`},
		{name: "a bucket's owner that is none", text: "buckets: [{name: a, owner: 1234}]", refusal: `"1234" is not an account`},
		{name: "a bucket without a name", text: "buckets: [{role: a}]", refusal: "has no name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "aws.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			a, err := awsFlags{AWS: path, Workgroup: "mine"}.account(t.Context())
			if c.refusal != "" {
				if err == nil || !strings.Contains(err.Error(), c.refusal) {
					t.Fatalf("%v; want an error about %q", err, c.refusal)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if owners := a.settings.Lake.Owner + a.settings.Buckets[0].Owner; owners != "012345678901111122223333" {
				t.Errorf("owners %s", owners)
			}
			if a.config.Region != "us-east-1" || a.settings.Glue.Database != "security" || a.settings.Athena.Workgroup != "mine" || a.settings.Athena.Reuse.Hours() != 1 {
				t.Errorf("%+v in %s", a.settings, a.config.Region)
			}
		})
	}
}
