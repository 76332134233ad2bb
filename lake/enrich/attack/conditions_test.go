package attack

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
)

// example is calls of which a condition holds, or does not.
type example struct {
	holds  bool
	times  int
	apart  time.Duration
	differ string // from the ordinary call, as JSON
	line   int
}

var exampleText = regexp.MustCompile(`^([+-]) (?:(\d+) every (\S+) )?(\{.*\})$`)

// examples are those of testdata/conditions.txt by condition.
func examples(t *testing.T) map[string][]example {
	t.Helper()
	f, err := os.Open("testdata/conditions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, condition := map[string][]example{}, ""
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		m := exampleText.FindStringSubmatch(text)
		switch {
		case strings.HasPrefix(text, "= "):
			condition = text[2:]
		case m != nil:
			e := example{holds: m[1] == "+", times: 1, differ: m[4], line: n}
			if m[2] != "" {
				e.times, _ = strconv.Atoi(m[2])
				if e.apart, err = time.ParseDuration(m[3]); err != nil {
					t.Fatal(err)
				}
			}
			all[condition] = append(all[condition], e)
		case text != "" && text[0] != '#':
			t.Fatalf("line %d is no example", n)
		}
	}
	return all
}

// call writes a call of a service by the user alice, with what is different about it.
func record(t testing.TB, service, event, differ string, at time.Time) []byte {
	t.Helper()
	who := map[string]any{
		"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::111122223333:user/alice",
		"accountId": "111122223333", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "alice",
	}
	call := map[string]any{
		"eventVersion": "1.11", "eventTime": at.Format(time.RFC3339), "eventSource": service + ".amazonaws.com", "eventName": event,
		"awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2.15", "eventType": "AwsApiCall",
		"eventID": at.String(), "requestParameters": nil, "responseElements": nil, "recipientAccountId": "111122223333",
	}
	var differs map[string]any
	if err := json.Unmarshal([]byte(differ), &differs); err != nil {
		t.Fatalf("%s: %v", differ, err)
	}
	for name, value := range differs {
		if name == "userIdentity" {
			for name, value := range value.(map[string]any) {
				who[name] = value
			}
			continue
		}
		call[name] = value
	}
	call["userIdentity"] = who
	text, err := json.Marshal(call)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rows normalises records of a source.
func rows(t testing.TB, s *source.Source, records ...[]byte) *ecs.Batch {
	t.Helper()
	c, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(c.Schema())
	n, err := c.New(b)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: "k", Ingested: noon})
	for _, r := range records {
		if err := n.Add(r, 0, 0); err != nil {
			t.Fatalf("%s: %v", r, err)
		}
	}
	return b
}

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// tag fills the rows by a table.
func tag(t testing.TB, table *Table, b *ecs.Batch) {
	t.Helper()
	f, ok := table.For(b.Schema())
	if !ok {
		t.Fatal("the table has nothing to say of such rows")
	}
	f.Fill(b)
}

// list is a row's list in a field.
func list(b *ecs.Batch, field string, row int) string {
	col := b.Schema().Col(field)
	var all []string
	for _, id := range b.Items(col, row) {
		all = append(all, string(b.Value(col, id)))
	}
	return strings.Join(all, ", ")
}

func TestEveryConditionHoldsOfWhatItIsMeantFor(t *testing.T) {
	all := examples(t)
	seen := map[string]bool{}
	for _, r := range builtin(t).Rows() {
		if r.Of != "calls" || r.When == "" || seen[r.When] {
			continue
		}
		seen[r.When] = true
		both := map[bool]bool{}
		for _, e := range all[r.When] {
			both[e.holds] = true
			t.Run(fmt.Sprintf("%s line %d", r.When, e.line), func(t *testing.T) { e.check(t, r) })
		}
		if !both[true] || !both[false] {
			t.Errorf("testdata/conditions.txt has no call of which it holds, or none of which it does not: %s", r.When)
		}
	}
	for condition := range all {
		if !seen[condition] {
			t.Errorf("no row has the condition %q", condition)
		}
	}
}

func (e example) check(t *testing.T, r Row) {
	service, event := strings.ReplaceAll(r.Service, "*", "ec2"), strings.ReplaceAll(r.Event, "*", "DescribeInstances")
	var records [][]byte
	for i := range e.times {
		records = append(records, record(t, service, event, e.differ, noon.Add(time.Duration(i)*e.apart)))
	}
	b := rows(t, aws.CloudTrail(), records...)
	tag(t, one(t, r), b)
	want := ""
	if e.holds {
		want = r.Tactics[0].ID
	}
	for row := range b.Rows() {
		if got, _, _ := strings.Cut(list(b, "threat.tactic.id", row), ", "); got != want {
			t.Errorf("row %d of %d has the tactic %q, not %q: %s", row, b.Rows(), got, want, e.differ)
		}
	}
}
