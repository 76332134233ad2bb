package envelope

import "bytes"

// The walkers go through the outermost level of JSON text. They stop, and answer false, at what is not JSON; values
// are not looked into.

// fields calls do with the keys and values of an object, until it answers false. A value without an end is nil.
func fields(data []byte, do func(key, value []byte) bool) bool {
	i := skipSpace(data, 0)
	if i == len(data) || data[i] != '{' {
		return false
	}
	for i++; ; i++ {
		if i = skipSpace(data, i); i == len(data) || data[i] == '}' {
			return i < len(data)
		}
		key, next := value(data, i)
		if key == nil || key[0] != '"' {
			return false
		}
		if i = skipSpace(data, next); i == len(data) || data[i] != ':' {
			return false
		}
		val, next := value(data, skipSpace(data, i+1))
		if !do(key[1:len(key)-1], val) {
			return true
		}
		if val == nil {
			return false
		}
		if i = skipSpace(data, next); i == len(data) || data[i] != ',' {
			return i < len(data) && data[i] == '}'
		}
	}
}

// elements calls do with the elements of an array.
func elements(data []byte, do func(value []byte)) bool {
	i := skipSpace(data, 0)
	if i == len(data) || data[i] != '[' {
		return false
	}
	for i++; ; i++ {
		if i = skipSpace(data, i); i == len(data) || data[i] == ']' {
			return i < len(data)
		}
		val, next := value(data, i)
		if val == nil {
			return false
		}
		do(val)
		if i = skipSpace(data, next); i == len(data) || data[i] != ',' {
			return i < len(data) && data[i] == ']'
		}
	}
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// ends are the bytes that end a number or a word.
var ends = [256]bool{',': true, ':': true, ']': true, '}': true, ' ': true, '\n': true, '\r': true, '\t': true}

// value is the JSON value that starts at i, and where it ends; nil if it has no end.
func value(data []byte, i int) ([]byte, int) {
	if i >= len(data) {
		return nil, i
	}
	end := i
	switch data[i] {
	case '"':
		end = stringEnd(data, i)
	case '{', '[':
		end = bracketEnd(data, i)
	default:
		for end < len(data) && !ends[data[end]] {
			end++
		}
	}
	if end <= i {
		return nil, i
	}
	return data[i:end], end
}

// stringEnd is behind the quote that closes the string at i, or -1.
func stringEnd(data []byte, i int) int {
	for i++; ; i++ {
		k := bytes.IndexByte(data[i:], '"')
		if k < 0 {
			return -1
		}
		slashes := 0
		for slashes < k && data[i+k-1-slashes] == '\\' {
			slashes++
		}
		i += k
		if slashes%2 == 0 {
			return i + 1
		}
	}
}

// bracketEnd is behind the bracket that closes the one at i, or -1.
func bracketEnd(data []byte, i int) int {
	for depth := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			end := stringEnd(data, i)
			if end < 0 {
				return -1
			}
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
