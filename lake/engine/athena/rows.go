package athena

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/lake/engine"
)

// pageRows is how many rows Athena gives at a time at most.
const pageRows = 1000

// rows is a result that is fetched page by page.
type rows struct {
	engine  *Engine
	ctx     context.Context
	id      string
	max     int
	lists   []string
	header  bool // the next page begins with the columns' names
	token   *string
	last    bool // there is no further page
	page    []types.Row
	columns []engine.Column
	decode  []func(string) (any, error)
	values  []any
	given   int
	stats   engine.Stats
}

func (r *rows) Columns() []engine.Column { return r.columns }

func (r *rows) Next() ([]any, error) {
	for len(r.page) == 0 {
		if r.last {
			return nil, io.EOF
		}
		if err := r.fetch(); err != nil {
			return nil, err
		}
	}
	if r.max > 0 && r.given == r.max {
		r.stats.Truncated = true
		return nil, io.EOF
	}
	cells := r.page[0].Data
	r.page = r.page[1:]
	r.given++
	if len(cells) != len(r.columns) {
		return nil, fmt.Errorf("row %d of execution %s has %d values for %d columns", r.given, r.id, len(cells), len(r.columns))
	}
	for i, c := range cells {
		r.values[i] = nil
		if c.VarCharValue == nil {
			continue
		}
		var err error
		if r.values[i], err = r.decode[i](*c.VarCharValue); err != nil {
			return nil, fmt.Errorf("read column %s of row %d of execution %s: %w", r.columns[i].Name, r.given, r.id, err)
		}
	}
	return r.values, nil
}

// Close gives what the statement cost. The result itself stays where Athena has put it.
func (r *rows) Close() (engine.Stats, error) {
	r.page, r.last = nil, true
	return r.stats, nil
}

// fetch gets the next page.
func (r *rows) fetch() error {
	var out *athena.GetQueryResultsOutput
	err := r.engine.call(r.ctx, "fetch rows of execution "+r.id, func(ctx context.Context) (err error) {
		out, err = r.engine.client.GetQueryResults(ctx, &athena.GetQueryResultsInput{
			QueryExecutionId: &r.id, MaxResults: aws.Int32(pageRows), NextToken: r.token,
		})
		return err
	})
	if err != nil {
		return err
	}
	if out.ResultSet == nil || out.ResultSet.ResultSetMetadata == nil {
		return fmt.Errorf("fetch rows of execution %s: the answer has no columns", r.id)
	}
	r.page, r.token = out.ResultSet.Rows, out.NextToken
	r.last = aws.ToString(r.token) == ""
	if !r.header {
		return nil
	}
	r.header = false
	if err := r.begin(out.ResultSet.ResultSetMetadata.ColumnInfo); err != nil {
		return fmt.Errorf("fetch rows of execution %s: %w", r.id, err)
	}
	return nil
}

// begin takes the columns, and leaves out the first row, which repeats their names.
func (r *rows) begin(columns []types.ColumnInfo) error {
	r.values = make([]any, len(columns))
	for _, c := range columns {
		name := aws.ToString(c.Name)
		decode := decoderOf(aws.ToString(c.Type))
		if slices.Contains(r.lists, name) {
			decode = listOf
		}
		r.columns = append(r.columns, engine.Column{Name: name, Type: aws.ToString(c.Type)})
		r.decode = append(r.decode, decode)
	}
	if len(r.page) == 0 || len(r.page[0].Data) != len(columns) {
		return errors.New("its first row does not name the columns")
	}
	for i, cell := range r.page[0].Data {
		if !strings.EqualFold(aws.ToString(cell.VarCharValue), r.columns[i].Name) {
			return fmt.Errorf("its first row has %q where the column is %s", aws.ToString(cell.VarCharValue), r.columns[i].Name)
		}
	}
	r.page = r.page[1:]
	return nil
}
