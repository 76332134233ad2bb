package ecs

import (
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func testSchema(t testing.TB) *Schema {
	t.Helper()
	s, err := NewSchema(
		known["@timestamp"], known["event.id"], known["source.ip"], known["source.port"], known["related.ip"],
		Field{Name: "aws.test.ratio", Type: Float}, Field{Name: "aws.test.ok", Type: Bool}, known["unmapped"],
	)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func document(b *Batch, row int) string { return string(NewDocuments(b).Append(nil, row)) }

func TestADocumentNestsTheFieldsThatARowHas(t *testing.T) {
	s := testSchema(t)
	b := NewBatch(s)
	b.SetTime(s.Col("@timestamp"), 1767225600123)
	b.SetString(s.Col("source.ip"), []byte("192.0.2.1"))
	b.SetInt(s.Col("source.port"), 443)
	b.Append(s.Col("related.ip"), []byte("192.0.2.1"))
	b.Append(s.Col("related.ip"), []byte("2001:db8::1"))
	b.Append(s.Col("related.ip"), []byte("192.0.2.1"))
	b.SetFloat(s.Col("aws.test.ratio"), 0.5)
	b.SetBool(s.Col("aws.test.ok"), true)
	b.SetString(s.Col("unmapped"), []byte(`{"a":[1,2]}`))
	b.Commit()
	b.Commit()
	want := `{"@timestamp":"2026-01-01T00:00:00.123Z","aws":{"test":{"ok":true,"ratio":0.5}},` +
		`"related":{"ip":["192.0.2.1","2001:db8::1"]},"source":{"ip":"192.0.2.1","port":443},"unmapped":{"a":[1,2]}}`
	if diff := cmp.Diff(want, document(b, 0)); diff != "" {
		t.Error(diff)
	}
	if got := document(b, 1); got != "{}" {
		t.Errorf("a row without values is %s", got)
	}
}

func TestARowThatIsDiscardedLeavesNothing(t *testing.T) {
	s := testSchema(t)
	b := NewBatch(s)
	fill := func(text string, port int64) {
		b.SetString(s.Col("source.ip"), []byte(text))
		b.SetInt(s.Col("source.port"), port)
		b.Append(s.Col("related.ip"), []byte(text))
	}
	fill("192.0.2.1", 1)
	b.Commit()
	fill("192.0.2.2", 2)
	b.Discard()
	b.SetInt(s.Col("source.port"), 3)
	b.Commit()
	if got, want := document(b, 1), `{"source":{"port":3}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if b.Rows() != 2 {
		t.Errorf("%d rows", b.Rows())
	}
}

func TestTheLaterOfTwoValuesStays(t *testing.T) {
	s := testSchema(t)
	b := NewBatch(s)
	b.SetString(s.Col("source.ip"), []byte("192.0.2.1"))
	b.SetString(s.Col("source.ip"), []byte("192.0.2.2"))
	b.SetInt(s.Col("source.port"), 1)
	b.Unset(s.Col("source.port"))
	b.Commit()
	if got, want := document(b, 0), `{"source":{"ip":"192.0.2.2"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEveryValueOfAFullDictionaryIsFoundAgain(t *testing.T) {
	s := testSchema(t)
	b := NewBatch(s)
	col := s.Col("source.ip")
	for range 2 {
		for i := range 5000 {
			b.SetString(col, fmt.Appendf(nil, "value %d", i))
			b.Commit()
		}
	}
	if b.Distinct(col) != 5000 {
		t.Errorf("%d distinct values", b.Distinct(col))
	}
	for row := range b.Rows() {
		if got, want := string(b.Str(col, row)), fmt.Sprintf("value %d", row%5000); got != want {
			t.Fatalf("row %d is %q, want %q", row, got, want)
		}
	}
	b.Reset()
	b.SetString(col, []byte("value 7"))
	b.Commit()
	if b.Distinct(col) != 1 || string(b.Str(col, 0)) != "value 7" {
		t.Errorf("after a reset: %d distinct, first %q", b.Distinct(col), b.Str(col, 0))
	}
}

func TestAnEmptiedBatchTakesNoMemory(t *testing.T) {
	s := testSchema(t)
	b := NewBatch(s)
	for i := range 10_000 {
		b.SetString(s.Col("source.ip"), fmt.Appendf(nil, "value %d", i))
		b.SetInt(s.Col("source.port"), int64(i))
		b.Commit()
	}
	if b.Bytes() < 200_000 {
		t.Errorf("10,000 rows take %d bytes", b.Bytes())
	}
	b.Reset()
	if b.Bytes() > 100 {
		t.Errorf("no rows take %d bytes", b.Bytes())
	}
}

func TestBytesThatAreNotUTF8BecomeText(t *testing.T) {
	s := testSchema(t)
	b := NewBatch(s)
	for _, name := range []string{"event.id", "source.ip"} {
		b.SetString(s.Col(name), []byte("a\xffb"))
	}
	b.Commit()
	for _, name := range []string{"event.id", "source.ip"} {
		if got := string(b.Str(s.Col(name), 0)); got != "a\ufffdb" {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestHostsAreKeptInSmallLetters(t *testing.T) {
	s, err := NewSchema(append(Common(), known["url.domain"])...)
	if err != nil {
		t.Fatal(err)
	}
	b, domain, hosts := NewBatch(s), s.Col("url.domain"), s.Col("related.hosts")
	for range 2 {
		b.SetString(domain, []byte("Shop.Example.COM"))
		b.AppendValueOf(hosts, domain)
		b.Append(hosts, []byte("shop.example.com"))
		b.Append(hosts, []byte("BÜRO"))
		b.Commit()
	}
	for row := range b.Rows() {
		if got, want := string(NewDocuments(b).Append(nil, row)), `{"related":{"hosts":["shop.example.com","bÜro"]},"url":{"domain":"Shop.Example.COM"}}`; got != want {
			t.Errorf("got %s", got)
		}
	}
}

func TestASchemaRefusesFieldsThatClash(t *testing.T) {
	for name, fields := range map[string][]Field{
		"a name twice":             {known["source.ip"], known["source.ip"]},
		"two names of one column":  {{Name: "a.b"}, {Name: "a_b"}},
		"a value that has a child": {{Name: "a"}, {Name: "a.b"}},
	} {
		if _, err := NewSchema(fields...); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestCommonFieldsAreKnown(t *testing.T) {
	if _, err := NewSchema(Common()...); err != nil {
		t.Fatal(err)
	}
	for _, f := range Common() {
		if f.Name == "" || f.Doc == "" {
			t.Errorf("%+v lacks a name or a description", f)
		}
	}
}

func FuzzAppendQuotedWritesWhatJSONReads(f *testing.F) {
	for _, s := range []string{"", `"\`, "\x00\x1f\n", "é\u2028", "a\xffb", "\xed\xa0\x80"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got string
		if err := json.Unmarshal(AppendQuoted(nil, text), &got); err != nil {
			t.Fatal(err)
		}
		if utf8.Valid(text) && got != string(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
