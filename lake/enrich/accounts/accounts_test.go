package accounts

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
)

func TestAccountsAreReadAsAWSPrintsThemOrAsCSV(t *testing.T) {
	want := map[string]string{"111122223333": "Production", "444455556666": "Security, central"}
	for name, content := range map[string]string{
		"what AWS prints": `{"Accounts":[{"Id":"111122223333","Arn":"x","Name":"Production","Status":"ACTIVE"},{"Id":"444455556666","Name":"Security, central"},{"Id":"7"}]}`,
		"only the array":  `[{"Id":"111122223333","Name":"Production"},{"Id":"444455556666","Name":"Security, central"}]`,
		"CSV":             "\ufeffid,name\r\n111122223333,Production\r\n\r\n4444-5555-6666,\"Security, central\",more\r\n# no,thing\nx\n",
	} {
		got, version, err := read([]byte(content))
		if diff := cmp.Diff(want, got); diff != "" || err != nil || version.Entries != 2 {
			t.Errorf("%s: %v, %+v %s", name, err, version, diff)
		}
	}
	for name, content := range map[string]string{"nothing": "", "other JSON": `{"a":1}`, "broken JSON": "{", "other text": "hello, world"} {
		if _, _, err := read([]byte(content)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestEachRowHasTheNameOfItsAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts.csv")
	if err := os.WriteFile(path, []byte("111122223333,Production\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	a, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	r := enrichtest.New(t, "cloud.account.id")
	r.Fill(0, []byte("111122223333")) // as the object's key tells
	r.Add()
	r.Add("cloud.account.id", "999999999999")
	r.Add("cloud.account.id", "111122223333")
	r.Enrich(a)
	for row, want := range []any{"Production", nil, "Production"} {
		if got := r.Flat(row)["cloud.account.name"]; got != want {
			t.Errorf("row %d is of the account %v, want %v", row, got, want)
		}
	}
}

func FuzzAnyFileIsReadOrRefused(f *testing.F) {
	for _, s := range []string{`{"Accounts":[{"Id":"111122223333","Name":"a"}]}`, "id,name\n111122223333,a\n", "\"\n", "[]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		names, _, err := read(content)
		if (err == nil) != (len(names) > 0) {
			t.Errorf("%v of %q, %v", names, content, err)
		}
	})
}
