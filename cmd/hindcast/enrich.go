package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/enrich/config"
)

// enrichFlags say what rows are enriched by.
type enrichFlags struct {
	Enrich     string   `type:"existingfile" placeholder:"FILE" help:"YAML file that says what rows are enriched by; the flags that follow add to it."`
	GeoCity    []string `name:"geo-city" type:"existingfile" sep:"none" placeholder:"FILE" help:"Tell the places of addresses by this file in MaxMind's format; may be given again."`
	GeoASN     []string `name:"geo-asn" type:"existingfile" sep:"none" placeholder:"FILE" help:"Tell the networks of addresses by this file in MaxMind's format; may be given again."`
	ThreatList []string `sep:"none" placeholder:"NAME=FILE[,confidence=N][,provider=P]" help:"Mark rows that hold an entry of this threat list: text, CSV, STIX 2 or MISP; may be given again."`
	Accounts   string   `type:"existingfile" placeholder:"FILE" help:"Name accounts by this file: id,name as CSV, or what \"aws organizations list-accounts\" prints."`
	UserAgents bool     `help:"Parse user agents."`
	Domains    bool     `help:"Divide domains into registered domain, public suffix and subdomain."`
	Protocols  bool     `help:"Name protocols of which a log has but IANA's number."`
	NoAttack   bool     `help:"Leave out the MITRE ATT&CK tactics and techniques of calls and findings."`
}

// config is what the file and the flags say.
func (f *enrichFlags) config() (c config.Config, err error) {
	if f.Enrich != "" {
		if c, err = config.Load(f.Enrich); err != nil {
			return c, &exitError{exitUsage, err}
		}
	}
	c.Add(config.Config{
		Geo: append(f.GeoCity, f.GeoASN...), Accounts: f.Accounts, UserAgents: f.UserAgents, Domains: f.Domains, Protocols: f.Protocols,
	})
	if f.NoAttack {
		c.Attack = new(bool)
	}
	for _, text := range f.ThreatList {
		l, err := parseList(text)
		if err != nil {
			return c, usageError("--threat-list %s: %w", text, err)
		}
		c.ThreatLists = append(c.ThreatLists, l)
	}
	return c, nil
}

// parseList reads NAME=FILE,confidence=80. A file's name may have commas in it.
func parseList(text string) (l config.List, err error) {
	name, rest, ok := strings.Cut(text, "=")
	if !ok || name == "" || rest == "" {
		return l, fmt.Errorf("it is to be NAME=FILE, or NAME=FILE,confidence=80")
	}
	l.Name, l.File = name, rest
	for {
		comma := strings.LastIndexByte(l.File, ',')
		if comma < 0 {
			return l, nil
		}
		key, value, ok := strings.Cut(l.File[comma+1:], "=")
		switch {
		case ok && key == "confidence":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 || n > 100 {
				return l, fmt.Errorf("the confidence %q is not a number between 0 and 100", value)
			}
			l.Confidence = &n
		case ok && key == "provider":
			l.Provider = value
		default:
			return l, nil
		}
		l.File = l.File[:comma]
	}
}

// enrichers reads the files that rows are enriched by. What they
// say of Community IDs and what is said of how a lake is stored, if it is for one, is made the same.
func (f *enrichFlags) enrichers(t *terminal, stored *storeFlags) (*enrich.Set, error) {
	c, err := f.config()
	if err != nil {
		return nil, err
	}
	if stored != nil {
		c.CommunityID = c.CommunityID || stored.CommunityID
		stored.CommunityID = c.CommunityID
	}
	set, err := c.Open(func(err error) { fmt.Fprintln(t.err, "hindcast:", printable(err.Error())) })
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return set, nil
}
