package athena

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/api/athena/cell"
	"github.com/hindcast/hindcast/catalog/awsjson"
)

func (s *Service) resultOperations() map[string]awsjson.Operation {
	return map[string]awsjson.Operation{"GetQueryResults": awsjson.Op(s.getQueryResults)}
}

type resultsInput struct {
	QueryExecutionId string
	NextToken        string
	MaxResults       *int
	QueryResultType  string
}

type resultsOutput struct {
	UpdateCount int64
	ResultSet   resultSet
	NextToken   string `json:",omitempty"`
}

type resultSet struct {
	Rows              []row
	ResultSetMetadata resultSetMetadata
}

type resultSetMetadata struct{ ColumnInfo []cell.Info }

type row struct{ Data []datum }

// datum is a value; a null has nothing at all.
type datum struct {
	VarCharValue *string `json:",omitempty"`
}

// What a page of results may have: rows, the header among them, and bytes, though never less than a row.
const (
	maxRows      = 1000
	maxPageBytes = 8 << 20
)

// getQueryResults reads a page of the object that the execution wrote.
func (s *Service) getQueryResults(ctx context.Context, in *resultsInput) (*resultsOutput, error) {
	size, err := pageSize(in.MaxResults, maxRows)
	if err != nil {
		return nil, err
	}
	r, err := s.record(in.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	switch {
	case r.State == queued || r.State == running:
		return nil, invalid("Query has not yet finished. Current state: %s", r.State)
	case r.State != succeeded:
		return nil, invalid("Query did not finish successfully. Final query state: %s", r.State)
	case in.QueryResultType == "DATA_MANIFEST" && r.Result.Manifest == "":
		return nil, invalid("QueryResultType DATA_MANIFEST is not there for a query of this kind")
	}
	out := &resultsOutput{UpdateCount: r.Result.Updated, ResultSet: resultSet{Rows: []row{}, ResultSetMetadata: resultSetMetadata{columnsOrNone(r.Result.Columns)}}}
	if r.Result.Columns == nil {
		return out, nil
	}
	out.ResultSet.Rows, out.NextToken, err = s.rows(ctx, r, in.NextToken, size)
	return out, err
}

func columnsOrNone(c []cell.Info) []cell.Info { return append([]cell.Info{}, c...) }

// rows are those at the token's place in the execution's object, and the token of the next.
func (s *Service) rows(ctx context.Context, r record, token string, size int) ([]row, string, error) {
	list, offset := "results/"+r.ID, int64(0)
	if token != "" {
		position, err := s.tokens.Open(list, token)
		if err != nil {
			return nil, "", badToken(err)
		}
		if offset, err = strconv.ParseInt(position, 10, 64); err != nil {
			return nil, "", badToken(err)
		}
	}
	f, err := s.openAt(ctx, r, offset)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	read := readCSV
	if r.Result.Lines {
		read = readLines
	}
	rows, n, err := read(f, size)
	if err != nil {
		return nil, "", fmt.Errorf("read the result of %s: %w", r.ID, err)
	}
	if offset += n; offset >= r.Result.Bytes {
		return rows, "", nil
	}
	return rows, s.tokens.Seal(list, strconv.FormatInt(offset, 10)), nil
}

func (s *Service) openAt(ctx context.Context, r record, offset int64) (io.ReadCloser, error) {
	at, err := parseLocation(r.Output)
	if err != nil {
		return nil, err
	}
	f, err := s.o.Objects.Open(ctx, at.object())
	if isGone(err) {
		return nil, invalid("Could not find results: %s is not there any more", r.Output)
	}
	if err != nil {
		return nil, err
	}
	if seeker, ok := f.(io.Seeker); ok {
		_, err = seeker.Seek(offset, io.SeekStart)
	} else {
		_, err = io.CopyN(io.Discard, f, offset)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// readCSV reads rows, and tells how many bytes they are.
func readCSV(f io.Reader, size int) ([]row, int64, error) {
	in := cell.NewReader(f)
	rows := []row{}
	for len(rows) < size && in.Bytes() < maxPageBytes {
		values, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		data := make([]datum, len(values))
		for i, v := range values {
			if !v.Null {
				data[i].VarCharValue = &values[i].Text
			}
		}
		rows = append(rows, row{data})
	}
	return rows, in.Bytes(), nil
}

// readLines reads the rows of a text: a line is one value.
func readLines(f io.Reader, size int) ([]row, int64, error) {
	in := bufio.NewReader(f)
	rows := []row{}
	var read int64
	for len(rows) < size && read < maxPageBytes {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		read += int64(len(line))
		line = strings.TrimSuffix(line, "\n")
		rows = append(rows, row{[]datum{{VarCharValue: &line}}})
	}
	return rows, read, nil
}
