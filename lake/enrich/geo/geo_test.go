package geo_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
	"github.com/hindcast/hindcast/lake/enrich/geo"
)

const files = "../../simulate/testdata/"

func open(t testing.TB, path string) *geo.Database {
	t.Helper()
	d, err := geo.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAnAddressGainsItsPlaceAndItsNetwork(t *testing.T) {
	auckland := map[string]any{
		"source.ip": "203.0.113.77", "source.geo.continent_code": "OC", "source.geo.country_iso_code": "NZ",
		"source.geo.country_name": "New Zealand", "source.geo.region_iso_code": "NZ-AUK", "source.geo.region_name": "Auckland",
		"source.geo.city_name": "Auckland", "source.geo.location": "-36.85,174.76",
		"source.as.number": 64500.0, "source.as.organization.name": "Example Bulletproof Hosting",
	}
	for name, c := range map[string]struct {
		row  []string
		want map[string]any
	}{
		"an address of a network that is known": {[]string{"source.ip", "203.0.113.77"}, auckland},
		"a network of which only the country is known": {[]string{"destination.ip", "2001:db8:9000::1"}, map[string]any{
			"destination.ip": "2001:db8:9000::1", "destination.geo.continent_code": "EU", "destination.geo.country_iso_code": "NO",
			"destination.geo.country_name": "Norway", "destination.as.number": 65551.0, "destination.as.organization.name": "Example Nett",
		}},
		"a private address":             {[]string{"source.ip", "10.0.0.1"}, map[string]any{"source.ip": "10.0.0.1"}},
		"an address that no file knows": {[]string{"source.ip", "8.8.8.8"}, map[string]any{"source.ip": "8.8.8.8"}},
		"a row without an address":      {nil, map[string]any{}},
	} {
		r := enrichtest.New(t, "source.ip", "destination.ip")
		r.Add(c.row...)
		r.Enrich(open(t, files+"city.mmdb"), open(t, files+"asn.mmdb"))
		if diff := cmp.Diff(c.want, r.Flat(0)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEachRowOfManyHasThePlaceOfItsAddress(t *testing.T) {
	r := enrichtest.New(t, "source.ip", "destination.ip")
	for range 100 {
		r.Add("source.ip", "192.0.2.1", "destination.ip", "10.0.0.1")
		r.Add("source.ip", "10.0.0.1", "destination.ip", "198.51.100.200")
		r.Add("destination.ip", "198.51.100.1")
	}
	r.Enrich(open(t, files+"city.mmdb"))
	for row := 0; row < r.Rows(); row += 3 {
		for i, want := range []map[string]any{{"source": "Seattle", "destination": nil}, {"source": nil, "destination": "Stockholm"}, {"source": nil, "destination": "Berlin"}} {
			flat := r.Flat(row + i)
			if flat["source.geo.city_name"] != want["source"] || flat["destination.geo.city_name"] != want["destination"] {
				t.Fatalf("row %d is %v", row+i, flat)
			}
		}
	}
}

func TestAPlaceThatTheLogTellsIsKept(t *testing.T) {
	r := enrichtest.New(t, "source.ip", "source.geo.country_name", "destination.ip")
	r.Add("source.ip", "192.0.2.1", "source.geo.country_name", "Elsewhere")
	r.Enrich(open(t, files+"city.mmdb"))
	if got := r.Flat(0)["source.geo.country_name"]; got != "Elsewhere" {
		t.Errorf("the country is %v", got)
	}
}

func TestTheVersionIsWhatTheFileSaysOfItself(t *testing.T) {
	r := enrichtest.New(t, "source.ip")
	r.Add("source.ip", "192.0.2.1")
	got := r.Enrich(open(t, files+"asn.mmdb"))
	if len(got) != 1 || got[0].Name != "GeoLite2-ASN" || got[0].Date != "2026-01-01T00:00:00Z" || got[0].SHA256 == "" || got[0].Entries == 0 {
		t.Errorf("%+v", got)
	}
}

func TestAFileThatIsReplacedIsTakenAndADamagedOneIsNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	put := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(path+".new", content, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) []byte {
		t.Helper()
		content, err := os.ReadFile(files + name)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	put(read("asn.mmdb"))
	d := open(t, path)
	put(read("city.mmdb")[:1000])
	var told []error
	set := enrich.NewSet(func(err error) { told = append(told, err) }, d)
	r := enrichtest.New(t, "source.ip")
	r.Add("source.ip", "192.0.2.1")
	set.Begin(r.Schema()).Fill(r.Batch)
	if len(told) != 1 || r.Flat(0)["source.as.number"] != 64496.0 {
		t.Errorf("told %v of a damaged file; the row is %v", told, r.Flat(0))
	}
	put(read("city.mmdb"))
	set.Begin(r.Schema()).Fill(r.Batch)
	if len(told) != 1 || r.Flat(0)["source.geo.city_name"] != "Seattle" {
		t.Errorf("told %v; the row is %v", told, r.Flat(0))
	}
}

func TestWhatIsNoHostOfTheInternetIsPrivate(t *testing.T) {
	for text, want := range map[string]bool{
		"10.1.2.3": true, "172.16.0.1": true, "192.168.1.1": true, "127.0.0.1": true, "169.254.169.254": true, "100.64.0.1": true,
		"0.1.2.3": true, "224.0.0.1": true, "255.255.255.255": true, "240.0.0.1": true, "::1": true, "fe80::1": true, "fd00::1": true,
		"192.0.2.1": false, "8.8.8.8": false, "100.128.0.1": false, "2001:db8::1": false, "172.32.0.1": false,
	} {
		if got := geo.Private(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: private is %v", text, got)
		}
	}
}

func FuzzAnyFileIsReadOrRefused(f *testing.F) {
	for _, name := range []string{"city.mmdb", "asn.mmdb"} {
		content, err := os.ReadFile(files + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	path := filepath.Join(f.TempDir(), "fuzz.mmdb")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := geo.Open(path)
		if err != nil {
			return
		}
		r := enrichtest.New(t, "source.ip", "destination.ip")
		r.Add("source.ip", "203.0.113.77", "destination.ip", "2001:db8::1")
		r.Enrich(d)
	})
}
