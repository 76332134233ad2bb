package envelope

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/lake/raw/frame"
)

func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string has a form in JSON
	return strings.TrimSuffix(b.String(), "\n")
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a buffer takes all
	_ = w.Close()
	return b.String()
}

func based(text string) string { return `"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"` }

// wrapping puts a message into an envelope.
type wrapping struct {
	name string
	wrap func(message string) string
}

func logsOf(message string) string {
	return `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"g","logStream":"s","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1767225600000,"message":` +
		quoted(message) + `}]}`
}

// wrappings are those that take a text of any kind.
func wrappings() []wrapping {
	return []wrapping{
		{"cloudwatch_logs", logsOf},
		{"sns", func(m string) string {
			return `{"Type":"Notification","MessageId":"m1","TopicArn":"arn:aws:sns:eu-central-1:111122223333:t","Subject":"s","Message":` + quoted(m) +
				`,"Timestamp":"2026-01-01T00:00:00.000Z","SignatureVersion":"1","Signature":"x","SigningCertURL":"https://example.com","UnsubscribeURL":"https://example.com"}`
		}},
		{"sqs", func(m string) string {
			return `{"messageId":"m2","receiptHandle":"r","body":` + quoted(m) +
				`,"attributes":{"SentTimestamp":"1"},"messageAttributes":{},"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:111122223333:q","awsRegion":"eu-central-1"}`
		}},
		{"sqs", func(m string) string { return `{"MessageId":"m3","Body":` + quoted(m) + `}` }},
		{"batch", func(m string) string {
			return `{"Records":[{"messageId":"m2","receiptHandle":"r","body":` + quoted(m) + `,"attributes":{},"eventSource":"aws:sqs"}]}`
		}},
		{"batch", func(m string) string {
			return `{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"a","Sns":{"Type":"Notification","MessageId":"m","TopicArn":"t","Subject":null,"Message":` +
				quoted(m) + `,"Timestamp":"2026-01-01T00:00:00.000Z"}}]}`
		}},
		{"batch", func(m string) string {
			return `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"1","data":` + based(packed(m)) +
				`,"approximateArrivalTimestamp":1767225600.1},"eventSource":"aws:kinesis","eventID":"e"}]}`
		}},
		{"batch", func(m string) string {
			return `{"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:eu-central-1:111122223333:deliverystream/d","region":"eu-central-1","records":[{"recordId":"1","approximateArrivalTimestamp":1,"data":` + based(m) + `}]}`
		}},
		{"batch", func(m string) string {
			return `{"requestId":"r","timestamp":1,"records":[{"data":` + based(packed(packed(m))) + `}]}`
		}},
		{"lambda", func(m string) string { return `{"awslogs":{"data":` + based(packed(logsOf(m))) + `}}` }},
		{"firehose_error", func(m string) string {
			return `{"attemptsMade":4,"arrivalTimestamp":1,"errorCode":"Lambda.FunctionError","errorMessage":"e","attemptEndingTimestamp":2,"rawData":` + based(m) + `,"lambdaArn":"l"}`
		}},
		{"kinesis", func(m string) string {
			return `{"SequenceNumber":"1","ApproximateArrivalTimestamp":1,"Data":` + based(m) + `,"PartitionKey":"p"}`
		}},
		{"firelens", func(m string) string {
			return `{"container_id":"0123456789abcdef","container_name":"web","source":"stderr","ecs_cluster":"shop","ecs_task_arn":"arn:aws:ecs:eu-west-1:444455556666:task/shop/0a1b","ecs_task_definition":"web:7","ec2_instance_id":"i-0a1b2c3d","log":` + quoted(m) + `}`
		}},
	}
}

// unwrapped are the messages in data.
func unwrapped(t *testing.T, f frame.Framing, data string) []string {
	t.Helper()
	messages, problem := NewUnwrapper(f).Unwrap([]byte(data))
	if problem != "" {
		t.Errorf("the problem is %q in %.300q", problem, data)
	}
	got := []string{}
	for _, m := range messages {
		got = append(got, string(m.Data))
	}
	return got
}

func TestEveryEnvelopeIsTakenOffEveryOther(t *testing.T) {
	const flow, record = `2 111122223333 eni-1 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK`, `{"id":"a","b":[{"c":"\"é\n"}]}`
	for _, text := range []bool{true, false} {
		message := record
		if text {
			message = flow
		}
		for _, a := range wrappings() {
			for _, b := range wrappings() {
				for _, c := range wrappings() {
					data := a.wrap(b.wrap(c.wrap(message)))
					if got := unwrapped(t, framing(text), data); len(got) != 1 || got[0] != message {
						t.Fatalf("%s in %s in %s: %q", c.name, b.name, a.name, got)
					}
					if !Looks([]byte(data)) {
						t.Fatalf("%s does not look like an envelope", a.name)
					}
					layers, lonely := Peel([]byte(data))
					if lonely || len(layers) < 3 || string(layers[len(layers)-1].Head) != message || layers[0].Envelope != a.name {
						t.Fatalf("%s in %s in %s: layers %q", c.name, b.name, a.name, layers)
					}
				}
			}
		}
	}
}

