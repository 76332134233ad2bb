package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/publish"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/retrying"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/source/definition"
)

// lakeFlags say which lake a command works on.
type lakeFlags struct {
	Dir     string `type:"path" placeholder:"DIR" help:"Folder of the lake, on this machine."`
	Lake    string `env:"HINDCAST_LAKE" placeholder:"URL" help:"Lake in S3, instead of --dir: s3://BUCKET/PREFIX. Its tables are in Glue, and Athena answers."`
	Catalog string `env:"HINDCAST_CATALOG" placeholder:"URL" help:"PostgreSQL database of the lake's catalog, postgres://USER@HOST/DATABASE, for workers on several machines; else it is a file in the lake. For a lake in S3 also sqlite:FILE, for one machine."`
	Work    string `type:"path" env:"HINDCAST_WORK" placeholder:"DIR" help:"Folder for what is under way; that of a lake in S3 is in the system's folder for temporary files if not given."`
	awsFlags
}

// lake is a lake that is open.
type lake struct {
	site
	files   closingStore
	catalog *embedded.Store
	scratch string     // a folder elsewhere, if the lake cannot be written to and one is needed
	own     *ownFolder // else one in its folder for work, if one is needed

	aws       *account           // of a lake in S3
	publisher *publish.Publisher // of a lake in S3
}

// closingStore is a store that is closed when it is used no more.
type closingStore interface {
	raw.Store
	Close() error
}

// open opens the lake, which must exist.
func (f lakeFlags) open(ctx context.Context) (*lake, error) { return f.openBy(ctx, f.find, openFolder) }

// create opens the lake, and makes it if need be.
func (f lakeFlags) create(ctx context.Context) (*lake, error) {
	return f.openBy(ctx, f.make, createFolder)
}

