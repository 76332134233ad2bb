package database

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// The fields of a record: those of csvlog in their order, with what is cut out of them, then those that jsonlog alone has.
// The names are jsonlog's.
const (
	pgColumns = "timestamp user dbname pid connection_from session_id line_num ps session_start vxid txid error_severity state_code" +
		" message detail hint internal_query internal_position context statement cursor_position location application_name" +
		" backend_type leader_pid query_id"
	pgParts = " remote_host remote_port"
	pgJSON  = " func_name file_name file_line_num"
	// Which format the record is of: of csvlog and jsonlog Finish takes the step off the message.
	pgStructured = "(structured)"
)

// Positions among them.
const (
	pgTime = iota
	pgUser
	pgDatabase
	pgPID
	pgFrom
	pgSession
	pgLine
	pgTag
	pgStart
	pgVXID
	pgTXID
	pgLevel
	pgState
	pgMessage
	pgApplication = 22
	pgHost        = 26
	pgPort        = 27

	pgFewest = 22 // columns of the oldest csvlog, which has no application_name
)

// postgreSQLLog divides the records of PostgreSQL's three formats.
func postgreSQLLog(want []string) (source.Divider, error) {
	known := strings.Fields(pgColumns + pgParts + pgJSON + " " + pgStructured)
	if err := source.CheckPaths(want, known); err != nil {
		return nil, err
	}
	json, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &postgreSQLDivider{
		json: json, structured: slices.Index(want, pgStructured),
		fields:  source.Bind(want, strings.Fields(pgColumns+pgParts)...),
		columns: source.Bind(want, strings.Fields(pgColumns)...),
	}, nil
}

type postgreSQLDivider struct {
	json       source.Divider
	fields     source.Layout
	columns    source.Layout // to name what is behind the last
	structured int
	csv        csvFields
	odd        []byte // words of a prefix that no field takes
	process    bool   // the prefix has had the process's id
}

func (d *postgreSQLDivider) Begin(key string) { d.json.Begin(key) }

var yes = []byte("yes")

func (d *postgreSQLDivider) Divide(record []byte, v *source.Values) error {
	if len(record) > 0 && record[0] == '{' {
		d.mark(v)
		return d.json.Divide(record, v)
	}
	if stamp, rest := cutStamp(record); len(rest) > 0 && rest[0] == ',' {
		d.mark(v)
		d.set(v, pgTime, stamp)
		return d.divideCSV(rest[1:], v)
	}
	return d.divideText(record, v)
}

func (d *postgreSQLDivider) mark(v *source.Values) {
	if d.structured >= 0 {
		v.Set(d.structured, source.Bool, yes)
	}
}

// set keeps a field; unlike others a dash is one.
func (d *postgreSQLDivider) set(v *source.Values, i int, field []byte) {
	switch slot := d.fields.Slots[i]; {
	case len(field) == 0:
	case slot < 0:
		v.Rest(d.fields.Names[i], field)
	default:
		v.Set(slot, source.Text, field)
	}
}

// divideCSV divides what is behind the time.
func (d *postgreSQLDivider) divideCSV(rest []byte, v *source.Values) error {
	d.csv.begin(rest)
	i := pgTime + 1
	for ; ; i++ {
		field, ok := d.csv.next()
		switch {
		case !ok && d.csv.cut:
			return source.ErrCut
		case !ok && i < pgFewest:
			return fmt.Errorf("the record ends after %d fields, before %s", i, d.fields.Names[i])
		case !ok:
			return nil
		case i == pgFrom:
			d.setClient(v, field, ':')
		case i < pgHost:
			d.set(v, i, field)
		default:
			d.columns.Take(v, i, field)
		}
	}
}

