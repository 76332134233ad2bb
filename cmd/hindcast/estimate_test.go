package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/api/correlate"
)

// basisOfColumns is what estimates are made of where the sizes of all columns are known.
const basisOfColumns = "size of the columns and footers that the statements read, before statistics rule out parts of the files"

// whole are the bytes of all files that a plan would search.
func whole(e correlate.Explanation) (n int64) {
	for _, t := range e.Tables {
		n += t.Bytes
	}
	return n
}

// bytesOf are the bytes of a table's files.
func (w *world) bytesOf(t *testing.T, table string) int64 {
	t.Helper()
	return whole(parsed[correlate.Explanation](t, w.ask(t, "--ip", "203.0.113.77", "--source", table, "--explain", "--json").want(t, exitDone).out))
}

// asFolder makes a lake in S3 one in a folder too, with a catalog of its own from then on.
func (c inCloud) asFolder(t *testing.T) {
	t.Helper()
	runSQL(t, c.ledger, "VACUUM INTO ?", filepath.Join(c.lake, "catalog.db"))
}

// runSQL changes a catalog behind its back.
func runSQL(t *testing.T, path, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// estimates makes sure that what a question costs is known as well of a lake in S3 as of one in a folder.
func (c inCloud) estimates(t *testing.T, w *world) {
	t.Helper()
	c.asFolder(t)
	question := []string{"correlate", "--ip", "203.0.113.77", "--from", w.from, "--to", w.to, "--limit", "1", "--json"}
	explain := append(question[:len(question):len(question)], "--explain")
	remote := parsed[correlate.Explanation](t, c.hindcast(t, explain...).want(t, exitDone).out)
	local := parsed[correlate.Explanation](t, hindcast(t, append(explain, "--dir", c.lake)...).want(t, exitDone).out)
	if remote.Bytes != local.Bytes || remote.BytesBasis != basisOfColumns || local.BytesBasis != basisOfColumns || remote.MicroUSD == 0 {
		t.Errorf("in S3 %d bytes (%s) for %d, in a folder %d (%s)", remote.Bytes, remote.BytesBasis, remote.MicroUSD, local.Bytes, local.BytesBasis)
	}
	counts := remote.Statements[len(remote.Statements)-1] // the events of all tables, since there are more than one
	if counts.Purpose != "statistics" || counts.Bytes >= whole(remote) {
		t.Fatalf("%s would read %d bytes of %d", counts.Purpose, counts.Bytes, whole(remote))
	}
	c.hindcast(t, append(question, "--max-scan", fmt.Sprint(counts.Bytes, "B"))...).want(t, exitDone)
	refused := c.hindcast(t, append(question, "--max-scan", fmt.Sprint(counts.Bytes-1, "B"))...).want(t, exitFailed)
	says(t, refused.err, "a query may read")
	c.estimatesSQL(t, remote)

	runSQL(t, filepath.Join(c.lake, "catalog.db"), "UPDATE files SET column_sizes = NULL WHERE table_name = 'aws_cloudtrail'")
	earlier := parsed[correlate.Explanation](t, hindcast(t, append(explain, "--dir", c.lake)...).want(t, exitDone).out)
	if earlier.Bytes <= local.Bytes || !strings.Contains(earlier.BytesBasis, "of the files count whole") {
		t.Errorf("with files of an earlier version %d bytes (%s)", earlier.Bytes, earlier.BytesBasis)
	}
}

// estimatesSQL makes sure that a statement of a person's own may read the columns that it names, and not all of them, within
// what is less than the table's files.
func (c inCloud) estimatesSQL(t *testing.T, plan correlate.Explanation) {
	t.Helper()
	at := slices.IndexFunc(plan.Tables, func(x correlate.ExplainedTable) bool { return x.Table == "aws_cloudtrail" })
	limit := []string{"--max-scan", fmt.Sprint(plan.Tables[at].Bytes-1, "B")}
	c.hindcast(t, append([]string{"query", "SELECT count(DISTINCT event_action) FROM aws_cloudtrail"}, limit...)...).want(t, exitDone)
	says(t, c.hindcast(t, append([]string{"query", "SELECT * FROM aws_cloudtrail"}, limit...)...).want(t, exitFailed).err, "a query may read")
}
