package source

import (
	"fmt"
	"testing"
)

func TestEachObject(t *testing.T) {
	for _, c := range []struct {
		name, array, want string
		whole             bool
	}{
		{"members in any order, and unknown ones between", `[{"v":"1","x":[{"n":"no"}],"n":"a"}, {"n":"b"}]`, "a=1; b=; ", true},
		{"escapes are resolved", `[{"n":"a\"b","v":"\u00e9\n"}]`, "a\"b=é\n; ", true},
		{"what is no text stands as it is, and null is nothing", `[{"n":1,"v":{"a":[]}},{"n":null,"v":true}]`, `1={"a":[]}; =true; `, true},
		{"elements that are no objects are passed over", `["a",[{"n":"x"}],{"n":"b"},3]`, "b=; ", true},
		{"an empty array", ` [ ] `, "", true},
		{"no array", `{"n":"a"}`, "", false},
		{"an array that breaks off", `[{"n":"a"},{"n":"b"`, "a=; ", false},
		{"an object without a colon", `[{"n" "a"}]`, "", false},
		{"objects without a comma", `[{"n":"a"}{"n":"b"}]`, "a=; ", false},
		{"nothing", ``, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			e := &Event{values: &Values{}}
			whole := e.EachObject([]byte(c.array), "n", "v", "w", func(n, v, _ []byte) { got += fmt.Sprintf("%s=%s; ", n, v) })
			if got != c.want || whole != c.whole {
				t.Errorf("got %q, whole %v; want %q, %v", got, whole, c.want, c.whole)
			}
		})
	}
}

func FuzzEachObject(f *testing.F) {
	f.Add([]byte(`[{"n":"a\"b","v":"\u00e9"},1,{"n":null,"v":[{}]}]`))
	f.Fuzz(func(_ *testing.T, array []byte) {
		e := &Event{values: &Values{}}
		e.EachObject(array, "n", "v", "w", func(_, _, _ []byte) {})
	})
}
