package athena

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Published says what of a lake Athena does not read as the ledger has it; catalog.Publications does.
type Published interface {
	// Unpublished are the partitions whose current version is not published, at most limit; 0 is all.
	Unpublished(ctx context.Context, limit int) ([]catalog.Unpublished, error)
}

// request is what an execution is started with.
type request struct {
	sql, token string
	reuse      time.Duration // how old an earlier result may be that is taken instead; 0 takes none
}

// request is a statement as it is sent. Where results are reused, a comment names the files that it reads. Where Athena does
// not read these yet it has none, so that its result is not taken for theirs once it does.
func (e *Engine) request(ctx context.Context, s engine.Statement) (request, error) {
	out := request{sql: s.SQL}
	if e.options.ReuseMaxAge > 0 {
		behind, err := e.behind(ctx, s)
		if err != nil {
			return out, err
		}
		if !behind {
			out.sql, out.reuse = remarked(s), e.options.ReuseMaxAge
		}
	}
	out.token = e.token(ctx, s, out)
	return out, nil
}

// behind tells whether Athena reads something else of the statement's tables than the ledger has.
func (e *Engine) behind(ctx context.Context, s engine.Statement) (bool, error) {
	if e.options.Published == nil {
		return false, nil
	}
	all, err := e.options.Published.Unpublished(ctx, 0)
	if err != nil {
		return false, fmt.Errorf("find what is not published: %w", err)
	}
	return slices.ContainsFunc(s.Scans, func(scan engine.Scan) bool {
		return slices.ContainsFunc(all, func(u catalog.Unpublished) bool { return u.Table == scan.Table })
	}), nil
}

// remarked is a statement's SQL with a comment that another has for other files.
func remarked(s engine.Statement) string {
	var paths []string
	for _, scan := range s.Scans {
		for _, f := range scan.Files {
			paths = append(paths, f.Path)
		}
	}
	slices.Sort(paths)
	sum := sha256.Sum256([]byte(strings.Join(paths, "\n")))
	return dialect.Remarked(s.SQL, "files "+hex.EncodeToString(sum[:16])).String()
}

// token is what an execution is started under. For a piece of work that is done again it is the same, as long as all is that Athena compares.
func (e *Engine) token(ctx context.Context, s engine.Statement, r request) string {
	name, ok := s.InWork(ctx)
	if !ok {
		return rand.Text() + rand.Text()
	}
	o := e.options
	sum := sha256.Sum256([]byte(strings.Join([]string{name, r.sql, o.Catalog, o.Database, o.WorkGroup, o.Output, r.reuse.String()}, "\x00")))
	return hex.EncodeToString(sum[:])
}
