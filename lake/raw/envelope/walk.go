package envelope

import "bytes"

// The walkers go through the outermost level of JSON text. They stop, and answer false, at what is not JSON; values
// are not looked into.

// fields calls do with the keys and values of the object that data begins with, and answers where it ends; -1 if it does
// not, or is none. Of a value that has no end do is given what there is, and told that it is not whole.
func fields(data []byte, do func(key, value []byte, whole bool)) (end int) {
	i := skipSpace(data, 0)
	if i == len(data) || data[i] != '{' {
		return -1
	}
	for i++; ; i++ {
		if i = skipSpace(data, i); i == len(data) {
			return -1
		} else if data[i] == '}' {
			return i + 1
		}
		key, next := value(data, i)
		if key == nil || key[0] != '"' {
			return -1
		}
		if i = skipSpace(data, next); i == len(data) || data[i] != ':' {
			return -1
		}
		from := skipSpace(data, i+1)
		val, next := value(data, from)
		if val == nil {
			do(key[1:len(key)-1], data[from:], false)
			return -1
		}
		do(key[1:len(key)-1], val, true)
		if i = skipSpace(data, next); i == len(data) {
			return -1
		} else if data[i] != ',' {
			if data[i] == '}' {
				return i + 1
			}
			return -1
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

// objects calls do with what begins at each element of an array. It answers where the element ends; 0 if it does not.
func objects(data []byte, do func(data []byte) (end int)) bool {
	if len(data) == 0 || data[0] != '[' {
		return false
	}
	for i := 1; ; i++ {
		if i = skipSpace(data, i); i == len(data) || data[i] == ']' {
			return i < len(data)
		}
		end := do(data[i:])
		if end <= 0 {
			return false
		}
		if i = skipSpace(data, i+end); i == len(data) || data[i] != ',' {
			return i < len(data) && data[i] == ']'
		}
	}
}

// firstElement is the first element of an array, or what there is of it.
func firstElement(array []byte) []byte {
	if len(array) == 0 || array[0] != '[' {
		return nil
	}
	from := skipSpace(array, 1)
	if val, _ := value(array, from); val != nil {
		return val
	}
	return array[from:]
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
	for from := i + 1; ; {
		k := bytes.IndexByte(data[from:], '"')
		if k < 0 {
			return -1
		}
		end := from + k
		slashes := 0
		for end-1-slashes > i && data[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
		from = end + 1
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