// openBy opens the catalog and the files.
func (f lakeFlags) openBy(ctx context.Context, catalog func(context.Context, site) (*embedded.Store, error), folder func(site) (closingStore, error)) (*lake, error) {
	at, err := f.site()
	if err != nil {
		return nil, err
	}
	l := &lake{site: at}
	if at.remote() {
		if l.aws, err = f.account(ctx); err != nil {
			return nil, err
		}
		folder = func(site) (closingStore, error) { return l.aws.lake(ctx, at.url) }
	}
	if l.catalog, err = catalog(ctx, at); err != nil {
		return nil, err
	}
	if l.files, err = folder(at); err != nil {
		return nil, errors.Join(fmt.Errorf("open lake %s: %w", at, err), l.Close())
	}
	if err = f.checkFits(ctx, l); err == nil && at.remote() {
		err = l.openPublisher()
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func openFolder(at site) (closingStore, error) { return raw.OpenFolder(at.dir) }

func createFolder(at site) (closingStore, error) { return raw.CreateFolder(at.dir) }

// make opens the catalog, and makes it if need be.
func (f lakeFlags) make(ctx context.Context, at site) (*embedded.Store, error) {
	open := func() (*embedded.Store, error) { return embedded.OpenURL(ctx, f.Catalog, time.Now) }
	if at.database != "" {
		if err := os.MkdirAll(filepath.Dir(at.database), 0o755); err != nil {
			return nil, f.refused(at, err)
		}
		open = func() (*embedded.Store, error) { return embedded.Open(ctx, at.database, time.Now) }
	}
	store, err := open()
	if err != nil {
		return nil, f.refused(at, err)
	}
	return store, nil
}

// find opens the catalog, which must exist.
func (f lakeFlags) find(ctx context.Context, at site) (*embedded.Store, error) {
	if at.database != "" {
		return f.findFile(ctx, at)
	}
	store, err := embedded.FindURL(ctx, f.Catalog, time.Now)
	switch {
	case errors.Is(err, embedded.ErrNone):
		return nil, &noLakeError{fmt.Errorf("%w; \"hindcast compact --raw DIR %s --catalog URL\" makes one", err, at.flag())}
	case err != nil:
		return nil, f.refused(at, err)
	}
	return store, nil
}

// findFile opens a catalog that is a file.
func (f lakeFlags) findFile(ctx context.Context, at site) (*embedded.Store, error) {
	if _, err := os.Stat(at.database); errors.Is(err, fs.ErrNotExist) {
		if used, _ := filepath.Glob(filepath.Join(at.dir, "tables", "*")); at.dir != "" && len(used) > 0 {
			return nil, fmt.Errorf("open lake %s: there are tables and no catalog.db: was it lost, or is the catalog in a database that --catalog must name?", at)
		}
		if at.remote() {
			return nil, &noLakeError{fmt.Errorf("there is no catalog %s; \"hindcast compact --raw URL %s --catalog sqlite:%s\" makes one", at.database, at.flag(), at.database)}
		}
		return nil, &noLakeError{fmt.Errorf("there is no lake in %s; \"hindcast compact --raw DIR --dir %s\" makes one", at, at)}
	}
	store, err := embedded.Open(ctx, at.database, time.Now)
	if err != nil {
		return nil, fmt.Errorf("open lake %s: %w", at, err)
	}
	return store, nil
}

// noLakeError says that no lake was made yet.
type noLakeError struct{ error }

// exists tells whether the lake was made.
func (f lakeFlags) exists(ctx context.Context) (bool, error) {
	at, err := f.site()
	if err != nil {
		return false, err
	}
	store, err := f.find(ctx, at)
	var none *noLakeError
	if errors.As(err, &none) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, store.Close()
}

// checkFits makes sure that catalog and files are of one lake.
func (f lakeFlags) checkFits(ctx context.Context, l *lake) error {
	err := l.checkKnown(ctx)
	if err == nil && f.Catalog != "" {
		err = l.checkThere(ctx)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errUnknown) && f.Catalog == "":
		err = fmt.Errorf("%w: was catalog.db replaced, or is the catalog in a database that --catalog must name?", err)
	case errors.Is(err, errUnknown):
		err = fmt.Errorf("%w: is %s that of another lake?", err, l.catalogShown(f.Catalog))
	case errors.Is(err, errEmpty):
		err = fmt.Errorf("%w, but %s knows of some: is it the folder of another lake, or is something not mounted?", err, l.catalogShown(f.Catalog))
	}
	return fmt.Errorf("open lake %s: %w", l.site, err)
}

// store is the lake's files for those that write them: what goes wrong for the moment is repeated.
func (l *lake) store() raw.Store { return retrying.New(l.files, retrying.Options{}) }

// archive is where servers of the lake keep the results of jobs for each other; nil where all have the lake's folder.
func (l *lake) archive() raw.Store {
	if !l.remote() {
		return nil
	}
	return l.store()
}

func (l *lake) Close() error {
	err := l.catalog.Close()
	if l.files != nil {
		err = errors.Join(err, l.files.Close())
	}
	if l.scratch != "" {
		err = errors.Join(err, os.RemoveAll(l.scratch))
	}
	if l.own != nil {
		err = errors.Join(err, l.own.remove())
	}
	return err
}

var errUnknown = errors.New("the catalog knows none of the files in tables/")

// checkKnown keeps a catalog that has never seen a table from being taken for that of a lake that has files.
func (l *lake) checkKnown(ctx context.Context) error {
	if used, err := l.used(ctx); used || err != nil {
		return err
	}
	for _, err := range l.files.List(ctx, "tables/") {
		if err != nil {
			return err
		}
		// Somebody's first compaction may have written it since.
		if used, err := l.used(ctx); used || err != nil {
			return err
		}
		return errUnknown
	}
	return nil
}

var errEmpty = errors.New("there is no file in tables/")

// checkThere keeps the lake of a catalog in a database from being gone on with in another folder.
func (l *lake) checkThere(ctx context.Context) error {
	if holds, err := l.holds(ctx); !holds || err != nil {
		return err
	}
	for _, err := range l.files.List(ctx, "tables/") {
		return err
	}
	if holds, err := l.holds(ctx); !holds || err != nil { // the last day may have expired since
		return err
	}
	return errEmpty
}

// holds tells whether the catalog knows of days with files.
func (l *lake) holds(ctx context.Context) (bool, error) {
	days, err := l.catalog.Coverage(ctx, nil, "", "")
	return len(days) > 0, err
}

// used tells whether a compaction has begun in the lake.
func (l *lake) used(ctx context.Context) (bool, error) {
	tables, err := l.catalog.Tables(ctx)
	if err != nil || len(tables) > 0 {
		return true, err
	}
	batches, err := l.catalog.Unfinished(ctx)
	return len(batches) > 0, err
}

// spill is the folder for what statements of this process do not keep in memory.
func (l *lake) spill() (_ string, err error) {
	if !l.catalog.ReadOnly() {
		if l.own == nil {
			if l.own, err = newOwnFolder(l.workIn("duckdb")); err != nil {
				return "", err
			}
		}
		return l.own.dir, nil
	}
	if l.scratch == "" {
		dir, err := os.MkdirTemp("", "hindcast-")
		if err != nil {
			return "", err
		}
		l.scratch = dir
	}
	return l.scratch, nil
}

// sourceFlags say which log sources there are beside the built-in ones.
type sourceFlags struct {
	Definition []string `type:"path" placeholder:"FILE" help:"YAML definition of a further log source, or a folder of them; may be given again."`
}

// storeFlags say which fields made from others a lake holds.
type storeFlags struct {
	CommunityID bool `name:"community-id" help:"Store network.community_id of every flow too, which takes a third more room. hindcast normalize shows it in any case."`
}

// of is the set as the lake holds it.
func (f storeFlags) of(set *source.Set) *source.Set {
	if f.CommunityID {
		return set
	}
	return set.Lean()
}

// set is the definitions given, then the built-in sources.
func (f sourceFlags) set() (*source.Set, error) {
	var all []*source.Source
	for _, path := range f.Definition {
		defined, err := load(path)
		if err != nil {
			return nil, &exitError{exitUsage, err}
		}
		all = append(all, defined...)
	}
	set, err := source.NewSet(append(all, builtin.Sources()...)...)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return set, nil
}

// load reads a definition, or all of a folder.
func load(path string) ([]*source.Source, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return definition.LoadDir(path)
	}
	s, err := definition.Load(path)
	return []*source.Source{s}, err
}

// owner names this process in a lease.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return host + "/" + strconv.Itoa(os.Getpid())
}

// alive tells whether the process that took a lease may still run: one on this machine can be looked for.
func alive(name string) bool {
	host, pid, ok := strings.Cut(owner(), "/")
	otherHost, otherPID, otherOK := strings.Cut(name, "/")
	if !ok || !otherOK || host != otherHost || pid == otherPID {
		return true
	}
	n, err := strconv.Atoi(otherPID)
	if err != nil {
		return true
	}
	p, err := os.FindProcess(n)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
