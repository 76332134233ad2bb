package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
	"github.com/hindcast/hindcast/lake/schedule"
)

// cloud is S3 and SQS at one address, where the environment says that AWS is. What is put is told to the queue "logs".
type cloud struct {
	*testing.T
	s3   *awss3.Client
	sqs  *awssqs.Client
	fake *sqsfake.Server
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	store, err := s3http.New(s3http.Options{Now: time.Now, Root: t.TempDir(), Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	fake := sqsfake.New(sqsfake.Options{Clock: schedule.Wall{Time: time.Now}})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.") {
			fake.ServeHTTP(w, r)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); _ = store.Close() })
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": sqsfake.Region, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"HINDCAST_AWS": place(t, t.TempDir(), "aws.yaml", "path_style: true\n"),
	} {
		t.Setenv(name, value)
	}
	cfg := aws.Config{Region: sqsfake.Region, BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	c := &cloud{T: t, fake: fake, sqs: awssqs.NewFromConfig(cfg), s3: awss3.NewFromConfig(cfg, func(o *awss3.Options) { o.UsePathStyle = true })}
	c.queue("dead", nil)
	c.queue("logs", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + sqsfake.ARN("dead") + `","maxReceiveCount":"5"}`})
	for _, name := range []string{"one-logs", "two-logs"} {
		_, err := c.s3.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &name})
		c.must(err)
	}
	return c
}

func (c *cloud) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *cloud) queue(name string, attributes map[string]string) {
	c.Helper()
	_, err := c.sqs.CreateQueue(c.Context(), &awssqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	c.must(err)
}

func (c *cloud) send(body string) {
	c.Helper()
	_, err := c.sqs.SendMessage(c.Context(), &awssqs.SendMessageInput{QueueUrl: aws.String(sqsfake.URL("logs")), MessageBody: &body})
	c.must(err)
}

// put puts an object, of which S3 tells the queue.
func (c *cloud) put(bucket, key, text string) {
	c.Helper()
	out, err := c.s3.PutObject(c.Context(), &awss3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(text)})
	c.must(err)
	c.send(fmt.Sprintf(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-31T23:59:59.000Z","eventName":"ObjectCreated:Put",`+
		`"s3":{"bucket":{"name":%q},"object":{"key":%q,"size":%d,"eTag":%q,"sequencer":"01"}}}]}`, bucket, url.QueryEscape(key), len(text), strings.Trim(aws.ToString(out.ETag), `"`)))
}

// left makes sure that the queues have so many messages.
func (c *cloud) left(messages, dead int) {
	c.Helper()
	if n, d := len(c.fake.Messages("logs")), len(c.fake.Messages("dead")); n != messages || d != dead {
		c.Errorf("%d messages and %d dead letters are left, want %d and %d", n, d, messages, dead)
	}
}

// paths are where the rows of a table come from, with their number.
func paths(t *testing.T, dir string) map[string]int {
	t.Helper()
	type row struct{ Path string }
	got := map[string]int{}
	out := hindcast(t, "query", "--dir", dir, "--format", "ndjson", "SELECT log_file_path AS path FROM apache_access").want(t, exitDone).out
	for line := range strings.Lines(out) {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		got[r.Path]++
	}
	return got
}

const testEvent = `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-31T12:00:00.000Z","Bucket":"one-logs"}`

func TestAQueueIsDrainedIntoTheLake(t *testing.T) {
	c, dir := newCloud(t), t.TempDir()
	c.put("one-logs", apacheKey+"a", apacheLine+apacheLine)
	c.put("two-logs", apacheKey+"a b+c", apacheLine)
	c.put("two-logs", "no/key/of a log", apacheLine) // which is told by its contents
	c.put("two-logs", "pictures/cat", "\x00\x01\x02 no log")
	c.send(testEvent)
	before := hindcast(t, "backlog", "--queue", "sqs://logs", "--dir", dir).want(t, exitDone).out
	says(t, before, "Messages waiting: 5, in flight: 0, delayed: 0. Dead letters: 0.")
	done := hindcast(t, "compact", "--queue", sqsfake.URL("logs"), "--dir", dir, "--queue-empty", "--json").want(t, exitDone)
	if r := parsed[*compact.Report](t, done.out); r.Objects != 3 || r.EventsOut != 4 || r.Unknown != 1 {
		t.Errorf("%+v", r)
	}
	got := paths(t, dir)
	if len(got) != 3 || got["s3://one-logs/"+apacheKey+"a"] != 2 || got["s3://two-logs/"+apacheKey+"a b+c"] != 1 || got["s3://two-logs/no/key/of a log"] != 1 {
		t.Errorf("rows come from %v", got)
	}
	c.left(0, 0)
	c.send("no notification")
	failed := hindcast(t, "compact", "--queue", sqsfake.ARN("logs"), "--dir", dir, "--queue-empty").want(t, exitFailed)
	says(t, failed.err, "was sent to the dead letters", "1 messages could not be read")
	c.left(0, 1)
	after := hindcast(t, "backlog", "--queue", "sqs://logs", "--dir", dir).want(t, exitDone).out
	says(t, after, "Messages waiting: 0, in flight: 0, delayed: 0. Dead letters: 1.", "Nothing waits.")
	hindcast(t, "verify", "--dir", dir).want(t, exitDone)
}

