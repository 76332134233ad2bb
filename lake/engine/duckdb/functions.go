package duckdb

import (
	"database/sql/driver"
	"fmt"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinofn"
)

// scalar is one of trinofn's functions as the driver wants it.
type scalar struct {
	trinofn.Function
	config duckdb.ScalarFuncConfig
}

func (s scalar) Config() duckdb.ScalarFuncConfig { return s.config }

func (s scalar) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{RowExecutor: func(values []driver.Value) (any, error) {
		args := make([]any, len(values))
		for i, v := range values {
			args[i] = v
		}
		return s.Call(args)
	}}
}

// driverTypes are the driver's types for those of functions.
var driverTypes = map[trinofn.Type]duckdb.Type{
	trinofn.Text: duckdb.TYPE_VARCHAR, trinofn.Int: duckdb.TYPE_BIGINT, trinofn.Double: duckdb.TYPE_DOUBLE, trinofn.Real: duckdb.TYPE_FLOAT,
	trinofn.Bool: duckdb.TYPE_BOOLEAN, trinofn.Binary: duckdb.TYPE_BLOB, trinofn.Date: duckdb.TYPE_DATE, trinofn.Time: duckdb.TYPE_TIMESTAMP,
	trinofn.Instant: duckdb.TYPE_TIMESTAMP_TZ,
}

func driverType(t trinofn.Type) (duckdb.TypeInfo, error) {
	if t != trinofn.Texts {
		return duckdb.NewTypeInfo(driverTypes[t])
	}
	text, err := duckdb.NewTypeInfo(duckdb.TYPE_VARCHAR)
	if err != nil {
		return nil, err
	}
	return duckdb.NewListInfo(text)
}

func describe(f trinofn.Function) (s scalar, err error) {
	s.Function = f
	if s.config.ResultTypeInfo, err = driverType(f.Result); err != nil {
		return s, err
	}
	for _, a := range f.Args {
		info, err := driverType(a)
		if err != nil {
			return s, err
		}
		s.config.InputTypeInfos = append(s.config.InputTypeInfos, info)
	}
	return s, nil
}

// functions makes those of trinofn's functions known that a statement names.
func (b *box) functions(sql string) error {
	for _, f := range trinofn.All() {
		if !strings.Contains(sql, f.Name+"(") {
			continue
		}
		if tries(sql) {
			f.Call = b.noting(f.Call)
		}
		s, err := describe(f)
		if err == nil {
			err = duckdb.RegisterScalarUDF(b.conn, f.Name, s)
		}
		if err != nil {
			return fmt.Errorf("register the function %s: %w", f.Name, err)
		}
	}
	return nil
}

// tries tells whether a statement has a TRY.
func tries(sql string) bool { return strings.Contains(sql, "TRY(") }

// noting keeps the first error that is to end the statement, and that DuckDB's TRY would make null.
func (b *box) noting(call func([]any) (any, error)) func([]any) (any, error) {
	return func(args []any) (any, error) {
		v, err := call(args)
		if err != nil && trinofn.PassesTry(err) {
			b.passed.CompareAndSwap(nil, &err)
		}
		return v, err
	}
}

// untried is the error that was met within a TRY which is not for it.
func (b *box) untried() error {
	if err := b.passed.Load(); err != nil {
		return fmt.Errorf("%w: %w", engine.ErrStatement, *err)
	}
	return nil
}
