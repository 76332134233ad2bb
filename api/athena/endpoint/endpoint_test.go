package endpoint_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/api/athena/endpoint"
	"github.com/hindcast/hindcast/catalog/awsjson"
)

// service names itself.
func service(prefix string) *awsjson.Service {
	return &awsjson.Service{Prefix: prefix, Version: "1.1", Operations: map[string]awsjson.Operation{
		"Call": awsjson.Op(func(_ context.Context, _ *struct{}) (*struct{ From string }, error) {
			return &struct{ From string }{prefix}, nil
		}),
	}}
}

func TestRequestsReachTheServiceTheyAreFor(t *testing.T) {
	var saw []string
	h := &endpoint.Handler{
		Athena: service("AmazonAthena"), Glue: service("AWSGlue"), Local: true,
		S3: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "an object") }),
		Saw: func(service, operation string, status int) {
			saw = append(saw, fmt.Sprint(service, " ", operation, " ", status))
		},
	}
	signed := func(service string) string {
		return "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=00"
	}
	for _, c := range []struct {
		name, host, target, authorization, body string
		status                                  int
		says, saw                               string
	}{
		{"a call of Athena", "127.0.0.1:1", "AmazonAthena.Call", signed("athena"), "{}", 200, "AmazonAthena", "athena Call 200"},
		{"a call of Glue", "localhost", "AWSGlue.Call", signed("glue"), "{}", 200, "AWSGlue", "glue Call 200"},
		{"a call that is not there", "localhost", "AmazonAthena.Other", signed("athena"), "{}", 400, "UnknownOperationException", "athena unknown 400"},
		{"a signature without a call", "localhost", "", signed("athena"), "", 400, "UnknownOperationException", "athena unknown 400"},
		{"who is it", "[::1]:80", "", signed("sts"), "Action=GetCallerIdentity&Version=2011-06-15", 200, "<Account>000000000000</Account>", "sts GetCallerIdentity 200"},
		{"another call of STS", "localhost", "", signed("sts"), "Action=AssumeRole", 400, "InvalidAction", "sts GetCallerIdentity 400"},
		{"an object", "bucket.localhost:80", "", signed("s3"), "", 200, "an object", "s3 POST 200"},
		{"another site's name", "example.com", "AmazonAthena.Call", signed("athena"), "{}", 403, "this machine alone", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			saw = nil
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+c.host+"/", strings.NewReader(c.body))
			r.Header.Set("Authorization", c.authorization)
			r.Header.Set("Content-Type", "application/x-amz-json-1.1")
			if c.target != "" {
				r.Header.Set("X-Amz-Target", c.target)
			} else {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || strings.Join(saw, ", ") != c.saw {
				t.Errorf("%d %s, seen as %q", w.Code, w.Body, saw)
			}
		})
	}
}
