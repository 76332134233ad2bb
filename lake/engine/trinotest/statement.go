package trinotest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

// Ask is a statement and how it is run.
type Ask struct {
	SQL     string
	Catalog string            // Plain if empty
	Session map[string]string // session properties: lake.parquet_use_bloom_filter
}

// Answer is what a statement gave.
type Answer struct {
	Columns []engine.Column
	Rows    [][]any // values as [engine.Rows] has them
	Stats   Stats
}

// Stats is what Trino says that a statement did.
type Stats struct {
	Splits  int   `json:"totalSplits"`
	Rows    int64 `json:"processedRows"`      // that were read of tables
	Bytes   int64 `json:"physicalInputBytes"` // that were read of files
	Elapsed int64 `json:"elapsedTimeMillis"`
}

// Failure is a statement that Trino refused, or failed at.
type Failure struct {
	Name    string `json:"errorName"` // SYNTAX_ERROR
	Type    string `json:"errorType"` // USER_ERROR
	Message string `json:"message"`
}

func (f *Failure) Error() string { return f.Name + ": " + f.Message }

// page is an answer of Trino's client protocol: https://trino.io/docs/current/develop/client-protocol.html
type page struct {
	ID      string   `json:"id"`
	NextURI string   `json:"nextUri"`
	Columns []column `json:"columns"`
	Data    [][]any  `json:"data"`
	Stats   Stats    `json:"stats"`
	Error   *Failure `json:"error"`
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Run runs a statement to its end.
func (s *Server) Run(ctx context.Context, a Ask) (*Answer, error) {
	p, err := s.start(ctx, a)
	out := &Answer{}
	for err == nil {
		if p.Error != nil {
			return nil, p.Error
		}
		if len(p.Columns) > 0 && out.Columns == nil {
			for _, c := range p.Columns {
				out.Columns = append(out.Columns, engine.Column{Name: c.Name, Type: c.Type})
			}
		}
		if err = out.add(p.Data); err != nil {
			break
		}
		out.Stats = p.Stats
		if p.NextURI == "" {
			return out, nil
		}
		p, err = s.next(ctx, p.NextURI)
	}
	return nil, fmt.Errorf("ask Trino: %w", err)
}

func (a *Answer) add(rows [][]any) error {
	for _, row := range rows {
		for i := range row {
			var err error
			if row[i], err = plain(row[i], a.Columns[i].Type); err != nil {
				return fmt.Errorf("read column %s of row %d: %w", a.Columns[i].Name, len(a.Rows)+1, err)
			}
		}
		a.Rows = append(a.Rows, row)
	}
	return nil
}

func (s *Server) start(ctx context.Context, a Ask) (*page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/v1/statement", strings.NewReader(a.SQL))
	if err != nil {
		return nil, err
	}
	catalog := a.Catalog
	if catalog == "" {
		catalog = Plain
	}
	r.Header.Set("X-Trino-Catalog", catalog)
	r.Header.Set("X-Trino-Schema", Schema)
	r.Header.Set("X-Trino-Time-Zone", "UTC")
	r.Header.Set("X-Trino-Client-Capabilities", "PARAMETRIC_DATETIME") // types by their digits: timestamp(3)
	for name, value := range a.Session {
		r.Header.Add("X-Trino-Session", name+"="+url.QueryEscape(value))
	}
	return fetch(r)
}

func (s *Server) next(ctx context.Context, uri string) (*page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, http.NoBody)
	if err != nil {
		return nil, err
	}
	return fetch(r)
}

func fetch(r *http.Request) (*page, error) {
	r.Header.Set("X-Trino-User", "test")
	client := http.Client{Timeout: 2 * time.Minute}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 2000)) // it is told as far as it can be read
		return nil, fmt.Errorf("status %s: %s", answer.Status, text)
	}
	p := &page{}
	d := json.NewDecoder(answer.Body)
	d.UseNumber()
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("decode an answer: %w", err)
	}
	return p, nil
}
