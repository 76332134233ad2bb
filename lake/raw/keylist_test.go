package raw

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog"
)

func TestReadKeys(t *testing.T) {
	at := time.Date(2023, 7, 10, 12, 40, 1, 0, time.UTC)
	named := func(bucket, key string, size int64, at time.Time) Named {
		return Named{Bucket: bucket, Object: catalog.Object{Key: key, Size: size, ModTime: at}}
	}
	bare := func(key string) Named { return named("", key, 0, time.Time{}) }
	tests := map[string]struct {
		in   string
		want []Named
		bad  []int // lines
	}{
		"an empty list":                      {"", nil, nil},
		"bare keys":                          {"a/1\nb/2", []Named{bare("a/1"), bare("b/2")}, nil},
		"carriage returns and spaces around": {"  a/1 \r\n\r\n\tb/2\r\n", []Named{bare("a/1"), bare("b/2")}, nil},
		"a byte order mark":                  {"\ufeffa/1\n", []Named{bare("a/1")}, nil},
		"keys with spaces":                   {"a/b c.gz\n", []Named{bare("a/b c.gz")}, nil},
		"comments and empty lines":           {"# all of them\n\n  # indented\na/1\n", []Named{bare("a/1")}, nil},
		"keys with their bucket":             {"s3://logs/AWSLogs/a b\n", []Named{named("logs", "AWSLogs/a b", 0, time.Time{})}, nil},
		"what aws s3 ls prints":              {"2023-07-10 12:40:01      12345 AWSLogs/1/a\n", []Named{named("", "AWSLogs/1/a", 12345, at)}, nil},
		"spaces of a listed key stay":        {"2023-07-10 12:40:01      12345  a  b \r\n", []Named{named("", " a  b ", 12345, at)}, nil},
		"sizes for people are not known":     {"2023-07-10 12:40:01   12.1 KiB a\n2023-07-10 12:40:01   7 Bytes b\n", []Named{named("", "a", 0, at), named("", "b", 7, at)}, nil},
		"a key that looks like a size":       {"2023-07-10 12:40:01      12345 7 KiB\n", []Named{named("", "7 KiB", 12345, at)}, nil},
		"an inventory's fields": {`"logs","AWSLogs/a+b%2Bc%3D.gz","12345","2023-07-10T12:40:01.000Z","d41d8cd98f00b204e9800998ecf8427e","STANDARD"` + "\n" + `"logs","b"`,
			[]Named{named("logs", "AWSLogs/a b+c=.gz", 12345, at), named("logs", "b", 0, time.Time{})}, nil},
		"an inventory of versions has the current ones": {`"logs","a","v2","true","false","5"` + "\n" + `"logs","a","v1","false","false","7"` + "\n" + `"logs","b","v1","true","true",""` + "\n",
			[]Named{named("logs", "a", 5, time.Time{})}, nil},
		"an inventory's line without a key":     {`"logs",""` + "\n" + `"logs","%zz"` + "\nc\n", []Named{bare("c")}, []int{1, 2}},
		"a key with a quote":                    {`"a` + "\n", []Named{bare(`"a`)}, nil},
		"totals":                                {"a\n\nTotal Objects: 2\n   Total Size: 12345\n", []Named{bare("a")}, nil},
		"empty objects that stand for folders":  {"2023-07-10 12:40:01          0 AWSLogs/\nb/\nc\n", []Named{named("", "AWSLogs/", 0, at), bare("b/"), bare("c")}, nil},
		"folders of a list that does not go on": {"                           PRE AWSLogs/\na\n", []Named{bare("a")}, []int{1}},
		"a bucket without a key":                {"s3://logs\ns3://logs/\ns3:///a\nb\n", []Named{bare("b")}, []int{1, 2, 3}},
		"a time without more":                   {"2023-07-10 12:40:01 abc def\n2023-07-10 12:40:01      12345\na\n", []Named{bare("a")}, []int{1, 2}},
		"a time that is none":                   {"2023-17-10 12:40:01      12345 a\nb\n", []Named{bare("b")}, []int{1}},
		"a size that is none":                   {"2023-07-10 12:40:01      1.2 a\n2023-07-10 12:40:01      99999999999999999999 a\nb\n", []Named{bare("b")}, []int{1, 2}},
		"bytes that are no text":                {"a\xff\nb\x00\nc\n", []Named{bare("c")}, []int{1, 2}},
		"a line that is too long":               {"a\n" + strings.Repeat("x", 20_000) + "\nb\n", []Named{bare("a"), bare("b")}, []int{2}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			var got []Named
			var bad []int
			for o, err := range ReadKeys(strings.NewReader(c.in)) {
				var line *LineError
				if errors.As(err, &line) {
					bad = append(bad, line.Line)
				} else if err != nil {
					t.Fatal(err)
				} else {
					got = append(got, o)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.bad, bad); diff != "" {
				t.Errorf("bad lines: %s", diff)
			}
		})
	}
}

func TestReadKeysUnpacks(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for i := range 10_000 {
		fmt.Fprintf(w, "\"logs\",\"AWSLogs/%d\",\"1\"\n", i)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for o, err := range ReadKeys(bytes.NewReader(packed.Bytes())) {
		if err != nil || o.Key != fmt.Sprintf("AWSLogs/%d", n) {
			t.Fatalf("line %d: %v, %v", n+1, o, err)
		}
		n++
	}
	if n != 10_000 {
		t.Errorf("%d keys", n)
	}
	var last error
	for _, err := range ReadKeys(bytes.NewReader(packed.Bytes()[:packed.Len()/2])) {
		last = err
	}
	if last == nil {
		t.Error("a list that breaks off is taken for whole")
	}
}

func TestReadKeysPassesErrorsOn(t *testing.T) {
	errDisk := errors.New("disk error")
	var last error
	for _, err := range ReadKeys(iotest.ErrReader(errDisk)) {
		last = err
	}
	if !errors.Is(last, errDisk) {
		t.Errorf("error %v, want %v", last, errDisk)
	}
}

// FuzzReadKeys makes sure that each line gives a key, an error or nothing, and that keys are in their lines.
func FuzzReadKeys(f *testing.F) {
	for _, seed := range []string{`"logs","a%20b","7","2023-07-10T12:40:01.000Z"`, "a\n# b\ns3://c/d", "2023-07-10 12:40:01   12345 a b\r\n", "2023-07-10 12:40:01   1.2 MiB a\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		lines := strings.Count(in, "\n") + 1
		n := 0
		for o, err := range ReadKeys(strings.NewReader(in)) {
			n++
			var bad *LineError
			switch {
			case errors.As(err, &bad):
				if bad.Line < 1 || bad.Line > lines {
					t.Errorf("line %d of %d", bad.Line, lines)
				}
			case err != nil:
				t.Error(err)
			case strings.Contains(in, `","`): // as an inventory has them, whose keys are written otherwise
			case o.Key == "" || !strings.Contains(in, o.Key) || o.Size < 0 || !strings.Contains(in, o.Bucket):
				t.Errorf("%s is not in the list", strconv.Quote(o.Key))
			}
		}
		if n > lines {
			t.Errorf("%d answers to %d lines", n, lines)
		}
	})
}
