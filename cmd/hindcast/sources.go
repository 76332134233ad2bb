package main

import (
	"github.com/hindcast/hindcast/lake/source/describe"
)

type sourcesCommand struct {
	Show     sourcesShow     `cmd:"" default:"withargs" help:"List the log sources, or show all of one."`
	Identify sourcesIdentify `cmd:"" help:"Say of which source files and keys are, and why."`
	Drift    sourcesDrift    `cmd:"" help:"Report the raw fields of a lake that no column takes: what a service has begun to write."`
}

func (*sourcesCommand) Help() string {
	return `Without a command it lists the log sources with the object keys that they read, or shows all of the one that is named, also of
definitions of your own (--definition).

  hindcast sources
  hindcast sources aws_cloudtrail
  hindcast sources --definition httpd.yaml --json
  hindcast sources identify ./bucket/some/object.gz
  hindcast sources drift --dir ./lake --from -30d`
}

type sourcesShow struct {
	sourceFlags
	Name string `arg:"" optional:"" help:"Show all of this source: what it reads, and each column that it fills."`
	JSON bool   `name:"json" help:"Print as JSON."`
}

func (*sourcesShow) Help() string {
	return `Lists the log sources with the object keys that they read. Definitions of your own (--definition) are listed with them.

  hindcast sources aws_cloudtrail
  hindcast sources --definition httpd.yaml --json`
}

func (c *sourcesShow) Run(t *terminal) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	if c.Name != "" {
		s, err := set.ByName(c.Name)
		if err != nil {
			return &exitError{exitUsage, err}
		}
		if c.JSON {
			return printJSON(t.out, describe.Of(s))
		}
		return describe.Of(s).Write(t.out)
	}
	var all []describe.Source
	for _, s := range set.All() {
		all = append(all, describe.Of(s))
	}
	if c.JSON {
		return printJSON(t.out, all)
	}
	return describe.WriteList(t.out, all)
}
