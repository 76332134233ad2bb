package tables

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

const day = 24 * time.Hour

var columnTypes = map[ecs.Type]hindcastv1.ColumnType{
	ecs.String:  hindcastv1.ColumnType_COLUMN_TYPE_STRING,
	ecs.Int:     hindcastv1.ColumnType_COLUMN_TYPE_BIGINT,
	ecs.Float:   hindcastv1.ColumnType_COLUMN_TYPE_DOUBLE,
	ecs.Bool:    hindcastv1.ColumnType_COLUMN_TYPE_BOOLEAN,
	ecs.Time:    hindcastv1.ColumnType_COLUMN_TYPE_TIMESTAMP,
	ecs.Strings: hindcastv1.ColumnType_COLUMN_TYPE_STRING_ARRAY,
}

func tableOf(t catalog.Table, sum catalog.TableTotals) *hindcastv1.Table {
	return &hindcastv1.Table{
		Name: t.Name, Description: t.Doc, Partitions: sum.Days, Rows: sum.Events, Bytes: sum.Bytes,
		FirstDay: sum.FirstDay, LastDay: sum.LastDay,
	}
}

func columnOf(c catalog.Column) *hindcastv1.Column {
	return &hindcastv1.Column{
		Name: c.Name, EcsName: c.ECS, Type: columnTypes[c.Type], Json: c.JSON,
		IndicatorKind: string(c.Kind), Description: c.Doc,
	}
}

func partitionOf(p catalog.Partition) *hindcastv1.Partition {
	return &hindcastv1.Partition{
		Day: p.Day, Generation: int32(p.Generation), Files: p.Files, Rows: p.Rows, Bytes: p.Bytes,
		MinTime: timestamppb.New(p.MinTime), MaxTime: timestamppb.New(p.MaxTime),
	}
}

// checkDays accepts an open range: either bound may be empty.
func checkDays(first, last string) error {
	var f problem.Fields
	for _, b := range []struct{ field, value string }{{"first_day", first}, {"last_day", last}} {
		if _, err := time.Parse(time.DateOnly, b.value); b.value != "" && err != nil {
			f.Add(b.field, "%q is not a day like 2026-01-31", b.value)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if first != "" && last != "" && last < first {
		return problem.Invalid("last_day", "%s is before first_day, which is %s", last, first)
	}
	return nil
}

// sealToken makes a token of the place where a page of a list ended. It need not be secret: a forged one gives another
// page of the same list.
func sealToken(place, list string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + "\x00" + place))
}

func openToken(token, list string) (place string, err error) {
	if token == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	of, place, ok := strings.Cut(string(b), "\x00")
	if err != nil || !ok || of != list {
		return "", problem.Invalid("page_token", "is not a token of this list; tokens come from next_page_token of a call with the same parameters")
	}
	return place, nil
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
