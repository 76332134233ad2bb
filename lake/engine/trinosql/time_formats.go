package trinosql

import (
	"strings"
)

// mysql are MySQL's format letters, as date_format and date_parse have them, in strftime's.
// https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
var mysql = map[byte]string{
	'a': "%a", 'b': "%b", 'c': "%-m", 'd': "%d", 'e': "%-d", 'f': "%f", 'H': "%H", 'h': "%I", 'I': "%I", 'i': "%M", 'j': "%j",
	'k': "%-H", 'l': "%-I", 'M': "%B", 'm': "%m", 'p': "%p", 'r': "%I:%M:%S %p", 'S': "%S", 's': "%S", 'T': "%H:%M:%S",
	'v': "%V", 'W': "%A", 'x': "%G", 'Y': "%Y", 'y': "%y", '%': "%%",
}

// parsable are the letters that are read alike; week and day of the year are not.
const parsable = "bcdefHhIikilMmprSsTYy%"

func formatOf(c *call, v value, parse bool) (string, error) {
	at := c.args[1].at()
	if v.text == nil {
		return "", refuse(at, c.name+" with a format that is no constant")
	}
	var b strings.Builder
	text := *v.text
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteByte(text[i])
			continue
		}
		i++
		if i == len(text) {
			return "", fail(at, InvalidArguments, "the format ends in %%")
		}
		f, ok := mysql[text[i]]
		if !ok || parse && strings.IndexByte(parsable, text[i]) < 0 {
			return "", refuse(at, c.name+" with %"+text[i:i+1])
		}
		b.WriteString(f)
	}
	return b.String(), nil
}

func dateFormat(_ env, c *call, args []value) (value, error) {
	f, err := formatOf(c, args[1], false)
	return made(tVarchar, "strftime(", zonedLocal(args[0]), ", ", quote(f), ")"), err
}

func dateParse(_ env, c *call, args []value) (value, error) {
	if _, err := formatOf(c, args[1], true); err != nil {
		return value{}, err
	}
	return made(tTimestamp, "trino_date_parse(", args[0].sql, ", ", args[1].sql, ")"), nil
}

// joda are the patterns of Joda's letters, by how many there are of them.
// https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
var joda = map[string]string{
	"y": "%Y", "yyyy": "%Y", "yy": "%y", "YYYY": "%Y", "MM": "%m", "M": "%-m", "MMM": "%b", "MMMM": "%B", "dd": "%d", "d": "%-d",
	"HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p",
	"EEE": "%a", "E": "%a", "EEEE": "%A", "DDD": "%j", "xxxx": "%G", "ww": "%V",
}

func jodaFormat(c *call, v value) (string, error) {
	at := c.args[1].at()
	if v.text == nil {
		return "", refuse(at, c.name+" with a format that is no constant")
	}
	var b strings.Builder
	text := *v.text
	for i := 0; i < len(text); {
		switch ch := text[i]; {
		case ch == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return "", fail(at, InvalidArguments, "a quote in the format is not closed")
			}
			literal := text[i+1 : i+1+end]
			if literal == "" {
				literal = "'"
			}
			b.WriteString(strings.ReplaceAll(literal, "%", "%%"))
			i += end + 2
		case isLetter(ch) && ch != '_':
			n := 1
			for i+n < len(text) && text[i+n] == ch {
				n++
			}
			f, ok := joda[text[i:i+n]]
			if !ok {
				return "", refuse(at, c.name+" with "+text[i:i+n])
			}
			b.WriteString(f)
			i += n
		case ch == '%':
			b.WriteString("%%")
			i++
		default:
			b.WriteByte(ch)
			i++
		}
	}
	return b.String(), nil
}

func formatDatetime(_ env, c *call, args []value) (value, error) {
	f, err := jodaFormat(c, args[1])
	return made(tVarchar, "strftime(", zonedLocal(args[0]), ", ", quote(f), ")"), err
}
