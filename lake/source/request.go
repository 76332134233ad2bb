package source

import "bytes"

// CutRequest takes an HTTP request line apart: GET /index.html HTTP/1.1. Parts that are missing or dashes are nil.
// Spaces within the target belong to it.
func CutRequest(line []byte) (method, target, version []byte) {
	method, target, _ = bytes.Cut(bytes.TrimRight(line, " "), space)
	if i := bytes.LastIndexByte(target, ' '); isProtocol(target[i+1:]) {
		_, version, _ = bytes.Cut(target[i+1:], slash)
		target = target[:max(i, 0)]
	}
	return Undash(method), Undash(target), version
}

var space, slash = []byte(" "), []byte("/")

func isProtocol(text []byte) bool {
	return bytes.Equal(text, dash) || len(text) > 5 && bytes.EqualFold(text[:5], []byte("HTTP/"))
}

func Undash(text []byte) []byte {
	if bytes.Equal(text, dash) {
		return nil
	}
	return text
}
