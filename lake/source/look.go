package source

import "bytes"

// looksLike tells an object by texts that stand among its first bytes.
func LooksLike(texts ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, text := range texts {
			if !bytes.Contains(head, []byte(text)) {
				return false
			}
		}
		return true
	}
}

// looksLikeAccess tells whether the first line has a time in brackets before a quote.
func LooksLikeAccess(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var l accessLine
	return l.parse(line) == nil
}
