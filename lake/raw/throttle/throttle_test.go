package throttle_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/throttle"
)

// clock moves only when somebody waits.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return ctx.Err()
}

// folder has objects of that size.
func folder(t *testing.T, size int, keys ...string) *raw.Folder {
	t.Helper()
	dir := t.TempDir()
	for _, key := range keys {
		if err := os.WriteFile(filepath.Join(dir, key), bytes.Repeat([]byte(key), size), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := raw.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestObjectsTogetherAreReadAtTheRate(t *testing.T) {
	c := &clock{time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	started := c.now
	b := throttle.New(folder(t, 10<<20, "a", "b"), 2<<20, c)
	for _, key := range []string{"a", "b"} {
		body, err := b.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if err != nil || len(got) != 10<<20 || bytes.Count(got, []byte(key)) != len(got) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		body.Close()
	}
	if took := c.now.Sub(started).Seconds(); took < 9 || took > 10 {
		t.Errorf("20 MiB at 2 MiB a second took %.1f s", took)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	b := throttle.New(folder(t, 4<<20, "a"), 1, &clock{time.Unix(1, 0)})
	body, err := b.Open(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	stop()
	if _, err := io.ReadAll(body); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// plain has no Stat.
type plain struct{ raw.Bucket }

func TestStatIsPassedOn(t *testing.T) {
	f := folder(t, 7, "a", "aa")
	for name, b := range map[string]raw.Bucket{"a bucket that has it": f, "one that has not": plain{f}} {
		t.Run(name, func(t *testing.T) {
			limited := throttle.New(b, 1, &clock{time.Unix(1, 0)})
			if o, err := limited.Stat(t.Context(), "a"); err != nil || o.Key != "a" || o.Size != 7 {
				t.Errorf("%+v, %v", o, err)
			}
			if _, err := limited.Stat(t.Context(), "b"); !errors.Is(err, raw.ErrNotFound) {
				t.Errorf("error %v", err)
			}
		})
	}
}
