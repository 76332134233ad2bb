package notice_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/raw/notice"
)

// created is a record of S3's documentation, shortened.
func created(event, key string) string {
	return fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1","eventTime":"2026-01-31T12:00:00.000Z","eventName":%q,`+
		`"userIdentity":{"principalId":"AWS:AIDAEXAMPLE"},"requestParameters":{"sourceIPAddress":"192.0.2.3"},"responseElements":{"x-amz-request-id":"C3D13FE58DE4C810"},`+
		`"s3":{"s3SchemaVersion":"1.0","configurationId":"hindcast","bucket":{"name":"logs","ownerIdentity":{"principalId":"A3"},"arn":"arn:aws:s3:::logs"},`+
		`"object":{"key":%q,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko","sequencer":"0055AED6DCD90281E5"}}}`, event, key)
}

func records(all ...string) string { return `{"Records":[` + strings.Join(all, ",") + `]}` }

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

func throughSNS(message string) string {
	return `{"Type":"Notification","MessageId":"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324","TopicArn":"arn:aws:sns:eu-central-1:111122223333:logs",` +
		`"Subject":"Amazon S3 Notification","Message":` + quoted(message) + `,"Timestamp":"2026-01-31T12:00:01.000Z","SignatureVersion":"1","Signature":"x","UnsubscribeURL":"u"}`
}

func event(source, kind, key string) string {
	return fmt.Sprintf(`{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":%q,"source":%q,"account":"111122223333","time":"2026-01-31T12:00:00Z",`+
		`"region":"eu-central-1","resources":["arn:aws:s3:::logs"],"detail":{"version":"0","bucket":{"name":"logs"},"object":{"key":%q,"size":1024,"etag":"d41d8cd98f00b204e9800998ecf8427e",`+
		`"version-id":"096fKKXTRTtl3on89fVO.nfljtsv6qko","sequencer":"0055AED6DCD90281E5"},"request-id":"N4","requester":"111122223333","source-ip-address":"192.0.2.3","reason":"PutObject"}}`,
		kind, source, key)
}

const (
	put  = "ObjectCreated:Put"
	test = `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-31T12:00:00.000Z","Bucket":"logs","RequestId":"5582815E1AEA5ADF","HostId":"8c"}`
)

func object(key string) notice.Object {
	return notice.Object{
		Bucket: "logs", Key: key, Version: "096fKKXTRTtl3on89fVO.nfljtsv6qko", ETag: "d41d8cd98f00b204e9800998ecf8427e", Size: 1024,
		Sequencer: "0055AED6DCD90281E5",
	}
}

