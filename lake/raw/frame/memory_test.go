package frame

import (
	"io"
	"runtime"
	"strings"
	"testing"
)

// cycle is a stream that is made as it is read: a head, a unit many times over, a tail.
type cycle struct {
	head, unit, tail string
	times            int
	rest             string
}

func (c *cycle) Read(p []byte) (n int, err error) {
	for n < len(p) {
		switch {
		case c.rest != "":
		case c.head != "":
			c.rest, c.head = c.head, ""
		case c.times > 0:
			c.rest = c.unit
			c.times--
		case c.tail != "":
			c.rest, c.tail = c.tail, ""
		default:
			return n, io.EOF
		}
		k := copy(p[n:], c.rest)
		n, c.rest = n+k, c.rest[k:]
	}
	return n, nil
}

func TestMemoryDoesNotGrowWithTheStream(t *testing.T) {
	record := `{"a":"` + strings.Repeat("x", 10_000) + `"}`
	const times = 6_000 // 60 MB
	wrapper := Framing{Arrays: []string{"Records"}}
	tests := map[string]struct {
		framing Framing
		src     io.Reader
		records int
		bad     int
	}{
		"one line of a wrapper":        {wrapper, &cycle{head: `{"Records":[` + record, unit: "," + record, times: 5 * times, tail: `],"x":1}`}, 5*times + 1, 0},
		"one record that has no end":   {wrapper, &cycle{head: `{"a":[1`, unit: strings.Repeat(",1", 5_000), times: times}, 0, 1},
		"one string that has no end":   {wrapper, &cycle{head: `{"a":"`, unit: strings.Repeat(`\"`, 5_000), times: times}, 0, 1},
		"siblings behind the array":    {wrapper, &cycle{head: `{"Records":[{"a":1}],"x":[1`, unit: strings.Repeat(",1", 5_000), times: times, tail: `]}{"a":2}`}, 2, 0},
		"garbage behind a record":      {wrapper, &cycle{head: `{"a":1}`, unit: strings.Repeat("x{", 5_000), times: times}, 1, 1},
		"one line that has no end":     {Framing{Kind: Lines}, &cycle{unit: record, times: times}, 0, 1},
		"lines that go on without end": {Framing{Kind: Multiline, First: isFirst}, &cycle{head: "> 1\n", unit: record + "\n", times: times}, 0, 1},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := New(c.src, 0, c.framing, Limits{MaxRecord: 1 << 20})
			records, bad := 0, 0
			for {
				_, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					bad++
					continue
				}
				records++
			}
			runtime.ReadMemStats(&after)
			if records != c.records || bad != c.bad {
				t.Errorf("%d records and %d bad ones, want %d and %d", records, bad, c.records, c.bad)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
				t.Errorf("%d bytes were allocated", grown)
			}
		})
	}
}
