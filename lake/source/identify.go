package source

import (
	"bytes"
	"context"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/envelope"
)

// lookedAt is how much of an object, or of a message, a source's Looks is given.
const lookedAt = 8 << 10

// Told is the source that an object's contents tell, and how.
type Told struct {
	Source    *Compiled // nil if they tell none
	Envelopes []string  // that were taken off, from the outermost
	Lonely    bool      // there is nothing in it but signs of life: control messages, test events
}

// Tell finds the source that an object looks like from its first unpacked bytes. What lies innermost in envelopes is
// asked about first. Of several sources that it looks like, one that makes an event of a record comes first, and then
// the set's order decides.
func (s *Set) Tell(head []byte) Told {
	layers, lonely := envelope.Peel(head)
	if lonely {
		return Told{Lonely: true, Envelopes: names(layers)}
	}
	if message, ok := envelope.Exported(head); ok && len(layers) == 0 {
		layers = append(layers, envelope.Layer{Envelope: envelope.Export, Head: message})
	}
	best := Told{}
	for n := len(layers); n >= 0; n-- {
		at := head
		if n > 0 {
			at = layers[n-1].Head
		}
		for _, c := range s.alike(at) {
			told := Told{Source: c, Envelopes: names(layers[:n])}
			if c.Reads("", head) {
				return told
			}
			if best.Source == nil {
				best = told
			}
		}
	}
	return best
}

func names(layers []envelope.Layer) (all []string) {
	for _, l := range layers {
		all = append(all, l.Envelope)
	}
	return all
}

// alike are the sources that something looks like, in the set's order.
func (s *Set) alike(head []byte) (all []*Compiled) {
	head = head[:min(len(head), lookedAt)]
	if len(head) == 0 {
		return nil
	}
	for _, c := range s.all {
		if c.Looks != nil && c.Looks(head) {
			all = append(all, c)
		}
	}
	return all
}

// ByHead finds the source that an object looks like from its first unpacked bytes, or nil.
func (s *Set) ByHead(head []byte) *Compiled { return s.Tell(head).Source }

// Instead finds the source that an object surely is of, if it is not of the one that its key says: that one can make
// nothing of the first records, and another can. It answers nil otherwise.
func (s *Set) Instead(of *Compiled, key string, head []byte) *Compiled {
	other := s.ByHead(head)
	if other == nil || other.Name == of.Name || of.Reads(key, head) || !other.Reads(key, head) {
		return nil
	}
	return other
}

// Pattern is the key pattern that tells a source's objects, or passes one over, by which a key is told.
func (s *Set) Pattern(key string) string {
	key = raw.InBucket(key)
	first := func(res []*regexp.Regexp) string {
		if i := slices.IndexFunc(res, func(re *regexp.Regexp) bool { return re.MatchString(key) }); i >= 0 {
			return res[i].String()
		}
		return ""
	}
	for i := range s.all {
		if p := first(s.skip[i]); p != "" {
			return p
		}
		if p := first(s.keys[i]); p != "" {
			return p
		}
	}
	return ""
}

// NoLog says why an object with such a key holds no log whatever its source, or "".
func NoLog(key string) string {
	name := key[strings.LastIndexByte(key, '/')+1:]
	switch {
	case name == "", strings.HasSuffix(name, "_$folder$"):
		return "it stands for a folder"
	case name == "_SUCCESS", strings.HasPrefix(name, "_committed_"), strings.HasPrefix(name, "_started_"), strings.HasSuffix(name, ".crc"):
		return "it is a mark of the program that wrote the others"
	case name == "ELBAccessLogTestFile", name == "ConfigWritabilityCheckFile", strings.Contains(name, "aws-logs-write-test"),
		strings.Contains(name, "aws-programmatic-access-test-object"):
		return "AWS wrote it to see whether it may"
	}
	return ""
}

// bytesBucket is a bucket of one object that is held in memory.
type bytesBucket []byte

func (b bytesBucket) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (bytesBucket) List(context.Context, string) iter.Seq2[catalog.Object, error] {
	return func(func(catalog.Object, error) bool) {}
}
