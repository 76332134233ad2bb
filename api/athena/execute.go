package athena

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/api/athena/cell"
	"github.com/hindcast/hindcast/lake/engine"
)

// execute does what a statement asks for. planned is called when the engine has its statement.
func (s *Service) execute(ctx context.Context, rec record, st statement, planned func()) (result, error) {
	if !s.ours(rec.Database) || !s.ours(st.database) {
		name := rec.Database
		if !s.ours(st.database) {
			name = st.database
		}
		return result{}, userFailure("SCHEMA_NOT_FOUND: line 1:1: Schema '%s' does not exist", name)
	}
	switch st.kind {
	case kindSelect:
		return s.query(ctx, rec, st.asQuery(), planned)
	case kindUnload:
		return s.unload(ctx, rec, st, planned)
	case kindCreateAs:
		return s.createAs(ctx, rec, st, planned)
	case kindDrop:
		return result{Lines: true}, s.dropTable(ctx, st)
	case kindPrepare, kindDeallocate:
		return result{Lines: true}, s.prepareBySQL(ctx, rec, st)
	}
	return s.show(ctx, rec, st)
}

// ours tells whether a database is that of the lake's tables. It is also the one that a client which names none has.
func (s *Service) ours(database string) bool {
	return database == "" || database == "default" || database == s.o.Database
}

// query runs a SELECT and writes its rows to the execution's object.
func (s *Service) query(ctx context.Context, rec record, q Query, planned func()) (result, error) {
	if old, ok := s.reusable(rec); ok {
		out := old.Result
		out.Scanned, out.Reused, out.Read = 0, true, inputs{}
		return out, s.pointTo(rec.ID, old.Output)
	}
	plan, rows, err := s.begin(ctx, q, planned)
	if err != nil {
		return result{}, err
	}
	out, err := s.writeRows(ctx, rec, plan, rows)
	stats, closeErr := rows.Close()
	out.Scanned, out.Read = stats.BytesRead, reads(plan.Statement)
	if err = errors.Join(err, closeErr); err != nil {
		return result{Scanned: out.Scanned}, err
	}
	if rec.Cutoff > 0 && out.Scanned > rec.Cutoff {
		return result{Scanned: out.Scanned}, errors.Join(errCutoff, s.discard(ctx, rec))
	}
	return out, nil
}

// begin plans a query and starts it, anew if its files went in between.
func (s *Service) begin(ctx context.Context, q Query, planned func()) (plan Plan, rows engine.Rows, err error) {
	for range 3 {
		if plan, err = s.plan(ctx, q); err != nil {
			return plan, nil, err
		}
		planned()
		if rows, err = s.o.Engine.Query(ctx, plan.Statement); !errors.Is(err, engine.ErrStale) {
			break
		}
	}
	return plan, rows, err
}

// plan plans a query. What CREATE TABLE AS made is a table to clients that look it up, and none to a query.
func (s *Service) plan(ctx context.Context, q Query) (Plan, error) {
	plan, err := s.o.Planner.Plan(ctx, q)
	var f *Failure
	if errors.As(err, &f) && f.Table != "" {
		if made, is := s.known().Made[f.Table]; is {
			f.Message += fmt.Sprintf(" here: a table that CREATE TABLE AS made is files at %s, and is not read back; run the query that made it instead", made.Location)
		}
	}
	return plan, err
}

// reads sums up the files of a statement.
func reads(st engine.Statement) (in inputs) {
	for _, scan := range st.Scans {
		for _, f := range scan.Files {
			in.Rows += f.Rows
			in.Bytes += f.Bytes
		}
	}
	return in
}

// columnsOf are a result's columns and their types: the plan's, else the engine's.
func columnsOf(plan Plan, rows engine.Rows) ([]cell.Info, []cell.Type, error) {
	given := rows.Columns()
	if len(plan.Columns) > 0 && len(plan.Columns) != len(given) {
		return nil, nil, fmt.Errorf("the plan has %d columns and the engine gives %d", len(plan.Columns), len(given))
	}
	infos, types := make([]cell.Info, len(given)), make([]cell.Type, len(given))
	for i, c := range given {
		name := c.Name
		types[i] = cell.FromDuckDB(c.Type)
		if len(plan.Columns) > 0 {
			name = plan.Columns[i].Name
			t, err := plan.Columns[i].typ()
			if err != nil {
				return nil, nil, fmt.Errorf("column %s: %w", name, err)
			}
			types[i] = t.Stored(types[i])
		}
		infos[i] = cell.Column(name, types[i])
	}
	return infos, types, nil
}

func (c Column) typ() (cell.Type, error) {
	t, err := cell.ParseType(c.Type)
	if err == nil && c.Zone != "" {
		t.Zone, err = cell.Zone(c.Zone)
	}
	return t, err
}

