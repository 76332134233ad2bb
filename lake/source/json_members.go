package source

// EachMember calls f with the name and the raw value of every member of a JSON object; of anything else with none.
// Names are left as they are written.
func EachMember(json []byte, f func(name, value []byte)) {
	r := jsonReader{buf: json}
	if r.space(); r.at == len(json) || json[r.at] != '{' {
		return
	}
	for r.at++; ; r.at++ {
		if r.space(); r.at == len(json) || json[r.at] != '"' {
			return
		}
		name, _, err := r.quoted()
		if err != nil {
			return
		}
		if r.space(); r.at == len(json) || json[r.at] != ':' {
			return
		}
		r.at++
		if r.space(); !r.each(func(value []byte) { f(name, value) }) {
			return
		}
	}
}

// each calls f with the value that begins here, and tells whether another follows it.
func (r *jsonReader) each(f func(value []byte)) bool {
	from := r.at
	if r.skip() != nil {
		return false
	}
	f(r.buf[from:r.at])
	r.space()
	return r.at < len(r.buf) && r.buf[r.at] == ','
}
