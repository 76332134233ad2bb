package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
	"github.com/hindcast/hindcast/lake/source/web"
)

// accessLog adds lines of an Apache access log to a batch.
func accessLog(t testing.TB) (*source.Normalizer, *ecs.Batch) {
	t.Helper()
	c, err := web.ApacheAccess().Compile()
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(c.Schema())
	n, err := c.New(b)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: "apache/access_log", Ingested: sourcetest.Ingested})
	return n, b
}

// texts are some fields of a row; those without a value are left out.
func texts(b *ecs.Batch, row int, fields ...string) map[string]string {
	got := map[string]string{}
	for _, field := range fields {
		col := b.Schema().Col(field)
		switch {
		case b.Null(col, row):
		case b.Schema().Fields()[col].Type == ecs.Int:
			got[field] = fmt.Sprint(b.Num(col, row))
		default:
			got[field] = string(b.Str(col, row))
		}
	}
	return got
}

const before = `198.51.100.10 - - [15/Jan/2026:13:55:36 +0000] `

func TestHostileLinesShiftNoField(t *testing.T) {
	long := strings.Repeat("x", 60<<10)
	const status, agent, referrer, url = "http.response.status_code", "user_agent.original", "http.request.referrer", "url.original"
	for name, c := range map[string]struct {
		line string
		want map[string]string
	}{
		"escaped quotes are part of a user agent": {
			before + `"GET / HTTP/1.1" 200 5 "-" "an \"agent\" and \\"`,
			map[string]string{status: "200", url: "/", agent: `an "agent" and \`},
		},
		"plain quotes are part of a user agent": {
			before + `"GET / HTTP/1.1" 200 5 "https://a.example/" "an "agent", "a" word"`,
			map[string]string{status: "200", url: "/", referrer: "https://a.example/", agent: `an "agent", "a" word`},
		},
		"plain quotes are part of a referrer": {
			before + `"GET / HTTP/1.1" 200 5 "https://a.example/?q="x"&y" "agent"`,
			map[string]string{status: "200", url: "/", referrer: `https://a.example/?q="x"&y`, agent: "agent"},
		},
		"a status forged within the URL is part of the URL": {
			before + `"GET /x" 200 1 "-" "forged HTTP/1.1" 404 5 "-" "agent"`,
			map[string]string{status: "404", url: `/x" 200 1 "-" "forged`, agent: "agent"},
		},
		"a request forged within the user agent is part of the user agent": {
			before + `"GET / HTTP/1.1" 403 5 "-" "x HTTP/1.1\" 200 7 \"-\" \"y"`,
			map[string]string{status: "403", url: "/", agent: `x HTTP/1.1" 200 7 "-" "y`},
		},
		"a user agent without an end goes to the end of the line": {
			before + `"GET / HTTP/1.1" 200 5 "-" "agent that goes on`,
			map[string]string{status: "200", url: "/", agent: "agent that goes on"},
		},
		"a referrer without an end leaves no user agent": {
			before + `"GET / HTTP/1.1" 200 5 "https://a.example/`,
			map[string]string{status: "200", url: "/", referrer: "https://a.example/"},
		},
		"a NUL stays": {
			before + "\"GET /a\x00b HTTP/1.1\" 200 5 \"-\" \"\x00\"",
			map[string]string{status: "200", url: "/a\x00b", agent: "\x00"},
		},
		"bytes that are not UTF-8 are marked": {
			before + "\"GET /caf\xe9 HTTP/1.1\" 200 5 \"-\" \"\xff\"",
			map[string]string{status: "200", url: "/caf\ufffd", agent: "\ufffd"},
		},
		"escapes that would not be UTF-8 stay as they are": {
			before + `"GET /caf\xe9 HTTP/1.1" 200 5 "-" "\xd0\xbf"`,
			map[string]string{status: "200", url: `/caf\xe9`, agent: "п"},
		},
		"headers may be long": {
			before + `"GET /` + long + ` HTTP/1.1" 200 5 "` + long + `" "` + long + `"`,
			map[string]string{status: "200", url: "/" + long, referrer: long, agent: long},
		},
		"a time within the user's name is part of the name": {
			`198.51.100.10 - a [1/x] b [15/Jan/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5`,
			map[string]string{status: "200", url: "/", "user.name": "a [1/x] b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n, b := accessLog(t)
			if err := n.Add([]byte(c.line), 0, 0); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, texts(b, 0, status, agent, referrer, url, "user.name")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLinesOfQuotesTakeNoLongerThanOthers(t *testing.T) {
	n, b := accessLog(t)
	for _, piece := range []string{`"`, `\"`, `" 200 `, `" "`, `[`, ` [1] "`, ", ", `\`, "% ", `X-Forwarded-For="`} {
		hostile := strings.Repeat(piece, 1<<20/len(piece))
		for _, line := range []string{hostile, before + hostile, before + `"GET / HTTP/1.1" 200 5 "-" "` + hostile, "198.51.100.10, " + hostile} {
			if err := n.Add([]byte(line), 0, 0); err == nil && b.Str(b.Schema().Col("source.address"), b.Rows()-1) == nil && !strings.HasPrefix(line, "198.51.100.10, ") {
				t.Errorf("%.80q… made a row without a client", line)
			}
		}
		b.Reset()
	}
}

// logged writes a value as Apache's ap_escape_logitem does.
func logged(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// FuzzApacheAccessFields makes sure that what Apache escapes comes back field by field, whatever a client sends.
func FuzzApacheAccessFields(f *testing.F) {
	f.Add("frank", "/a?b=c", "https://a.example/", "curl/8.11.1")
	f.Add(`a" [15/Jan/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5`, `/" 200 1`, `" "`, `\`)
	f.Add("a b c", " HTTP/1.0", `x" X-Forwarded-For="192.0.2.1`, "\x00\n\t\\x41")
	n, b := accessLog(f)
	f.Fuzz(func(t *testing.T, user, url, referrer, agent string) {
		for _, text := range []string{user, url, referrer, agent} {
			if !utf8.ValidString(text) {
				t.Skip("keeps its escapes")
			}
		}
		b.Reset()
		line := fmt.Sprintf(`198.51.100.10 - %s [15/Jan/2026:13:55:36 +0000] "GET %s HTTP/1.1" 200 5 "%s" "%s"`, logged(user), logged(url), logged(referrer), logged(agent))
		if err := n.Add([]byte(line), 0, 0); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		want := map[string]string{"source.ip": "198.51.100.10", "http.response.status_code": "200", "http.response.body.bytes": "5", "http.request.method": "GET", "http.version": "1.1"}
		for field, value := range map[string]string{"user.name": user, "url.original": url, "http.request.referrer": referrer, "user_agent.original": agent} {
			if value != "" && value != "-" {
				want[field] = value
			}
		}
		got := texts(b, 0, "source.ip", "http.response.status_code", "http.response.body.bytes", "http.request.method", "http.version", "user.name", "url.original", "http.request.referrer", "user_agent.original")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n-want +got:\n%s", line, diff)
		}
	})
}

// FuzzApacheAccess makes sure that any line is a row that can be shown, or is rejected and leaves no trace.
func FuzzApacheAccess(f *testing.F) {
	for _, line := range accessLines(f) {
		f.Add(line)
	}
	n, b := accessLog(f)
	documents := ecs.NewDocuments(b)
	f.Fuzz(func(t *testing.T, line []byte) {
		b.Reset()
		if err := n.Add(line, 0, 0); err != nil {
			if b.Rows() != 0 {
				t.Errorf("a rejected line left a row: %v", err)
			}
			return
		}
		if doc := documents.Append(nil, 0); !json.Valid(doc) {
			t.Errorf("no JSON: %s", doc)
		}
	})
}

// accessLines are the lines of the raw records of Apache access logs.
func accessLines(t testing.TB) (lines [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "testdata", "raw", "apache_access", "*.log"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no raw records: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, bytes.Split(bytes.TrimSpace(text), []byte("\n"))...)
	}
	return lines
}

// usual are lines as a busy server writes them.
func usual() (lines [][]byte, size int64) {
	agents := []string{"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1", "curl/8.11.1"}
	for i := range 1000 {
		line := fmt.Appendf(nil, `198.51.%d.%d - - [15/Jan/2026:13:%02d:%02d +0000] "GET /shop/items/%d.html?page=%d&sort=price HTTP/1.1" %d %d "https://www.example.com/shop/items/%d.html" "%s"`,
			i%7, i%251, i/60%60, i%60, i%97, i%9, []int{200, 200, 304, 404}[i%4], 1000+i, i%89, agents[i%3])
		lines, size = append(lines, line), size+int64(len(line))+1
	}
	return lines, size
}

func TestApacheAccessAllocatesNothingPerLine(t *testing.T) {
	n, b := accessLog(t)
	lines, _ := usual()
	fill := func() {
		b.Reset()
		for _, line := range lines {
			if err := n.Add(line, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill()
	if per := testing.AllocsPerRun(5, fill) / float64(len(lines)); per > 0 {
		t.Errorf("%v allocations a line", per)
	}
}

func BenchmarkApacheAccess(b *testing.B) {
	n, batch := accessLog(b)
	lines, size := usual()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		batch.Reset()
		for i, line := range lines {
			if err := n.Add(line, int64(i)*200, 0); err != nil {
				b.Fatal(err)
			}
		}
	}
}
