package database

import "bytes"

// csvFields goes over the fields of a record of comma-separated values, in which quotes are doubled.
type csvFields struct {
	line []byte
	at   int
	cut  bool   // the record ends within quotes
	text []byte // of fields with quotes in them, for as long as the record
}

func (c *csvFields) begin(line []byte) {
	c.line, c.at, c.cut, c.text = line, 0, false, c.text[:0]
}

// next is the next field; a record that ends in a comma ends in an empty one.
func (c *csvFields) next() (field []byte, ok bool) {
	if c.at > len(c.line) || c.cut {
		return nil, false
	}
	if c.at < len(c.line) && c.line[c.at] == '"' {
		return c.quoted(), true
	}
	field = c.line[c.at:]
	if n := bytes.IndexByte(field, ','); n >= 0 {
		field = field[:n]
	}
	c.at += len(field) + 1
	return field, true
}

// quoted is the field in quotes that begins here. What stands between its end and the next comma belongs to it.
func (c *csvFields) quoted() []byte {
	from := c.at + 1
	start := len(c.text)
	doubled := false
	for i := from; ; {
		n := bytes.IndexByte(c.line[i:], '"')
		if n < 0 {
			c.at, c.cut = len(c.line)+1, true
			return c.line[from:]
		}
		end := i + n
		if end+1 < len(c.line) && c.line[end+1] == '"' {
			c.text = append(c.text, c.line[from:end+1]...)
			from, i, doubled = end+2, end+2, true
			continue
		}
		c.at = end + 1
		tail := c.line[end+1:]
		if comma := bytes.IndexByte(tail, ','); comma >= 0 {
			tail = tail[:comma]
		}
		c.at += len(tail) + 1
		if !doubled && len(tail) == 0 {
			return c.line[from:end]
		}
		c.text = append(append(c.text, c.line[from:end]...), tail...)
		return c.text[start:len(c.text):len(c.text)]
	}
}