func TestEnvelopesOfMany(t *testing.T) {
	flow := func(n int) string { return fmt.Sprintf("2 111122223333 eni-%d", n) }
	sqs := func(bodies ...string) string {
		var all []string
		for _, b := range bodies {
			all = append(all, `{"messageId":"m","body":`+quoted(b)+`}`)
		}
		return `{"Records":[` + strings.Join(all, ",") + `]}`
	}
	flows := []string{flow(1), flow(2), flow(3)}
	multi := frame.Framing{Kind: frame.Multiline, First: func(line []byte) bool { return bytes.HasPrefix(line, []byte("2")) }}
	for _, c := range []struct {
		name string
		f    frame.Framing
		in   string
		want []string
	}{
		{"lines in one body", framing(true), sqs(flow(1)+"\n"+flow(2)+"\r\n", flow(3)), flows},
		{"lines in packed data", framing(true), `{"recordId":"1","data":` + based(packed(strings.Join(flows, "\n\n"))) + `}`, flows},
		{"lines that go on, in one body", multi, sqs("2 a\n\tb\n2 c\n\td\n"), []string{"2 a\n\tb", "2 c\n\td"}},
		{"lines of a log event stay together", framing(true), logsOf("a\nb"), []string{"a\nb"}},
		{"objects in one body", framing(false), sqs(`{"a":1}{"a":2}` + "\n" + `{"a":3}`), []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}},
		{"objects of a log of lines", framing(true), logsOf(`{"a":1}{"a":2}`), []string{`{"a":1}`, `{"a":2}`}},
		{"a line that begins with an object", framing(true), logsOf(`{"a":1} was sent`), []string{`{"a":1} was sent`}},
		{"an object with something behind it", framing(false), logsOf(`{"a":1}{"a":2}x`), []string{`{"a":1}`, `{"a":2}x`}},
		{"envelopes one behind the other in data", framing(true), `{"recordId":"1","data":` + based(packed(logsOf(flow(1)))+packed(logsOf(flow(2))+logsOf(flow(3)))) + `}`, flows},
		{"an array in a body", framing(false), sqs(`[{"a":1},{"a":2}]`), []string{`{"a":1}`, `{"a":2}`}},
		{"records in an array of a body", framing(false, "Records"), sqs(`{"Records":[{"a":1},{"a":2}]}`), []string{`{"a":1}`, `{"a":2}`}},
		{"text in quotes", framing(false), sqs(quoted(`{"a":1}`)), []string{`{"a":1}`}},
		{"flow logs as they come by Firehose", framing(true), `{"message":"` + flow(1) + `"}`, flows[:1]},
		{"an object as text of another", framing(false), `{"message":" {\"a\":1}"}`, []string{`{"a":1}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := slices.DeleteFunc(unwrapped(t, c.f, c.in), func(line string) bool { return strings.TrimSpace(line) == "" })
			for i := range got {
				got[i] = strings.TrimSpace(got[i])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatOnlyLooksLikeAnEnvelopeStays(t *testing.T) {
	for _, record := range []string{
		`{"MessageId":"m","Body":"b","colour":"red"}`,
		`{"messageId":"m","body":{"a":1}}`,
		`{"message":"hello"}`,
		`{"message":"{}","level":"info"}`,
		`{"source":"stdout","log":"x"}`,
		`{"source":"app","log":"x","container_id":"c"}`,
		`{"Type":"Notification","Message":"x"}`,
		`{"Type":"Other","TopicArn":"a","Message":"x"}`,
		`{"data":"QQ=="}`,
		`{"awslogs":{"data":"QQ=="},"more":1}`,
		`{"Records":[{"eventName":"x"}]}`,
		`{"Records":[]}`,
		`{"Records":"x"}`,
		`{"recordId":"1","data":"no base64!"}`,
		`{"detail-type":"t","detail":[1]}`,
		`{"messageType":"DATA_MESSAGE","logEvents":{"message":"x"}}`,
		`{"Event":"s3:TestEvent"}`,
		`{"Type":"Notification","TopicArn":"a","Message":null}`,
	} {
		if got := unwrapped(t, framing(false), record); len(got) != 1 || got[0] != record {
			t.Errorf("%s became %q", record, got)
		}
	}
	keep := frame.Framing{Keep: []string{Firelens}}
	firelens := wrappings()[len(wrappings())-1].wrap("x")
	if got := unwrapped(t, keep, logsOf(firelens)); len(got) != 1 || got[0] != firelens {
		t.Errorf("what is kept became %q", got)
	}
}

func TestSignsOfLifeAreCounted(t *testing.T) {
	const (
		testEvent = `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b","RequestId":"r","HostId":"h"}`
		confirm   = `{"Type":"SubscriptionConfirmation","MessageId":"m","Token":"t","TopicArn":"a","Message":"You have chosen to subscribe","SubscribeURL":"https://example.com"}`
	)
	for _, c := range []struct {
		name, in string
		silent   int64
	}{
		{"a control message", control, 1},
		{"a test event", testEvent, 1},
		{"a confirmation", confirm, 1},
		{"many in a batch", `{"Records":[{"messageId":"m","body":` + quoted(testEvent) + `},{"messageId":"m","body":` + quoted(confirm+control) + `}]}`, 3},
		{"a subscription without log events", `{"messageType":"DATA_MESSAGE","logEvents":[]}`, 1},
	} {
		u := NewUnwrapper(framing(false))
		if got, problem := u.Unwrap([]byte(c.in)); len(got) != 0 || problem != "" || u.Silent() != c.silent {
			t.Errorf("%s: %d messages, %d signs of life, %q", c.name, len(got), u.Silent(), problem)
		}
		if layers, lonely := Peel([]byte(c.in)); c.silent == 1 && (!lonely && c.name != "a subscription without log events" || len(layers) > 0 && lonely) {
			t.Errorf("%s: layers %q, lonely %v", c.name, layers, lonely)
		}
	}
	layers, lonely := Peel([]byte(control + "\n" + testEvent + logsOf("first")))
	if lonely || len(layers) != 1 || string(layers[0].Head) != "first" {
		t.Errorf("behind signs of life: %q, %v", layers, lonely)
	}
}

func TestHostileEnvelopesEnd(t *testing.T) {
	deep := func(open, inner, end string) string {
		return strings.Repeat(open, 1000) + inner + strings.Repeat(end, 1000)
	}
	bomb := based(packed(packed(strings.Repeat("0", 70<<20))))
	for _, c := range []struct {
		name, in string
		bad      bool
	}{
		{"events in events", deep(`{"detail-type":"t","detail":`, "{}", "}"), false},
		{"batches in batches", deep(`{"Records":[`, "{}", "]}"), false},
		{"messages in messages", `{"messageType":"DATA_MESSAGE","logEvents":` + deep("[", "", "]") + "}", false},
		{"a bomb", `{"recordId":"1","data":` + bomb + `}`, true},
		{"many bombs", `{"requestId":"r","records":[{"data":` + bomb + `},{"data":` + bomb + `},{"data":` + bomb + `}]}`, true},
		{"damaged data", `{"recordId":"1","data":` + based(packed(strings.Repeat("x", 100))[:20]) + `}`, true},
		{"empty data", `{"recordId":"1","data":""}`, false},
		{"an array that breaks off", `{"Records":[{"messageId":"m","body":"b"} x]}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := NewUnwrapper(framing(false))
			messages, problem := u.Unwrap([]byte(c.in))
			if (problem != "") != c.bad {
				t.Errorf("the problem is %q", problem)
			}
			if len(messages) == 0 && problem == "" && u.Silent() == 0 {
				t.Error("nothing tells what became of it")
			}
			Looks([]byte(c.in))
			Peel([]byte(c.in))
		})
	}
}

// FuzzNest wraps a text as the path says and finds it again, whole; and looks at whatever the head of that is.
func FuzzNest(f *testing.F) {
	f.Add("a line", []byte{0, 1, 2}, uint16(80))
	f.Add("\"\\\x00\u2028é", []byte{4, 12, 6, 9}, uint16(500))
	all := wrappings()
	f.Fuzz(func(t *testing.T, text string, path []byte, cut uint16) {
		text = strings.TrimRight(strings.ToValidUTF8(text, "?"), "\r\n")
		if first := strings.TrimSpace(text); first == "" || first[0] == '{' || strings.Contains(text, "\n") {
			return
		}
		data := text
		for _, step := range path[:min(len(path), 5)] {
			data = all[int(step)%len(all)].wrap(data)
		}
		if len(path) > 0 {
			if got := unwrapped(t, framing(true), data); len(got) != 1 || got[0] != text {
				t.Errorf("%q became %q", text, got)
			}
		}
		head := []byte(data)[:min(int(cut), len(data))]
		Looks(head)
		for _, layer := range first(Peel(head)) {
			if layer.Envelope == "" {
				t.Errorf("an envelope without a name around %q", layer.Head)
			}
		}
		_, _ = NewUnwrapper(framing(false, "Records")).Unwrap(head)
	})
}

func first(layers []Layer, _ bool) []Layer { return layers }
