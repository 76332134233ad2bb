package aws

import (
	"slices"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// callOf is a CloudTrail event with these request parameters and response elements.
func callOf(t *testing.T, request, response string) (field func(string) []string) {
	t.Helper()
	c, err := CloudTrail().Compile()
	if err != nil {
		t.Fatal(err)
	}
	rows := ecs.NewBatch(c.Schema())
	n, err := c.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: "trail.json", Ingested: time.Unix(0, 0)})
	record := `{"eventTime":"2026-01-31T00:00:00Z","eventName":"X","eventID":"1","requestParameters":` + request + `,"responseElements":` + response + `}`
	if err := n.Add([]byte(record), 0, 0); err != nil {
		t.Fatal(err)
	}
	return func(name string) (values []string) {
		col := c.Schema().Col(name)
		if c.Schema().Fields()[col].Type == ecs.String {
			return []string{string(rows.Str(col, 0))}
		}
		for _, id := range rows.Items(col, 0) {
			values = append(values, string(rows.Value(col, id)))
		}
		return values
	}
}

func TestWhatACallNamesCanBeAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		request, response, field string
		want                     []string
	}{
		"an account that a snapshot is shared with": {
			`{"attributeName":"restore","valuesToAdd":["444455556666"]}`, `null`, "aws.cloudtrail.named_account_ids", []string{"444455556666"},
		},
		"the account of a policy within a policy document": {
			`{"policyDocument":"{\"Principal\":{\"AWS\":\"arn:aws:iam::444455556666:root\"}}"}`, `null`, "aws.cloudtrail.named_account_ids", []string{"444455556666"},
		},
		"the ARN of a policy that is attached": {
			`{"userName":"eve","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`, `null`, "aws.cloudtrail.resource_arns",
			[]string{"arn:aws:iam::aws:policy/AdministratorAccess"},
		},
		"a role that was created, by its name": {
			`{"roleName":"backdoor"}`, `{"role":{"arn":"arn:aws:iam::111122223333:role/path/backdoor"}}`, "related.user", []string{"backdoor"},
		},
		"every instance of a command": {
			`{"instanceIds":["i-0123456789abcdef0","i-12345678"]}`, `null`, "related.hosts", []string{"i-0123456789abcdef0", "i-12345678"},
		},
		"a key that was issued": {
			`{}`, `{"accessKey":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}`, "aws.cloudtrail.named_access_key_ids", []string{"AKIAIOSFODNN7EXAMPLE"},
		},
		"the one address that a port is opened to": {
			`{"items":[{"cidrIp":"203.0.113.7/32"},{"cidrIp":"0.0.0.0/0"}]}`, `null`, "related.ip", []string{"203.0.113.7"},
		},
		"the one IPv6 address that a port is opened to": {
			`{"items":[{"cidrIpv6":"2001:db8::77/128"},{"cidrIpv6":"::/0"},{"cidrIpv6":"2001:db8::/32"}]}`, `null`, "related.ip", []string{"2001:db8::77"},
		},
		"an IPv6 address that begins with a letter": {
			`{"peerAddress":"fd00::9"}`, `null`, "related.ip", []string{"fd00::9"},
		},
		"addresses in a list that is one text": {
			`{"addresses":"203.0.113.8,203.0.113.9"}`, `null`, "related.ip", []string{"203.0.113.8", "203.0.113.9"},
		},
		"an ARN with a comma in it": {
			`{"policyArn":"arn:aws:iam::111122223333:policy/a,b"}`, `null`, "aws.cloudtrail.resource_arns", []string{"arn:aws:iam::111122223333:policy/a,b"},
		},
		"no number that is too long for an account, and no id that is too short": {
			`{"start":1234567890123,"id":"i-123","token":"AKIAIOSFODNN7EXAMPLEX"}`, `null`, "aws.cloudtrail.named_account_ids", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := callOf(t, c.request, c.response)(c.field); !slices.Equal(got, c.want) {
				t.Errorf("%s is %q, not %q", c.field, got, c.want)
			}
		})
	}
}

func TestTheTargetSaysWhatACallActedOn(t *testing.T) {
	for request, want := range map[string]string{
		`{"bucketName":"b"}`:                           "b",
		`{"bucketName":"b","key":"k/l"}`:               "b/k/l",
		`{"userName":"eve"}`:                           "eve",
		`{"userName":"eve","policyArn":"arn:x/Admin"}`: "eve (Admin)",
		`{"policyArn":"arn:x/Admin"}`:                  "arn:x/Admin",
		`{"name":"trail"}`:                             "trail",
		`{"unheardOf":"x"}`:                            "",
	} {
		if got := callOf(t, request, `null`)("aws.cloudtrail.target")[0]; got != want {
			t.Errorf("%s acts on %q, not on %q", request, got, want)
		}
	}
}

func TestATimeThatNoLogCanHaveIsRejected(t *testing.T) {
	c, err := CloudTrail().Compile()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{
		"0001-01-01T00:00:00Z": false, "1969-12-31T23:59:59Z": false, "1970-01-01T00:00:00Z": true,
		"2099-12-31T23:59:59Z": true, "2100-01-01T00:00:00Z": false, "9999-12-31T23:59:59Z": false,
	} {
		rows := ecs.NewBatch(c.Schema())
		n, err := c.New(rows)
		if err != nil {
			t.Fatal(err)
		}
		n.Begin(source.Origin{Key: "trail.json", Ingested: time.Unix(0, 0)})
		if err := n.Add([]byte(`{"eventTime":"`+at+`","eventID":"1"}`), 0, 0); (err == nil) != want || (rows.Rows() == 1) != want {
			t.Errorf("%s: %v", at, err)
		}
	}
}
