// Package duckdb runs statements on Parquet files in a folder, by DuckDB in this process.
//
// Every statement has a DuckDB of its own, which takes some 20 ms: it sees the statement's files as views and can open
// no others, its memory is its own, and what it reads is counted for it alone.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Options are bounds for each statement. Zero values mean the defaults.
type Options struct {
	MemoryBytes int64            // 512 MiB
	Threads     int              // 2
	TempDir     string           // below which a statement that needs more memory puts it; none means that it fails
	Clock       func() time.Time // measures how long statements take
}

// Engine runs statements over the files below a folder.
type Engine struct {
	root    string
	options Options
	schemas *schemas
}

var _ engine.Engine = (*Engine)(nil)

// Open makes an engine for the lake in the folder.
func Open(dir string, o Options) (*Engine, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the lake %s: %w", dir, err)
	}
	for part := range strings.SplitSeq(root, string(filepath.Separator)) {
		if strings.HasPrefix(part, catalog.DayColumn+"=") {
			return nil, fmt.Errorf("open the lake %s: the folder %s would be taken for the day of its events", dir, part)
		}
	}
	if o.MemoryBytes == 0 {
		o.MemoryBytes = 512 << 20
	}
	if o.Threads == 0 {
		o.Threads = 2
	}
	if o.Clock == nil {
		return nil, fmt.Errorf("open the lake %s: the engine needs a clock", dir)
	}
	return &Engine{root: root, options: o, schemas: newSchemas()}, nil
}

// Dialect is DuckDB's.
func (e *Engine) Dialect() dialect.Dialect { return dialect.DuckDB() }

// Query runs a statement; see [engine.Engine]. Its result is complete in memory when it returns, within the
// statement's bound.
func (e *Engine) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	start := e.options.Clock()
	files, err := e.files(s.Scans)
	if err != nil {
		return nil, err
	}
	b, err := e.open(ctx, files, "", s.SQL)
	if err != nil {
		return nil, failure(ctx, err)
	}
	r, err := b.run(ctx, s, files)
	if err != nil {
		b.close()
		return nil, failure(ctx, err)
	}
	r.elapsed = e.options.Clock().Sub(start)
	return r, nil
}

// box is a DuckDB with one connection.
type box struct {
	connector *duckdb.Connector
	db        *sql.DB
	conn      *sql.Conn
	schemas   *schemas
	root      string // of the lake
	passed    atomic.Pointer[error]
}

// open starts a DuckDB for a statement that can read the files, and write below the folder if there is one.
func (e *Engine) open(ctx context.Context, files map[string][]file, folder, statement string) (*box, error) {
	spill, err := e.spill()
	if err != nil {
		return nil, err
	}
	connector, err := duckdb.NewConnector("", func(conn driver.ExecerContext) error {
		for _, q := range append(plainly(statement), e.sandbox(files, folder, spill)...) {
			if _, err := conn.ExecContext(ctx, q.String(), nil); err != nil {
				return fmt.Errorf("set up the sandbox: %s: %w", q, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("start DuckDB: %w", err)
	}
	b := &box{connector: connector, db: sql.OpenDB(connector), schemas: e.schemas, root: e.root}
	if b.conn, err = b.db.Conn(ctx); err != nil {
		b.close()
		return nil, fmt.Errorf("start DuckDB: %w", err)
	}
	return b, nil
}

// plainly keeps DuckDB from computing what stands within TRY, and elsewhere too, once for both, where its errors would end the statement.
func plainly(statement string) []dialect.SQL {
	if !tries(statement) {
		return nil
	}
	return []dialect.SQL{dialect.Set("disabled_optimizers", "common_subexpressions")}
}

// spill is a folder for one DuckDB, which makes it when it needs it, and removes it: of two that share a folder, each
// takes the other's files for its own, and the program dies. The folders above are not made by DuckDB.
func (e *Engine) spill() (string, error) {
	if e.options.TempDir == "" {
		return "", nil
	}
	if err := os.MkdirAll(e.options.TempDir, 0o700); err != nil {
		return "", fmt.Errorf("make room for what a statement does not keep in memory: %w", err)
	}
	return filepath.Join(e.options.TempDir, fmt.Sprintf("%016x", rand.Uint64())), nil
}

// sandbox are the settings after which nothing but the statement's files can be reached, and no setting be changed.
func (e *Engine) sandbox(files map[string][]file, folder, spill string) []dialect.SQL {
	var paths []string
	for _, of := range files {
		paths = append(paths, pathsOf(of)...)
	}
	allowed := []dialect.SQL{dialect.AllowPaths(paths)}
	if folder != "" { // its own path is not below it
		allowed = []dialect.SQL{dialect.AllowPaths(append(paths, folder)), dialect.AllowFolder(folder)}
	}
	return slices.Concat([]dialect.SQL{
		dialect.Set("memory_limit", strconv.FormatInt(e.options.MemoryBytes, 10)+"B"),
		dialect.Set("threads", strconv.Itoa(e.options.Threads)),
		dialect.Set("temp_directory", spill),
		dialect.Set("TimeZone", "UTC"),
		dialect.Switch("autoload_known_extensions", false),
		dialect.Switch("autoinstall_known_extensions", false),
		dialect.Switch("allow_community_extensions", false),
		dialect.Switch("enable_external_file_cache", false), // or what is read twice would be counted once
		dialect.Switch("parquet_metadata_cache", true),
		dialect.CountReads(),
	}, allowed, []dialect.SQL{
		dialect.Switch("enable_external_access", false),
		dialect.Switch("lock_configuration", true),
	})
}

func pathsOf(files []file) []string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.path
	}
	return paths
}

func (b *box) close() {
	if b.conn != nil {
		b.conn.Close()
	}
	b.db.Close()
	b.connector.Close()
}

func (b *box) views(ctx context.Context, s engine.Statement, files map[string][]file) error {
	for _, scan := range s.Scans {
		if err := b.view(ctx, scan, files[scan.Table]); err != nil {
			return &unreadable{scan.Table, err}
		}
	}
	return nil
}

func (b *box) run(ctx context.Context, s engine.Statement, files map[string][]file) (*rows, error) {
	if err := b.views(ctx, s, files); err != nil {
		return nil, err
	}
	if err := b.functions(s.SQL); err != nil {
		return nil, err
	}
	result, err := b.conn.QueryContext(ctx, s.SQL)
	if err != nil {
		return nil, err
	}
	if err := b.untried(); err != nil {
		defer result.Close()
		return nil, err
	}
	return newRows(ctx, b, result, s.MaxRows)
}
