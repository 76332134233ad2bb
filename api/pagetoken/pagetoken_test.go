package pagetoken

import "testing"

func FuzzOpenToken(f *testing.F) {
	s := Signer{key: make([]byte, KeyBytes)}
	f.Add("list", s.Seal("list", "42"))
	f.Add("list", s.Seal("list", "42")+"\r\n")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, list, token string) {
		position, err := s.Open(list, token)
		if err == nil && s.Seal(list, position) != token {
			t.Errorf("token %q of list %q was not given out", token, list)
		}
	})
}
