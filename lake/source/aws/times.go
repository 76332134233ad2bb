package aws

import (
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/source"
)

// deliveredAt gives an event without a time of its own the time at which its envelope was sent.
func deliveredAt(e *source.Event, at source.Out) {
	if e.Filled(at) {
		return
	}
	if ms, ok := e.Sent(); ok {
		e.SetTime(at, ms)
	}
}

// keyTime gives an event the time that the key tells, or else that of its ingestion, and says so by a tag.
func keyTime(e *source.Event, at, tags source.Out) {
	ms, ok := timeInKey(e.Key())
	if !ok {
		ms = e.Ingested()
	}
	e.SetTime(at, ms)
	e.SetText(tags, "time-of-delivery")
}

// timeInKey is the time in a key: 20260115T091500Z or 20260115T0915Z between underscores, as AWS's own deliveries have it,
// or -2026-01-15-09-15-00-, as Firehose's have.
func timeInKey(key string) (ms int64, ok bool) {
	name := key[strings.LastIndexByte(key, '/')+1:]
	for part := range strings.SplitSeq(name, "_") {
		for _, layout := range [...]string{"20060102T150405Z", "20060102T1504Z"} {
			if len(part) == len(layout) && part[8] == 'T' {
				if t, err := time.Parse(layout, part); err == nil {
					return t.UnixMilli(), true
				}
			}
		}
	}
	const firehose = "2006-01-02-15-04-05"
	for i := 0; i+len(firehose) <= len(name); i++ {
		if name[i] == '2' && name[i+4] == '-' && name[i+13] == '-' {
			if t, err := time.Parse(firehose, name[i:i+len(firehose)]); err == nil {
				return t.UnixMilli(), true
			}
		}
	}
	return 0, false
}

// timesOf are values that tell the same time in records of different kinds, and the field that the first of them fills.
type timesOf struct {
	paths []string
	ins   []source.In
	to    source.Out
}

func bindTimes(b *source.Binding, to string, paths ...string) timesOf {
	t := timesOf{paths: paths, to: b.Out(to)}
	for _, path := range paths {
		t.ins = append(t.ins, b.In(path))
	}
	return t
}

// set fills the field. A time that can't be read is kept as it is.
func (t *timesOf) set(e *source.Event) {
	for i, in := range t.ins {
		if !e.Has(in) {
			continue
		}
		if ms, ok := looseTime(e.Text(in)); ok {
			e.SetTime(t.to, ms)
			return
		}
		e.Rest(t.paths[i], e.Text(in))
	}
}

// looseTime reads a time that is text, or a number of seconds or milliseconds since 1970.
func looseTime(text []byte) (int64, bool) {
	if len(text) == 0 {
		return 0, false
	}
	as := source.Verbatim
	if source.IsDigit(text[0]) && !strings.ContainsAny(string(text), "-:") {
		as = source.Epoch
	}
	ms, err := source.ParseTime(text, as)
	if as == source.Epoch && ms >= 1e14 { // milliseconds that were taken for seconds
		ms /= 1000
	}
	return ms, err == nil
}
