package dialect

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the module's folder.
const root = "../../.."

// sqlText is what a text is that becomes a part of a statement. Keywords are in capitals throughout.
var sqlText = regexp.MustCompile(`^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|WITH|COPY|SET|CALL|PRAGMA|ATTACH)\s` +
	`|\s(?:FROM|WHERE|VALUES|UNION|JOIN|HAVING|LIMIT|OFFSET|RETURNING|BETWEEN|LIKE)\b|(?:ORDER|GROUP|PARTITION) BY|(?:^|\s)(?:AND|OR|IN|NOT|IS)\s`)

// formatters make a text of parts.
var formatters = map[string]bool{
	"fmt.Sprintf": true, "fmt.Sprint": true, "fmt.Sprintln": true, "fmt.Appendf": true, "fmt.Fprintf": true, "strings.Join": true,
	"strings.ReplaceAll": true, "strings.Replace": true,
}

// takers are the methods and functions that take SQL, of squirrel and of database/sql.
var takers = map[string]bool{
	"Select": true, "From": true, "Where": true, "Column": true, "Columns": true, "OrderBy": true, "GroupBy": true, "Having": true,
	"Prefix": true, "Suffix": true, "Expr": true, "JoinClause": true, "Join": true, "LeftJoin": true, "Insert": true, "Update": true,
	"Delete": true, "Exec": true, "ExecContext": true, "Query": true, "QueryContext": true, "QueryRow": true, "QueryRowContext": true,
	"Prepare": true, "PrepareContext": true,
}

// TestSQLIsMadeHereAlone walks all of the module's code: outside of this package nothing may put a text into SQL, but for
// the translator of queries, package trinosql, and that quotes nothing itself.
func TestSQLIsMadeHereAlone(t *testing.T) {
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		rel, _ := filepath.Rel(root, path)
		find := sqlMadeIn
		switch filepath.ToSlash(filepath.Dir(rel)) {
		case "lake/engine/dialect":
			return nil
		case "lake/engine/trinosql":
			find = quotedIn
		}
		files++
		for _, finding := range find(t, path, nil) {
			t.Errorf("%s: %s", rel, finding)
		}
		return nil
	})
	if err != nil || files < 20 {
		t.Fatalf("walked %d files: %v", files, err)
	}
}

// quotedIn tells where a file puts a quote before or after what is not constant.
func quotedIn(t *testing.T, path string, source any) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		sum, ok := n.(*ast.BinaryExpr)
		if !ok || sum.Op != token.ADD || constant(sum) {
			return true
		}
		for _, side := range []ast.Expr{sum.X, sum.Y} {
			if lit, ok := side.(*ast.BasicLit); ok && lit.Kind == token.STRING && openQuote(lit.Value) {
				found = append(found, strconv.Itoa(set.Position(n.Pos()).Line)+": a quote is put around a value with +")
			}
		}
		return true
	})
	return found
}

// openQuote tells whether a quote opens in the text and closes in another.
func openQuote(literal string) bool {
	text, err := strconv.Unquote(literal)
	return err == nil && (strings.Count(text, "'")%2 == 1 || strings.Count(text, `"`)%2 == 1)
}

// sqlMadeIn tells where a file puts SQL together.
func sqlMadeIn(t *testing.T, path string, source any) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	report := func(n ast.Node, what string) {
		found = append(found, strconv.Itoa(set.Position(n.Pos()).Line)+": "+what)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.ADD && !constant(n) && anyText(n, sqlText.MatchString) {
				report(n, "SQL is put together with +")
				return false
			}
		case *ast.CallExpr:
			name := called(n)
			switch {
			case formatters[name] && anyText(n, sqlText.MatchString):
				report(n, "SQL is put together by "+name)
			case takesSQL(name) && madeUp(n.Args):
				report(n, name+" is given a text that is put together")
			}
		}
		return true
	})
	return found
}

func takesSQL(name string) bool {
	pkg, method, _ := strings.Cut(name, ".")
	return takers[method] && pkg != "path" && pkg != "filepath" && pkg != "strings"
}

// madeUp tells whether an argument is put together of what is not constant.
func madeUp(args []ast.Expr) bool {
	for _, a := range args {
		switch a := a.(type) {
		case *ast.BinaryExpr:
			if a.Op == token.ADD && !constant(a) && anyText(a, func(string) bool { return true }) {
				return true
			}
		case *ast.CallExpr:
			if formatters[called(a)] {
				return true
			}
		}
	}
	return false
}

// constant tells whether an expression is made of literals alone.
func constant(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.ParenExpr:
		return constant(e.X)
	case *ast.BinaryExpr:
		return constant(e.X) && constant(e.Y)
	case *ast.CallExpr: // of a function that is given literals alone, such as sum("a.b")
		_, local := e.Fun.(*ast.Ident)
		return local && len(e.Args) > 0 && !slices.ContainsFunc(e.Args, func(a ast.Expr) bool { return !constant(a) })
	}
	return false
}

func anyText(n ast.Node, match func(string) bool) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			found = found || err == nil && match(text)
		}
		return !found
	})
	return found
}

// called is the name of what is called: fmt.Sprintf, x.Where.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

func TestTheWalkFindsSQL(t *testing.T) {
	for _, c := range []struct {
		name, code string
		want       int
	}{
		{"a value between quotes", `q := "SELECT * FROM t WHERE a = '" + v + "'"`, 1},
		{"a condition alone", `q += " AND a = " + v`, 1},
		{"a format", `q := fmt.Sprintf("DELETE FROM %s", v)`, 1},
		{"a replacement in a template", `q := strings.ReplaceAll("SELECT x FROM t", "x", v)`, 1},
		{"squirrel given a name and more", `s.Where(v + " = 1")`, 1},
		{"squirrel given a format", `sq.Expr(fmt.Sprintf("%s = 1", v))`, 1},
		{"a driver given a sum", `db.QueryContext(ctx, "x" + v)`, 1},
		{"a sum of literals by a function", `q := "SELECT " + sum("a.b") + " FROM t"`, 0},
		{"a path", `p := filepath.Join(v, v + ".parquet")`, 0},
		{"a statement in two lines", `q := "SELECT a " + "FROM t"`, 0},
		{"squirrel as it is meant", `s.Where("a = ?", v).From("t")`, 0},
		{"prose", `q := "read the file " + v`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := sqlMadeIn(t, "x.go", "package x\nfunc f() {\n"+c.code+"\n}")
			if len(found) != c.want {
				t.Errorf("found %v", found)
			}
		})
	}
}

func TestTheWalkFindsQuotes(t *testing.T) {
	for _, c := range []struct {
		name, code string
		want       int
	}{
		{"a value between quotes", `q := "a = '" + v + "'"`, 2},
		{"a name between quotes", "q := `\"` + v + `\"`", 2},
		{"a constant in quotes", `q := "date_trunc('day', " + v + ")"`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if found := quotedIn(t, "x.go", "package x\nfunc f() {\n"+c.code+"\n}"); len(found) != c.want {
				t.Errorf("found %v", found)
			}
		})
	}
}
