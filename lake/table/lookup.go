package table

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"

	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Key identifies an event in its table.
type Key struct {
	Time int64 // @timestamp, Unix milliseconds
	ID   []byte
}

// Find calls found with the position of each wanted key that a row of the file has. The keys must be sorted by time and
// differ from each other. A file without any of them costs its footer and, where times overlap, the bloom filters of its
// event ids; only what they let through is looked for in pages, and only in those of the right time.
func Find(r io.ReaderAt, size int64, want []Key, found func(i int)) (err error) {
	defer func() { // xitongsys's decoders index without checking
		if p := recover(); p != nil {
			err = fmt.Errorf("find keys: decoding panicked: %v", p)
		}
	}()
	f, err := openFile(r, size)
	if err != nil {
		return fmt.Errorf("find keys: %w", err)
	}
	times, ids := f.leaf(ecs.ColumnName(timeField)), f.leaf(ecs.ColumnName(idField))
	if times < 0 || ids < 0 {
		return fmt.Errorf("find keys: file has no column of times or of event ids")
	}
	for i, g := range f.meta.RowGroups {
		s := finder{file: f, times: g.Columns[times], ids: g.Columns[ids], found: found}
		if err := s.group(want); err != nil {
			return fmt.Errorf("find keys in row group %d: %w", i, err)
		}
	}
	return nil
}

// leaf is the position of a flat column among a row group's chunks, or -1.
func (f *file) leaf(column string) int {
	if len(f.meta.RowGroups) == 0 {
		return 0
	}
	return slices.IndexFunc(f.meta.RowGroups[0].Columns, func(c *parquet.ColumnChunk) bool {
		return len(c.MetaData.PathInSchema) == 1 && c.MetaData.PathInSchema[0] == column
	})
}

// finder looks for keys in one row group.
type finder struct {
	file       *file
	times, ids *parquet.ColumnChunk
	found      func(i int)

	wanted map[timedID]int // positions of the keys that may be here
	pages  []*parquet.PageLocation
	page   idPage
	dict   decoder // of event ids
}

type timedID struct {
	time int64
	id   string
}

// idPage is the decoded page of event ids that was needed last.
type idPage struct {
	first int64
	ids   []string // a row's, empty for null
}

func (s *finder) group(want []Key) error {
	least, most := want, []Key(nil)
	if first, last, ok := s.file.timeBounds(s.times.MetaData); ok {
		least, most = keysFrom(want, first), keysFrom(want, last+1)
	}
	base, candidates := len(want)-len(least), least[:len(least)-len(most)]
	if len(candidates) == 0 {
		return nil
	}
	filter, err := s.file.bloom(s.ids.MetaData)
	if err != nil {
		return err
	}
	s.wanted = make(map[timedID]int)
	var sorted []int64
	for i, k := range candidates {
		if filter == nil || filter.has(k.ID) {
			s.wanted[timedID{k.Time, string(k.ID)}] = base + i
			sorted = append(sorted, k.Time)
		}
	}
	if len(sorted) == 0 {
		return nil
	}
	return s.search(sorted)
}

func keysFrom(want []Key, time int64) []Key {
	i, _ := slices.BinarySearchFunc(want, time, func(k Key, t int64) int { return cmp.Compare(k.Time, t) })
	return want[i:]
}

// search looks through the pages that hold one of the times.
func (s *finder) search(sorted []int64) error {
	where, err := s.file.offsetIndex(s.times)
	if err != nil {
		return err
	}
	index, err := s.file.columnIndex(s.times)
	if err != nil {
		return err
	}
	if s.pages, err = s.file.offsetIndex(s.ids); err != nil {
		return err
	}
	for i, w := range where {
		if index != nil && !s.file.foreign && !anyWithin(sorted, fixed(index.MinValues[i]), fixed(index.MaxValues[i])) {
			continue
		}
		times, err := s.timePage(w)
		if err != nil {
			return err
		}
		if err := s.rows(sorted, times, w.FirstRowIndex); err != nil {
			return err
		}
	}
	return nil
}

