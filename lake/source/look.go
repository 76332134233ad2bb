package source

import "bytes"

// LooksLike tells an object by texts that stand among its first bytes.
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

// LooksLikeAccess tells whether the first line has a time in brackets before a quote, and is not one of [LooksLikeNginx].
func LooksLikeAccess(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var l accessLine
	return l.parse(line) == nil && !quotedList(l[accessRest])
}

// LooksLikeNginx tells whether the first line is of the format main of nginx's packages: what a request was forwarded for
// stands in quotes behind the user agent.
func LooksLikeNginx(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var l accessLine
	return l.parse(line) == nil && quotedList(l[accessRest])
}

// quotedList tells whether text is a quoted dash, or addresses in quotes.
func quotedList(text []byte) bool {
	if len(text) < 3 || text[0] != '"' || text[len(text)-1] != '"' {
		return false
	}
	first, _, _ := bytes.Cut(text[1:len(text)-1], []byte(","))
	return string(first) == "-" || IsAddress(first)
}
