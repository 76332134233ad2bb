package source

import "bytes"

// IsInstance tells whether a word has the form of an EC2 instance's id behind its first letter: i-0123456789abcdef0.
func IsInstance(word []byte) bool {
	if len(word) != 10 && len(word) != 19 || word[1] != '-' {
		return false
	}
	for _, c := range word[2:] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// IsAccessKey tells whether a word has the form of an access key's id.
func IsAccessKey(word []byte) bool {
	if len(word) != 20 || !bytes.HasPrefix(word, []byte("AKIA")) && !bytes.HasPrefix(word, []byte("ASIA")) {
		return false
	}
	for _, c := range word {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
