package compact

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

func (r *run) passOver(key, reason string) (candidate, bool, error) {
	r.report.pass(key, reason)
	return candidate{}, false, nil
}

// identify tells an object's source by its key, or else by its first bytes.
func (r *run) identify(ctx context.Context, o catalog.Object) (candidate, bool, error) {
	s, skip := r.cfg.Sources.ByKey(o.Key)
	switch {
	case skip:
		return r.passOver(o.Key, "its source passes such keys over")
	case o.Size == 0:
		return r.passOver(o.Key, "it is empty")
	case ofLake.MatchString(o.Key):
		return r.passOver(o.Key, "it is a lake's own")
	}
	if s == nil {
		head, err := raw.Head(ctx, r.cfg.Raw, o)
		if err != nil {
			return candidate{}, false, fmt.Errorf("look into it: %w", err)
		}
		told := r.byHead(o.Key, head)
		if told.Lonely {
			return r.passOver(o.Key, "there is nothing in it but signs of life")
		}
		if s = told.Source; s == nil || len(r.sel.Sources) > 0 && !slices.Contains(r.sel.Sources, s.Name) {
			r.report.unknown(o, r.sel.Sources, s)
			return candidate{}, false, nil
		}
	}
	if len(r.sel.Sources) > 0 && !slices.Contains(r.sel.Sources, s.Name) {
		r.report.unasked(o.Key, "its source was not asked for")
		return candidate{}, false, nil
	}
	return candidate{o, s}, true, nil
}

// ofLake are keys of the files that a lake is made of, should one lie among the raw objects.
var ofLake = regexp.MustCompile(`(^|/)(tables/[a-z0-9_]+/day=[0-9-]{10}/g\d{6}/[^/]+\.parquet|manifests/[a-z0-9_]+/day=[0-9-]{10}/[^/]+/files\.txt|quarantine/[a-z0-9_]+/[0-9a-f]{20}\.ndjson\.gz|catalog\.db(-wal|-shm)?)$`)

// byHead tells a source by an object's first bytes. The one source that was selected comes first: it only has to make
// sense of a record.
func (r *run) byHead(key string, head []byte) source.Told {
	if r.only != nil && r.only.Reads(key, head) {
		return source.Told{Source: r.only}
	}
	return r.cfg.Sources.Tell(head)
}

// unescaped looks at an object whose key is not there as it was listed, but may be as S3's notifications write it, with
// escapes and plus signs.
func (r *run) unescaped(ctx context.Context, key, plain string) (candidate, bool, error) {
	o, err := raw.Stat(ctx, r.cfg.Raw, plain)
	if errors.Is(err, raw.ErrNotFound) {
		r.report.fail("", key, err)
		return candidate{}, false, nil
	}
	if err != nil {
		r.report.fail("", plain, err)
		return candidate{}, false, context.Cause(ctx)
	}
	r.report.unasked(key, "it is there as "+plain)
	seen, err := r.cfg.Catalog.Seen(ctx, []string{plain})
	if err != nil {
		return candidate{}, false, fmt.Errorf("ask the ledger: %w", err)
	}
	known, ok := seen[plain]
	return r.candidate(ctx, described{entry: entry{Object: o, stated: true}}, known, ok)
}
