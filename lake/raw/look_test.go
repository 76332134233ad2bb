package raw

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog"
)

func TestHeadIsTheFirstOfWhatIsPacked(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"nothing":                         {"", ""},
		"text":                            {"\ufeffa\nb\n", "a\nb\n"},
		"gzip":                            {gz(t, "a\n"), "a\n"},
		"the first entry of a zip":        {zipped(t, "a\n", "b\n"), "a\n"},
		"the first that has anything":     {zipped(t, "", gz(t, ""), tarred(t, "", gz(t, "a\n")), "b\n"), "a\n"},
		"the first that can be read":      {tarred(t, "\x1f\x8b\x08 garbage", "a\n"), "a\n"},
		"an archive of nothing":           {gz(t, tarred(t)), ""},
		"no more than the size of a head": {zipped(t, strings.Repeat("a", 1<<20)), strings.Repeat("a", headSize)},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Head(context.Background(), single(c.in), catalog.Object{Key: "key", Size: int64(len(c.in))})
			if err != nil || string(got) != c.want {
				t.Errorf("%.50q and %v, want %.50q", got, err, c.want)
			}
		})
	}
	_, err := Head(context.Background(), single(zipped(t, "a")[:30]), catalog.Object{Key: "key"})
	var damaged *DamagedError
	if !errors.As(err, &damaged) {
		t.Errorf("a zip that is cut off: %v, want a DamagedError", err)
	}
}
