package s3

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

func TestOnlyThePartsOfAnObjectAreAskedForThatAreRead(t *testing.T) {
	s, faults := faulty(t, options())
	want := fill(t, s, "key", 8<<20)
	r, err := raw.OpenRandom(t.Context(), s, "key", 8<<20, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, at := range [][2]int64{{8<<20 - 8, 8<<20 - 1}, {8<<20 - 50_000, 8<<20 - 8}, {1 << 20, 1<<20 + 1000}, {1<<20 + 1000, 1<<20 + 600_000}} {
		got := make([]byte, at[1]-at[0])
		if _, err := r.ReadAt(got, at[0]); err != nil || !bytes.Equal(got, want[at[0]:at[1]]) {
			t.Errorf("bytes %d to %d are others: %v", at[0], at[1], err)
		}
	}
	var ranges []string
	for i, c := range faults.Calls("GetObject") {
		ranges = append(ranges, c.Header.Get("Range"))
		if same := c.Header.Get("If-Match") != ""; same != (i > 0) {
			t.Errorf("call %d asks for the same object: %v", i, same)
		}
	}
	if diff := cmp.Diff([]string{"bytes=8306688-8388607", "bytes=1048576-1572863", "bytes=1572864-2097151"}, ranges); diff != "" {
		t.Error(diff)
	}
	if n := len(faults.Calls("HeadObject")); n > 0 {
		t.Errorf("%d calls for what is known already", n)
	}
}

func TestAPartThatBreaksOffGoesOnFromThere(t *testing.T) {
	s, faults := faulty(t, options())
	want := fill(t, s, "key", 3<<20)
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 1000})
	faults.Add("GetObject", "key", 0, 1, s3http.InternalError())
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 500})
	p := make([]byte, 1<<20)
	if _, err := s.ReadPart(t.Context(), "key", p, 1<<20, ""); err != nil || !bytes.Equal(p, want[1<<20:2<<20]) {
		t.Fatalf("its bytes are others: %v", err)
	}
	var ranges []string
	for i, c := range faults.Calls("GetObject") {
		ranges = append(ranges, c.Header.Get("Range"))
		if same := c.Header.Get("If-Match") != ""; same != (i > 0) {
			t.Errorf("call %d asks for the same object: %v", i, same)
		}
	}
	if diff := cmp.Diff([]string{"bytes=1048576-2097151", "bytes=1049576-2097151", "bytes=1049576-2097151", "bytes=1050076-2097151"}, ranges); diff != "" {
		t.Error(diff)
	}
}

func TestAPartIsNotGoneOnWithByAnotherObject(t *testing.T) {
	s, faults := faulty(t, options())
	fill(t, s, "key", 3<<20)
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 1000})
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Status: 412, Code: "PreconditionFailed"})
	if _, err := s.ReadPart(t.Context(), "key", make([]byte, 1<<20), 0, ""); !errors.Is(err, raw.ErrChanged) {
		t.Errorf("%v, want %v", err, raw.ErrChanged)
	}
}

func TestAnAnswerThatIsNotThePartThatWasAskedForIsNone(t *testing.T) {
	s, _ := faulty(t, options())
	fill(t, s, "key", 1<<20)
	if _, err := s.ReadPart(t.Context(), "key", nil, 0, ""); err == nil { // for which S3 gives all of it
		t.Error("all of an object is taken for none of it")
	}
}
