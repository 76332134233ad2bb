package definition

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/hindcast/hindcast/lake/source"
)

// groups divides a record by the named groups of a regular expression.
func groups(re *regexp.Regexp) source.Parser {
	return func(want []string) (source.Divider, error) {
		d := &groupDivider{re: re, names: re.SubexpNames()}
		for _, name := range d.names {
			d.slots = append(d.slots, slices.Index(want, name))
		}
		return d, nil
	}
}

type groupDivider struct {
	re    *regexp.Regexp
	names []string
	slots []int
}

func (d *groupDivider) Begin(string) {}

var errNoMatch = errors.New("the record does not match the definition's regular expression")

// Divide keeps what the expression leaves over at either end as the record's rest.
func (d *groupDivider) Divide(record []byte, v *source.Values) error {
	if len(bytes.TrimSpace(record)) == 0 {
		return source.ErrNoRecord
	}
	at := d.re.FindSubmatchIndex(record)
	if at == nil {
		return errNoMatch
	}
	for i, name := range d.names {
		if from, to := at[2*i], at[2*i+1]; name != "" && from >= 0 {
			v.SetField(d.slots[i], name, record[from:to])
		}
	}
	v.SetField(-1, "before", bytes.TrimSpace(record[:at[0]]))
	v.SetField(-1, "behind", bytes.TrimSpace(record[at[1]:]))
	return nil
}

// delimited divides lines by a delimiter, as RFC 4180 has it. Without columns, the first line of an object names them.
func delimited(delimiter byte, columns []string) source.Parser {
	return func(want []string) (source.Divider, error) {
		d := &delimitedDivider{delimiter: delimiter, header: columns == nil, want: want}
		d.name(columns)
		return d, nil
	}
}

type delimitedDivider struct {
	delimiter byte
	header    bool // whether a line names the columns
	want      []string
	first     []byte // that line
	columns   []string
	slots     []int
	fields    [][]byte
	text      []byte // of fields with quotes in them
}

func (d *delimitedDivider) name(columns []string) {
	d.columns, d.slots = columns, d.slots[:0]
	for _, name := range columns {
		d.slots = append(d.slots, slices.Index(d.want, name))
	}
}

// Begin expects the next line to name the columns.
func (d *delimitedDivider) Begin(string) { d.first = nil }

func (d *delimitedDivider) Divide(record []byte, v *source.Values) error {
	record = bytes.TrimPrefix(bytes.TrimRight(record, "\r\n"), byteOrderMark)
	if len(record) == 0 || d.first != nil && bytes.Equal(record, d.first) {
		return source.ErrNoRecord
	}
	if err := d.split(record); err != nil {
		return err
	}
	if d.header && d.first == nil {
		d.first = bytes.Clone(record)
		columns := make([]string, len(d.fields))
		for i, field := range d.fields {
			columns[i] = string(bytes.TrimSpace(field))
		}
		d.name(columns)
		return source.ErrNoRecord
	}
	if len(d.fields) != len(d.columns) {
		return fmt.Errorf("the record has %d fields, and there are %d columns", len(d.fields), len(d.columns))
	}
	for i, field := range d.fields {
		v.SetField(d.slots[i], d.columns[i], field)
	}
	return nil
}

var byteOrderMark = []byte("\ufeff")

var errQuote = errors.New("a quoted field does not end with a quote before a delimiter or the end of the line")

// split finds the fields of a line. Two quotes within a quoted field stand for one.
func (d *delimitedDivider) split(line []byte) error {
	d.fields, d.text = d.fields[:0], d.text[:0]
	for rest := line; ; {
		if len(rest) == 0 || rest[0] != '"' {
			end := bytes.IndexByte(rest, d.delimiter)
			if end < 0 {
				d.fields = append(d.fields, rest)
				return nil
			}
			d.fields, rest = append(d.fields, rest[:end]), rest[end+1:]
			continue
		}
		size, err := d.quoted(rest)
		if err != nil {
			return err
		}
		if size == len(rest) {
			return nil
		}
		rest = rest[size+1:]
	}
}

// quoted adds the field in quotes that begins here, and answers how long it is.
func (d *delimitedDivider) quoted(b []byte) (int, error) {
	from := len(d.text)
	for at := 1; ; {
		end := bytes.IndexByte(b[at:], '"')
		if end < 0 {
			return 0, errQuote
		}
		d.text = append(d.text, b[at:at+end]...)
		if at += end + 1; at < len(b) && b[at] == '"' {
			d.text = append(d.text, '"')
			at++
			continue
		}
		if at < len(b) && b[at] != d.delimiter {
			return 0, errQuote
		}
		d.fields = append(d.fields, d.text[from:len(d.text):len(d.text)])
		return at, nil
	}
}

// pairs divides records of key=value and key="a value" between spaces; words without '=' are kept as the rest.
func pairs(want []string) (source.Divider, error) { return &pairDivider{want: want}, nil }

type pairDivider struct {
	want []string
	text []byte
}

func (d *pairDivider) Begin(string) {}

var errNoPair = errors.New("the record has no key=value")

func (d *pairDivider) Divide(record []byte, v *source.Values) error {
	rest := bytes.TrimSpace(record)
	if len(rest) == 0 {
		return source.ErrNoRecord
	}
	d.text = d.text[:0]
	found, words := false, 0
	for ; len(rest) > 0; rest = bytes.TrimLeft(rest, " \t") {
		end := bytes.IndexAny(rest, "= \t")
		if end <= 0 || rest[end] != '=' {
			word := rest
			if end = max(end, bytes.IndexAny(rest, " \t")); end > 0 {
				word = rest[:end]
			}
			words++
			v.SetField(-1, "word_"+strconv.Itoa(words), word)
			rest = rest[len(word):]
			continue
		}
		var value []byte
		key := rest[:end]
		value, rest = d.value(rest[end+1:])
		found = true
		d.put(v, key, value)
	}
	if !found {
		return errNoPair
	}
	return nil
}

func (d *pairDivider) put(v *source.Values, key, value []byte) {
	for slot, name := range d.want {
		if name == string(key) {
			v.SetField(slot, name, value)
			return
		}
	}
	v.SetField(-1, string(key), value)
}

// value reads a value, in quotes or up to the next space. A backslash in quotes takes the next byte as it is.
func (d *pairDivider) value(b []byte) (value, rest []byte) {
	if len(b) == 0 || b[0] != '"' {
		if end := bytes.IndexAny(b, " \t"); end >= 0 {
			return b[:end], b[end:]
		}
		return b, nil
	}
	from := len(d.text)
	for i := 1; i < len(b); i++ {
		c := b[i]
		if c == '"' {
			return d.text[from:len(d.text):len(d.text)], b[i+1:]
		}
		if c == '\\' && i+1 < len(b) {
			i++
			c = b[i]
		}
		d.text = append(d.text, c)
	}
	return d.text[from:len(d.text):len(d.text)], nil
}
