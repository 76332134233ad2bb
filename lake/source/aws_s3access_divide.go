package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// The fields of a server access log in their order, and what the request is taken apart into.
const (
	s3AccessHead = "bucket_owner bucket time remote_ip requester request_id operation key"
	s3AccessBody = "request_uri http_status error_code bytes_sent object_size total_time turn_around_time referrer user_agent"
	s3AccessTail = "version_id host_id signature_version cipher_suite authentication_type host_header tls_version" +
		" access_point_arn acl_required source_region"
	s3AccessParts = "request_method request_url request_version"
)

// s3AccessLog divides the records of S3's server access logs.
func s3AccessLog(want []string) (Divider, error) {
	all := strings.Fields(s3AccessHead + " " + s3AccessBody + " " + s3AccessTail)
	parts := strings.Fields(s3AccessParts)
	if err := checkPaths(want, all, parts); err != nil {
		return nil, err
	}
	return &s3AccessDivider{fields: bind(want, all...), parts: bind(want, parts...)}, nil
}

type s3AccessDivider struct{ fields, parts layout }

// Positions of fields.
const (
	s3AccessTime    = 2
	s3AccessRequest = 8
	s3AccessReferer = 15
)

var errNoS3Time = errors.New("the third field of the record is no time in brackets, as S3 writes it")

func (d *s3AccessDivider) Begin(string) {}

// Divide goes by position, but for the texts that clients send: S3 does not escape the quotes within them, so their
// ends are told by what follows.
func (d *s3AccessDivider) Divide(record []byte, v *Values) error {
	t := tokens{line: record}
	i := 0
	for ; i < s3AccessRequest && t.more(); i++ {
		if i == s3AccessTime {
			if t.line[t.at] != '[' {
				return errNoS3Time
			}
			d.fields.take(v, i, t.bracketed())
			continue
		}
		d.fields.take(v, i, t.word())
	}
	if i < s3AccessTime+1 {
		return errNoS3Time
	}
	request := t.request()
	d.fields.take(v, i, request)
	method, target, version := cutRequest(request)
	d.parts.take(v, 0, method)
	d.parts.take(v, 1, target)
	d.parts.take(v, 2, version)
	for i = s3AccessRequest + 1; i < s3AccessReferer && t.more(); i++ {
		d.fields.take(v, i, t.word())
	}
	if i < s3AccessReferer {
		return fmt.Errorf("the record ends before its %s", d.fields.names[i])
	}
	for _, field := range t.referrerAndAgent() {
		d.fields.take(v, i, field)
		i++
	}
	for ; t.more(); i++ {
		d.fields.take(v, i, t.word())
	}
	if t.cut {
		return errCut
	}
	return nil
}

// request is the request line that comes next. Its closing quote is the first that the numbers of the response follow.
func (t *tokens) request() []byte {
	if !t.more() || t.line[t.at] != '"' {
		return t.word()
	}
	for end := t.at + 1; ; end++ {
		n := bytes.IndexByte(t.line[end:], '"')
		if n < 0 {
			return t.quoted()
		}
		if end += n; isS3Response(t.line[end+1:]) {
			return t.until(end)
		}
	}
}

// isS3Response tells whether text begins with status, error code, bytes sent, object size and two times.
func isS3Response(text []byte) bool {
	if len(text) == 0 || text[0] != ' ' {
		return false
	}
	t := tokens{line: text}
	for i := range 6 {
		word := t.word()
		if i == 0 && len(word) != 3 && !bytes.Equal(word, dash) || len(word) == 0 {
			return false
		}
		if i != 1 && !isDigits(word) && !bytes.Equal(word, dash) {
			return false
		}
	}
	return true
}

// referrerAndAgent are the next two fields. What follows them has no quotes, so the last quote of the record ends them.
func (t *tokens) referrerAndAgent() (fields [2][]byte) {
	last := bytes.LastIndexByte(t.line, '"')
	for i := range fields {
		if !t.more() {
			return fields
		}
		if t.line[t.at] != '"' || last <= t.at {
			fields[i] = t.word()
			continue
		}
		end := last
		if i == 0 {
			if n := bytes.Index(t.line[t.at+1:], []byte(`" "`)); n >= 0 && t.at+1+n+2 < last {
				end = t.at + 1 + n
			} else if n := bytes.Index(t.line[t.at+1:], []byte(`" -`)); n >= 0 {
				end = t.at + 1 + n
			}
		}
		fields[i] = t.until(end)
	}
	return fields
}

func looksLikeS3Access(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	d, err := s3AccessLog(nil)
	if err != nil {
		return false
	}
	var v Values
	return d.Divide(bytes.TrimRight(line, "\r"), &v) == nil
}
