package athena_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

// copyOf is a folder as a process that died has left it.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestAWorkGroupsLimitCancelsWhatReadsMore(t *testing.T) {
	l := enginetest.New(t)
	fields := enginetest.Fields(t, "@timestamp", "event.id", "message")
	l.Create(t, "noise", fields...)
	r := rand.New(rand.NewPCG(1, 2))
	var rows []enginetest.Row
	for i := range 12000 {
		text := make([]byte, 0, 2048)
		for range 128 {
			text = fmt.Appendf(text, "%016x", r.Uint64())
		}
		rows = append(rows, enginetest.Row{"@timestamp": time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC), "event.id": fmt.Sprint(i), "message": string(text)})
	}
	l.Add(t, "noise", fields, rows...)
	w := start(t, func(o *athenatest.Options) { o.Dir, o.Catalog = l.Dir, l })
	if _, err := w.client.UpdateWorkGroup(t.Context(), &sdk.UpdateWorkGroupInput{
		WorkGroup: aws.String("primary"), ConfigurationUpdates: &types.WorkGroupConfigurationUpdates{BytesScannedCutoffPerQuery: aws.Int64(10_000_000)},
	}); err != nil {
		t.Fatal(err)
	}
	if e := w.run(t, `SELECT count(*) FROM noise`); *e.Statistics.DataScannedInBytes > 1_000_000 {
		t.Errorf("a count reads %d bytes", *e.Statistics.DataScannedInBytes)
	}
	e := w.wait(t, w.begin(t, `SELECT max(message) FROM noise WHERE message LIKE '%0%'`))
	if e.Status.State != types.QueryExecutionStateCancelled || *e.Status.StateChangeReason != "Bytes scanned limit was exceeded" || *e.Statistics.DataScannedInBytes <= 0 {
		t.Errorf("it is %s: %s, after %d bytes", e.Status.State, aws.ToString(e.Status.StateChangeReason), *e.Statistics.DataScannedInBytes)
	}
	if _, err := os.Stat(w.path(*e.ResultConfiguration.OutputLocation)); !os.IsNotExist(err) {
		t.Errorf("its result is there: %v", err)
	}
}
