package source_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// What an envelope says reaches the rows of its records, and of no others.
func TestWhatEnvelopesSayReachesTheRow(t *testing.T) {
	s := &source.Source{
		Name: "logins", Version: "1", Framing: frame.Framing{Kind: frame.JSON}, Divide: source.JSON,
		Map: []source.Mapping{
			{To: "@timestamp", From: "at"}, {To: "aws.cloudwatch.log_stream", From: "stream"}, {To: "container.id", From: "containers.id", Type: ecs.Strings},
		},
	}
	c, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	rows := ecs.NewBatch(c.Schema())
	n, err := c.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: "AWSLogs/111122223333/x/eu-central-1/y", Ingested: time.Unix(0, 0)})
	logs := &envelope.Info{
		Account: []byte("444455556666"), LogGroup: []byte("/g"), LogStream: []byte("s"), ID: []byte("37"), Time: []byte("1767225600000"),
	}
	container := &envelope.Info{
		Region: []byte("eu-west-1"), ContainerID: []byte("c1"), ContainerName: []byte("web"), Cluster: []byte("shop"), Instance: []byte("i-0a1b2c3d"),
		TaskARN: []byte("arn:aws:ecs:eu-west-1:444455556666:task/shop/0a1b"), TaskDefinition: []byte("web:7"), Stream: []byte("stderr"),
	}
	event := &envelope.Info{ID: []byte("e1"), Time: []byte("2026-01-01T00:00:00Z"), DetailType: []byte("t"), Source: []byte("aws.x"), Resources: []byte(`["arn:aws:s3:::b"]`)}
	const record = `{"at":"2026-01-30T01:02:03Z"}`
	for i, by := range []*envelope.Info{logs, container, event, nil} {
		n.Delivered(by)
		if err := n.Add([]byte(record), int64(i), 0); err != nil {
			t.Fatal(err)
		}
	}
	n.Delivered(logs)
	if err := n.Add([]byte(`{"at":"2026-01-30T01:02:03Z","stream":"own"}`), 9, 0); err != nil {
		t.Fatal(err)
	}
	docs := ecs.NewDocuments(rows)
	for i, want := range []string{
		`{"aws":{"cloudwatch":{"log_group":"/g","log_stream":"s"},"delivery":{"id":"37","time":"2026-01-01T00:00:00.000Z"}},` +
			`"cloud":{"account":{"id":"444455556666"},"region":"eu-central-1"}}`,
		`{"aws":{"ecs":{"task":{"arn":"arn:aws:ecs:eu-west-1:444455556666:task/shop/0a1b","definition":"web:7"}}},"cloud":{"account":{"id":"111122223333"},` +
			`"instance":{"id":"i-0a1b2c3d"},"region":"eu-west-1"},"container":{"name":"web"},"log":{"iostream":"stderr"},"orchestrator":{"cluster":{"name":"shop"}},"related":{"hosts":["i-0a1b2c3d"]}}`,
		`{"aws":{"delivery":{"detail_type":"t","id":"e1","resources":["arn:aws:s3:::b"],"source":"aws.x","time":"2026-01-01T00:00:00.000Z"}},` +
			`"cloud":{"account":{"id":"111122223333"},"region":"eu-central-1"}}`,
		`{"cloud":{"account":{"id":"111122223333"},"region":"eu-central-1"}}`,
		`{"aws":{"cloudwatch":{"log_group":"/g","log_stream":"own"},"delivery":{"id":"37","time":"2026-01-01T00:00:00.000Z"}},` +
			`"cloud":{"account":{"id":"444455556666"},"region":"eu-central-1"}}`,
	} {
		var got, wanted map[string]any
		if err := json.Unmarshal(docs.Append(nil, i), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"@timestamp", "event", "mapping_version"} {
			delete(got, name)
		}
		if log := got["log"].(map[string]any); log["iostream"] != nil {
			got["log"] = map[string]any{"iostream": log["iostream"]}
		} else {
			delete(got, "log")
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
}
