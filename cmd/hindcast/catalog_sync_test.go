package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/mirror"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// athenaLake is S3 and Glue behind one endpoint, which the environment names, with a lake that is not made yet.
type athenaLake struct {
	*testing.T
	bucket   *s3http.Memory
	glue     *gluefake.Server
	glueAway atomic.Bool
	flags    []string
}

func newAthenaLake(t *testing.T) *athenaLake {
	t.Helper()
	c := &athenaLake{T: t, bucket: s3http.NewMemory(time.Now)}
	c.glue = gluefake.New(gluefake.Options{Now: time.Now, Before: func(context.Context, string) error {
		if c.glueAway.Load() {
			return gluefake.Denied()
		}
		return nil
	}})
	s3, err := s3http.New(s3http.Options{Buckets: map[string]raw.Store{"bucket": c.bucket}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "AWSGlue.") {
			c.glue.ServeHTTP(w, r)
			return
		}
		s3.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); _ = s3.Close() })
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1",
		"AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none"), "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(k, v)
	}
	settings := place(t, t.TempDir(), "aws.yaml", "path_style: true\nglue:\n  database: lake_db\n")
	c.flags = []string{"--lake", "s3://bucket/lake", "--catalog", "sqlite:" + filepath.Join(t.TempDir(), "catalog.db"), "--work", t.TempDir(), "--aws", settings}
	return c
}

func (c *athenaLake) hindcast(args ...string) outcome {
	c.Helper()
	return hindcast(c.T, append(args, c.flags...)...)
}

// sync compares bucket, ledger and Glue.
func (c *athenaLake) sync(status int, more ...string) (r mirror.Report) {
	c.Helper()
	got := c.hindcast(append([]string{"catalog", "sync", "--json"}, more...)...).want(c.T, status)
	if err := json.Unmarshal([]byte(got.out), &r); err != nil {
		c.Fatalf("%v: %s", err, got.out)
	}
	return r
}

// TestALakeInS3IsMirroredInGlue compacts, merges and retains through the program, and holds Glue against the ledger.
func TestALakeInS3IsMirroredInGlue(t *testing.T) {
	w, c := sharedWorld(t), newAthenaLake(t)
	c.hindcast("compact", "--raw", w.raw).want(t, w.compact.status)
	if r := c.sync(exitDone, "--dry-run"); len(r.Differences) > 0 || r.Days == 0 || r.Files == 0 {
		t.Errorf("after a compaction: %+v", r)
	}
	c.hindcast("merge", "--all").want(t, exitDone)
	c.hindcast("retention", "set", "aws_vpcflow", "--keep", "1d").want(t, exitDone)
	c.hindcast("retention", "apply", "--yes").want(t, exitDone)
	if r := c.sync(exitDone, "--dry-run"); len(r.Differences) > 0 {
		t.Errorf("after a merge and an expiry: %+v", r)
	}
	held := c.hindcast("retention", "hold", "add", "case-17", "--table", "aws_vpcflow", "--reason", "a case", "--owner", "legal").want(t, exitDone)
	says(t, held.out, "had expired and is back")
	if r := c.sync(exitDone, "--dry-run"); len(r.Differences) > 0 {
		t.Errorf("after a hold: %+v", r)
	}
	c.hindcast("verify").want(t, exitDone)
	says(t, c.hindcast("catalog", "sync").want(t, exitDone).out, "Bucket, ledger and Glue agree")
}

