// Package tables serves the catalog: what tables there are, their columns, and which days they have.
package tables

import (
	"context"
	"errors"
	"sort"
	"time"

	"github.com/hindcast/hindcast/api/answer"
	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// tableReader knows the tables and their sizes.
type tableReader interface {
	Tables(ctx context.Context) ([]catalog.Table, error)
	Table(ctx context.Context, name string) (catalog.Table, error)
	Totals(ctx context.Context) ([]catalog.TableTotals, error)
}

// dayReader knows which days there are.
type dayReader interface {
	Partitions(ctx context.Context, table, fromDay, toDay string) ([]catalog.Partition, error)
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
}

// Catalog is what the service reads; catalog.Store has it all.
type Catalog interface {
	tableReader
	dayReader
}

// Retention says what of the tables may be shown.
type Retention interface {
	Promises(ctx context.Context, tables []string) (map[string]retain.Promise, error)
}

// Limits bound what one call returns.
type Limits struct {
	PageSize, MaxPageSize int // of tables or partitions
	MaxDays               int // of a range whose coverage is asked for
}

// Service implements hindcastv1.CatalogServiceServer.
type Service struct {
	hindcastv1.UnimplementedCatalogServiceServer
	catalog   Catalog
	retention Retention
	limits    Limits
}

// New makes a service over a catalog. Without a retention everything may be shown.
func New(c Catalog, r Retention, l Limits) *Service {
	return &Service{catalog: c, retention: r, limits: l}
}

// ListTables implements the method of that name; a page's token is the last table's name.
func (s *Service) ListTables(ctx context.Context, req *hindcastv1.ListTablesRequest) (*hindcastv1.ListTablesResponse, error) {
	size, err := s.pageSize(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	after, err := openToken(req.GetPageToken(), "tables")
	if err != nil {
		return nil, err
	}
	all, err := s.catalog.Tables(ctx)
	if err != nil {
		return nil, err
	}
	totals, err := s.totals(ctx)
	if err != nil {
		return nil, err
	}
	rest := all[sort.Search(len(all), func(i int) bool { return all[i].Name > after }):]
	resp := &hindcastv1.ListTablesResponse{}
	for i, t := range rest {
		if i == size {
			resp.NextPageToken = sealToken(rest[i-1].Name, "tables")
			break
		}
		resp.Tables = append(resp.Tables, tableOf(t, totals[t.Name]))
	}
	return resp, nil
}

// GetTable implements the method of that name.
func (s *Service) GetTable(ctx context.Context, req *hindcastv1.GetTableRequest) (*hindcastv1.GetTableResponse, error) {
	t, err := s.table(ctx, req.GetTable())
	if err != nil {
		return nil, err
	}
	totals, err := s.totals(ctx)
	if err != nil {
		return nil, err
	}
	out := tableOf(t, totals[t.Name])
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, columnOf(c))
	}
	return &hindcastv1.GetTableResponse{Table: out}, nil
}

