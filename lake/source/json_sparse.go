package source

import "slices"

// SparseJSON divides JSON objects as [JSON] does, for logs that write a dash, an empty array or an empty object where there
// is no value.
func SparseJSON(want []string) (Divider, error) {
	d, err := JSON(want)
	return sparse{d}, err
}

type sparse struct{ Divider }

func (d sparse) Divide(record []byte, v *Values) error {
	if err := d.Divider.Divide(record, v); err != nil {
		return err
	}
	v.DropBlanks()
	return nil
}

// DropBlanks takes away the values that say nothing: dashes, empty arrays and objects, and the texts given.
func (v *Values) DropBlanks(texts ...string) {
	v.held = slices.DeleteFunc(v.held, func(slot int) bool {
		value := &v.slots[slot]
		blank := value.blank() || value.Shape == Text && slices.ContainsFunc(texts, func(text string) bool { return text == string(value.Bytes) })
		blank = blank && !slices.ContainsFunc(v.more, func(x extra) bool { return x.slot == slot })
		if blank {
			v.slots[slot] = Value{}
		}
		return blank
	})
}

func (v *Value) blank() bool {
	switch string(v.Bytes) {
	case "-":
		return v.Shape == Text
	case "[]":
		return v.Shape == Array
	case "{}":
		return v.Shape == Object
	}
	return false
}
