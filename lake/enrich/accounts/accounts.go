// Package accounts tells the names of AWS accounts, by a file: what "aws organizations list-accounts" prints, or CSV of
// ids and names.
package accounts

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// Accounts knows names by ids.
type Accounts struct {
	*enrich.File[map[string]string]
}

// Open reads a file.
func Open(path string) (*Accounts, error) {
	f, err := enrich.Open(path, read)
	return &Accounts{f}, err
}

var errNone = errors.New("it names no account: it is to be CSV of ids and names, or what aws organizations list-accounts prints")

func read(content []byte) (names map[string]string, v enrich.Version, err error) {
	content = bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\ufeff")))
	if len(content) > 0 && (content[0] == '{' || content[0] == '[') {
		names, err = readJSON(content)
	} else {
		names, err = readCSV(content)
	}
	if err == nil && len(names) == 0 {
		err = errNone
	}
	return names, enrich.Version{Kind: "accounts", Entries: int64(len(names))}, err
}

// account is an entry of the list that AWS prints.
type account struct{ ID, Name string }

func readJSON(content []byte) (map[string]string, error) {
	var answer struct{ Accounts []account }
	at := any(&answer)
	if content[0] == '[' {
		at = &answer.Accounts
	}
	if err := json.Unmarshal(content, at); err != nil {
		return nil, fmt.Errorf("read its JSON: %w", err)
	}
	names := map[string]string{}
	for _, a := range answer.Accounts {
		if isID(a.ID) && a.Name != "" {
			names[a.ID] = a.Name
		}
	}
	return names, nil
}

// readCSV reads ids and names. What does not begin with an id, a header for one, is passed over.
func readCSV(content []byte) (map[string]string, error) {
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace, r.Comment = -1, true, true, '#'
	names := map[string]string{}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read its CSV: %w", err)
		}
		if len(fields) < 2 {
			continue
		}
		id, name := strings.ReplaceAll(strings.TrimSpace(fields[0]), "-", ""), strings.TrimSpace(fields[1])
		if isID(id) && name != "" {
			names[id] = strings.ToValidUTF8(name, "\ufffd")
		}
	}
}

func isID(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

type filler struct {
	*enrich.Read[map[string]string]
	from int
	to   []int
}

// Fills implements enrich.Enricher.
func (*Accounts) Fills(field string) bool {
	return field == "cloud.account.name"
}

// For makes what names the accounts of a schema.
func (a *Accounts) For(s *ecs.Schema) (enrich.Filler, bool) {
	f := &filler{a.Now(), s.Col("cloud.account.id"), []int{s.Col("cloud.account.name")}}
	return f, f.from >= 0 && f.to[0] >= 0
}

func (f *filler) Versions() []enrich.Version { return []enrich.Version{f.Version} }

func (f *filler) Fill(b *ecs.Batch) {
	enrich.Texts(b, f.from, f.to, func(value []byte, texts []string) { texts[0] = f.Value[string(value)] })
}
