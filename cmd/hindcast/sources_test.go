package main

import (
	"slices"
	"testing"

	"github.com/hindcast/hindcast/lake/source/describe"
)

func TestSourcesAreListedWithWhatTheyRead(t *testing.T) {
	got := hindcast(t, "sources").want(t, exitDone)
	for name := range sharedWorld(t).Sources {
		says(t, got.out, name)
	}
	all := parsed[[]describe.Source](t, hindcast(t, "sources", "--json").want(t, exitDone).out)
	for _, s := range all {
		if len(s.Keys) == 0 || s.Framing == "" || s.Title == "" || s.Version == "" || len(s.Columns) < 20 {
			t.Errorf("%s: keys %v, framing %q, title %q, %d columns", s.Name, s.Keys, s.Framing, s.Title, len(s.Columns))
		}
	}
}

func TestASourceShowsTheColumnsThatItFills(t *testing.T) {
	got := hindcast(t, "sources", "aws_vpcflow").want(t, exitDone)
	says(t, got.out, "aws_vpcflow", "source_ip", "destination_port", "network_bytes", "array<string>")
	one := parsed[describe.Source](t, hindcast(t, "sources", "aws_vpcflow", "--json").want(t, exitDone).out)
	if !slices.ContainsFunc(one.Columns, func(c describe.Column) bool { return c.Name == "source_ip" && c.ECS == "source.ip" }) {
		t.Errorf("no source_ip among %d columns", len(one.Columns))
	}
	says(t, hindcast(t, "sources", "aws_vpcflaw").want(t, exitUsage).err, "aws_vpcflaw", "aws_vpcflow")
}

func TestADefinitionIsASourceLikeTheOthers(t *testing.T) {
	httpd := testdata(t, "definitions", "apache_httpd.yaml")
	says(t, hindcast(t, "sources", "--definition", httpd).want(t, exitDone).out, "apache_httpd", "UserLogs/apache/httpd/", "aws_cloudtrail")
	says(t, hindcast(t, "sources", "--definition", httpd, "apache_httpd").want(t, exitDone).out, "url_path", "user_agent_original")
}

func TestATableHasTheColumnsThatItsSourceNames(t *testing.T) {
	w := sharedWorld(t)
	for _, s := range parsed[[]describe.Source](t, hindcast(t, "sources", "--json").want(t, exitDone).out) {
		if _, ok := w.Sources[s.Name]; !ok {
			continue
		}
		table := parsed[struct{ Columns []columnRow }](t, hindcast(t, "tables", "--dir", w.dir, s.Name, "--json").want(t, exitDone).out)
		for i, c := range s.Columns {
			if i >= len(table.Columns) || table.Columns[i].Name != c.Name || table.Columns[i].Type != c.Type {
				t.Fatalf("%s: column %d is %s %s in the source, and not in the table", s.Name, i, c.Name, c.Type)
			}
		}
	}
}

func TestAFolderOfDefinitionsIsReadWhole(t *testing.T) {
	got := hindcast(t, "sources", "--definition", "../../testdata/definitions").want(t, exitDone)
	says(t, got.out, "acme_audit", "acme_shop", "apache_httpd", "aws_cloudtrail")
	says(t, hindcast(t, "normalize", "--definition", "../../testdata/definitions", "-").want(t, exitUsage).err, "--source")
}
