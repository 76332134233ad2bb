package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEachMember(t *testing.T) {
	for json, want := range map[string][]string{
		` {"a": 1, "b" :"x\"y", "c":{"d":[1,{}]}, "e":null } `: {"a", "1", "b", `"x\"y"`, "c", `{"d":[1,{}]}`, "e", "null"},
		`{}`: nil, ``: nil, `[1]`: nil, `{"a":1,"b"`: {"a", "1"}, `{"a":1 "b":2}`: {"a", "1"}, `{"a":`: nil, `{"a":{`: nil, `{a:1}`: nil,
	} {
		var got []string
		EachMember([]byte(json), func(name, value []byte) { got = append(got, string(name), string(value)) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", json, diff)
		}
	}
}
