package database

import (
	"bytes"
	"errors"
	"slices"

	"github.com/hindcast/hindcast/lake/source"
)

// mySQLSlowLog divides the records of slow query logs.
func mySQLSlowLog(want []string) (source.Divider, error) {
	d := &mySQLSlowDivider{slots: map[string]int{}}
	d.own = source.Bind(want, "time", "user", "current_user", "host", "ip", "timestamp", "schema", "query", "explain", "written")
	for slot, name := range want {
		if !slices.Contains(d.own.Names, name) {
			d.slots[name] = slot
		}
	}
	return d, nil
}

// Positions among a record's own fields, which are no attributes.
const (
	slowTime = iota
	slowUser
	slowCurrent
	slowHost
	slowIP
	slowStamp
	slowSchema
	slowQuery
	slowExplain
	slowWritten // the time again, of the first record behind it
)

type mySQLSlowDivider struct {
	slots   map[string]int // of attributes, by their names
	own     source.Layout
	time    []byte // of the line # Time that was read last
	fresh   bool   // no record has been read since
	explain []byte
}

func (d *mySQLSlowDivider) Begin(string) { d.time, d.fresh = d.time[:0], false }

var (
	errNoSlow   = errors.New("the record has no line # User@Host: its beginning is in another object")
	errSlowHost = errors.New("the line # User@Host has no user, host and address")
	truth       = map[string][]byte{"Yes": []byte("true"), "No": []byte("false")}
)

func (d *mySQLSlowDivider) Divide(record []byte, v *source.Values) error {
	d.explain = d.explain[:0]
	rest, hasUser := record, false
	for len(rest) > 0 && (rest[0] == '#' || rest[0] == '\n' || rest[0] == '\r') {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if bytes.HasPrefix(line, []byte("# administrator command: ")) {
			break
		}
		rest = after
		if account, ok := bytes.CutPrefix(line, []byte("# User@Host: ")); ok && !hasUser {
			hasUser = true
			if err := d.account(account, v); err != nil {
				return err
			}
			continue
		}
		d.header(line, v)
	}
	if !hasUser {
		return d.withoutUser(record, rest)
	}
	d.own.Take(v, slowTime, d.time)
	if d.fresh {
		d.fresh = false
		d.own.Take(v, slowWritten, d.time)
	}
	d.own.Take(v, slowExplain, d.explain)
	d.body(rest, v)
	return nil
}

// withoutUser tells what a record without a user is.
func (d *mySQLSlowDivider) withoutUser(record, rest []byte) error {
	line, _, _ := bytes.Cut(record, []byte("\n"))
	if len(bytes.TrimSpace(rest)) == 0 || isMySQLBanner(line) {
		return source.ErrNoRecord
	}
	return errNoSlow
}

// header reads a line of attributes, of the time or of an explanation.
func (d *mySQLSlowDivider) header(line []byte, v *source.Values) {
	line = bytes.TrimLeft(line, "# ")
	if time, ok := bytes.CutPrefix(line, []byte("Time: ")); ok {
		d.time, d.fresh = append(d.time[:0], time...), true
		return
	}
	if row, ok := bytes.CutPrefix(line, []byte("explain: ")); ok {
		if len(d.explain) > 0 {
			d.explain = append(d.explain, '\n')
		}
		d.explain = append(d.explain, row...)
		return
	}
	if bytes.HasPrefix(line, []byte("No InnoDB statistics")) {
		return
	}
	d.attributes(line, v)
}

// attributes reads Name: value  Name: value, where a value may be missing.
func (d *mySQLSlowDivider) attributes(line []byte, v *source.Values) {
	t := source.Tokens{Line: line}
	for t.More() {
		name := t.Word()
		if name[len(name)-1] != ':' {
			v.Rest("header", name)
			continue
		}
		at := t.At
		value := t.Word()
		if len(value) > 1 && value[len(value)-1] == ':' { // the next name
			t.At = at
			continue
		}
		d.attribute(name[:len(name)-1], value, v)
	}
}

func (d *mySQLSlowDivider) attribute(name, value []byte, v *source.Values) {
	slot, ok := d.slots[string(name)]
	switch {
	case len(value) == 0:
	case !ok:
		v.Rest(string(name), value)
	default:
		shape := source.Text
		if word, is := truth[string(value)]; is {
			value, shape = word, source.Bool
		}
		v.Set(slot, shape, value)
	}
}

// account reads user[current] @ host [address]  Id:  5. The user's name may have brackets, but no space before the last @.
func (d *mySQLSlowDivider) account(line []byte, v *source.Values) error {
	at := bytes.LastIndex(line, []byte(" @ "))
	if at < 0 {
		return errSlowHost
	}
	user, client := line[:at], line[at+3:]
	open := bytes.IndexByte(client, '[')
	end := bytes.IndexByte(client, ']')
	if open < 0 || end < open {
		return errSlowHost
	}
	if n := bytes.IndexByte(user, '['); n >= 0 {
		d.own.Take(v, slowCurrent, bytes.TrimSuffix(user[n+1:], []byte("]")))
		user = user[:n]
	}
	d.own.Take(v, slowUser, user)
	d.own.Take(v, slowHost, bytes.TrimSpace(client[:open]))
	d.own.Take(v, slowIP, client[open+1:end])
	d.attributes(client[end+1:], v)
	return nil
}

// body reads what is behind the attributes: use db; SET timestamp=1384261412; and the statement.
func (d *mySQLSlowDivider) body(rest []byte, v *source.Values) {
	if used, ok := cutPrefixFold(rest, "use "); ok {
		line, after, more := bytes.Cut(used, []byte("\n"))
		if name, ok := bytes.CutSuffix(bytes.TrimRight(line, "\r"), []byte(";")); ok && more {
			d.own.Take(v, slowSchema, bytes.Trim(name, "`"))
			rest = after
		}
	}
	if set, ok := cutPrefixFold(rest, "SET "); ok {
		line, after, _ := bytes.Cut(set, []byte("\n"))
		line = bytes.TrimRight(line, ";\r ")
		if at := bytes.Index(line, []byte("timestamp=")); at == 0 || at > 0 && line[at-1] == ',' {
			stamp, _, _ := bytes.Cut(line[at+len("timestamp="):], []byte(","))
			d.own.Take(v, slowStamp, stamp)
			if at > 0 {
				v.Rest("set", line[:at-1])
			}
			rest = after
		}
	}
	d.own.Take(v, slowQuery, bytes.TrimRight(rest, "\r\n"))
}

func cutPrefixFold(text []byte, prefix string) (rest []byte, ok bool) {
	if len(text) < len(prefix) || text[0]|0x20 != prefix[0]|0x20 || !bytes.EqualFold(text[:len(prefix)], []byte(prefix)) {
		return text, false
	}
	return text[len(prefix):], true
}