// errTooLarge ends a query whose result outgrows the limit.
var errTooLarge = &Failure{Category: UserError, Type: typeExhausted, Message: "Query exhausted resources at this scale factor: the result is larger than this service keeps"}

// writeRows brings a result to the execution's object, and a description of its columns beside it.
func (s *Service) writeRows(ctx context.Context, rec record, plan Plan, rows engine.Rows) (result, error) {
	infos, types, err := columnsOf(plan, rows)
	if err != nil {
		return result{}, err
	}
	out := result{Columns: infos, Header: true}
	err = s.writeObject(ctx, rec, func(w io.Writer) error {
		return s.writeCSV(w, &out, rows, types)
	})
	if err != nil {
		return result{}, err
	}
	return out, s.writeMetadata(ctx, rec, out)
}

// writeObject streams an execution's object. Nothing is there when it fails, and write has ended when it returns.
func (s *Service) writeObject(ctx context.Context, rec record, write func(w io.Writer) error) error {
	at, err := parseLocation(rec.Output)
	if err != nil {
		return err
	}
	r, w := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		w.CloseWithError(s.guarded(rec, func() error { return write(w) }))
	}()
	_, err = s.o.Objects.Put(ctx, at.object(), r)
	r.CloseWithError(err)
	<-written
	return err
}

func (s *Service) writeCSV(w io.Writer, out *result, rows engine.Rows, types []cell.Type) error {
	header := make([]cell.Value, len(types))
	for i, c := range out.Columns {
		header[i].Text = c.Name
	}
	exact, _ := rows.(engine.Exact)
	buffer := cell.AppendCSV(nil, header)
	values := make([]cell.Value, len(types))
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if exact != nil {
			row = exact.Exact()
		}
		for i, v := range row {
			text, there := cell.Format(v, types[i])
			values[i] = cell.Value{Text: text, Null: !there}
		}
		buffer = cell.AppendCSV(buffer, values)
		out.Rows++
		if out.Bytes+int64(len(buffer)) > s.o.Limits.ResultBytes {
			return errTooLarge
		}
		if len(buffer) >= 64<<10 {
			if err := flush(w, out, &buffer); err != nil {
				return err
			}
		}
	}
	return flush(w, out, &buffer)
}

func flush(w io.Writer, out *result, buffer *[]byte) error {
	n, err := w.Write(*buffer)
	out.Bytes += int64(n)
	*buffer = (*buffer)[:0]
	return err
}

// writeLines brings a text to the execution's object.
func (s *Service) writeLines(ctx context.Context, rec record, columns []string, lines []string) (result, error) {
	out := result{Lines: true, Rows: int64(len(lines))}
	for _, c := range columns {
		out.Columns = append(out.Columns, cell.Text(c))
	}
	text := strings.Join(lines, "\n")
	if len(lines) > 0 {
		text += "\n"
	}
	out.Bytes = int64(len(text))
	err := s.writeObject(ctx, rec, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return result{}, err
	}
	return out, s.writeMetadata(ctx, rec, out)
}

// discard takes back an execution's object.
func (s *Service) discard(ctx context.Context, rec record) error {
	at, err := parseLocation(rec.Output)
	if err != nil {
		return err
	}
	description := at.object() + metadataSuffix
	return errors.Join(s.o.Objects.Delete(ctx, at.object()), s.o.Objects.Delete(ctx, description))
}

// reusable finds a result of the same request that the client takes instead of a new one.
func (s *Service) reusable(rec record) (record, bool) {
	if rec.Reuse == nil || rec.Reuse.ResultReuseByAgeConfiguration == nil || !rec.Reuse.ResultReuseByAgeConfiguration.Enabled {
		return record{}, false
	}
	minutes := 60
	if age := rec.Reuse.age(); age != nil {
		minutes = *age
	}
	all := s.everything()
	i := slices.IndexFunc(all, func(r record) bool {
		return r.State == succeeded && !r.Result.Reused && r.Query == rec.Query && r.Statement == rec.Statement && r.Database == rec.Database && r.Catalog == rec.Catalog &&
			r.WorkGroup == rec.WorkGroup && slices.Equal(r.Parameters, rec.Parameters) && folder(r.Output) == folder(rec.Output) &&
			s.o.Now().Sub(r.Ended).Minutes() <= float64(minutes)
	})
	if i < 0 {
		return record{}, false
	}
	return all[i], true
}

func folder(output string) string { return output[:strings.LastIndexByte(output, '/')+1] }

// pointTo makes another execution's object that of this one.
func (s *Service) pointTo(id, output string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[id].rec.Output = output
	return nil
}
