package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// ErrHandedOver is why a context ends where another process goes on with the work: what was started elsewhere for it runs on.
var ErrHandedOver = errors.New("another process goes on with it")

type workKey struct{}

// ForWork is a context for the statements of a piece of work. Whoever does it again under the same name, another process too,
// comes to the executions that were started for it, rather than start and pay for others.
func ForWork(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, workKey{}, name)
}

// Anew is a context for the nth time, from 1, that statements of a piece of work are run, which must not come to the
// executions of the time before.
func Anew(ctx context.Context, n int) context.Context {
	name, named := ctx.Value(workKey{}).(string)
	if !named {
		return ctx
	}
	return ForWork(ctx, name+"/"+strconv.Itoa(n))
}

// InWork names a statement within the piece of work that the context is for, by its text and by the days that it reads: a
// day that came since makes it another. It is false where the context is for none.
func (s Statement) InWork(ctx context.Context) (name string, ok bool) {
	work, ok := ctx.Value(workKey{}).(string)
	if !ok {
		return "", false
	}
	var days []string
	for _, scan := range s.Scans {
		for _, f := range scan.Files {
			days = append(days, f.Table+" "+f.Day)
		}
	}
	slices.Sort(days)
	parts := append([]string{work, s.SQL}, slices.Compact(days)...)
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:]), true
}
