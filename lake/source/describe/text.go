package describe

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteList writes a line for each source.
func WriteList(w io.Writer, all []Source) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tTITLE\tCOLUMNS\tKEYS")
	for _, s := range all {
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\n", s.Name, s.Title, len(s.Columns), strings.Join(s.Keys, "  "))
	}
	return t.Flush()
}

// Write writes all that there is to say of a source, for a terminal.
func (s Source) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\t%s\n", s.Name, s.Title)
	line := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				fmt.Fprintf(t, "%s\t%s\n", name, v)
			}
			name = ""
		}
	}
	line("keys", s.Keys...)
	line("but not", s.Skip...)
	line("records", s.Framing)
	line("duplicates", s.duplicates())
	line("mapping", "version "+s.Version)
	line("notes", s.Notes)
	line("docs", s.Docs...)
	if err := t.Flush(); err != nil {
		return err
	}
	return s.columns(w)
}

func (s Source) duplicates() string {
	if s.OwnID {
		return "told by the log's own event id, within a day"
	}
	return "told by objects alone: two equal records are two events"
}

// columns writes the columns that the source fills, and names those that it has with every table.
func (s Source) columns(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nCOLUMN\tTYPE\tECS FIELD\tFROM\tINDICATOR\tMEANING")
	var rest []string
	for _, c := range s.Columns {
		if c.Filled == Common {
			rest = append(rest, c.Name)
			continue
		}
		typ := c.Type
		if c.JSON {
			typ += " (JSON)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Name, typ, c.ECS, c.source(), c.Kind, c.Doc)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(rest) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nColumns of every table, which rules may fill: %s\n", strings.Join(rest, ", "))
	return err
}
