package main

import (
	"math"

	"github.com/dustin/go-humanize"

	"github.com/hindcast/hindcast/lake/merge"
)

// unloadFlags say which days Athena merges.
type unloadFlags struct {
	budgetFlags
	By         string `enum:"auto,here,athena" default:"auto" placeholder:"auto|here|athena" help:"Who merges a day of a lake in S3: this machine, Athena by UNLOAD, or Athena from --athena-from on (auto)."`
	AthenaFrom string `name:"athena-from" default:"32GiB" placeholder:"SIZE" help:"Bytes of Parquet in a day, from which on it is Athena's to merge; ${default} if not given."`
}

// from is the size of the smallest day that is Athena's.
func (f unloadFlags) from() (int64, error) {
	n, err := humanize.ParseBytes(f.AthenaFrom)
	switch {
	case err != nil || n == 0 || n > math.MaxInt64:
		return 0, usageError("--athena-from: %q is not a size such as 32GiB", f.AthenaFrom)
	case f.By == "athena":
		return 1, nil
	}
	return int64(n), nil
}

// remote is Athena, where it is to merge days of the lake; nil where not.
func (f unloadFlags) remote(l *lake, warn func(error)) (*merge.Remote, error) {
	from, err := f.from()
	if err != nil {
		return nil, err
	}
	switch {
	case !l.remote() && f.By == "athena":
		return nil, usageError("--by athena: the lake is in a folder, and Athena reads S3 alone")
	case !l.remote(), f.By == "here":
		return nil, nil //nolint:nilnil // nobody else merges
	}
	e, err := l.athena()
	if err != nil {
		return nil, err
	}
	b, err := f.budget(l, e, warn)
	if err != nil {
		return nil, err
	}
	return &merge.Remote{Athena: b.Executor(e), Root: l.url, FromBytes: from, Published: l.catalog, Price: e.Price}, nil
}