func anyWithin(sorted []int64, least, most int64) bool {
	i, _ := slices.BinarySearch(sorted, least)
	return i < len(sorted) && sorted[i] <= most
}

func (s *finder) timePage(w *parquet.PageLocation) ([]int64, error) {
	d := decoder{typ: ecs.Time, form: s.file.formOf(s.times.MetaData)}
	if err := s.dictionary(&d, s.times.MetaData); err != nil {
		return nil, err
	}
	c, err := s.decode(&d, s.times.MetaData, w)
	if err != nil {
		return nil, err
	}
	times, err := d.times(c)
	if err != nil {
		return nil, fmt.Errorf("page at %d: %w", w.Offset, err)
	}
	return times, nil
}

// rows looks at each row whose time is wanted.
func (s *finder) rows(sorted []int64, times []int64, first int64) error {
	for i, time := range times {
		n, hit := slices.BinarySearch(sorted, time)
		sorted = sorted[n:]
		if !hit {
			if len(sorted) == 0 {
				return nil
			}
			continue
		}
		id, err := s.id(first + int64(i))
		if err != nil {
			return err
		}
		if at, ok := s.wanted[timedID{time, id}]; ok {
			s.found(at)
			delete(s.wanted, timedID{time, id})
		}
	}
	return nil
}

// id is the event id of a row of the group, empty for null.
func (s *finder) id(row int64) (string, error) {
	if row < s.page.first || row >= s.page.first+int64(len(s.page.ids)) {
		if err := s.idPage(row); err != nil {
			return "", err
		}
	}
	return s.page.ids[row-s.page.first], nil
}

func (s *finder) idPage(row int64) error {
	i := sort.Search(len(s.pages), func(i int) bool { return s.pages[i].FirstRowIndex > row }) - 1
	if i < 0 {
		return fmt.Errorf("no page of event ids holds row %d", row)
	}
	d, m := &s.dict, s.ids.MetaData
	d.typ, d.form = ecs.String, s.file.formOf(m)
	if err := s.dictionary(d, m); err != nil {
		return err
	}
	c, err := s.decode(d, m, s.pages[i])
	if err != nil {
		return err
	}
	s.page = idPage{first: s.pages[i].FirstRowIndex, ids: make([]string, len(c.defs))}
	next := 0
	for j, l := range c.defs {
		if l == 0 {
			continue
		}
		if c.indexes != nil {
			s.page.ids[j] = string(d.dict.str(int(c.indexes[next])))
		} else {
			s.page.ids[j] = string(c.values.str(next))
		}
		next++
	}
	if row >= s.page.first+int64(len(c.defs)) {
		return fmt.Errorf("no page of event ids holds row %d", row)
	}
	return nil
}

// dictionary reads a chunk's dictionary, if it has one that was not read.
func (s *finder) dictionary(d *decoder, m *parquet.ColumnMetaData) error {
	if !m.IsSetDictionaryPageOffset() || d.dict.len(d.typ) > 0 {
		return nil
	}
	at := m.GetDictionaryPageOffset()
	_, err := s.decode(d, m, &parquet.PageLocation{Offset: at, CompressedPageSize: int32(m.DataPageOffset - at)})
	return err
}

// decode reads the page at a location; a dictionary page goes into the decoder.
func (s *finder) decode(d *decoder, m *parquet.ColumnMetaData, w *parquet.PageLocation) (content, error) {
	p, err := s.file.pages(w.Offset, int64(w.CompressedPageSize), m.Codec)
	if err != nil {
		return content{}, err
	}
	h, body, err := p.next()
	if err != nil {
		return content{}, fmt.Errorf("page at %d: %w", w.Offset, err)
	}
	if h.Type == parquet.PageType_DICTIONARY_PAGE {
		return content{}, d.dictionary(h, body)
	}
	return d.data(h, body)
}
