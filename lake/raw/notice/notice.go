// Package notice reads the messages in which S3 tells of new objects: its event notifications, as they come to a queue
// directly, through SNS and through EventBridge.
//
// Their formats: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
package notice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/raw/frame"
)

// Object is an object of which a message says that it was created. What the message does not say is zero.
type Object struct {
	Bucket    string
	Key       string // as the bucket has it, without escapes
	Version   string // of a bucket that has versions; nothing is read by it: see lake/follow
	ETag      string // without quotes
	Size      int64
	Sequencer string // of two events of a key, the later has the greater one: see [Object.After]
}

// URI names the object among those of all buckets.
func (o Object) URI() string { return "s3://" + o.Bucket + "/" + o.Key }

// After tells whether an object was written after another one of the same key. Sequencers are hexadecimal numbers that
// differ in length; the shorter is to be filled up with zeros on the right.
func (o Object) After(other Object) bool {
	n := max(len(o.Sequencer), len(other.Sequencer))
	fill := func(s string) string { return s + strings.Repeat("0", n-len(s)) }
	return fill(o.Sequencer) > fill(other.Sequencer)
}

// Notice is what a message says.
type Notice struct {
	Objects []Object
	Passed  map[string]int // events that tell of no new object, by their names
}

// SignOfLife is the name of what tells of no event: s3:TestEvent, and the confirmations of SNS.
const SignOfLife = "s3:TestEvent"

// ErrNoNotice says that a message is none of S3's.
var ErrNoNotice = errors.New("not a notification of S3")

// Parse reads a message: an event notification of S3, in whatever envelopes of SNS, or an event of EventBridge. Of one
// that can't be read to its end nothing is answered but ErrNoNotice, with the reason. Of one with records that can't be
// read among others the objects of the others are answered, and a [RecordsError].
func Parse(body []byte) (Notice, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Notice{}, fmt.Errorf("%w: it is empty", ErrNoNotice)
	}
	u := envelope.NewUnwrapper(frame.Framing{})
	messages, problem := u.Unwrap(body)
	if problem != "" {
		return Notice{}, fmt.Errorf("%w: %s", ErrNoNotice, problem)
	}
	var n Notice
	var bad RecordsError
	if u.Silent() > 0 {
		n.pass(SignOfLife)
	}
	for i := range messages {
		if err := n.add(&messages[i], &bad); err != nil {
			return Notice{}, fmt.Errorf("%w: %w", ErrNoNotice, err)
		}
	}
	switch {
	case len(bad.Bad) == 0:
		return n, nil
	case len(n.Objects) == 0:
		return Notice{}, fmt.Errorf("%w: %w", ErrNoNotice, &bad)
	}
	return n, &bad
}

// add adds an event, which EventBridge has described if it came through that. Records that can't be read are noted apart.
func (n *Notice) add(m *envelope.Message, bad *RecordsError) error {
	if info := m.Info(); info.DetailType != nil {
		return n.addEvent(m.Data, string(info.Source), string(info.DetailType))
	}
	var all struct{ Records *[]json.RawMessage }
	if err := json.Unmarshal(m.Data, &all); err != nil {
		return err
	}
	if all.Records == nil {
		return errors.New("it has no Records")
	}
	for _, text := range *all.Records {
		bad.Of++
		if err := n.addRecord(text); err != nil {
			bad.add(err)
		}
	}
	return nil
}

// record is one of the Records of an event notification.
type record struct {
	Version string `json:"eventVersion"`
	Source  string `json:"eventSource"`
	Name    string `json:"eventName"`
	S3      struct {
		Bucket struct {
			Name string `json:"name"`
		} `json:"bucket"`
		Object struct {
			Key       string `json:"key"`
			Size      int64  `json:"size"`
			ETag      string `json:"eTag"`
			Version   string `json:"versionId"`
			Sequencer string `json:"sequencer"`
		} `json:"object"`
	} `json:"s3"`
}

// addRecord adds a record of a notification, whose key is escaped as in a form: a space is a plus sign.
func (n *Notice) addRecord(text json.RawMessage) error {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	name := strings.TrimPrefix(r.Name, "s3:")
	switch {
	case r.Source != "aws:s3" || name == "":
		return fmt.Errorf("an event %q of %q", r.Name, r.Source)
	case !strings.HasPrefix(r.Version, "2."):
		return fmt.Errorf("version %q of S3's events, of which 2 is known", r.Version)
	case !strings.HasPrefix(name, "ObjectCreated:"):
		n.pass(name)
		return nil
	}
	in := r.S3.Object
	key, err := url.QueryUnescape(in.Key)
	if err != nil {
		return fmt.Errorf("key %q: %w", in.Key, err)
	}
	return n.addObject(Object{r.S3.Bucket.Name, key, in.Version, in.ETag, in.Size, in.Sequencer})
}

// detail is what an event of EventBridge says of an object.
type detail struct {
	Bucket struct {
		Name string `json:"name"`
	} `json:"bucket"`
	Object struct {
		Key       string `json:"key"`
		Size      int64  `json:"size"`
		ETag      string `json:"etag"`
		Version   string `json:"version-id"`
		Sequencer string `json:"sequencer"`
	} `json:"object"`
}

// addEvent adds an event of EventBridge, whose key is not escaped.
func (n *Notice) addEvent(data []byte, source, kind string) error {
	if source != "aws.s3" || kind != "Object Created" {
		n.pass(source + " " + kind)
		return nil
	}
	var d detail
	if err := json.Unmarshal(data, &d); err != nil {
		return err
	}
	in := d.Object
	return n.addObject(Object{d.Bucket.Name, in.Key, in.Version, in.ETag, in.Size, in.Sequencer})
}

func (n *Notice) addObject(o Object) error {
	if o.Bucket == "" || strings.Contains(o.Bucket, "/") || o.Key == "" || o.Size < 0 {
		return fmt.Errorf("an object of %d bytes in bucket %q with key %q", o.Size, o.Bucket, o.Key)
	}
	o.ETag = strings.Trim(o.ETag, `"`)
	n.Objects = append(n.Objects, o)
	return nil
}

func (n *Notice) pass(name string) {
	if n.Passed == nil {
		n.Passed = map[string]int{}
	}
	n.Passed[name]++
}
