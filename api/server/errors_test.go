package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hindcast/hindcast/api/jobs/rpc"
	"github.com/hindcast/hindcast/api/server"
	"github.com/hindcast/hindcast/lake/engine"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func withCorrelator(c rpc.Correlator) func(*server.Config) {
	return func(cfg *server.Config) { cfg.Correlator = c }
}

// errorBody is google.rpc.Status as JSON.
type errorBody struct {
	Code    int
	Message string
	Details []struct {
		Type            string `json:"@type"`
		Reason          string
		FieldViolations []struct{ Field, Description string } `json:"field_violations"`
	}
}

func (a answered) problem(t *testing.T) errorBody {
	t.Helper()
	var e errorBody
	d := json.NewDecoder(strings.NewReader(string(a.body)))
	if err := d.Decode(&e); err != nil || e.Code == 0 || e.Message == "" || len(e.Details) == 0 || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("status %d is not google.rpc.Status with details: %v, %s", a.status, err, a.body)
	}
	if a.header.Get("X-Request-Id") == "" {
		t.Error("no request id")
	}
	return e
}

func TestEveryErrorOverRESTHasTheShapeOfAStatus(t *testing.T) {
	h := start(t, newLake(t), func(c *server.Config) { c.Limits.BodyBytes = 4096 })
	h.create(t, "done", ipQuery(attacker))
	h.wait(t, "done", succeeded)
	post := func(body string) []string { return []string{http.MethodPost, "/v1/correlations", body} }
	cases := map[string]struct {
		call   []string // method, path, body, header…
		status int
		code   codes.Code
		field  string
	}{
		"a path that is not there":           {[]string{"GET", "/v2/x", ""}, 404, codes.NotFound, ""},
		"the root":                           {[]string{"GET", "/", ""}, 404, codes.NotFound, ""},
		"a method that the path has not":     {[]string{"DELETE", "/v1/tables", ""}, 405, codes.Unimplemented, ""},
		"a post to the document":             {[]string{"POST", "/openapi.json", "{}"}, 405, codes.Unimplemented, ""},
		"a correlation that is not there":    {[]string{"GET", "/v1/correlations/nope", ""}, 404, codes.NotFound, ""},
		"an id that climbs":                  {[]string{"GET", "/v1/correlations/..%2f..%2fetc", ""}, 404, codes.NotFound, ""},
		"a table that is not there":          {[]string{"GET", "/v1/tables/nope", ""}, 404, codes.NotFound, ""},
		"a body that is not JSON":            {post(`{"query":`), 400, codes.InvalidArgument, "body"},
		"a body with an unknown field":       {post(`{"querry":{}}`), 400, codes.InvalidArgument, "body"},
		"a body without a query":             {post(`{}`), 400, codes.InvalidArgument, "query"},
		"an id with a slash":                 {post(`{"correlation_id":"a/b","query":` + ipQueryJSON + `}`), 400, codes.InvalidArgument, "correlation_id"},
		"an address that is none":            {post(strings.Replace(`{"query":`+ipQueryJSON+`}`, "198.51.100.7", "198.51.100", 1)), 400, codes.InvalidArgument, "query.indicators[0].value"},
		"an unknown kind of indicator":       {post(strings.Replace(`{"query":`+ipQueryJSON+`}`, "KIND_IP", "KIND_MAGIC", 1)), 400, codes.InvalidArgument, "body"},
		"a range that ends before it starts": {post(strings.Replace(`{"query":`+ipQueryJSON+`}`, "2026-01-13", "2026-01-09", 1)), 400, codes.InvalidArgument, "query.to_time"},
		"a relative time":                    {post(strings.Replace(`{"query":`+ipQueryJSON+`}`, "2026-01-13T00:00:00Z", "-7d", 1)), 400, codes.InvalidArgument, "body"},
		"a table to search that is not":      {post(`{"query":` + strings.TrimSuffix(ipQueryJSON, "}") + `,"sources":["nope"]}}`), 400, codes.InvalidArgument, "query.sources"},
		"a limit beyond the most":            {post(`{"query":` + strings.TrimSuffix(ipQueryJSON, "}") + `,"limit":100000000}}`), 400, codes.InvalidArgument, "query.limit"},
		"an id that is taken":                {post(`{"correlation_id":"done","query":` + strings.Replace(ipQueryJSON, "100.7", "100.8", 1) + `}`), 409, codes.AlreadyExists, ""},
		"a body too large":                   {post(`{"query":"` + strings.Repeat("x", 5000) + `"}`), 413, codes.ResourceExhausted, ""},
		"a body that is a form":              {append(post("a=b"), "Content-Type", "application/x-www-form-urlencoded"), 415, codes.InvalidArgument, ""},
		"a page of another site":             {append(post(`{}`), "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 403, codes.PermissionDenied, ""},
		"a name that points here":            {[]string{"GET", "/v1/tables", "", "Host", "evil.example:7080"}, 403, codes.PermissionDenied, ""},
		"a token that was made up":           {[]string{"GET", "/v1/correlations/done/events?page_token=abc", ""}, 400, codes.InvalidArgument, "page_token"},
		"a negative page size":               {[]string{"GET", "/v1/correlations?page_size=-1", ""}, 400, codes.InvalidArgument, "page_size"},
		"a page size that is no number":      {[]string{"GET", "/v1/correlations?page_size=many", ""}, 400, codes.InvalidArgument, "query parameters"},
		"a day that is none":                 {[]string{"GET", "/v1/coverage?first_day=2026-02-30&last_day=2026-03-01", ""}, 400, codes.InvalidArgument, "first_day"},
		"a stream without a query":           {[]string{"POST", "/v1/correlations:stream", `{}`}, 400, codes.InvalidArgument, "query"},
		"an explanation of nothing":          {[]string{"POST", "/v1/correlations:explain", `{"query":{}}`}, 400, codes.InvalidArgument, "query.from_time"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a := h.do(t, c.call[0], c.call[1], c.call[2], c.call[3:]...)
			e := a.problem(t)
			if a.status != c.status || codes.Code(e.Code) != c.code {
				t.Errorf("status %d and code %s, want %d and %s: %s", a.status, codes.Code(e.Code), c.status, c.code, a.body)
			}
			if c.field != "" && (len(e.Details) == 0 || len(e.Details[0].FieldViolations) == 0 || e.Details[0].FieldViolations[0].Field != c.field) {
				t.Errorf("the field is not %s: %s", c.field, a.body)
			}
		})
	}
}

func TestEverythingWrongWithARequestIsToldAtOnce(t *testing.T) {
	h := start(t, newLake(t), nil)
	_, err := h.correlations.CreateCorrelation(h.ctx, &hindcastv1.CreateCorrelationRequest{
		CorrelationId: "A B", Query: &hindcastv1.Query{Indicators: ipQuery("nonsense").Indicators, Limit: -1, Match: 9},
	})
	var fields []string
	for _, d := range status.Convert(err).Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				fields = append(fields, v.GetField())
			}
		}
	}
	want := "correlation_id query.from_time query.to_time query.limit query.match query.indicators[0].value"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("told of %s", got)
	}
}

