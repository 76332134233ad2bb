// Package config says what rows are enriched by: in a YAML file, or by a program's flags.
//
//	geo: [GeoLite2-City.mmdb, GeoLite2-ASN.mmdb]    # files in MaxMind's format; those that come first preferred
//	threat_lists:                                   # text, CSV, STIX 2 or MISP
//	  - {name: botnets, file: botnets.csv, confidence: 80, provider: Example}
//	accounts: accounts.csv                          # id,name; or what aws organizations list-accounts prints
//	user_agents: true                               # user_agent.name, .version, .os.*, .device.name
//	domains: true                                   # registered_domain, top_level_domain, subdomain
//	protocols: true                                 # network.transport of network.iana_number
//	community_id: true                              # network.community_id of every connection
//	attack: false                                   # no tactics and techniques of MITRE ATT&CK, which need no files
//
// Files are found from the folder of the YAML file. All of them are read again when they change.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/enrich/accounts"
	"github.com/hindcast/hindcast/lake/enrich/agents"
	"github.com/hindcast/hindcast/lake/enrich/attack"
	"github.com/hindcast/hindcast/lake/enrich/domains"
	"github.com/hindcast/hindcast/lake/enrich/flows"
	"github.com/hindcast/hindcast/lake/enrich/geo"
	"github.com/hindcast/hindcast/lake/enrich/threat"
	"github.com/hindcast/hindcast/lake/source/definition"
)

// Config says what rows are enriched by. The zero value is MITRE ATT&CK alone.
type Config struct {
	Geo         []string `yaml:"geo"`
	ThreatLists []List   `yaml:"threat_lists"`
	Accounts    string   `yaml:"accounts"`
	UserAgents  bool     `yaml:"user_agents"`
	Domains     bool     `yaml:"domains"`
	Protocols   bool     `yaml:"protocols"`
	CommunityID bool     `yaml:"community_id"`
	Attack      *bool    `yaml:"attack"` // nil is true
}

// List is a threat list.
type List struct {
	Name       string `yaml:"name"`
	File       string `yaml:"file"`
	Confidence *int   `yaml:"confidence"` // 0 to 100, of entries that the list itself gives none
	Provider   string `yaml:"provider"`
}

// Load reads a YAML file. Mistakes in it are a [definition.Error].
func Load(path string) (c Config, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("load what to enrich by: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return c, mistake(path, err)
	}
	folder := filepath.Dir(path)
	for i := range c.Geo {
		c.Geo[i] = from(folder, c.Geo[i])
	}
	for i := range c.ThreatLists {
		c.ThreatLists[i].File = from(folder, c.ThreatLists[i].File)
	}
	c.Accounts = from(folder, c.Accounts)
	if err := c.check(); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func from(folder, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// mistake says where a file is wrong.
func mistake(path string, err error) error {
	var located yaml.Error
	if !errors.As(err, &located) {
		return fmt.Errorf("%s: %w", path, err)
	}
	p := definition.Problem{File: path, Line: 1, Column: 1, Wrong: located.GetMessage()}
	if t := located.GetToken(); t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	if strings.HasPrefix(p.Wrong, "unknown field") {
		p.Right = "geo, threat_lists, accounts, user_agents, domains, protocols, community_id, attack; of a list name, file, confidence, provider"
	}
	return &definition.Error{Problems: []definition.Problem{p}}
}

// check finds lists that are said wrongly.
func (c *Config) check() error {
	names := map[string]bool{}
	for i, l := range c.ThreatLists {
		switch {
		case l.Name == "" || l.File == "":
			return fmt.Errorf("threat list %d lacks its name or its file", i+1)
		case names[l.Name]:
			return fmt.Errorf("two threat lists are named %q", l.Name)
		case l.Confidence != nil && (*l.Confidence < 0 || *l.Confidence > 100):
			return fmt.Errorf("threat list %s: a confidence of %d is not between 0 and 100", l.Name, *l.Confidence)
		}
		names[l.Name] = true
	}
	return nil
}

// Add adds what another says: its files after those that there are.
func (c *Config) Add(o Config) {
	c.Geo = append(c.Geo, o.Geo...)
	c.ThreatLists = append(c.ThreatLists, o.ThreatLists...)
	if o.Accounts != "" {
		c.Accounts = o.Accounts
	}
	c.UserAgents = c.UserAgents || o.UserAgents
	c.Domains = c.Domains || o.Domains
	c.Protocols = c.Protocols || o.Protocols
	c.CommunityID = c.CommunityID || o.CommunityID
	if o.Attack != nil {
		c.Attack = o.Attack
	}
}

// Open reads all files, and makes the set. tell is told what of a list was passed over, and what could not be read when
// it changed. Nothing to enrich by is nil.
func (c Config) Open(tell func(error)) (*enrich.Set, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	all, err := c.files(tell)
	if err != nil {
		return nil, err
	}
	for _, o := range []struct {
		on bool
		by enrich.Enricher
	}{
		{c.UserAgents, agents.Agents{}}, {c.Domains, domains.Domains{}}, {c.Protocols, flows.Protocols{}}, {c.CommunityID, flows.CommunityIDs{}},
	} {
		if o.on {
			all = append(all, o.by)
		}
	}
	if c.Attack == nil || *c.Attack {
		table, err := attack.Builtin()
		if err != nil {
			return nil, err
		}
		all = append(all, table)
	}
	return enrich.NewSet(tell, all...), nil
}

// files opens the enrichers that read files.
func (c Config) files(tell func(error)) (all []enrich.Enricher, err error) {
	for _, path := range c.Geo {
		d, err := geo.Open(path)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	var lists threat.Lists
	for _, l := range c.ThreatLists {
		o := threat.Options{Name: l.Name, Confidence: -1, Provider: l.Provider}
		if l.Confidence != nil {
			o.Confidence = *l.Confidence
		}
		list, err := threat.Open(l.File, o)
		if err != nil {
			return nil, err
		}
		if r := list.Report(); len(r.Skipped) > 0 {
			tell(fmt.Errorf("threat list %s: %s", l.Name, r))
		}
		lists = append(lists, list)
	}
	if len(lists) > 0 {
		all = append(all, lists)
	}
	if c.Accounts != "" {
		a, err := accounts.Open(c.Accounts)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}
