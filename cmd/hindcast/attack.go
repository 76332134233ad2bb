package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/hindcast/hindcast/lake/enrich/attack"
)

type attackCommand struct {
	Find string `arg:"" optional:"" help:"Only rows that have this text in them: a service, a call, a type of finding, a tactic or a technique."`
	JSON bool   `name:"json" help:"Print as JSON."`
}

func (*attackCommand) Help() string {
	return `Shows the tables by which calls that CloudTrail recorded, and findings, are given MITRE ATT&CK's tactics and techniques: under
which condition, and what it stands for. A finding's type is given by what it begins with; of several rows the longest counts.
In conditions, request, response and extra are the call's JSON; direct is any caller but a service of AWS; user is one with a key
or password of its own; outsider another account or nobody known; stranger a user or an outsider, and so no role.

  hindcast attack Exfiltration
  hindcast attack AuthorizeSecurityGroupIngress
  hindcast attack T1562.008 --json`
}

func (c *attackCommand) Run(t *terminal) error {
	table, err := attack.Builtin()
	if err != nil {
		return err
	}
	rows := []attack.Row{}
	for _, r := range table.Rows() {
		if c.wants(r) {
			rows = append(rows, r)
		}
	}
	if c.JSON {
		return printJSON(t.out, map[string]any{"versions": table.Versions(), "rows": rows})
	}
	if len(rows) == 0 {
		fmt.Fprintf(t.out, "No call, finding, tactic or technique in the tables has %q in it.\n", c.Find)
	} else if err := columns(t.out, func(w io.Writer) { attackRows(w, rows) }); err != nil {
		return err
	}
	for _, v := range table.Versions() {
		fmt.Fprintf(t.out, "\n%s", v)
	}
	_, err = fmt.Fprintln(t.out)
	return err
}

func (c *attackCommand) wants(r attack.Row) bool {
	text := strings.Join([]string{r.Service + ":" + r.Event, r.When, named(r.Tactics), named(r.Techniques), r.What}, "\n")
	return strings.Contains(strings.ToLower(text), strings.ToLower(c.Find))
}

func attackRows(w io.Writer, rows []attack.Row) {
	fmt.Fprintln(w, "event\tcondition\ttactics\ttechniques\t")
	for _, r := range rows {
		event := r.Event
		if r.Service != "" {
			event = r.Service + ":" + event
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", event, shorten(r.When), named(r.Tactics), named(r.Techniques))
	}
}

// named writes entries with their ids and names.
func named(entries []attack.Entry) string {
	var all []string
	for _, e := range entries {
		all = append(all, e.ID+" "+e.Name)
	}
	return strings.Join(all, ", ")
}
