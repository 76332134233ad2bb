package correlate

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/lake/engine/athena"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

// TestGoldensByAthena asks Athena's API, by its SDK, a page of three rows at a time: the rows are DuckDB's.
func TestGoldensByAthena(t *testing.T) {
	lake := enginetest.Estate(t)
	served := athenatest.Start(t, athenatest.Options{Dir: lake.Dir, Catalog: lake})
	served.PageRows(3)
	e, err := athena.Open(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(served.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}, athena.Options{Database: "hindcast", Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }})
	if err != nil {
		t.Fatal(err)
	}
	eachGolden(t, lake, func(t *testing.T, dir string, plan *Plan) {
		want, err := os.ReadFile(filepath.Join(dir, "rows.json"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), run(t, e, plan)); diff != "" {
			t.Errorf("Athena answers differently (-DuckDB +Athena)\n%s", diff)
		}
	})
}
