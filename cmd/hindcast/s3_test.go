package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
)

// inCloud is an AWS of this process, with a lake in it that was compacted from the shared world's raw logs.
type inCloud struct {
	athena *athenatest.Athena
	glue   *gluefake.Server
	flags  []string // that say which lake
	lake   string   // its folder, behind S3
	ledger string   // the file of its catalog
}

// inTheCloud starts S3, Glue and Athena, copies the raw logs into a bucket, and says so in the environment.
func inTheCloud(t *testing.T, rawDir string) inCloud {
	t.Helper()
	buckets, database := t.TempDir(), filepath.Join(t.TempDir(), "ledger.db")
	if err := os.CopyFS(filepath.Join(buckets, "org-logs", "in"), os.DirFS(rawDir)); err != nil {
		t.Fatal(err)
	}
	c := inCloud{lake: filepath.Join(buckets, "the-lake", "security"), ledger: database, glue: gluefake.New(gluefake.Options{Now: time.Now})}
	for _, dir := range []string{c.lake, filepath.Join(buckets, "results")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ledger, err := embedded.Open(t.Context(), database, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	c.athena = athenatest.Start(t, athenatest.Options{Dir: c.lake, Catalog: ledger, Buckets: buckets})
	glue := httptest.NewServer(c.glue)
	t.Cleanup(glue.Close)
	settings := place(t, t.TempDir(), "aws.yaml", "path_style: true\nlake: {encryption: kms, kms_key: alias/lake, owner: 111122223333}\nathena: {output: s3://results/}\n")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": c.athena.URL, "AWS_ENDPOINT_URL_GLUE": glue.URL, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"HINDCAST_AWS": settings, "HINDCAST_WORK": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
	c.flags = []string{"--lake", "s3://the-lake/security", "--catalog", "sqlite:" + database}
	return c
}

func (c inCloud) hindcast(t *testing.T, args ...string) outcome {
	return hindcast(t, append(args, c.flags...)...)
}

func TestALakeInS3AnswersAsOneInAFolderDoes(t *testing.T) {
	w := sharedWorld(t)
	c := inTheCloud(t, w.raw)
	c.hindcast(t, "compact", "--raw", "s3://org-logs/in").want(t, exitRejected)
	for _, args := range [][]string{
		{"correlate", "--ip", "203.0.113.77", "--from", w.from, "--to", w.to, "--json"},
		{"correlate", "--user", "svc-backup", "--from", w.from, "--to", w.to, "--limit", "7", "--oldest", "--json"},
		{"query", "--json", "SELECT day, count(*) AS n, count(DISTINCT event_action) AS actions FROM aws_cloudtrail GROUP BY day ORDER BY day"},
		{"query", "--json", "SELECT timestamp, source_ip, source_port FROM aws_vpcflow WHERE source_port > 0 ORDER BY 1, 2, 3 LIMIT 20"},
	} {
		remote := c.hindcast(t, args...).want(t, exitDone)
		local := hindcast(t, append(args, "--dir", w.dir)...).want(t, exitDone)
		if diff := cmp.Diff(told(t, local.out), told(t, remote.out)); diff != "" {
			t.Errorf("%v: in S3 (+) it is not as in a folder (-):\n%s", args, diff)
		}
	}
	answer := c.hindcast(t, "correlate", "--ip", "203.0.113.77", "--from", w.from, "--to", w.to).want(t, exitDone)
	says(t, answer.out+answer.err, "USD")
	c.estimates(t, w)
	c.hindcast(t, "merge", "--all").want(t, exitDone)
	c.hindcast(t, "verify", "--deep").want(t, exitDone)
	c.hindcast(t, "compact", "--raw", "s3://org-logs/in").want(t, exitDone)
	puts := append(c.athena.S3.Calls("PutObject"), c.athena.S3.Calls("CreateMultipartUpload")...)
	for _, put := range puts {
		kind, owner := put.Header.Get("X-Amz-Server-Side-Encryption"), put.Header.Get("X-Amz-Expected-Bucket-Owner")
		if strings.HasPrefix(put.Bucket, "the-lake") && (kind != "aws:kms" || owner != "111122223333") {
			t.Errorf("%s is put with encryption %q for owner %q, not as the settings say", put.Key, kind, owner)
		}
	}
	if len(puts) == 0 {
		t.Error("no put was seen")
	}
	says(t, c.hindcast(t, "catalog", "sync", "--dry-run").want(t, exitDone).out, "agree")
}

// Where all is deployed at once, the service is there before the first log, and before any worker.
func TestALakeInS3IsServedBeforeItsFirstLog(t *testing.T) {
	inTheCloud(t, t.TempDir())
	none := filepath.Join(t.TempDir(), "none.db")
	s := serveLake(t, "--lake", "s3://the-lake/other", "--catalog", "sqlite:"+none, "--work", t.TempDir())
	if got := s.want(t, "GET", "/v1/tables", ""); len(got) > 0 && len(got["tables"].([]any)) > 0 {
		t.Errorf("tables: %v", got)
	}
	says(t, hindcast(t, "serve", "--dir", t.TempDir()).want(t, exitFailed).err, "there is no lake in")
}

// A task of ECS ends and another begins, which has another disk; and one that runs all the while has heard of nothing.
func TestServersOfALakeInS3FindEachOthersCorrelations(t *testing.T) {
	w := sharedWorld(t)
	c := inTheCloud(t, w.raw)
	c.hindcast(t, "compact", "--raw", "s3://org-logs/in").want(t, exitRejected)
	task := func() *serving { return serveLake(t, append([]string{"--work", t.TempDir()}, c.flags...)...) }
	beside, first := task(), task()
	first.want(t, "POST", "/v1/correlations", `{"correlation_id":"alert-4711","query":`+w.question()+`}`)
	first.waitFor(t, "alert-4711")
	page := first.want(t, "GET", "/v1/correlations/alert-4711/events?page_size=10", "")
	first.stop()
	for name, s := range map[string]*serving{"the next": task(), "the one beside": beside} {
		got := s.want(t, "GET", "/v1/correlations/alert-4711", "")
		if field(got, "correlation.statistics.matched") != total(w.Incident) {
			t.Errorf("%s: statistics: %v", name, field(got, "correlation.statistics"))
		}
		next := s.want(t, "GET", "/v1/correlations/alert-4711/events?page_size=10&page_token="+page["next_page_token"].(string), "")["events"].([]any)
		all := s.want(t, "GET", "/v1/correlations/alert-4711/events?page_size=20", "")["events"].([]any)
		if diff := cmp.Diff(append(slices.Clone(page["events"].([]any)), next...), all); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if all := s.want(t, "GET", "/v1/correlations", ""); len(all["correlations"].([]any)) != 1 {
			t.Errorf("%s: correlations: %v", name, all)
		}
	}
	says(t, c.hindcast(t, "catalog", "sync", "--dry-run").want(t, exitDone).out, "agree")
	c.hindcast(t, "verify", "--deep").want(t, exitDone)
}

// told are the rows of an output, sorted, without what follows from the keys of raw objects, and that are one more key long in
// a bucket than in a folder.
func told(t *testing.T, out string) (rows []string) {
	t.Helper()
	var answer struct {
		Events  []map[string]any
		Matched int
	}
	if json.Unmarshal([]byte(out), &answer) != nil {
		return strings.Split(out, "\n")
	}
	for _, e := range answer.Events {
		doc, _ := e["document"].(map[string]any)
		event, _ := doc["event"].(map[string]any)
		rows = append(rows, fmt.Sprint(doc["@timestamp"], event["dataset"], event["action"], event["outcome"], doc["source"], doc["destination"], doc["user"], doc["related"]))
	}
	slices.Sort(rows)
	return append(rows, fmt.Sprint(answer.Matched))
}
