package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"github.com/hindcast/hindcast/catalog/embedded"
)

// site is where a lake is: a folder, or in S3.
type site struct {
	dir      string // the folder; empty for a lake in S3
	url      string // s3://BUCKET/PREFIX; empty for a folder
	database string // the file of the catalog; empty if a server has it
	work     string // the folder for what is under way
}

const (
	s3Scheme     = "s3://"
	sqliteScheme = "sqlite:"
)

// site reads the flags.
func (f lakeFlags) site() (site, error) {
	if f.Dir != "" && f.Lake != "" && f.Lake == os.Getenv("HINDCAST_LAKE") {
		f.Lake = "" // what the command line says goes
	}
	file, isFile := strings.CutPrefix(f.Catalog, sqliteScheme)
	switch {
	case f.Dir == "" && f.Lake == "":
		return site{}, usageError("which lake? Give --dir DIR for one on this machine, or --lake s3://BUCKET/PREFIX")
	case f.Dir != "" && f.Lake != "":
		return site{}, usageError("--dir and --lake: give one of them")
	case f.Dir != "" && isFile:
		return site{}, f.elsewhere()
	case f.Dir != "":
		return f.folder(), nil
	case !strings.HasPrefix(f.Lake, s3Scheme):
		return site{}, usageError("--lake: %q is not s3://BUCKET/PREFIX; a folder is given by --dir", f.Lake)
	case f.Catalog == "":
		return site{}, usageError("--lake needs --catalog: postgres://USER@HOST/DATABASE, or sqlite:FILE for one machine")
	case isFile && file == "":
		return site{}, usageError("%s: %s must be followed by the path of a file", f.catalogFlag(), sqliteScheme)
	}
	at := site{url: strings.TrimRight(f.Lake, "/"), work: f.Work}
	if isFile {
		at.database = file
	}
	if at.work == "" {
		sum := sha256.Sum256([]byte(at.url))
		at.work = filepath.Join(os.TempDir(), "hindcast-"+hex.EncodeToString(sum[:4]))
	}
	return at, nil
}

func (f lakeFlags) folder() site {
	at := site{dir: f.Dir, work: f.Work}
	if f.Catalog == "" {
		at.database = filepath.Join(f.Dir, "catalog.db")
	}
	if at.work == "" {
		at.work = filepath.Join(f.Dir, "work")
	}
	return at
}

// remote tells whether the lake is in S3.
func (s site) remote() bool { return s.url != "" }

// workIn is the folder for what is under way of one kind.
func (s site) workIn(kind string) string { return filepath.Join(s.work, kind) }

// String is the place as people give it.
func (s site) String() string { return s.dir + s.url }

// flag is the place as the command line says it.
func (s site) flag() string {
	if s.remote() {
		return "--lake " + s.url
	}
	return "--dir " + s.dir
}

// catalogShown is the catalog as it may be shown.
func (s site) catalogShown(given string) string {
	if s.database != "" {
		return s.database
	}
	return embedded.ShownURL(given)
}

// results is the folder for the results of jobs.
func (s site) results() string {
	if s.remote() {
		return s.workIn("results")
	}
	return filepath.Join(s.dir, "results")
}
