package table

import (
	"bytes"
	"fmt"
	"io"
)

// Range is the least and the greatest text of a column in a file, as its footer says; both are cut when they are long.
// ErrMismatch when there is no such column, or it has no text in a row group.
func Range(r io.ReaderAt, size int64, column string) (least, greatest string, err error) {
	f, err := openFile(r, size)
	if err != nil {
		return "", "", err
	}
	at := f.leaf(column)
	if at < 0 {
		return "", "", fmt.Errorf("%w: it has no column %s", ErrMismatch, column)
	}
	var low, high []byte
	for i, g := range f.meta.RowGroups {
		st := g.Columns[at].MetaData.Statistics
		if st == nil || !st.IsSetMinValue() || !st.IsSetMaxValue() {
			return "", "", fmt.Errorf("%w: row group %d has no bounds of %s", ErrMismatch, i, column)
		}
		if low == nil || bytes.Compare(st.MinValue, low) < 0 {
			low = st.MinValue
		}
		if high == nil || bytes.Compare(st.MaxValue, high) > 0 {
			high = st.MaxValue
		}
	}
	return string(low), string(high), nil
}
