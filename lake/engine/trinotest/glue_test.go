package trinotest_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
)

// books are what a lake's catalog says.
type books interface {
	Tables(ctx context.Context) ([]catalog.Table, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
}

// shown is a lake whose days Glue shows by manifests.
type shown struct {
	*trinotest.Server
	dir     string
	glue    *glue.Catalog
	all     []catalog.Table
	tables  map[string]catalog.Table
	files   []catalog.File
	version int64
}

func show(t *testing.T, lake books, dir string) *shown {
	t.Helper()
	fake := gluefake.New(gluefake.Options{Now: time.Now})
	endpoint := httptest.NewServer(fake)
	t.Cleanup(endpoint.Close)
	w := &shown{dir: dir, Server: trinotest.Open(t, dir, fake), tables: map[string]catalog.Table{}}
	var err error
	w.glue, err = glue.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, glue.Options{Database: trinotest.Schema, Root: "s3://" + trinotest.Bucket})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.glue.EnsureDatabase(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.refresh(t, lake)
	return w
}

// refresh makes Glue show what the books say.
func (w *shown) refresh(t *testing.T, lake books) {
	t.Helper()
	w.version++
	var err error
	if w.all, err = lake.Tables(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range w.all {
		w.tables[table.Name] = table
		if _, err := w.glue.EnsureTable(t.Context(), table); err != nil {
			t.Fatal(err)
		}
	}
	if w.files, err = lake.Files(t.Context(), catalog.FileQuery{}); err != nil {
		t.Fatal(err)
	}
	days := map[[2]string][]string{}
	for _, f := range w.files {
		days[[2]string{f.Table, f.Day}] = append(days[[2]string{f.Table, f.Day}], f.Path)
	}
	for of, paths := range days {
		w.day(t, of[0], of[1], w.version, paths...)
	}
}

// day makes a day of a table show the files.
func (w *shown) day(t *testing.T, table, day string, version int64, paths ...string) {
	t.Helper()
	manifest := path.Join("manifests", table, "day="+day, fmt.Sprintf("%06d", version), "files")
	var text strings.Builder
	for _, p := range paths {
		text.WriteString("s3://" + trinotest.Bucket + "/" + p + "\n")
	}
	local := filepath.Join(w.dir, filepath.FromSlash(manifest))
	if err := os.MkdirAll(filepath.Dir(local), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(local, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	err := w.glue.Show(t.Context(), w.tables[table], []glue.Day{{
		Publication: catalog.Publication{Table: table, Day: day, Version: version, Manifest: manifest}, There: version > 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// ask runs a statement on the tables that Glue has.
func (w *shown) ask(t *testing.T, sql string) [][]any {
	t.Helper()
	a, err := w.Run(t.Context(), trinotest.Ask{SQL: sql, Catalog: trinotest.Glue})
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	return a.Rows
}

func estate(t *testing.T) *shown {
	t.Helper()
	lake := enginetest.Estate(t)
	return show(t, lake, lake.Dir)
}

func TestTrinoReadsTheFilesOfManifestsAndNoOthers(t *testing.T) {
	w := estate(t)
	var names []any
	for _, f := range w.files {
		if f.Table == "aws_cloudtrail" {
			names = append(names, "s3://"+trinotest.Bucket+"/"+f.Path)
		}
	}
	stray := filepath.Join(w.dir, filepath.FromSlash(path.Dir(w.files[len(w.files)-1].Path)), "not-committed.parquet")
	if err := os.WriteFile(stray, []byte("not even Parquet"), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []any
	for _, row := range w.ask(t, `SELECT DISTINCT "$path" FROM aws_cloudtrail ORDER BY 1`) {
		got = append(got, row[0])
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("files of the ledger and files that Trino reads differ (-ledger +Trino)\n%s", diff)
	}
	var all int64
	for _, f := range w.files {
		all += f.Rows
	}
	counted := w.ask(t, `SELECT (SELECT count(*) FROM aws_cloudtrail) + (SELECT count(*) FROM aws_vpcflow) + (SELECT count(*) FROM apache_access)
		+ (SELECT count(*) FROM aws_guardduty) + (SELECT count(*) FROM aws_route53) + (SELECT count(*) FROM doors)`)
	if diff := cmp.Diff([][]any{{all}}, counted); diff != "" {
		t.Errorf("rows (-ledger +Trino)\n%s", diff)
	}
}

func TestTrinoSeesADayChangeByOneUpdateOfItsPartition(t *testing.T) {
	w := estate(t)
	const count = `SELECT count(*), count(DISTINCT "$path") FROM aws_cloudtrail WHERE day = '2026-01-01'`
	var of []string
	for _, f := range w.files {
		if f.Table == "aws_cloudtrail" && f.Day == "2026-01-01" {
			of = append(of, f.Path)
		}
	}
	if diff := cmp.Diff([][]any{{int64(2), int64(2)}}, w.ask(t, count)); diff != "" {
		t.Fatal(diff)
	}
	w.day(t, "aws_cloudtrail", "2026-01-01", 2, of[0])
	if diff := cmp.Diff([][]any{{int64(1), int64(1)}}, w.ask(t, count)); diff != "" {
		t.Errorf("after a swap to one file\n%s", diff)
	}
	if err := w.glue.Hide(t.Context(), "aws_cloudtrail", []string{"2026-01-01"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{int64(0), int64(0)}}, w.ask(t, count)); diff != "" {
		t.Errorf("after expiry\n%s", diff)
	}
}
