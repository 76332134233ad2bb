package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Totals sums up every table.
func (s *Store) Totals(ctx context.Context) ([]catalog.TableTotals, error) {
	var totals []catalog.TableTotals
	err := s.read(ctx, "sum up tables", func(t session) (err error) {
		if totals, err = t.sumPartitions(ctx); err != nil {
			return err
		}
		objects, err := t.sumObjects(ctx)
		if err != nil {
			return err
		}
		for i := range totals {
			o := objects[totals[i].Table]
			totals[i].Objects, totals[i].RawBytes, totals[i].Counts = o.Objects, o.RawBytes, o.Counts
		}
		return nil
	})
	return totals, err
}

func (s session) sumPartitions(ctx context.Context) ([]catalog.TableTotals, error) {
	totals, err := list(ctx, s, s.sq.Select("t.name", sum("p.row_count"), sum("p.size_bytes"), sum("p.file_count"), "COUNT(p.day)",
		"COALESCE(MIN(p.day), '')", "COALESCE(MAX(p.day), '')", "MIN(p.min_time)", "MAX(p.max_time)",
		"(SELECT "+sum("e.row_count")+" FROM expirations e WHERE e.table_name = t.name AND NOT e.restored)").
		From("lake_tables t").LeftJoin("partitions p ON p.table_name = t.name AND p.file_count > 0").GroupBy("t.name"),
		func(r row, v *catalog.TableTotals) error {
			return r.Scan(&v.Table, &v.Events, &v.Bytes, &v.Files, &v.Days, &v.FirstDay, &v.LastDay, instant{&v.MinTime}, instant{&v.MaxTime}, &v.Expired)
		})
	slices.SortFunc(totals, func(a, b catalog.TableTotals) int { return strings.Compare(a.Table, b.Table) })
	return totals, err
}

func (s session) sumObjects(ctx context.Context) (map[string]catalog.TableTotals, error) {
	totals, err := list(ctx, s, s.sq.Select("b.table_name", "COUNT(*)", sum("o.raw_bytes"), sum("o.records_in"), sum("o.events_out"),
		sum("o.duplicates"), sum("o.rejected")).
		From("objects o").Join("batches b ON b.id = o.batch_id").
		Where(sq.Eq{"b.state": string(catalog.Committed)}).GroupBy("b.table_name"),
		func(r row, v *catalog.TableTotals) error {
			return r.Scan(&v.Table, &v.Objects, &v.RawBytes, &v.RecordsIn, &v.EventsOut, &v.Duplicates, &v.Rejected)
		})
	byName := make(map[string]catalog.TableTotals, len(totals))
	for _, t := range totals {
		byName[t.Table] = t
	}
	return byName, err
}

// sum is the sum of a column of ours as a whole number, which PostgreSQL would widen.
func sum(column string) string { return "CAST(COALESCE(SUM(" + column + "), 0) AS BIGINT)" }

