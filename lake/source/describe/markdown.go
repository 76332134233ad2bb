package describe

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteIndex writes the first page of the reference: a line for each source, with a link to its page.
func WriteIndex(w io.Writer, all []Source) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# Sources\n\n%d kinds of log, by the name of their table. `go generate ./lake/source/reference` writes these pages\n"+
		"from the sources' declarations; `hindcast sources NAME` prints the same, also of definitions of your own.\n\n| source | what | duplicates told by | columns |\n|---|---|---|--:|\n", len(all))
	for _, s := range all {
		by := "objects"
		if s.OwnID {
			by = "event id"
		}
		fmt.Fprintf(out, "| [`%s`](%s.md) | %s | %s | %d |\n", s.Name, s.Name, cellText(s.Title), by, len(s.Columns))
	}
	return out.Flush()
}

// WritePage writes a source's page of the reference.
func (s Source) WritePage(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# %s\n\n%s.\n", s.Name, s.Title)
	if s.Notes != "" {
		fmt.Fprintf(out, "\n%s\n", s.Notes)
	}
	fmt.Fprintf(out, "\n| | |\n|---|---|\n")
	line := func(name string, values ...string) {
		if len(values) > 0 {
			fmt.Fprintf(out, "| %s | %s |\n", name, strings.Join(values, "<br>"))
		}
	}
	line("format", links(s.Docs)...)
	line("keys", codes(s.Keys)...)
	line("but not", codes(s.Skip)...)
	line("records", cellText(s.Framing))
	line("duplicates", s.duplicates())
	line("mapping", "version "+s.Version)
	fmt.Fprintf(out, "\n## Columns\n\n| column | type | ECS field | from | meaning |\n|---|---|---|---|---|\n")
	var rest, enriched []string
	for _, c := range s.Columns {
		switch c.Filled {
		case Common:
			rest = append(rest, code(c.Name))
			continue
		case ByEnrichment:
			enriched = append(enriched, code(c.Name))
			continue
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", code(c.Name), c.typeText(), c.ECS, c.sourceText(), c.meaning())
	}
	more := func(what string, columns []string) {
		if len(columns) > 0 {
			fmt.Fprintf(out, "\n%s: %s.\n", what, strings.Join(columns, ", "))
		}
	}
	more("Columns of every table, which rules may fill", rest)
	more("Columns that enrichment fills, where it is on", enriched)
	return out.Flush()
}

func (c Column) typeText() string {
	if c.JSON {
		return "JSON"
	}
	return cellText(c.Type)
}

func (c Column) sourceText() string {
	if c.Filled == ByMapping {
		return strings.Join(codes(c.From), ", else ")
	}
	return cellText(c.source())
}

func (c Column) meaning() string {
	text := cellText(c.Doc)
	if c.Kind != "" {
		text += " (searched as " + string(c.Kind) + ")"
	}
	return text
}

// cellText is text as it may stand in a table's cell.
func cellText(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

func codes(texts []string) (all []string) {
	for _, text := range texts {
		all = append(all, code(text))
	}
	return all
}

func links(pages []string) (all []string) {
	for _, page := range pages {
		all = append(all, "<"+page+">")
	}
	return all
}
