package merge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/table"
)

// merging is a merge of files of one table under way.
type merging struct {
	run      *run
	ctx      context.Context
	dir      string
	schema   *ecs.Schema
	checking sync.WaitGroup // what checks the inputs, and alone uses the two that follow
	hasher   table.Hasher
	content  table.Content // of the lake's files that were read
	batches  [2]*ecs.Batch // one is filled while the other's row group is read back
	rows     [2][]int32
	passes   int
	groups   int64 // row groups of the lake's files
	done     func(rows int64)
}

var errContent = errors.New("the files made do not hold what the files merged do, and are not taken")

// merge makes files of the lake's.
func (m *merging) merge(files []catalog.File, s spec) ([]localFile, error) {
	inputs, err := m.inputs(files)
	if err != nil {
		return nil, err
	}
	return m.from(inputs, s)
}

// inputs are files of the lake as they are to be merged.
func (m *merging) inputs(files []catalog.File) ([]*input, error) {
	inputs := make([]*input, len(files))
	for i, f := range byTime(files) {
		inputs[i] = &input{File: f, order: i}
	}
	if err := m.measure(inputs); err != nil {
		return nil, err
	}
	return inputs, m.adopt(inputs)
}

// from makes files of inputs, whose content is known when they have been read.
func (m *merging) from(inputs []*input, s spec) ([]localFile, error) {
	var data, rows int64
	var metas []map[string]string
	for _, in := range inputs {
		metas = append(metas, in.shape.Meta)
		m.groups += in.shape.RowGroups
		data, rows = data+in.shape.Data, rows+in.Rows
	}
	// Small files are half footers: what counts is their pages.
	count := m.run.rules().ideal(data)
	s.bytes, s.rows = data/count, rows/count
	meta, err := enrich.MergeMeta(metas...)
	if err != nil {
		return nil, err
	}
	s.options.Meta = meta
	if inputs, err = m.thin(inputs); err != nil {
		return nil, err
	}
	o, err := m.pass(inputs, s, m.done)
	if err != nil {
		return nil, err
	}
	if o.content != m.content {
		return nil, fmt.Errorf("%w: they have %s, the files merged have %s", errContent, o.content, m.content)
	}
	return o.made, nil
}

// pass merges inputs into local files.
func (m *merging) pass(inputs []*input, s spec, done func(int64)) (*output, error) {
	out, err := m.newOutput(s)
	if err != nil {
		return nil, err
	}
	defer out.close()
	return out, m.stream(inputs, func(b *ecs.Batch, rows []int32, left int64) error {
		if err := out.add(b, rows, left); err != nil {
			return err
		}
		done(int64(len(rows)))
		return nil
	})
}

// stream gives the rows of inputs in their order, a row group at a time, and how many are left. Two batches take turns: what
// is given may be used until the call after the next.
func (m *merging) stream(inputs []*input, give func(b *ecs.Batch, rows []int32, left int64) error) error {
	var left int64
	for _, in := range inputs {
		left += in.Rows
	}
	order := m.newOrder(inputs, m.step(inputs))
	defer order.close()
	ctx, stop := context.WithCancel(m.ctx)
	m.checkAll(ctx, order.waiting)
	defer func() {
		stop()
		m.checking.Wait()
	}()
	for turn := 0; left > 0; turn = 1 - turn {
		b := m.batches[turn]
		b.Reset()
		m.run.readers.Turn()
		rows, err := order.fill(b, m.rows[turn][:0], func(b *ecs.Batch) bool {
			return b.Rows()+order.step > maxGroupRows || b.Bytes() >= m.run.cfg.GroupBytes
		})
		if err != nil {
			return err
		}
		m.rows[turn] = rows
		if left -= int64(len(rows)); len(rows) == 0 || left < 0 {
			return fmt.Errorf("%w: %d rows are not there, or too many if below zero", errContent, left)
		}
		if err := give(b, rows, left); err != nil {
			return err
		}
	}
	return nil
}