func TestAServiceFollowsAQueueUntilItIsTerminated(t *testing.T) {
	c, dir := newCloud(t), t.TempDir()
	p := startProgram(t, "compact", "--queue", "sqs://logs", "--dir", dir, "--window", "50ms", "--metrics", "127.0.0.1:0")
	metrics := "http://" + p.until(`metrics=(127\.0\.0\.1:\d+)`)[1] + "/metrics"
	c.put("one-logs", apacheKey+"a", apacheLine)
	p.until(`msg=compacted objects=1 events=1 `)
	p.until(`msg=settled messages=1 deleted=1 `)
	c.put("one-logs", apacheKey+"b", apacheLine)
	p.until(`msg=settled messages=1 deleted=1 `)
	says(t, get(t, metrics), `hindcast_queue_messages_total{outcome="received"} 2`, `hindcast_queue_messages_total{outcome="deleted"} 2`,
		"hindcast_queue_in_flight_messages 0", `hindcast_compaction_runs_total{result="done"} 2`)
	c.left(0, 0)
	p.tellToEnd()
	c.send(testEvent) // for which the last call waits no longer
	if status := p.ended(); status != exitDone {
		t.Errorf("exit status %d\n%s", status, strings.Join(p.log, "\n"))
	}
}

// A worker is killed while it has messages in hand and a batch in work. Another finishes both, once the messages' time is up.
func TestTheMessagesOfAKilledWorkerAreLoadedByAnother(t *testing.T) {
	c, dir := newCloud(t), t.TempDir()
	c.put("one-logs", apacheKey+"a", strings.Repeat(apacheLine, 20_000)) // at the rate, it takes longer than any test
	p := startProgram(t, "compact", "--queue", "sqs://logs", "--dir", dir, "--window", "50ms", "--rate", "1kB")
	p.until("msg=compacting ")
	for inWork := 0.0; inWork == 0; {
		inWork = parsed[map[string]any](t, hindcast(t, "backlog", "--queue", "sqs://logs", "--dir", dir, "--json").want(t, exitDone).out)["in_work"].(float64)
	}
	c.must(p.cmd.Process.Kill())
	p.drain()
	_ = p.cmd.Wait()
	if all := c.fake.Messages("logs"); len(all) != 1 || !all[0].InFlight {
		t.Fatalf("%+v", all)
	}
	c.fake.Lapse("logs")
	done := hindcast(t, "compact", "--queue", "sqs://logs", "--dir", dir, "--queue-empty", "--json").want(t, exitDone)
	if r := parsed[*compact.Report](t, done.out); r.EventsOut != 20_000 {
		t.Errorf("%+v", r)
	}
	c.left(0, 0)
	hindcast(t, "verify", "--dir", dir).want(t, exitDone)
}

func TestWrongUseOfAQueueIsTold(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"neither logs nor a queue":      {[]string{"compact"}, "which logs?"},
		"no queue to gather from":       {[]string{"compact", "--raw", dir, "--window", "5s"}, "are of a queue"},
		"no queue to be empty":          {[]string{"compact", "--raw", dir, "--queue-empty"}, "of which queue?"},
		"what is no queue":              {[]string{"compact", "--queue", "logs"}, "not a queue: write sqs://NAME"},
		"a queue and logs":              {[]string{"compact", "--queue", "sqs://logs", "--raw", dir}, "leave --raw"},
		"a queue at an interval":        {[]string{"compact", "--queue", "sqs://logs", "--every", "1m"}, "leave --every"},
		"a window of no time":           {[]string{"compact", "--queue", "sqs://logs", "--window", "-1m"}, "--window"},
		"no object at all":              {[]string{"compact", "--queue", "sqs://logs", "--max-objects", "-1"}, "--max-objects"},
		"metrics of a run that ends":    {[]string{"compact", "--queue", "sqs://logs", "--queue-empty", "--metrics", "127.0.0.1:0"}, "--metrics-file"},
		"a backlog of nothing":          {[]string{"backlog"}, "which backlog?"},
		"a backlog of logs and a queue": {[]string{"backlog", "--queue", "sqs://logs", "--raw", dir}, "which backlog?"},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, hindcast(t, append(c.args, "--dir", t.TempDir())...).want(t, exitUsage).err, c.says)
		})
	}
}
