package aws

import "testing"

func TestCutLastPort(t *testing.T) {
	for _, c := range []struct{ address, host, port string }{
		{"192.0.2.1:80", "192.0.2.1", "80"},
		{"2001:db8::1:443", "2001:db8::1", "443"},
		{"[2001:db8::1]:443", "2001:db8::1", "443"},
		{"example.com", "example.com", ""},
		{"example.com:", "example.com:", ""},
		{":1", "", "1"},
	} {
		host, port := cutLastPort([]byte(c.address))
		if string(host) != c.host || string(port) != c.port {
			t.Errorf("%s: got %q %q", c.address, host, port)
		}
	}
}
