package notice

import (
	"fmt"
	"strings"
)

// RecordsError says which records of a message can't be read. The others can.
type RecordsError struct {
	Bad  []BadRecord // the first of them
	More int         // of them, beyond those
	Of   int         // records that the message has
}

// BadRecord is a record that can't be read.
type BadRecord struct {
	Number int // among the message's, from 1 on
	Err    error
}

// maxBad is how many records that can't be read are named.
const maxBad = 20

// add notes that the last of the records so far can't be read.
func (e *RecordsError) add(err error) {
	if len(e.Bad) == maxBad {
		e.More++
		return
	}
	e.Bad = append(e.Bad, BadRecord{e.Of, err})
}

// Error names the records first, since whoever keeps the text may cut it off.
func (e *RecordsError) Error() string {
	var numbers, reasons []string
	for _, b := range e.Bad {
		numbers = append(numbers, fmt.Sprint(b.Number))
		reasons = append(reasons, fmt.Sprintf("record %d: %v", b.Number, b.Err))
	}
	if e.More > 0 {
		numbers = append(numbers, fmt.Sprintf("and %d more", e.More))
	}
	return fmt.Sprintf("of %d records these can't be read: %s (%s)", e.Of, strings.Join(numbers, ", "), strings.Join(reasons, "; "))
}

// Unwrap implements errors.Is and errors.As.
func (e *RecordsError) Unwrap() []error {
	all := make([]error, len(e.Bad))
	for i, b := range e.Bad {
		all[i] = b.Err
	}
	return all
}
