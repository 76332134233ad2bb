package awsjson_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

type named struct{ Name string }

func service() *awsjson.Service {
	return &awsjson.Service{Prefix: "AWSTest", Version: "1.1", Operations: map[string]awsjson.Operation{
		"Echo": awsjson.Op(func(_ context.Context, in *named) (*named, error) { return in, nil }),
		"Nil":  awsjson.Op(func(context.Context, *named) (*named, error) { return nil, nil }),
		"Refuse": awsjson.Op(func(context.Context, *named) (*named, error) {
			return nil, &awsjson.Error{Code: "Nope", Message: "no", Fields: map[string]any{"Reason": "BECAUSE"}}
		}),
		"Break": awsjson.Op(func(context.Context, *named) (*named, error) { return nil, errors.New("broken") }),
	}}
}

func TestCalls(t *testing.T) {
	server := httptest.NewServer(service())
	defer server.Close()
	for _, c := range []struct {
		name, target, kind, body string
		status                   int
		want                     []string
	}{
		{"input comes back", "AWSTest.Echo", "application/x-amz-json-1.1", `{"Name":"a"}`, 200, []string{`{"Name":"a"}`}},
		{"no input is an empty object", "AWSTest.Echo", "application/x-amz-json-1.1", ``, 200, []string{`{"Name":""}`}},
		{"no output is an empty object", "AWSTest.Nil", "application/x-amz-json-1.1", `{}`, 200, []string{`{}`}},
		{"an error has its code and its members", "AWSTest.Refuse", "application/x-amz-json-1.1", `{}`, 400, []string{`"__type":"Nope"`, `"Reason":"BECAUSE"`, `"message":"no"`}},
		{"any other error is the service's own", "AWSTest.Break", "application/x-amz-json-1.1", `{}`, 500, []string{"InternalServerException"}},
		{"an operation that is not there", "AWSTest.Other", "application/x-amz-json-1.1", `{}`, 400, []string{"UnknownOperationException"}},
		{"another service's operation", "Other.Echo", "application/x-amz-json-1.1", `{}`, 400, []string{"UnknownOperationException"}},
		{"another version of the protocol", "AWSTest.Echo", "application/x-amz-json-1.0", `{}`, 400, []string{"SerializationException"}},
		{"what is no JSON", "AWSTest.Echo", "application/x-amz-json-1.1", `{`, 400, []string{"SerializationException"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Amz-Target", c.target)
			req.Header.Set("Content-Type", c.kind)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != c.status {
				t.Fatalf("status %d: %s: %v", res.StatusCode, body, err)
			}
			for _, want := range c.want {
				if !strings.Contains(string(body), want) {
					t.Errorf("%s lacks %s", body, want)
				}
			}
		})
	}
}
