package crashtest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/trash"
	"github.com/hindcast/hindcast/lake/verify"
)

var (
	long  = flag.Bool("long", false, "kill 500 processes and go on longer")
	kills = flag.Int("kills", 0, "how many processes to kill; 4 if not given, 500 with -long")
	seed  = flag.Uint64("seed", 0, "what the dice begin with; the time if not given")
)

// play is a world in which a test makes things happen.
type play struct {
	*testing.T
	world
	seed uint64
	dice *rand.Rand
	logs *logs
	raw  *raw.Folder
}

// begin makes a world with the policies of its tables, and says the seed that makes the same happen again.
func begin(t *testing.T, url string) *play {
	t.Helper()
	p := &play{T: t, seed: *seed}
	if p.seed == 0 {
		p.seed = uint64(time.Now().UnixNano()) % 1_000_000
	}
	t.Logf("-args -seed %d", p.seed)
	p.dice = rand.New(rand.NewPCG(p.seed, 1))
	p.logs = &logs{dice: rand.New(rand.NewPCG(p.seed, 2))}
	dir, err := os.MkdirTemp("", "crashtest-")
	p.must(err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the world is left in %s", dir)
			return
		}
		_ = os.RemoveAll(dir)
	})
	p.world, err = makeWorld(dir, url)
	p.must(err)
	p.raw, err = raw.OpenFolder(p.path("raw"))
	p.must(err)
	t.Cleanup(func() { p.raw.Close() })
	s := p.session("begin")
	defer s.close()
	p.must(s.catalog.SetPolicy(t.Context(), catalog.Policy{Table: "visits", Keep: keep}))
	return p
}

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *play) session(name string) *session {
	p.Helper()
	s, err := p.open(p.Context(), name)
	p.must(err)
	return s
}

// arrive puts raw objects.
func (p *play) arrive(n int) {
	p.Helper()
	for range n {
		key, body := p.logs.object()
		_, err := p.raw.Put(p.Context(), key, bytes.NewReader(body))
		p.must(err)
	}
}

// settle brings the lake to rest without faults, and makes sure that nothing was lost, doubled or left over.
func (p *play) settle() {
	p.Helper()
	ctx := p.Context()
	p.must(p.mend())
	s := p.session("settle")
	defer s.close()
	p.must(p.pass(time.Hour)) // leases of the dead expire
	p.must(s.compact(ctx, nil))
	p.must(s.retry(ctx, nil))
	p.whole(s)
	p.must(s.merge(ctx, nil))
	p.must(s.expire(ctx, nil))
	p.nothingWaits(s)
	p.whole(s)
	same(p.T, p.expected(p.T), s.actual(ctx, p.T))

	p.must(p.pass(48 * time.Hour)) // all trash is due
	_, err := trash.Empty(ctx, s.catalog, s.lake)
	p.must(err)
	r := p.whole(s)
	if len(r.Trash) > 0 || r.Staged.Files > 0 {
		p.Errorf("files are left over: %+v", r)
	}
	same(p.T, p.expected(p.T), s.actual(ctx, p.T))
	p.Logf("%d raw objects became %d rows in %d files; the graveyard has %d", p.logs.made, r.Rows, r.Files, len(p.graves()))
}

func (p *play) graves() []string {
	all, err := filepath.Glob(p.path("grave", "tables", "*", "*", "*", "*"))
	p.must(err)
	return all
}

// nothingWaits makes sure that there is nothing left to do.
func (p *play) nothingWaits(s *session) {
	p.Helper()
	report, err := compact.Run(p.Context(), s.config(), compact.Selection{})
	p.must(err)
	if report.Objects > 0 || report.Failed > 0 {
		p.Errorf("something was left to compact: %+v", report)
	}
	p.nothingToMerge(s)
	unfinished, err := s.catalog.Unfinished(p.Context())
	p.must(err)
	if len(unfinished) > 0 {
		p.Errorf("%d batches are unfinished", len(unfinished))
	}
}

func (p *play) whole(s *session) *verify.Report {
	p.Helper()
	r, err := verify.Run(p.Context(), verify.Config{
		Catalog: s.catalog, Lake: s.folder, Now: s.now, Deep: true, OwnIDs: func(table string) bool { return table == "logins" },
	})
	p.must(err)
	for _, f := range r.Findings {
		p.Errorf("the lake is not whole: %s: %s", f.Path, f.Text)
	}
	return r
}

// child is the process that is killed. It says when it is ready, and works until it has done all that was asked.
func child(w world, name string, seed uint64, deeds int, dies string) error {
	ctx := context.Background()
	s, err := w.open(ctx, name)
	if err != nil {
		return err
	}
	defer s.close()
	if dies != "" {
		s.dieAt(dies)
	}
	fmt.Println("ready")
	return s.work(ctx, rand.New(rand.NewPCG(seed, 3)), deeds)
}
