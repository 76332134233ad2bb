package source

// SetOutcome tells by an HTTP status whether a request succeeded.
func (e *Event) SetOutcome(outcome Out, status int64) {
	if status < 400 {
		e.SetText(outcome, "success")
	} else {
		e.SetText(outcome, "failure")
	}
}

// OutcomeByStatus is a Finish function that tells by an HTTP status, which a field holds, whether a request succeeded.
func OutcomeByStatus(field string) func(*Binding) func(*Event) error {
	return func(b *Binding) func(*Event) error {
		status, outcome := b.Out(field), b.Out("event.outcome")
		return func(e *Event) error {
			if code, ok := e.Int(status); ok {
				e.SetOutcome(outcome, code)
			}
			return nil
		}
	}
}

// SetTLS splits a protocol such as TLSv1.2 or tlsv12 into its name and version.
func (e *Event) SetTLS(text []byte, protocol, version Out) {
	var buf [16]byte
	if len(text) > len(buf)-2 {
		return
	}
	v := -1
	lower := buf[:0]
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c == 'v' && v < 0 {
			v = i
		}
		lower = append(lower, c)
	}
	if v < 1 || v+1 == len(lower) {
		return
	}
	e.Set(protocol, lower[:v])
	number := lower[v+1:]
	if IsDigits(number) { // 12 for 1.2, 1 for 1.0
		number = append(number, 0, '0')
		copy(number[2:], number[1:len(number)-2])
		number[1] = '.'
		number = number[:max(3, len(number)-1)]
	}
	e.Set(version, number)
}
