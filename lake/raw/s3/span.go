package s3

import (
	"slices"

	"github.com/hindcast/hindcast/catalog"
)

// state is what is known of a span's page, or of a search.
type state uint8

const (
	waiting state = iota // nobody has asked for it
	asked
	held // it is there
)

// span is a part of a root: the keys behind after, from from on, and before end, where these are not empty. Its first
// page is asked for; what the page leaves is another span.
type span struct {
	root
	after, from, end string
	token            *string  // of the page, if it follows another
	cuts             []string // places in it at which it can be divided, in order: folders of one level
	look             *search  // for more of them, further down
	then             *search  // for more of them, behind the last one
	pages            int      // full ones in a row before it that could not be divided

	state   state
	objects []catalog.Object
	err     error
	next    *span
}

const (
	patience = 4  // pages in a row that are full until their span is divided by guesses
	small    = 50 // folders in a page from which on they are too small to be divided at
)

// split makes spans of what a page leaves of its span, and puts them behind it. It answers the first one.
func (s *span) split(p page) *span {
	rest := &span{root: s.root, after: p.last, end: s.end, token: p.token, look: s.look, then: s.then, pages: s.pages + 1, next: s.next}
	s.next = rest
	switch cuts := inside(s.cuts, p.last, s.end); {
	case len(s.cuts) > 0:
		passed := len(s.cuts) - len(cuts)
		if passed > 0 {
			rest.look = s.look.in(s.cuts[passed-1])
		}
		if len(cuts) == 0 && s.then != nil {
			rest.look, rest.then = s.then, nil
		}
		rest.divide(cuts, max(1, passed), s.look)
	case s.look.state == held:
		level, crossed := s.look, s.look.crossed(p)
		rest.look = level.below(p.last)
		if crossed >= small { // a page of folders has few objects
			rest.look, rest.pages = &search{root: s.root, dir: level.dir, over: true}, patience
			break
		}
		rest.divide(inside(level.cuts, p.last, s.end), crossed, level)
	}
	if rest.look.over && rest.pages >= patience {
		rest.divide(guess(p.first, p.last, s.end, len(rest.look.dir)), 1, rest.look)
	}
	return rest
}

// divide divides a span at cuts, a number of folders to a part. level is where the cuts were found.
func (s *span) divide(cuts []string, each int, level *search) {
	if len(cuts) == 0 {
		return
	}
	end, next, last := s.end, s.next, s
	pages := 0
	if level.over { // they are guesses, and may be divided again at once
		pages = patience - 1
	}
	for group := range slices.Chunk(cuts, each) {
		part := &span{root: s.root, after: before(group[0]), from: group[0], cuts: group[1:], look: level.in(group[0]), pages: pages}
		last.next, last.end = part, group[0]
		last = part
	}
	last.end, last.next = end, next
	if last.then = s.then; level.more {
		last.then = &search{root: s.root, dir: level.dir}
	}
	if len(last.cuts) == 0 && last.then != nil {
		last.look, last.then = last.then, nil
	}
	s.then, s.token, s.pages = nil, nil, pages
}

// inside are the cuts that lie in what a page leaves.
func inside(cuts []string, last, end string) []string {
	from, _ := slices.BinarySearch(cuts, last+"\x00")
	to := len(cuts)
	if end != "" {
		to, _ = slices.BinarySearch(cuts, end)
	}
	return cuts[min(from, to):to]
}

// before is a text before a cut, and behind all keys that sort before it, but for those that nobody has. A cut ends in
// a slash, a digit or a letter.
func before(cut string) string {
	return cut[:len(cut)-1] + string(rune(cut[len(cut)-1]-1)) + "\U0010ffff"
}

// guess answers places at which keys may go on that are named like those of a page: the next digits and letters where
// the page's keys begin to differ, and then those of the places before, down to one. That a guess is wrong costs a page
// that is empty.
func guess(first, last, end string, down int) (cuts []string) {
	same := 0
	for same < min(len(first), len(last)) && first[same] == last[same] {
		same++
	}
	for at := min(same, len(last)-1); at >= down && len(cuts) < guesses; at-- {
		for c := last[at] + 1; c <= lastOfKind(last[at]); c++ {
			if cut := last[:at] + string(rune(c)); end == "" || cut < end {
				cuts = append(cuts, cut)
			}
		}
	}
	return cuts
}

// guesses are about how many places are guessed at a time.
const guesses = 16

// lastOfKind is the last digit, or the last letter of hexadecimal numbers or of the alphabet.
func lastOfKind(c byte) byte {
	for _, last := range []byte("9FZfz") {
		kind := byte('a')
		switch {
		case last == '9':
			kind = '0'
		case last < 'a':
			kind = 'A'
		}
		if c >= kind && c <= last {
			return last
		}
	}
	return 0
}