// failing is a correlator whose queries fail.
type failing struct {
	rpc.Correlator
	with error
}

func (f failing) Run(context.Context, *hindcastv1.Query, func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	return nil, f.with
}

func TestAStreamSaysWhetherItsQueryMayBeAskedAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		with error
		code codes.Code
		says string
	}{
		{"files that keep going", fmt.Errorf("read: %w", engine.ErrStale), codes.Unavailable, "may be asked again"},
		{"an engine that fails for once", fmt.Errorf("read: %w", engine.ErrPassing), codes.Unavailable, "may be asked again"},
		{"an engine that is busy", fmt.Errorf("read: %w", engine.ErrBusy), codes.Unavailable, "try again later"},
		{"a budget that is spent", fmt.Errorf("read: %w", engine.ErrBudget), codes.ResourceExhausted, "budget"},
		{"what nobody has thought of", errors.New("secret"), codes.Internal, "internal error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			h := start(t, l, withCorrelator(failing{l.correlator(t), c.with}))
			s, err := h.correlations.StreamCorrelate(h.ctx, &hindcastv1.StreamCorrelateRequest{Query: ipQuery(attacker)})
			if err == nil {
				_, err = s.Recv()
			}
			if status.Code(err) != c.code || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAPanicIsAnErrorThatTellsNothing(t *testing.T) {
	h := start(t, newLake(t), withCorrelator(panicky{}))
	a := h.do(t, http.MethodPost, "/v1/correlations", `{"query":`+ipQueryJSON+`}`, "X-Request-Id", "find-me")
	if e := a.problem(t); a.status != http.StatusInternalServerError || codes.Code(e.Code) != codes.Internal || strings.Contains(string(a.body), "secret") {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if log := h.log.String(); !strings.Contains(log, "find-me") || !strings.Contains(log, "boom at /secret/path") {
		t.Errorf("the log has neither the id nor the cause: %s", log)
	}
	h.get(t, "/v1/tables") // it goes on
}
