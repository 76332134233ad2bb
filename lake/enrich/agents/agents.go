// Package agents tells the program, the operating system and the device that a user agent names: those of browsers by
// what they have in common, those of AWS's SDKs and other tools by their first product and what they say of the system:
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-user-agent.html
package agents

import (
	"strings"

	"github.com/mileusna/useragent"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// Agents parses user agents.
type Agents struct{}

// fields are filled in the order of [agent].
var fields = [...]string{"user_agent.name", "user_agent.version", "user_agent.os.name", "user_agent.os.version", "user_agent.device.name"}

// agent is what a user agent says.
type agent [len(fields)]string

const (
	name = iota
	version
	osName
	osVersion
	device
)

// Fills implements enrich.Enricher.
func (Agents) Fills(field string) bool {
	return strings.HasPrefix(field, "user_agent.")
}

// For makes what parses the user agents of a schema.
func (Agents) For(s *ecs.Schema) (enrich.Filler, bool) {
	f := &filler{from: s.Col("user_agent.original"), known: map[string]agent{}}
	for _, field := range fields {
		f.to = append(f.to, s.Col(field))
	}
	return f, f.from >= 0 && s.Fields()[f.from].Type == ecs.String
}

type filler struct {
	from  int
	to    []int
	known map[string]agent // of earlier rows
}

// maxKnown is how many user agents are remembered.
const maxKnown = 4096

func (*filler) Versions() []enrich.Version { return nil }

func (f *filler) Fill(b *ecs.Batch) {
	enrich.Texts(b, f.from, f.to, func(value []byte, texts []string) {
		a, ok := f.known[string(value)]
		if !ok {
			if len(f.known) >= maxKnown {
				clear(f.known)
			}
			a = parse(string(value))
			f.known[string(value)] = a
		}
		copy(texts, a[:])
	})
}

// maxAgent is how much of a user agent is looked at.
const maxAgent = 1024

func parse(text string) (a agent) {
	text = strings.ToValidUTF8(text[:min(len(text), maxAgent)], "")
	text = strings.TrimSpace(strings.Trim(text, "[]")) // which CloudTrail puts around some
	if strings.HasPrefix(text, "Mozilla/") || strings.HasPrefix(text, "Opera/") {
		return browser(text)
	}
	return tool(text)
}

// browser parses what begins like a browser.
func browser(text string) (a agent) {
	u := useragent.Parse(text)
	a = agent{u.Name, u.Version, u.OS, u.OSVersion, u.Device}
	switch {
	case u.Bot:
		a[device] = "Spider"
	case u.Device == "" && u.OS == useragent.MacOS:
		a[device] = "Mac"
	}
	return a
}

// systems are the names of operating systems by what tools call them.
var systems = map[string]string{
	"linux": "Linux", "windows": "Windows", "macos": "macOS", "darwin": "macOS", "mac_os_x": "macOS", "mac os x": "macOS", "android": "Android", "ios": "iOS",
	"freebsd": "FreeBSD", "openbsd": "OpenBSD", "netbsd": "NetBSD", "sunos": "SunOS",
}

// tool parses what begins with a product and its version.
func tool(text string) (a agent) {
	words := strings.Fields(text)
	if len(words) > 2 && strings.HasPrefix(words[0], "APN/") { // a partner: APN/1.0 HashiCorp/1.0 Terraform/1.11.2
		words = words[2:]
	}
	if len(words) == 0 || !product(words[0]) {
		return a
	}
	if !strings.Contains(words[0], "/") { // a service: AWS Internal, signin.amazonaws.com
		if len(words) <= 2 && product(words[len(words)-1]) {
			a[name] = strings.Join(words, " ")
		}
		return a
	}
	a[name], a[version], _ = strings.Cut(strings.TrimRight(words[0], ",;"), "/")
	for _, w := range words[1:] {
		w = strings.Trim(w, "(),;")
		if os, ok := strings.CutPrefix(w, "os/"); ok {
			a.runs(strings.Cut(os, "#"))
		} else {
			a.runs(strings.Cut(w, "/"))
		}
	}
	return a
}

// runs takes a system and its version, unless there is one already.
func (a *agent) runs(system, its string, _ bool) {
	if a[osName] == "" {
		if known := systems[strings.ToLower(system)]; known != "" {
			a[osName], a[osVersion] = known, its
		}
	}
}

// product tells whether a word can be a product: Shellshock is none.
func product(word string) bool {
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || strings.IndexByte("-._/+,;:@", c) >= 0):
		default:
			return false
		}
	}
	return true
}
