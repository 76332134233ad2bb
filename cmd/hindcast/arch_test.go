package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hindcast/hindcast/"

// goPackage is what "go list -json" says of a package.
type goPackage struct {
	ImportPath       string
	Imports, GoFiles []string
	Doc              string
}

func (p goPackage) path() string { return strings.TrimPrefix(p.ImportPath, module) }

// packages are all packages of this module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,GoFiles,Doc", "./...")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 20 {
		t.Fatalf("go list names %d packages", len(all))
	}
	return all
}

// floors are the rooms of the house from the top down. What is not named here stands beside them.
var floors = []string{"cmd", "api", "lake", "catalog"}

func floor(path string) int {
	room, _, _ := strings.Cut(path, "/")
	return slices.Index(floors, room)
}

// upward tells whether an import points the wrong way.
func upward(from, to string) bool {
	switch {
	case to == "lake/ecs": // what all speak of
		return false
	case from == "lake/ecs":
		return true
	case to == "migrations":
		return !within(from, "catalog/embedded") && !within(from, "catalog/glue")
	case within(to, "proto"):
		return floor(from) > floor("api")
	case within(from, "proto"), from == "migrations":
		return true
	}
	return floor(to) < floor(from)
}

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			to, ours := strings.CutPrefix(imported, module)
			if ours && upward(p.path(), to) {
				t.Errorf("%s imports %s: imports point from cmd to api to lake to catalog, and lake/ecs imports nothing of ours", p.path(), to)
			}
		}
	}
}

func TestTheRuleAboutImportsIsARule(t *testing.T) {
	for _, c := range []struct {
		from, to string
		wrong    bool
	}{
		{"cmd/hindcast", "api/server", false},
		{"api/correlate", "lake/engine", false},
		{"lake/compact", "catalog", false},
		{"catalog", "lake/ecs", false},
		{"catalog/embedded", "migrations", false},
		{"api/server", "proto/hindcast/v1", false},
		{"lake/compact", "api/timerange", true},
		{"catalog", "lake/source", true},
		{"lake/ecs", "catalog", true},
		{"lake/ecs", "lake/raw", true},
		{"api/server", "cmd/hindcast", true},
		{"lake/engine", "proto/hindcast/v1", true},
		{"lake/compact", "migrations", true},
	} {
		if got := upward(c.from, c.to); got != c.wrong {
			t.Errorf("%s imports %s: wrong is %v, want %v", c.from, c.to, got, c.wrong)
		}
	}
}

// vendors are imports that only the packages named may have, with what lies below them.
var vendors = []struct {
	imported string
	allowed  []string
}{
	{"github.com/aws/", []string{"cmd/hindcast", "catalog/glue", "lake/raw/s3", "lake/raw/sqs", "lake/engine/athena"}},
	{"github.com/duckdb/", []string{"lake/engine/duckdb"}},
	{"modernc.org/sqlite", []string{"catalog/embedded"}},
	{"github.com/jackc/pgx", []string{"catalog/embedded"}},
	{"github.com/pressly/goose", []string{"catalog/embedded"}},
	{"github.com/alecthomas/kong", []string{"cmd/hindcast"}},
	{"github.com/prometheus/", []string{"api/server", "lake/observe"}},
	{"go.opentelemetry.io/", []string{"lake/observe"}},
	{"google.golang.org/grpc", []string{"api", "proto"}},
	{"github.com/xitongsys/parquet-go", []string{"lake/table"}},
	{"github.com/parquet-go/", []string{"lake/table", "lake/verify", "lake/raw/rows"}},
	{"github.com/klauspost/", []string{"lake"}},
	{"github.com/pierrec/", []string{"lake/raw"}},
	{"github.com/andybalholm/", []string{"lake/raw/rows"}},
}

func TestAVendorIsImportedByThePackagesThatTalkToIt(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			for _, v := range vendors {
				if strings.HasPrefix(imported, v.imported) && !slices.ContainsFunc(v.allowed, func(folder string) bool { return within(p.path(), folder) }) {
					t.Errorf("%s imports %s, which only %q may", p.path(), imported, v.allowed)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" && !within(p.path(), "proto/hindcast") {
			t.Errorf("%s has no sentence that says what it is for", p.path())
		}
	}
}
