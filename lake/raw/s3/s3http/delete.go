package s3http

import (
	"encoding/xml"
	"errors"
	"net/http"

	"github.com/hindcast/hindcast/lake/raw"
)

func (s *Server) deleteObject(w http.ResponseWriter, c *Call) error {
	if err := s.remove(c, c.Key); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// remove deletes an object. What is not there, or cannot be, is gone.
func (s *Server) remove(c *Call, key string) error {
	lock := s.lock(c.Bucket, key)
	lock.Lock()
	defer lock.Unlock()
	if err := c.store.Delete(c.request.Context(), key); err != nil && !errors.Is(err, raw.ErrInvalidKey) {
		return err
	}
	s.notes.drop(c.Bucket, key)
	return nil
}

// deletion is what DeleteObjects is asked to delete.
type deletion struct {
	XMLName xml.Name `xml:"Delete"`
	Quiet   bool
	Objects []struct{ Key string } `xml:"Object"`
}

type (
	deleted struct{ Key string }
	refusal struct{ Key, Code, Message string }
)

// deleteObjects deletes as many as a batch may have.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func (s *Server) deleteObjects(w http.ResponseWriter, c *Call) error {
	var in deletion
	if err := s.readXML(c.request, &in); err != nil {
		return err
	}
	if len(in.Objects) == 0 || len(in.Objects) > 1000 {
		return errMalformedXML
	}
	out := struct {
		XMLName xml.Name  `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
		Deleted []deleted `xml:"Deleted"`
		Errors  []refusal `xml:"Error"`
	}{}
	for _, o := range in.Objects {
		if err := s.remove(c, o.Key); err != nil {
			e := asError(err)
			out.Errors = append(out.Errors, refusal{o.Key, e.Code, e.Message})
		} else if !in.Quiet {
			out.Deleted = append(out.Deleted, deleted{o.Key})
		}
	}
	return answerXML(w, out)
}

// maxXML is more than a list of parts or of keys may take.
const maxXML = 8 << 20

// readXML takes a request's body as a document.
func (s *Server) readXML(r *http.Request, into any) error {
	if r.ContentLength > maxXML {
		return errMalformedXML
	}
	body, err := s.receive(r)
	if err != nil {
		return err
	}
	err = xml.NewDecoder(body.reader()).Decode(into)
	if cerr := body.close(); cerr != nil {
		return cerr
	}
	if err != nil {
		return errMalformedXML
	}
	return nil
}
