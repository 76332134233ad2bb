package s3http

import (
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// copyResult answers a copy.
type copyResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyObjectResult"`
	ETag         string
	LastModified string
}

func (s *Server) copyObject(w http.ResponseWriter, c *Call) error {
	source, err := copySource(c)
	if err != nil {
		return err
	}
	if source.store, err = s.spaces.find(source.Bucket); err != nil {
		return err
	}
	known, body, err := s.look(source)
	if err != nil {
		return err
	}
	defer body.Close()
	if match := c.Header.Get("x-amz-copy-source-if-match"); match != "" && !known.matches(match) {
		return errPrecondition
	}
	header, err := keep(c.Header)
	if err != nil {
		return err
	}
	if c.Header.Get("x-amz-metadata-directive") == "REPLACE" {
		known.header = header
	} else {
		known.header = known.header.Clone()
		for _, name := range encryption {
			if known.header.Del(name); header.Get(name) != "" {
				known.header.Set(name, header.Get(name))
			}
		}
	}
	b := &spool{}
	err = b.fill(body, s.o.Scratch)
	if err == nil {
		known, err = s.commit(c, known, b.reader())
	}
	if err = errors.Join(err, b.close()); err != nil {
		return err
	}
	return answerXML(w, copyResult{ETag: `"` + known.etag + `"`, LastModified: xmlTime(known.of.ModTime)})
}

// copySource is the object that is to be copied, as a call.
func copySource(c *Call) (*Call, error) {
	text, query, _ := strings.Cut(c.Header.Get("x-amz-copy-source"), "?")
	path, err := url.PathUnescape(text)
	bucket, key, found := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if err != nil || !found || key == "" {
		return nil, invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}
	if query != "" {
		return nil, errorf(http.StatusNotImplemented, "NotImplemented", "versions of objects are not served here")
	}
	if bucket == c.Bucket && key == c.Key && c.Header.Get("x-amz-metadata-directive") != "REPLACE" {
		return nil, errorf(http.StatusBadRequest, "InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing its metadata.")
	}
	return &Call{Operation: "GetObject", Bucket: bucket, Key: key, Header: http.Header{}, request: c.request}, nil
}