func TestWhatGlueCouldNotBeToldIsMended(t *testing.T) {
	w, c := sharedWorld(t), newAthenaLake(t)
	c.glueAway.Store(true)
	got := c.hindcast("compact", "--raw", w.raw).want(t, exitFailed) // the compaction is done all the same
	says(t, got.err, "not shown to Athena yet", "catalog sync --lake s3://bucket/lake", "not permitted")
	c.glueAway.Store(false)
	dry := c.sync(exitFailed, "--dry-run")
	if dry.Left() == 0 || dry.Mended != 0 {
		t.Errorf("%+v", dry)
	}
	says(t, c.hindcast("catalog", "sync", "--dry-run").want(t, exitFailed).out, "table aws_cloudtrail: the table is not there → it is created", "differences in")
	if r := c.sync(exitDone); r.Mended != len(dry.Differences) {
		t.Errorf("%d of %d differences were mended", r.Mended, len(dry.Differences))
	}
	if r := c.sync(exitDone, "--dry-run"); len(r.Differences) > 0 {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestWhatNothingMendsIsToldByTheStatus(t *testing.T) {
	w, c := sharedWorld(t), newAthenaLake(t)
	c.hindcast("compact", "--raw", w.raw).want(t, w.compact.status)
	if _, err := c.bucket.Put(t.Context(), "lake/tables/aws_elb/day=2026-01-01/g000001/stranger.parquet", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	got := c.hindcast("catalog", "sync").want(t, exitFailed)
	says(t, got.out, "stranger.parquet: the catalog does not know the file", "Mended 0 of 1 differences")
	says(t, got.err, "1 of 1 differences are left")
}

func TestGluesTablesAreShownAsStatements(t *testing.T) {
	w, c := sharedWorld(t), newAthenaLake(t)
	c.hindcast("compact", "--raw", w.raw).want(t, w.compact.status)
	got := c.hindcast("catalog", "show").want(t, exitDone)
	says(t, got.out, "CREATE EXTERNAL TABLE `lake_db.aws_cloudtrail`(", "PARTITIONED BY", "SymlinkTextInputFormat", "'s3://bucket/lake/manifests/aws_cloudtrail/'",
		`CREATE OR REPLACE VIEW "events" AS`, "'hindcast.schema_version'='1'", "'hindcast.mapping_version'=")
	one := c.hindcast("catalog", "show", "--table", "aws_cloudtrail", "--json").want(t, exitDone)
	says(t, one.out, `"name": "aws_cloudtrail"`, `"array<string>"`)
	says(t, c.hindcast("catalog", "show", "--table", "nothing").want(t, exitFailed).err, "not in Glue's catalog")
}

func TestADatabaseThatIsNotThereIsTold(t *testing.T) {
	c := newAthenaLake(t)
	c.hindcast("compact", "--raw", t.TempDir()).want(t, exitDone)
	for _, args := range [][]string{{}, {"--json"}, {"--table", "aws_cloudtrail"}} {
		got := c.hindcast(append([]string{"catalog", "show", "--database", "other_db"}, args...)...).want(t, exitFailed)
		says(t, got.err, "there is no database other_db in Glue", "--database", "hindcast catalog sync --lake s3://bucket/lake")
		if got.out != "" {
			t.Errorf("%v: %q", args, got.out)
		}
	}
	c.hindcast("catalog", "sync").want(t, exitDone)
	says(t, c.hindcast("catalog", "show").want(t, exitDone).err, "Database lake_db has no table of Hindcast's yet")
}

func TestALakeCanBePublishedToAnotherDatabase(t *testing.T) {
	w, c := sharedWorld(t), newAthenaLake(t)
	c.hindcast("compact", "--raw", w.raw).want(t, w.compact.status)
	other := c.hindcast("catalog", "sync", "--database", "other_db").want(t, exitFailed)
	says(t, other.err, "published to glue:lake_db", "glue:other_db", "catalog stop")
	c.hindcast("catalog", "stop").want(t, exitDone)
	if r := c.sync(exitDone, "--database", "other_db"); r.Left() > 0 {
		t.Errorf("%+v", r)
	}
	if found, err := c.glue.Tables(t.Context(), "other_db"); err != nil || len(found) < 3 {
		t.Errorf("tables %v, %v", found, err)
	}
}

func TestACatalogIsMirroredOfALakeInS3Alone(t *testing.T) {
	w := sharedWorld(t)
	for _, command := range []string{"sync", "show", "stop"} {
		says(t, hindcast(t, "catalog", command, "--dir", w.dir).want(t, exitUsage).err, "--lake s3://BUCKET/PREFIX")
	}
	c := newAthenaLake(t)
	c.hindcast("compact", "--raw", t.TempDir()).want(t, exitDone)
	says(t, c.hindcast("catalog", "sync", "--database", "No-Such").want(t, exitUsage).err, "--database", "No-Such", "lower-case")
}
