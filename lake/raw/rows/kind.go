package rows

import (
	"fmt"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// form is what a column's values mean.
type form uint8

const (
	formRaw form = iota // numbers as they are, bytes as text or base64
	formText
	formJSON
	formUnsigned
	formDecimal
	formDate
	formTime
	formTimestamp
	formUUID
	formFloat16
	formInterval
)

// kind is a form and what else must be known of it.
type kind struct {
	form  form
	digit int // behind the point: of a decimal, or of a second
}

// maxScale is more than any writer's decimals have.
const maxScale = 76

// kindOf reads what the schema says of a column, by both ways to say it, if it goes with how values are stored.
func kindOf(e *format.SchemaElement) (kind, error) {
	k, ok := logical(e)
	if !ok {
		k = converted(e)
	}
	if e.Type.V == format.Int96 {
		return kind{formTimestamp, 9}, nil
	}
	if k.form == formDecimal && (k.digit < 0 || k.digit > maxScale) {
		return kind{}, fmt.Errorf("%w: a decimal of scale %d", errCorrupt, k.digit)
	}
	if !k.form.goesWith(e) {
		return kind{}, nil
	}
	return k, nil
}

func (f form) goesWith(e *format.SchemaElement) bool {
	t, length := e.Type.V, e.TypeLength.V
	switch f {
	case formText, formJSON:
		return t == format.ByteArray || t == format.FixedLenByteArray
	case formUnsigned, formTime, formTimestamp:
		return t == format.Int32 || t == format.Int64
	case formDate:
		return t == format.Int32
	case formDecimal:
		return t == format.Int32 || t == format.Int64 || t == format.ByteArray || t == format.FixedLenByteArray
	case formUUID:
		return t == format.FixedLenByteArray && length == 16
	case formFloat16:
		return t == format.FixedLenByteArray && length == 2
	case formInterval:
		return t == format.FixedLenByteArray && length == 12
	}
	return true
}

func logical(e *format.SchemaElement) (kind, bool) {
	switch t := e.LogicalType.Value.(type) {
	case *format.StringType, *format.EnumType:
		return kind{form: formText}, true
	case *format.JsonType:
		return kind{form: formJSON}, true
	case *format.UUIDType:
		return kind{form: formUUID}, true
	case *format.Float16Type:
		return kind{form: formFloat16}, true
	case *format.DateType:
		return kind{form: formDate}, true
	case *format.DecimalType:
		return kind{formDecimal, int(t.Scale)}, true
	case *format.TimeType:
		return kind{formTime, digits(t.Unit)}, true
	case *format.TimestampType:
		return kind{formTimestamp, digits(t.Unit)}, true
	case *format.IntType:
		if t.IsSigned {
			return kind{}, true
		}
		return kind{form: formUnsigned}, true
	}
	return kind{}, false
}

// digits of a second that a unit has.
func digits(u format.TimeUnit) int {
	switch u.Value.(type) {
	case *format.MicroSeconds:
		return 6
	case *format.NanoSeconds:
		return 9
	}
	return 3
}

func converted(e *format.SchemaElement) kind {
	if !e.ConvertedType.Valid {
		return kind{}
	}
	switch e.ConvertedType.V {
	case deprecated.UTF8, deprecated.Enum:
		return kind{form: formText}
	case deprecated.Json:
		return kind{form: formJSON}
	case deprecated.Decimal:
		return kind{formDecimal, int(e.Scale.V)}
	case deprecated.Date:
		return kind{form: formDate}
	case deprecated.TimeMillis:
		return kind{formTime, 3}
	case deprecated.TimeMicros:
		return kind{formTime, 6}
	case deprecated.TimestampMillis:
		return kind{formTimestamp, 3}
	case deprecated.TimestampMicros:
		return kind{formTimestamp, 6}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return kind{form: formUnsigned}
	case deprecated.Interval:
		return kind{form: formInterval}
	}
	return kind{}
}