// setClient keeps 192.0.2.1:5432 of csvlog, 192.0.2.1(5432) of %r, or [local].
func (d *postgreSQLDivider) setClient(v *source.Values, client []byte, before byte) {
	host, port := client, []byte(nil)
	if at := bytes.LastIndexByte(client, before); at > 0 {
		digits := bytes.TrimSuffix(client[at+1:], []byte(")"))
		if source.IsDigits(digits) {
			host, port = client[:at], digits
		}
	}
	d.set(v, pgHost, unbracket(host))
	d.set(v, pgPort, port)
}

// unbracket is [unknown] without its brackets.
func unbracket(text []byte) []byte {
	if n := len(text); n > 2 && text[0] == '[' && text[n-1] == ']' {
		return text[1 : n-1]
	}
	return text
}

// divideText divides a record of stderr's format.
func (d *postgreSQLDivider) divideText(record []byte, v *source.Values) error {
	at, level := findLevel(record)
	if level == nil {
		if _, n := cutClock(record); n > 0 {
			return errors.New("the record has a time and no severity, such as LOG or ERROR")
		}
		d.set(v, pgMessage, record)
		return nil
	}
	d.set(v, pgLevel, level)
	message := bytes.TrimLeft(record[at+len(level)+1:], " ")
	if state, rest := cutState(message); state != nil {
		d.set(v, pgState, state)
		message = rest
	}
	d.set(v, pgMessage, message)
	d.divideHead(record[:at], v)
	return nil
}

// cutState cuts the SQLSTATE and its colon off a message.
func cutState(message []byte) (state, rest []byte) {
	if len(message) < 7 || message[5] != ':' || message[6] != ' ' || !isState(message[:5]) {
		return nil, message
	}
	return message[:5], message[7:]
}

func isState(text []byte) bool {
	digits := 0
	for _, c := range text {
		if source.IsDigit(c) {
			digits++
		} else if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(text) == 5 && digits > 0
}

// longestPrefix is how far from a record's beginning its severity is looked for: names of users, databases, hosts and
// applications are in the prefix.
const longestPrefix = 1024

// findLevel finds the severity that ends the prefix: the first that a colon and a space follow.
func findLevel(record []byte) (at int, level []byte) {
	head := record[:min(len(record), longestPrefix)]
	for from := 0; ; {
		n := bytes.Index(head[from:], []byte(": "))
		if n < 0 {
			return 0, nil
		}
		colon := from + n
		word := colon
		for word > from && isLevelByte(head[word-1]) {
			word--
		}
		if level := levelAtEnd(head[word:colon]); level != nil {
			return colon - len(level), level
		}
		from = colon + 2
	}
}

func isLevelByte(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '1' && c <= '5' }

// levelAtEnd is the severity at the end of a word: the prefix may stand right before it.
func levelAtEnd(word []byte) []byte {
	for _, level := range pgLevels {
		if len(word) >= len(level) && string(word[len(word)-len(level):]) == level {
			return word[len(word)-len(level):]
		}
	}
	return nil
}

var pgLevels = []string{
	"LOG", "STATEMENT", "DETAIL", "ERROR", "FATAL", "HINT", "CONTEXT", "LOCATION", "WARNING", "NOTICE", "INFO", "PANIC", "QUERY", "BACKTRACE",
	"DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5",
}

// cutStamp cuts a time with its zone off the start of text.
func cutStamp(text []byte) (stamp, rest []byte) {
	_, n := cutClock(text)
	if n == 0 {
		return nil, text
	}
	if n < len(text) && text[n] == ' ' {
		if zone := cutZone(text[n+1:]); len(zone) > 0 && !bytes.HasPrefix(text[n+1+len(zone):], []byte(": ")) {
			n += 1 + len(zone)
		}
	}
	return text[:n], text[n:]
}

// clockIn finds the first time in text, or -1.
func clockIn(text []byte) int {
	for from := 0; ; {
		n := bytes.IndexByte(text[from:], '-')
		if n < 0 {
			return -1
		}
		if at := from + n - 4; at >= 0 {
			if _, size := cutClock(text[at:]); size > 0 {
				return at
			}
		}
		from += n + 1
	}
}