func TestMessagesTellOfObjects(t *testing.T) {
	one := func(key string) notice.Notice { return notice.Notice{Objects: []notice.Object{object(key)}} }
	passed := func(name string) notice.Notice { return notice.Notice{Passed: map[string]int{name: 1}} }
	for name, c := range map[string]struct {
		body string
		want notice.Notice
	}{
		"S3 tells the queue": {records(created(put, "a/b.gz")), one("a/b.gz")},
		"the name of an event as the bucket's settings write it": {records(created("s3:ObjectCreated:CompleteMultipartUpload", "a")), one("a")},
		"a plus sign in a notification is a space":               {records(created(put, "red+flower.jpg")), one("red flower.jpg")},
		"escapes in a notification":                              {records(created(put, "a%2Bb%3D%C3%A9/%25")), one("a+b=é/%")},
		"a key that begins with a slash keeps it":                {records(created(put, "/a")), one("/a")},
		"several records":                                        {records(created(put, "a"), created(put, "b")), notice.Notice{Objects: []notice.Object{object("a"), object("b")}}},
		"no record":                                              {records(), notice.Notice{}},
		"through SNS":                                            {throughSNS(records(created(put, "a+b"))), one("a b")},
		"through SNS as it was delivered raw":                    {" " + records(created(put, "a+b")) + "\n", one("a b")},
		"through two topics":                                     {throughSNS(throughSNS(records(created(put, "a")))), one("a")},
		"through EventBridge, where a key has no escapes":        {event("aws.s3", "Object Created", "a+b%20c"), one("a+b%20c")},
		"through EventBridge and SNS":                            {throughSNS(event("aws.s3", "Object Created", "a+b")), one("a+b")},
		"S3's like tells the queue, with a time without a zone":  {strings.Replace(records(created(put, "a")), ".000Z", "", 1), one("a")},
		"through EventBridge with a time that is none":           {strings.Replace(event("aws.s3", "Object Created", "a"), "2026-01-31T12:00:00Z", "yesterday", 1), one("a")},
		"a test event":                                           {test, passed(notice.SignOfLife)},
		"a test event through SNS":                               {throughSNS(test), passed(notice.SignOfLife)},
		"a confirmation of SNS":                                  {strings.Replace(throughSNS("You have chosen to subscribe"), "Notification", "SubscriptionConfirmation", 1), passed(notice.SignOfLife)},
		"an object that was removed":                             {records(created("ObjectRemoved:Delete", "a")), passed("ObjectRemoved:Delete")},
		"an object that was restored":                            {records(created("ObjectRestore:Completed", "a")), passed("ObjectRestore:Completed")},
		"removed and created in one message":                     {records(created("ObjectRemoved:DeleteMarkerCreated", "a"), created(put, "b")), notice.Notice{Objects: []notice.Object{object("b")}, Passed: map[string]int{"ObjectRemoved:DeleteMarkerCreated": 1}}},
		"an object that EventBridge says was removed":            {event("aws.s3", "Object Deleted", "a"), passed("aws.s3 Object Deleted")},
		"an event of another service":                            {event("aws.ec2", "Object Created", "a"), passed("aws.ec2 Object Created")},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := notice.Parse([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoNoticeIsRefusedWithItsReason(t *testing.T) {
	for name, c := range map[string]struct{ body, reason string }{
		"nothing":                              {" \n", "empty"},
		"text":                                 {"hello", "invalid character"},
		"a number":                             {"12", "cannot unmarshal"},
		"another document":                     {`{"a":1}`, "no Records"},
		"a notification that breaks off":       {records(created(put, "a"))[:200], "unexpected end"},
		"something behind a notification":      {records(created(put, "a")) + "x", "invalid character"},
		"text through SNS":                     {throughSNS("hello"), "invalid character"},
		"a record without a key":               {records(created(put, "")), `with key ""`},
		"a key with an escape that is none":    {records(created(put, "a%2")), "invalid URL escape"},
		"a record of another service":          {strings.Replace(records(created(put, "a")), "aws:s3", "aws:ses", 1), `of "aws:ses"`},
		"a record without an event":            {records(created("", "a")), `an event ""`},
		"a version that is not known":          {strings.Replace(records(created(put, "a")), `"2.1"`, `"3.0"`, 1), `version "3.0"`},
		"an event without a bucket":            {strings.Replace(event("aws.s3", "Object Created", "a"), `{"name":"logs"}`, "{}", 1), `bucket ""`},
		"no record of two can be read":         {records(created(put, "%"), created(put, "")), `these can't be read: 1, 2 (record 1: key "%": invalid URL escape "%"; record 2: an object`},
		"a bad record beside a removed object": {records(created("ObjectRemoved:Delete", "a"), created(put, "%")), "of 2 records these can't be read: 2 ("},
		"a bucket that is a path":              {strings.Replace(records(created(put, "a")), `"name":"logs"`, `"name":"logs/a"`, 1), `bucket "logs/a"`},
		"a size that is none":                  {strings.Replace(records(created(put, "a")), "1024", "-1", 1), "-1 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := notice.Parse([]byte(c.body))
			if !errors.Is(err, notice.ErrNoNotice) || !strings.Contains(err.Error(), c.reason) || got.Objects != nil {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestOfAMessageWithBadRecordsTheOthersAreTold(t *testing.T) {
	const size = `"size":1024`
	many := []string{created(put, "a")}
	for range 30 {
		many = append(many, created(put, "%"))
	}
	for name, c := range map[string]struct {
		body, reason string
		keys         string
	}{
		"the second of three": {records(created(put, "a"), created(put, "%"), created(put, "c")), `of 3 records these can't be read: 2 (record 2: key "%": invalid URL escape "%")`, "a c"},
		"the first and the last": {
			records(created(put, ""), created(put, "b"), strings.Replace(created(put, "c"), "aws:s3", "aws:ses", 1)),
			`of 3 records these can't be read: 1, 3 (record 1: an object of 1024 bytes in bucket "logs" with key ""; record 3: an event "ObjectCreated:Put" of "aws:ses")`, "b",
		},
		"one with a size that is no number": {records(strings.Replace(created(put, "a"), size, `"size":"big"`, 1), created(put, "b")), "1 (record 1: json: cannot unmarshal string", "b"},
		"one that is nothing":               {records("null", created(put, "b")), `record 1: an event "" of ""`, "b"},
		"through SNS":                       {throughSNS(records(created(put, "a"), created(put, "%"))), "of 2 records these can't be read: 2 (", "a"},
		"more than are named":               {records(many...), "18, 19, 20, 21, and 10 more (", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := notice.Parse([]byte(c.body))
			var keys []string
			for _, o := range got.Objects {
				keys = append(keys, o.Key)
			}
			var bad *notice.RecordsError
			if !errors.As(err, &bad) || errors.Is(err, notice.ErrNoNotice) || !strings.Contains(err.Error(), c.reason) || strings.Join(keys, " ") != c.keys {
				t.Errorf("%q, %v", keys, err)
			}
		})
	}
}

func TestTheLaterOfTwoEventsIsTold(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		later bool
	}{
		{"0055AED6DCD90281E5", "0055AED6DCD90281E4", true},
		{"0055AED6DCD90281E5", "0055AED6DCD90281E5", false},
		{"0056", "0055AED6DCD90281E5", true},
		{"0055AED6DCD90281E5", "0055", true},
		{"", "0055", false},
	} {
		if got := (notice.Object{Sequencer: c.a}).After(notice.Object{Sequencer: c.b}); got != c.later {
			t.Errorf("%q after %q: %v", c.a, c.b, got)
		}
	}
}

// FuzzParse makes sure that nothing panics, that whatever is answered names an object, and that an object is found
// again through the envelopes.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{records(created(put, "a+b")), throughSNS(records(created(put, "%20"))), event("aws.s3", "Object Created", "a"), test, "x", records(created(put, "%"), "1", created(put, "b"))} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := notice.Parse(body)
		var bad *notice.RecordsError
		whole := errors.Is(err, notice.ErrNoNotice)
		if err != nil && !whole && (!errors.As(err, &bad) || len(n.Objects) == 0) || whole && (n.Objects != nil || n.Passed != nil) {
			t.Fatalf("%+v, %v", n, err)
		}
		for _, o := range n.Objects {
			if o.Bucket == "" || o.Key == "" || o.Size < 0 || strings.Count(o.Bucket, "/") > 0 {
				t.Errorf("%+v", o)
			}
			if strings.ContainsFunc(o.Key, quotedOtherwise) {
				continue
			}
			again, err := notice.Parse([]byte(throughSNS(event("aws.s3", "Object Created", o.Key))))
			if err != nil || len(again.Objects) != 1 || again.Objects[0].Key != o.Key {
				t.Errorf("key %q comes back as %+v, %v", o.Key, again, err)
			}
		}
	})
}

// quotedOtherwise tells runes that Go quotes in a way that JSON does not know.
func quotedOtherwise(r rune) bool { return r < ' ' || r > '~' }
