package host

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/source"
)

// syslog is what stands in a line before its message, and the message.
type syslog struct {
	priority, version, time, host, program, pid, code, data, message []byte

	tight bool // whether the message follows the program without a space
}

var (
	errNoTime     = errors.New("the line begins with no time of syslog, as in Jan 31 10:00:00 or 2026-01-31T10:00:00+00:00")
	errTimeAlone  = errors.New("the line ends behind its time")
	errFewFields  = errors.New("the line ends before its structured data, which RFC 5424 wants")
	errOpenedData = errors.New("the structured data has no end")
)

// parse divides a line in the forms of RFC 3164 and RFC 5424, and what daemons write of them into files: without a
// priority, with a time of ISO 8601, without a host, without a program.
func (s *syslog) parse(b []byte) error {
	for len(b) > 0 && (b[len(b)-1] == '\r' || b[len(b)-1] == '\n' || b[len(b)-1] == ' ') {
		b = b[:len(b)-1]
	}
	b = s.cutPriority(b)
	if n := versionSize(b); n > 0 {
		s.version = b[:n]
		return s.structured(b[n+1:])
	}
	n := stampSize(b)
	if n == 0 {
		return errNoTime
	}
	s.time, b = b[:n], b[n:]
	if len(b) < 2 || b[0] != ' ' {
		return errTimeAlone
	}
	s.tagged(s.cutHost(b[1:]))
	return nil
}

// cutPriority takes <34> off.
func (s *syslog) cutPriority(b []byte) []byte {
	if len(b) < 3 || b[0] != '<' {
		return b
	}
	end := bytes.IndexByte(b[:min(len(b), 5)], '>')
	if end < 2 || !source.IsDigits(b[1:end]) {
		return b
	}
	s.priority = b[1:end]
	return b[end+1:]
}

// versionSize is the length of the version of RFC 5424 that begins a line, or 0.
func versionSize(b []byte) int {
	n := bytes.IndexByte(b[:min(len(b), 4)], ' ')
	if n < 1 || !source.IsDigits(b[:n]) || len(b) == n+1 {
		return 0
	}
	if rest := b[n+1:]; rest[0] != '-' && stampSize(rest) == 0 {
		return 0
	}
	return n
}

// structured divides what RFC 5424 has behind its version: time host program pid code data message.
func (s *syslog) structured(b []byte) error {
	for _, field := range [...]*[]byte{&s.time, &s.host, &s.program, &s.pid, &s.code} {
		n := bytes.IndexByte(b, ' ')
		if n < 0 {
			return errFewFields
		}
		*field, b = source.Undash(b[:n]), b[n+1:]
	}
	n, err := dataSize(b)
	if err != nil {
		return err
	}
	s.data = source.Undash(b[:n])
	s.message = bytes.TrimPrefix(bytes.TrimLeft(b[n:], " "), []byte("\xef\xbb\xbf"))
	return nil
}

// dataSize is the length of structured data: a dash, or elements in brackets whose values are quoted.
func dataSize(b []byte) (int, error) {
	if len(b) > 0 && b[0] == '-' {
		return 1, nil
	}
	at := 0
	for at < len(b) && b[at] == '[' {
		quoted := false
		for at++; at < len(b) && (quoted || b[at] != ']'); at++ {
			switch {
			case quoted && b[at] == '\\':
				at++
			case b[at] == '"':
				quoted = !quoted
			}
		}
		at++
	}
	if at > len(b) {
		return 0, errOpenedData
	}
	return at, nil
}

// cutHost takes the host off. Two spaces behind the time stand for none, and so does a program in its place.
func (s *syslog) cutHost(b []byte) []byte {
	word, rest, _ := bytes.Cut(b, []byte(" "))
	switch {
	case len(word) == 0 || word[len(word)-1] == ':' || word[0] == '-':
		return b
	case bytes.HasPrefix(b, []byte("last message repeated ")):
		return b
	}
	s.host = word
	return rest
}

// tagged divides what stands behind the host: program[pid]: message.
func (s *syslog) tagged(b []byte) {
	b = bytes.TrimLeft(b, " ")
	s.message = b
	colon := bytes.IndexByte(b, ':')
	if colon < 1 {
		return
	}
	tag := b[:colon]
	if at := bytes.IndexByte(tag, '['); at > 0 {
		end := bytes.IndexByte(tag, ']')
		if end < at || !source.IsDigits(tag[at+1:end]) || end+1 < len(tag) && tag[end+1] != ' ' {
			return
		}
		s.pid, tag = tag[at+1:end], tag[:at]
	} else if bytes.IndexByte(tag, ' ') >= 0 {
		return
	}
	s.program, s.tight = tag, colon+1 < len(b) && b[colon+1] != ' '
	s.message = bytes.TrimLeft(b[colon+1:], " ")
}

// goesOn tells whether a line belongs to the one before it.
func goesOn(line []byte) bool { return len(line) == 0 || line[0] == ' ' || line[0] == '\t' }

func startsLine(line []byte) bool { return !goesOn(line) }

// looksLikeSyslog tells whether lines have a time, a host and a program of syslog, and how many of them are of programs
// by which people log in.
func looksLikeSyslog(head []byte) (lines, logins int) {
	const enough = 20
	for lines < enough && len(head) > 0 {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		if goesOn(line) {
			continue
		}
		var s syslog
		if s.parse(line) != nil || !s.usual() {
			return lines, logins
		}
		lines++
		if programOf(s.program) != otherProgram || bytes.HasPrefix(s.message, []byte("pam_")) {
			logins++
		}
	}
	return lines, logins
}

// usual tells whether a line is as syslog daemons write them, and not one of another log that has a time in front.
func (s *syslog) usual() bool {
	if s.tight || len(s.program) == 0 || len(s.host) == 0 || source.IsDigit(s.program[0]) || !source.IsHostName(s.host) && !source.IsAddress(s.host) {
		return false
	}
	if len(s.version) > 0 {
		return true
	}
	switch string(s.host) {
	case "INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL":
		return false
	}
	return len(s.time) < 11 || s.time[10] != ' '
}
