package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

// Each block of commands for a queue may be pasted whole: none has two that replace each other. The queue takes the attributes.
func TestTheReadmesQueueIsMade(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllString(string(text), -1) {
		n := strings.Count(block, "put-bucket-notification-configuration")
		if found += n; n > 1 {
			t.Errorf("%d commands replace each other in %s", n, block)
		}
	}
	if found != 3 {
		t.Errorf("%d ways to the queue are shown, want 3", found)
	}
	file := regexp.MustCompile(`(?s)cat > attributes.json <<'EOF'\n(.*?)EOF`).FindStringSubmatch(string(text))
	if file == nil {
		t.Fatal("there are no attributes of a queue in the README")
	}
	c := newCloud(t)
	c.queue("NAME", nil)
	c.queue("NAME-dead", nil)
	arns := strings.NewReplacer("arn:aws:sqs:REGION:ACCOUNT:NAME-dead", sqsfake.ARN("NAME-dead"), "arn:aws:sqs:REGION:ACCOUNT:NAME", sqsfake.ARN("NAME"))
	attributes := parsed[map[string]string](t, arns.Replace(file[1]))
	if !json.Valid([]byte(attributes["Policy"])) {
		t.Errorf("the policy is no JSON: %s", attributes["Policy"])
	}
	_, err = c.sqs.SetQueueAttributes(t.Context(), &awssqs.SetQueueAttributesInput{
		QueueUrl: aws.String(sqsfake.URL("NAME")), Attributes: map[string]string{"RedrivePolicy": attributes["RedrivePolicy"]},
	})
	c.must(err)
	drained := hindcast(t, "compact", "--queue", "sqs://NAME", "--dir", t.TempDir(), "--queue-empty").want(t, exitDone)
	if strings.Contains(drained.err, "no dead-letter queue") {
		t.Error(drained.err)
	}
}
