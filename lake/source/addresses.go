package source

import (
	"bytes"
	"iter"
)

// Addresses are the words of a text that are addresses. What may be a version, as 2.6.18.1-el5, is none.
func Addresses(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := 0; at < len(text); {
			end := at
			dots, colons := 0, 0
			for end < len(text) && inAddress[text[end]] {
				switch text[end] {
				case '.':
					dots++
				case ':':
					colons++
				}
				end++
			}
			if (dots >= 3 || colons >= 2) && apart(text, at, end) {
				if address := addressOf(text[at:end]); address != nil && !yield(address) {
					return
				}
			}
			at = end + 1
		}
	}
}

// inAddress are the bytes of addresses.
var inAddress = func() (in [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF.:") {
		in[c] = true
	}
	return in
}()

// apart tells whether no letter, dash or underscore touches what stands between two positions.
func apart(text []byte, from, to int) bool {
	return (from == 0 || !wordy(text[from-1])) && (to == len(text) || !wordy(text[to]))
}

func wordy(c byte) bool {
	return c == '-' || c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || IsDigit(c)
}

// addressOf is the address that a word is, without a port or the end of a sentence; nil when it is none.
func addressOf(w []byte) []byte {
	w = bytes.TrimRight(w, ".")
	if host, port := CutPort(w); len(port) > 0 {
		w = host
	}
	if w = bytes.TrimSuffix(w, []byte(":")); len(w) < 4 {
		return nil
	}
	if _, ok := ParseAddr(w); !ok {
		return nil
	}
	return w
}
