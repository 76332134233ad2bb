package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

type sourcesIdentify struct {
	sourceFlags
	Object []string `arg:"" placeholder:"FILE|KEY" help:"Files, of which the path and the contents are judged; or keys of objects, of which the key is."`
	JSON   bool     `name:"json" help:"Print as JSON."`
}

func (*sourcesIdentify) Help() string {
	return `Says for each argument which source it would be loaded as, and why: by which pattern its key tells, what its contents look
like, how they are packed and in which envelopes they came; or why it would be passed over. A key counts before the contents,
unless its source can make nothing of the first records and another one surely can. Exit status is 1 when one is of no source,
or can't be read.

  hindcast sources identify ./bucket/elsewhere/unknown.gz
  hindcast sources identify --json AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/x.json.gz`
}

// identified is what one argument would be loaded as.
type identified struct {
	Object     string   `json:"object"`
	Source     string   `json:"source,omitempty"`
	By         string   `json:"by,omitempty"` // key or contents
	Pattern    string   `json:"pattern,omitempty"`
	KeySays    string   `json:"key_says,omitempty"` // where the contents are of another source
	LooksLike  string   `json:"looks_like,omitempty"`
	Envelopes  []string `json:"envelopes,omitempty"`
	Packed     []string `json:"packed,omitempty"`
	PassedOver string   `json:"passed_over,omitempty"` // why
	Unread     string   `json:"unread,omitempty"`      // why its contents say nothing
}

func (c *sourcesIdentify) Run(ctx context.Context, t *terminal) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	all := make([]identified, len(c.Object))
	none, unread := 0, 0
	for i, object := range c.Object {
		if all[i], err = identify(ctx, set, object); err != nil {
			return err
		}
		switch {
		case all[i].Unread != "":
			unread++
		case all[i].Source == "" && all[i].PassedOver == "":
			none++
		}
	}
	if c.JSON {
		err = printJSON(t.out, all)
	} else {
		for _, one := range all {
			fmt.Fprintf(t.out, "%s: %s\n", printable(one.Object), one.text())
		}
	}
	if err == nil && unread > 0 {
		err = fmt.Errorf("%d of %d can't be read", unread, len(all))
	}
	if none > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d are of no source that is known", none, len(all)))
	}
	return err
}

// identify judges a file by its path and its contents, and what is no file as a key.
func identify(ctx context.Context, set *source.Set, object string) (identified, error) {
	out := identified{Object: object}
	info, err := os.Stat(object)
	isFile := err == nil && info.Mode().IsRegular()
	key := filepath.ToSlash(object)
	byKey, skip := set.ByKey(key)
	out.Pattern = set.Pattern(key)
	switch {
	case source.NoLog(key) != "":
		out.PassedOver = source.NoLog(key)
	case skip:
		out.PassedOver = "its source, " + byKey.Name + ", passes such keys over"
	case isFile && info.Size() == 0:
		out.PassedOver = "it is empty"
	}
	if byKey != nil && !skip && out.PassedOver == "" {
		out.Source, out.By = byKey.Name, "key"
	}
	if out.PassedOver != "" || !isFile {
		return out, nil
	}
	seen, err := lookInto(ctx, object)
	if err != nil {
		out.Unread = err.Error()
		return out, ctx.Err()
	}
	out.byContents(set, byKey, key, seen)
	return out, nil
}

func lookInto(ctx context.Context, path string) (raw.Seen, error) {
	folder, err := raw.OpenFolder(filepath.Dir(path))
	if err != nil {
		return raw.Seen{}, err
	}
	defer folder.Close()
	seen, err := raw.Look(ctx, folder, catalog.Object{Key: filepath.Base(path)})
	if err != nil {
		return seen, fmt.Errorf("look into it: %w", err)
	}
	return seen, nil
}

// byContents adds what the contents of a file tell.
func (i *identified) byContents(set *source.Set, byKey *source.Compiled, key string, seen raw.Seen) {
	told := set.Tell(seen.Head)
	i.Packed, i.Envelopes = seen.Packed, told.Envelopes
	if told.Source != nil {
		i.LooksLike = told.Source.Name
	}
	switch {
	case byKey == nil && told.Lonely:
		i.PassedOver = "there is nothing in it but signs of life"
	case byKey == nil && told.Source != nil:
		i.Source, i.By = told.Source.Name, "contents"
	case byKey != nil:
		if other := set.Instead(byKey, key, seen.Head); other != nil {
			i.Source, i.By, i.KeySays = other.Name, "contents", byKey.Name
		}
	}
}

// text says it for people.
func (i identified) text() string {
	if i.PassedOver != "" {
		return "passed over: " + i.PassedOver
	}
	var why []string
	switch {
	case i.KeySays != "":
		why = append(why, "its key says "+i.KeySays+", which can't read its first records")
	case i.By == "key":
		why = append(why, "its key matches "+i.Pattern)
	}
	if i.LooksLike != "" {
		why = append(why, "its contents look like "+i.LooksLike)
	}
	if len(i.Envelopes) > 0 {
		why = append(why, "wrapped in "+strings.Join(i.Envelopes, ", in it "))
	}
	if len(i.Packed) > 0 {
		why = append(why, "packed by "+strings.Join(i.Packed, ", in it "))
	}
	if i.Unread != "" {
		why = append(why, i.Unread)
	}
	name := i.Source
	switch {
	case name == "" && i.Unread != "":
		name = "of no source that its key tells"
	case name == "":
		name, why = "of no source that is known", append(why, "neither its key nor its contents tell one")
	}
	return name + " (" + strings.Join(why, "; ") + ")"
}
