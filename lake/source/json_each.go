package source

// EachObject calls f with three members of every object in a JSON array, such as [{"name":"Host","value":"x"}]. Texts
// are without their escapes, other values as they stand; one that is missing or null is nil. Elements that are no objects
// are passed over. It tells whether the whole array could be read.
func (e *Event) EachObject(array []byte, a, b, c string, f func(a, b, c []byte)) bool {
	r := jsonReader{buf: array, values: e.values}
	if r.space(); r.at == len(array) || array[r.at] != '[' {
		return false
	}
	for r.at++; ; r.at++ {
		r.space()
		if r.at == len(array) || array[r.at] == ']' {
			return r.at < len(array)
		}
		if array[r.at] != '{' {
			if r.skip() != nil {
				return false
			}
		} else {
			var found [3][]byte
			if !r.three([3]string{a, b, c}, &found) {
				return false
			}
			f(found[0], found[1], found[2])
		}
		if r.space(); r.at == len(array) || array[r.at] != ',' {
			return r.at < len(array) && array[r.at] == ']'
		}
	}
}

// three reads the object that begins here for the values of three members.
func (r *jsonReader) three(names [3]string, found *[3][]byte) bool {
	for r.at++; ; r.at++ {
		if r.space(); r.at < len(r.buf) && r.buf[r.at] == '}' {
			r.at++
			return true
		}
		name, err := r.name()
		if err != nil {
			return false
		}
		value, ok := r.plain()
		if !ok {
			return false
		}
		for i := range names {
			if names[i] == string(name) {
				found[i] = value
			}
		}
		if r.space(); r.at < len(r.buf) && r.buf[r.at] == '}' {
			r.at++
			return true
		}
		if r.at == len(r.buf) || r.buf[r.at] != ',' {
			return false
		}
	}
}

// plain is the text of the value that begins here, or its raw JSON; nil for null.
func (r *jsonReader) plain() ([]byte, bool) {
	from := r.at
	if r.at < len(r.buf) && r.buf[r.at] == '"' {
		text, escaped, err := r.quoted()
		if escaped {
			text = r.unescape(text)
		}
		return text, err == nil
	}
	if r.skip() != nil {
		return nil, false
	}
	if raw := r.buf[from:r.at]; string(raw) != "null" {
		return raw, true
	}
	return nil, true
}
