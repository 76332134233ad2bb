package duckdb_test

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
)

// addresses are of the kinds that are written in different ways.
func addresses(r *rand.Rand, n int) []netip.Addr {
	out := []netip.Addr{
		netip.MustParseAddr("::"), netip.MustParseAddr("::1"), netip.MustParseAddr("fe80::"), netip.MustParseAddr("1::8"),
		netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:0:1::"), netip.MustParseAddr("2001:db8:0:1:1:1:1:1"),
		netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), netip.MustParseAddr("0.0.0.0"),
		netip.MustParseAddr("255.255.255.255"), netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("100.0.0.1"),
	}
	for range n {
		var b [16]byte
		for i := range b {
			if r.IntN(3) == 0 {
				b[i] = byte(r.IntN(256))
			}
		}
		if r.IntN(2) == 0 {
			out = append(out, netip.AddrFrom4([4]byte(b[:4])))
			continue
		}
		if binary.BigEndian.Uint64(b[:8]) == 0 { // not one that is written with an IPv4 address in it
			b[0] = 0x20
		}
		out = append(out, netip.AddrFrom16(b))
	}
	return out
}

func TestRangesOfAddressesMatchAsGoSays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := addresses(r, 300)
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = a.String()
	}
	d := dialect.DuckDB()
	e := open(t, t.TempDir(), duckdb.Options{})
	x := d.Ident("value")
	s := sq.Select().PrefixExpr(d.With(d.Define(dialect.Lookup{Name: "addresses", Values: texts}))).
		Column(x).From(d.Ident("addresses").String())
	var prefixes []netip.Prefix
	for range 60 {
		a := all[r.IntN(len(all))]
		p := netip.PrefixFrom(a, r.IntN(a.BitLen()+1)).Masked()
		prefixes = append(prefixes, p)
		s = s.Column(d.Within(x, p))
	}
	sql, err := dialect.Built(s)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := query(t, e, engine.Statement{SQL: sql.String()})
	if err != nil || len(rows) != len(all) {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows {
		a := netip.MustParseAddr(row[0].(string))
		for i, p := range prefixes {
			if got := row[i+1]; got != p.Contains(a) {
				t.Errorf("%s in %s: %v", a, p, got)
			}
		}
	}
}

func TestWhatIsNoAddressIsInNoRange(t *testing.T) {
	d := dialect.DuckDB()
	e := open(t, t.TempDir(), duckdb.Options{})
	for _, text := range []string{"", "-", "10.", "10.x.0.1", "example.com", ":", "::::::::::::", "10", "s3.amazonaws.com"} {
		for _, p := range []string{"10.16.0.0/12", "2001:db8::/32", "fe80::/10"} {
			sql, err := dialect.Built(sq.Select().Column(d.Coalesce(d.Within(d.Text(text), netip.MustParsePrefix(p)), d.Less(d.Int(1), d.Int(0)))))
			if err != nil {
				t.Fatal(err)
			}
			rows, _, err := query(t, e, engine.Statement{SQL: sql.String()})
			if diff := cmp.Diff([][]any{{false}}, rows); diff != "" || err != nil {
				t.Errorf("%q in %s: %v %s", text, p, err, diff)
			}
		}
	}
}

func TestValuesAndNamesComeThroughQuoting(t *testing.T) {
	d := dialect.DuckDB()
	e := open(t, t.TempDir(), duckdb.Options{})
	for _, v := range []string{
		"plain", "it's", "''", "'; DROP TABLE x; --", `back\slash'`, "new\nline", "percent%_", `dou"ble`, "$1 ? :a", "日本", "/* */",
	} {
		sql, err := dialect.Built(sq.Select().Column(d.As(d.Text(v), "x"+v)))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{sql.String(), sql.Format().String()} {
			rows, err := e.Query(t.Context(), engine.Statement{SQL: text})
			if err != nil {
				t.Errorf("%q: %v", v, err)
				continue
			}
			row, err := rows.Next()
			if err != nil || row[0] != v || rows.Columns()[0].Name != "x"+v {
				t.Errorf("%q came back as %q, named %q: %v", v, row, rows.Columns()[0].Name, err)
			}
			rows.Close()
		}
	}
}

func TestConditionsOnLists(t *testing.T) {
	d := dialect.DuckDB()
	e := open(t, t.TempDir(), duckdb.Options{})
	list := d.Flatten([]dialect.SQL{d.Null(ecs.Strings)}, []dialect.SQL{d.Text("a.example.com"), d.Text("my_host"), d.Null(ecs.String)})
	list = d.Flatten([]dialect.SQL{list}, []dialect.SQL{d.Text("B")})
	lookup := dialect.Lookup{Name: "wanted", Values: []string{"q", "B"}}
	for _, c := range []struct {
		name string
		x    dialect.SQL
		want any
	}{
		{"a value that is in it", d.ListIn(list, []string{"my_host"}), true},
		{"a value in another case", d.ListIn(list, []string{"b"}), false},
		{"one of several values", d.ListIn(list, []string{"x", "B"}), true},
		{"none of several values", d.ListIn(list, []string{"x", "y"}), false},
		{"a domain above one in it", d.Any(list, func(x dialect.SQL) dialect.SQL { return d.Below(x, "example.com") }), true},
		{"a domain that only ends alike", d.Any(list, func(x dialect.SQL) dialect.SQL { return d.Below(x, "ample.com") }), false},
		{"an underscore stands for itself", d.Below(d.Text("a.bXc"), "b_c"), false},
		{"an underscore is found", d.Below(d.Text("a.b_c"), "b_c"), true},
		{"a value in a look-up", d.Found(d.Text("q"), "wanted"), true},
		{"a list with a value in a look-up", d.ListFound(list, "wanted"), true},
		{"a list without a value in a look-up", d.ListFound(d.Flatten(nil, []dialect.SQL{d.Text("z")}), "wanted"), false},
		{"a time", d.Less(d.Time(noon), d.Time(noon.Add(time.Millisecond))), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			sql, err := dialect.Built(sq.Select().PrefixExpr(d.With(d.Define(lookup))).Column(c.x))
			if err != nil {
				t.Fatal(err)
			}
			rows, _, err := query(t, e, engine.Statement{SQL: sql.String()})
			if err != nil || len(rows) != 1 || rows[0][0] != c.want {
				t.Errorf("%s\n%v: %v", sql, rows, err)
			}
		})
	}
}

func TestFormattingKeepsTheTokens(t *testing.T) {
	for _, sql := range []string{
		`SELECT a,b FROM (SELECT 1 AS a, ' FROM  x' AS b) AS t WHERE (a = 1 AND b IN (SELECT c FROM d)) ORDER BY a LIMIT 1`,
		`SELECT 'not closed`, `SELECT count(*) OVER (PARTITION BY a ORDER BY b) FROM t -- end`,
	} {
		formatted := dialect.Limited(sql, 1).Format().String()
		before, errBefore := dialect.Tokens(dialect.Limited(sql, 1).String())
		after, errAfter := dialect.Tokens(formatted)
		if (errBefore == nil) != (errAfter == nil) || len(before) != len(after) {
			t.Fatalf("%s\n%v %v", formatted, errBefore, errAfter)
		}
		for i := range before {
			if before[i].Text != after[i].Text {
				t.Errorf("%q became %q", before[i].Text, after[i].Text)
			}
		}
		if errBefore == nil && !strings.Contains(formatted, "\n") {
			t.Errorf("%s has one line", formatted)
		}
	}
}
