package aws

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// The values of a record of an HSM's audit log.
const (
	hsmStamp = iota
	hsmSequence
	hsmReboot
	hsmCommand
	hsmOpcode
	hsmAction
	hsmSession
	hsmResponse
	hsmLogType
	hsmUser
	hsmTarget
	hsmRole
	hsmKey
	hsmError
	hsmOutcome
	hsmCategory
	hsmType
	hsmFields
	hsmMessage
	hsmValues
)

var hsmNames = [hsmValues]string{
	"time", "sequence", "reboot", "command", "opcode", "action", "session", "response", "log_type", "user", "target", "role", "key", "error",
	"outcome", "category", "type", "fields", "message",
}

// hsmLog divides the records of HSMs' audit logs.
func hsmLog(want []string) (source.Divider, error) {
	if err := source.CheckPaths(want, hsmNames[:]); err != nil {
		return nil, err
	}
	return &hsmDivider{layout: source.Bind(want, hsmNames[:]...)}, nil
}

type hsmDivider struct {
	layout  source.Layout
	json    []byte
	numbers []byte // hexadecimal numbers as decimal ones
}

func (d *hsmDivider) Begin(string) {}

var errHSM = errors.New("the record is none of an HSM's audit log, which begins with Time: and has an Opcode")

// hsmRecord is a record's values.
type hsmRecord [hsmValues][]byte

func (d *hsmDivider) Divide(record []byte, v *source.Values) error {
	if !startsHSM(record) {
		return errHSM
	}
	var l hsmRecord
	d.json, d.numbers = append(d.json[:0], '{'), d.numbers[:0]
	for rest := record; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		name, value, ok := bytes.Cut(line, colon)
		if name, value = bytes.TrimSpace(name), bytes.TrimSpace(value); !ok || len(name) == 0 {
			continue
		}
		d.keep(name, value)
		d.take(&l, name, value)
	}
	if l[hsmAction] == nil {
		return errHSM
	}
	l.respond()
	l.message(d)
	class := hsmClassOf(l[hsmAction])
	l.people(class)
	for i, value := range l {
		if len(value) > 0 {
			d.layout.Take(v, i, value)
		}
	}
	for _, text := range class.category {
		v.Add(d.layout.Slots[hsmCategory], source.Text, text)
	}
	for _, text := range class.types {
		v.Add(d.layout.Slots[hsmType], source.Text, text)
	}
	d.json = append(d.json, '}')
	v.Set(d.layout.Slots[hsmFields], source.Object, d.json)
	return nil
}

func (d *hsmDivider) keep(name, value []byte) {
	if len(d.json) > 1 {
		d.json = append(d.json, ',')
	}
	d.json = append(ecs.AppendQuoted(d.json, name), ':')
	d.json = ecs.AppendQuoted(d.json, value)
}

// take keeps a field that has a column.
func (d *hsmDivider) take(l *hsmRecord, name, value []byte) {
	switch string(name) {
	case "Time":
		l[hsmStamp], _, _ = bytes.Cut(value, comma)
	case "Sequence No":
		l[hsmSequence] = d.decimal(value)
	case "Reboot counter":
		l[hsmReboot] = d.decimal(value)
	case "Command Type(hex)", "Command Type":
		l[hsmCommand], _ = nameAndCode(value)
	case "Opcode":
		l[hsmAction], l[hsmOpcode] = nameAndCode(value)
	case "Session Handle":
		l[hsmSession] = value
	case "Response":
		l[hsmResponse] = value
	case "Log type":
		l[hsmLogType], _ = nameAndCode(value)
	case "User Name", "Username":
		l[hsmUser] = value
	case "Target User Name", "Target Username":
		l[hsmTarget] = value
	case "User Type", "User Role":
		l[hsmRole], _ = nameAndCode(value)
	case "Priv/Secret Key Handle", "Key Handle", "Private Key Handle", "Secret Key Handle":
		l[hsmKey] = value
	case "Public Key Handle":
		if l[hsmKey] == nil {
			l[hsmKey] = value
		}
	}
}

// decimal is a number in decimal: 14 for 0xe. What is no number stays.
func (d *hsmDivider) decimal(text []byte) []byte {
	digits, ok := bytes.CutPrefix(text, []byte("0x"))
	if !ok || len(digits) == 0 || len(digits) > 15 {
		return text
	}
	n := int64(0)
	for _, c := range digits {
		at := bytes.IndexByte(hexDigits, c|0x20)
		if source.IsDigit(c) {
			at = int(c - '0')
		}
		if at < 0 {
			return text
		}
		n = n<<4 | int64(at)
	}
	from := len(d.numbers)
	d.numbers = strconv.AppendInt(d.numbers, n, 10)
	return d.numbers[from:len(d.numbers):len(d.numbers)]
}

var hexDigits = []byte("0123456789abcdef")

// nameAndCode divides CN_LOGIN (0xd).
func nameAndCode(value []byte) (name, code []byte) {
	at := bytes.LastIndex(value, []byte(" ("))
	if at < 0 {
		return value, nil
	}
	return value[:at], bytes.TrimSuffix(value[at+2:], []byte(")"))
}

var hsmSuccess, hsmFailure = []byte("success"), []byte("failure")

// respond reads 0:HSM Return: SUCCESS. Any other code is an error.
func (l *hsmRecord) respond() {
	code, _, _ := bytes.Cut(l[hsmResponse], colon)
	switch code = bytes.TrimSpace(code); {
	case len(code) == 0:
	case string(code) == "0" || string(code) == "0x0":
		l[hsmOutcome] = hsmSuccess
	default:
		l[hsmOutcome], l[hsmError] = hsmFailure, code
	}
}

// message is what was done, and how it came out.
func (l *hsmRecord) message(d *hsmDivider) {
	from := len(d.numbers)
	d.numbers = append(append(append(d.numbers, l[hsmAction]...), ": "...), l[hsmResponse]...)
	l[hsmMessage] = bytes.TrimSuffix(d.numbers[from:len(d.numbers):len(d.numbers)], []byte(": "))
}

// people tells the user who acts from the one that is acted on, whom the record names in the same way.
func (l *hsmRecord) people(c *hsmClass) {
	if c.onUser && l[hsmTarget] == nil {
		l[hsmTarget], l[hsmUser] = l[hsmUser], nil
	}
}
