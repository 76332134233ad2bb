package awsjson_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

func TestTimesAreSecondsSince1970(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		text string
	}{
		{time.UnixMilli(1767322800123).UTC(), "1767322800.123"},
		{time.UnixMilli(1000).UTC(), "1.000"},
		{time.Time{}, "null"},
	} {
		b, err := json.Marshal(awsjson.Time{Time: c.at})
		if err != nil || string(b) != c.text {
			t.Errorf("%s is written %s: %v", c.at, b, err)
		}
		var back awsjson.Time
		if err := json.Unmarshal(b, &back); err != nil || !back.Equal(c.at) {
			t.Errorf("%s is read as %s: %v", b, back, err)
		}
	}
	if _, err := json.Marshal(awsjson.Time{Time: time.Unix(-1, 0)}); err == nil {
		t.Error("a time before 1970 was written")
	}
	if err := json.Unmarshal([]byte(`"2026-01-01"`), new(awsjson.Time)); err == nil {
		t.Error("a text was read")
	}
}
