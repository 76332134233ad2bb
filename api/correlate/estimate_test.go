package correlate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

// forgetful knows no sizes of the files of some tables, as if an earlier version had written them.
type forgetful struct {
	*enginetest.Lake
	tables string
}

func (f forgetful) ColumnBytes(ctx context.Context, table string, files []catalog.File) (catalog.ColumnBytes, error) {
	if strings.Contains(f.tables, table) {
		return catalog.ColumnBytes{Unknown: bytesOf(files), UnknownOf: len(files)}, nil
	}
	return f.Lake.ColumnBytes(ctx, table, files)
}

// broken knows nothing.
type broken struct{}

var errBroken = errors.New("the catalog is gone")

func (broken) ColumnBytes(context.Context, string, []catalog.File) (b catalog.ColumnBytes, err error) {
	return b, errBroken
}

func TestEstimatesAreOfTheColumnsThatStatementsRead(t *testing.T) {
	lake := enginetest.Estate(t)
	plan := estatePlans(lake)
	p := plan(t, func(r *Request) { r.Sources = []string{"aws_cloudtrail"} })
	if err := p.Refine(t.Context(), lake); err != nil {
		t.Fatal(err)
	}
	var want int64
	for q := range p.each() {
		var bytes int64
		for _, f := range p.Tables[0].Files {
			bytes += f.Sizes.Rest
			for _, column := range q.Uses["aws_cloudtrail"] {
				bytes += f.Sizes.Columns[column]
			}
		}
		if q.Bytes != bytes || q.Bytes >= bytesOf(p.Tables[0].Files) || len(q.Uses["aws_cloudtrail"]) == 0 {
			t.Errorf("%s would read %d bytes, want %d of %d", q.Purpose, q.Bytes, bytes, bytesOf(p.Tables[0].Files))
		}
		want += bytes
	}
	if p.Estimate.Bytes != want || !strings.HasPrefix(p.Estimate.Basis, "size of the columns") {
		t.Errorf("got %+v, want %d bytes", p.Estimate, want)
	}
}

func TestFilesOfUnknownSizesCountWholeAndTheEstimateSaysSo(t *testing.T) {
	lake := enginetest.Estate(t)
	estimate := func(unknown string) Estimate {
		p := estatePlans(lake)(t, func(r *Request) { r.Sources = []string{"aws_cloudtrail", "aws_vpcflow"} })
		if err := p.Refine(t.Context(), forgetful{lake, unknown}); err != nil {
			t.Fatal(err)
		}
		return p.Estimate
	}
	known, some, none := estimate(""), estimate("aws_vpcflow"), estimate("aws_vpcflow aws_cloudtrail")
	if known.Bytes >= some.Bytes || some.Bytes >= none.Bytes {
		t.Errorf("%d bytes of which all is known, %d of which some is, %d of which nothing is", known.Bytes, some.Bytes, none.Bytes)
	}
	for _, c := range []struct{ basis, says string }{
		{known.Basis, "before statistics rule out parts of the files"},
		{some.Basis, "but 2 of the files count whole"},
		{none.Basis, "size of the files that the statements read, since they are from before"},
	} {
		if !strings.Contains(c.basis, c.says) {
			t.Errorf("%q does not say %q", c.basis, c.says)
		}
	}
}

func TestAnEstimateThatTheCatalogCannotGiveFails(t *testing.T) {
	p := estatePlans(enginetest.Estate(t))(t, func(*Request) {})
	if err := p.Refine(t.Context(), broken{}); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "size the columns of") {
		t.Errorf("got %v", err)
	}
}