// ListPartitions implements the method of that name; a page's token is the last day.
func (s *Service) ListPartitions(ctx context.Context, req *hindcastv1.ListPartitionsRequest) (*hindcastv1.ListPartitionsResponse, error) {
	size, err := s.pageSize(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	if err := checkDays(req.GetFirstDay(), req.GetLastDay()); err != nil {
		return nil, err
	}
	list := "partitions/" + req.GetTable() + "/" + req.GetFirstDay() + "/" + req.GetLastDay()
	after, err := openToken(req.GetPageToken(), list)
	if err != nil {
		return nil, err
	}
	if _, err := s.table(ctx, req.GetTable()); err != nil {
		return nil, err
	}
	parts, err := s.catalog.Partitions(ctx, req.GetTable(), max(req.GetFirstDay(), after), req.GetLastDay())
	if err != nil {
		return nil, err
	}
	resp := &hindcastv1.ListPartitionsResponse{}
	for _, p := range parts {
		if p.Day <= after {
			continue
		}
		if n := len(resp.Partitions); n == size {
			resp.NextPageToken = sealToken(resp.Partitions[n-1].Day, list)
			break
		}
		resp.Partitions = append(resp.Partitions, partitionOf(p))
	}
	return resp, nil
}

// GetCoverage implements the method of that name.
func (s *Service) GetCoverage(ctx context.Context, req *hindcastv1.GetCoverageRequest) (*hindcastv1.GetCoverageResponse, error) {
	if err := s.checkRange(req.GetFirstDay(), req.GetLastDay()); err != nil {
		return nil, err
	}
	names, err := s.names(ctx, req.GetTables())
	if err != nil {
		return nil, err
	}
	parts, err := s.catalog.Coverage(ctx, names, "", "")
	if err != nil {
		return nil, err
	}
	var promises map[string]retain.Promise
	if s.retention != nil {
		if promises, err = s.retention.Promises(ctx, names); err != nil {
			return nil, err
		}
	}
	have := map[string][]catalog.Partition{}
	for _, p := range parts {
		have[p.Table] = append(have[p.Table], p)
	}
	all := make([]correlate.TableCoverage, len(names))
	for i, name := range names {
		all[i] = correlate.Cover(name, have[name], promises[name], req.GetFirstDay(), req.GetLastDay())
	}
	return &hindcastv1.GetCoverageResponse{Tables: answer.CoverageOf(all)}, nil
}

// names are the tables asked for, sorted and each once, or all of them.
func (s *Service) names(ctx context.Context, asked []string) ([]string, error) {
	all, err := s.catalog.Tables(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(all))
	names := make([]string, 0, len(all))
	for _, t := range all {
		known[t.Name] = true
		names = append(names, t.Name)
	}
	if len(asked) == 0 {
		return names, nil
	}
	names = names[:0]
	for i, name := range asked {
		exists, ok := known[name]
		if !ok {
			return nil, problem.Invalid(index("tables", i), "there is no table %q", name)
		}
		if exists {
			names = append(names, name)
			known[name] = false
		}
	}
	sort.Strings(names)
	return names, nil
}

func (s *Service) table(ctx context.Context, name string) (catalog.Table, error) {
	t, err := s.catalog.Table(ctx, name)
	if errors.Is(err, catalog.ErrNotFound) {
		return t, problem.NotFound("table", name)
	}
	return t, err
}

func (s *Service) totals(ctx context.Context) (map[string]catalog.TableTotals, error) {
	all, err := s.catalog.Totals(ctx)
	if err != nil {
		return nil, err
	}
	by := make(map[string]catalog.TableTotals, len(all))
	for _, t := range all {
		by[t.Table] = t
	}
	return by, nil
}

func (s *Service) pageSize(asked int32) (int, error) {
	switch {
	case asked < 0:
		return 0, problem.Invalid("page_size", "must not be negative")
	case asked == 0:
		return s.limits.PageSize, nil
	}
	return min(int(asked), s.limits.MaxPageSize), nil
}

// checkRange accepts a range whose coverage may be asked for.
func (s *Service) checkRange(first, last string) error {
	var f problem.Fields
	from, ferr := time.Parse(time.DateOnly, first)
	if ferr != nil {
		f.Add("first_day", "%q is not a day like 2026-01-31", first)
	}
	to, terr := time.Parse(time.DateOnly, last)
	switch {
	case terr != nil:
		f.Add("last_day", "%q is not a day like 2026-01-31", last)
	case ferr != nil:
	case to.Before(from):
		f.Add("last_day", "%s is before first_day, which is %s", last, first)
	case int(to.Sub(from)/day)+1 > s.limits.MaxDays:
		f.Add("last_day", "the range has %d days; at most %d can be asked for", int(to.Sub(from)/day)+1, s.limits.MaxDays)
	}
	return f.Err()
}