// Audit finds where the books do not balance.
func (s *Store) Audit(ctx context.Context) ([]catalog.Finding, error) {
	var all []catalog.Finding
	err := s.read(ctx, "audit", func(t session) error {
		for _, check := range []func(context.Context) ([]catalog.Finding, error){
			t.auditObjects, t.auditBatches, t.auditPartitions, t.auditTables, t.auditExpired, t.auditTrash, t.auditPublished,
		} {
			found, err := check(ctx)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		return nil
	})
	return all, err
}

func (s session) auditObjects(ctx context.Context) ([]catalog.Finding, error) {
	return list(ctx, s, s.sq.Select("b.table_name", "b.id", "o.object_key", "o.records_in", "o.events_out", "o.duplicates", "o.rejected").
		From("objects o").Join("batches b ON b.id = o.batch_id").
		Where(sq.Eq{"b.state": string(catalog.Committed)}).
		Where("o.records_in <> o.events_out + o.duplicates + o.rejected").OrderBy("b.id", "o.object_key"),
		func(r row, f *catalog.Finding) error {
			var in, out, duplicates, rejected int64
			err := r.Scan(&f.Table, &f.Batch, &f.Object, &in, &out, &duplicates, &rejected)
			f.Text = fmt.Sprintf("%d records in are not %d events out + %d duplicates + %d rejected", in, out, duplicates, rejected)
			return err
		})
}

// auditBatches compares the rows that a batch wrote with the events of its objects. Records that left quarantine are
// counted with the object they came from, but lie in the files of the batch that retried them.
func (s session) auditBatches(ctx context.Context) ([]catalog.Finding, error) {
	return disagreeing(ctx, s, s.sq.Select("b.table_name", "b.id", "''", "b.events_out",
		"(SELECT "+sum("o.events_out")+" FROM objects o WHERE o.batch_id = b.id)"+
			" - (SELECT COUNT(*) FROM quarantine q WHERE q.batch_id = b.id AND q.state = 'released' AND NOT q.is_duplicate)"+
			" + (SELECT COUNT(*) FROM quarantine q WHERE q.retry_batch = b.id AND q.state = 'released' AND NOT q.is_duplicate)").
		From("batches b").Where(sq.Eq{"b.state": string(catalog.Committed)}).OrderBy("b.id"),
		"%d rows in the batch's files are not the %d events of its objects and retried records")
}

func (s session) auditPartitions(ctx context.Context) ([]catalog.Finding, error) {
	return disagreeing(ctx, s, s.sq.Select("p.table_name", "''", "p.day", "p.row_count", sum("f.row_count")).
		From("partitions p").LeftJoin("files f ON f.table_name = p.table_name AND f.day = p.day").
		GroupBy("p.table_name", "p.day", "p.row_count").OrderBy("p.table_name", "p.day"),
		"the partition's %d rows are not the %d of its files")
}

func (s session) auditTables(ctx context.Context) ([]catalog.Finding, error) {
	return disagreeing(ctx, s, s.sq.Select("t.name", "''", "''",
		"(SELECT "+sum("p.row_count")+" FROM partitions p WHERE p.table_name = t.name)"+
			" + (SELECT "+sum("e.row_count")+" FROM expirations e WHERE e.table_name = t.name AND NOT e.restored)",
		"(SELECT "+sum("b.events_out")+" FROM batches b WHERE b.table_name = t.name)").
		From("lake_tables t").OrderBy("t.name"),
		"%d rows in the table's partitions, with those that have expired, are not the %d that its batches wrote")
}

// auditExpired looks at the expired partitions that can be restored: it takes all their rows.
func (s session) auditExpired(ctx context.Context) ([]catalog.Finding, error) {
	return disagreeing(ctx, s, s.sq.Select("e.table_name", "''", "e.day", "e.row_count", sum("t.row_count")).
		From("expirations e").
		Join("trash t ON t.table_name = e.table_name AND t.day = e.day AND t.expired_from = e.generation AND NOT t.collected").
		Where("NOT e.restored").
		GroupBy("e.table_name", "e.day", "e.generation", "e.row_count", "e.file_count").Having("COUNT(*) = e.file_count").
		OrderBy("e.table_name", "e.day"),
		"the %d rows of the expired partition are not the %d of its files in the trash")
}

func (s session) auditTrash(ctx context.Context) (all []catalog.Finding, err error) {
	for _, used := range []sq.SelectBuilder{
		s.sq.Select("f.table_name", "f.day", "f.path").From("files f").Join("trash t ON t.path = f.path").
			OrderBy("f.table_name", "f.day", "f.path"),
		s.sq.Select("p.table_name", "p.day", "p.manifest").From("partitions p").Join("trash t ON t.path = p.manifest").
			Where("p.manifest <> ''").OrderBy("p.table_name", "p.day"),
	} {
		found, err := list(ctx, s, used, func(r row, f *catalog.Finding) error {
			var path string
			err := r.Scan(&f.Table, &f.Day, &path)
			f.Text = "file " + path + " is in use and in the trash"
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (s session) auditPublished(ctx context.Context) ([]catalog.Finding, error) {
	return list(ctx, s, s.sq.Select("table_name", "day", "published_version", "version").From("partitions").
		Where("published_version > version").OrderBy("table_name", "day"), func(r row, f *catalog.Finding) error {
		var published, version int64
		err := r.Scan(&f.Table, &f.Day, &published, &version)
		f.Text = fmt.Sprintf("version %d of the partition is published, which is of version %d", published, version)
		return err
	})
}

// disagreeing runs a query of table, batch, day and two numbers, and keeps the rows whose numbers differ.
func disagreeing(ctx context.Context, s session, stmt sq.Sqlizer, text string) ([]catalog.Finding, error) {
	found, err := list(ctx, s, stmt, func(r row, f *catalog.Finding) error {
		var has, should int64
		if err := r.Scan(&f.Table, &f.Batch, &f.Day, &has, &should); err != nil || has == should {
			return err
		}
		f.Text = fmt.Sprintf(text, has, should)
		return nil
	})
	return slices.DeleteFunc(found, func(f catalog.Finding) bool { return f.Text == "" }), err
}