// step is how many rows are read at a time: few megabytes of them, since the memory is looked at in between.
func (m *merging) step(inputs []*input) int {
	const bytes, most = 4 << 20, 8 << 10
	var unpacked, rows int64
	for _, in := range inputs {
		unpacked, rows = unpacked+in.shape.Unpacked, rows+in.Rows
	}
	return int(min(max(bytes*rows/max(unpacked, 1), 16), most))
}

// maxGroupRows is the most rows of a row group, which fit what a query skips and how readers divide a file.
const maxGroupRows = 128 << 10

// maxOpen is how many files are read by turns at most.
const maxOpen = 200

// thin merges files into local ones, as long as more of them overlap than can be read by turns.
func (m *merging) thin(inputs []*input) ([]*input, error) {
	for m.crowded(inputs) {
		var fewer []*input
		slices.SortStableFunc(inputs, func(a, b *input) int { return cmp.Compare(a.order, b.order) })
		for _, group := range groups(inputs, m.run.cfg.InputBytes) {
			if len(group) == 1 {
				fewer = append(fewer, group[0])
				continue
			}
			in, err := m.together(group)
			if err != nil {
				return nil, err
			}
			fewer = append(fewer, in)
		}
		inputs = fewer
		m.passes++
	}
	return inputs, nil
}

// crowded tells whether more files hold rows of some time than can be read by turns.
func (m *merging) crowded(inputs []*input) bool {
	type edge struct {
		at    int64
		opens int
		held  int64
	}
	var edges []edge
	for _, in := range inputs {
		edges = append(edges, edge{in.MinTime.UnixMilli(), 1, in.shape.Held}, edge{in.MaxTime.UnixMilli() + 1, -1, -in.shape.Held})
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.opens, b.opens)) })
	open, held := 0, int64(0)
	for _, e := range edges {
		open, held = open+e.opens, held+e.held
		if open > 1 && (open > maxOpen || held > m.run.cfg.InputBytes) && len(inputs) > 2 {
			return true
		}
	}
	return false
}

// groups divides inputs, in their order, into groups of at least two that can be read by turns.
func groups(inputs []*input, budget int64) (all [][]*input) {
	for len(inputs) > 0 {
		n, held := 0, int64(0)
		for n < len(inputs) && n < maxOpen && (n < 2 || held+inputs[n].shape.Held <= budget) {
			held += inputs[n].shape.Held
			n++
		}
		all = append(all, inputs[:n])
		inputs = inputs[n:]
	}
	return all
}

// together makes one local file of several, which takes little memory to read. Its rows of one time are in the order of
// the files, since groups are divided in it.
func (m *merging) together(group []*input) (*input, error) {
	first := group[0]
	out, err := m.pass(group, scratch(fmt.Sprintf("pass%d-%d.tmp", m.passes, first.order)), func(int64) {})
	if err != nil {
		return nil, err
	}
	for _, in := range group {
		if in.local != "" {
			_ = os.Remove(in.local)
		}
	}
	in := localInput(out.made[0].path, out.made[0].info, first.order)
	return in, m.measure([]*input{in})
}

// scratch is a local file that takes little memory to read.
func scratch(name string) spec {
	return spec{
		name:  func(int) string { return name },
		bytes: 1 << 62,
		options: table.Options{
			RowsPerGroup: 16 << 10, RowsPerPage: 1 << 10, PageBytes: 64 << 10, Level: zstd.SpeedFastest,
			Bloom: func(ecs.Field) bool { return false },
		},
	}
}

// localInput is a local file that was written and read back.
func localInput(path string, info table.Info, order int) *input {
	return &input{
		File:  catalog.File{Path: filepath.Base(path), Rows: info.Rows, Bytes: info.Bytes, MinTime: instant(info.MinTime), MaxTime: instant(info.MaxTime)},
		local: path, order: order,
	}
}
