package aws

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
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
func s3AccessLog(want []string) (source.Divider, error) {
	all := strings.Fields(s3AccessHead + " " + s3AccessBody + " " + s3AccessTail)
	parts := strings.Fields(s3AccessParts)
	if err := source.CheckPaths(want, all, parts); err != nil {
		return nil, err
	}
	return &s3AccessDivider{fields: source.Bind(want, all...), parts: source.Bind(want, parts...)}, nil
}

type s3AccessDivider struct{ fields, parts source.Layout }

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
func (d *s3AccessDivider) Divide(record []byte, v *source.Values) error {
	t := source.Tokens{Line: record}
	i := 0
	for ; i < s3AccessRequest && t.More(); i++ {
		if i == s3AccessTime {
			if t.Line[t.At] != '[' {
				return errNoS3Time
			}
			d.fields.Take(v, i, t.Bracketed())
			continue
		}
		d.fields.Take(v, i, t.Word())
	}
	if i < s3AccessTime+1 {
		return errNoS3Time
	}
	request := requestOf(&t)
	d.fields.Take(v, i, request)
	method, target, version := source.CutRequest(request)
	d.parts.Take(v, 0, method)
	d.parts.Take(v, 1, target)
	d.parts.Take(v, 2, version)
	for i = s3AccessRequest + 1; i < s3AccessReferer && t.More(); i++ {
		d.fields.Take(v, i, t.Word())
	}
	if i < s3AccessReferer {
		return fmt.Errorf("the record ends before its %s", d.fields.Names[i])
	}
	for _, field := range referrerAndAgent(&t) {
		d.fields.Take(v, i, field)
		i++
	}
	for ; t.More(); i++ {
		d.fields.Take(v, i, t.Word())
	}
	if t.Cut {
		return source.ErrCut
	}
	return nil
}

// requestOf is the request line that comes next. Its closing quote is the first that the numbers of the response follow.
func requestOf(t *source.Tokens) []byte {
	if !t.More() || t.Line[t.At] != '"' {
		return t.Word()
	}
	for end := t.At + 1; ; end++ {
		n := bytes.IndexByte(t.Line[end:], '"')
		if n < 0 {
			return t.Quoted()
		}
		if end += n; isS3Response(t.Line[end+1:]) {
			return t.Until(end)
		}
	}
}

// isS3Response tells whether text begins with status, error code, bytes sent, object size and two times.
func isS3Response(text []byte) bool {
	if len(text) == 0 || text[0] != ' ' {
		return false
	}
	t := source.Tokens{Line: text}
	for i := range 6 {
		word := t.Word()
		if i == 0 && len(word) != 3 && !bytes.Equal(word, dash) || len(word) == 0 {
			return false
		}
		if i != 1 && !source.IsDigits(word) && !bytes.Equal(word, dash) {
			return false
		}
	}
	return true
}

// referrerAndAgent are the next two fields. What follows them has no quotes, so the last quote of the record ends them.
func referrerAndAgent(t *source.Tokens) (fields [2][]byte) {
	last := bytes.LastIndexByte(t.Line, '"')
	for i := range fields {
		if !t.More() {
			return fields
		}
		if t.Line[t.At] != '"' || last <= t.At {
			fields[i] = t.Word()
			continue
		}
		end := last
		if i == 0 {
			if n := bytes.Index(t.Line[t.At+1:], []byte(`" "`)); n >= 0 && t.At+1+n+2 < last {
				end = t.At + 1 + n
			} else if n := bytes.Index(t.Line[t.At+1:], []byte(`" -`)); n >= 0 {
				end = t.At + 1 + n
			}
		}
		fields[i] = t.Until(end)
	}
	return fields
}

func looksLikeS3Access(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	d, err := s3AccessLog(nil)
	if err != nil {
		return false
	}
	var v source.Values
	return d.Divide(bytes.TrimRight(line, "\r"), &v) == nil
}
