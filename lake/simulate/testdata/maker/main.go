// Command maker writes the tiny MaxMind-format files that the demo and tests look addresses up in. Every network in them
// is set aside for documentation, and every organisation is made up. It is a module of its own, so that what it writes
// with stays out of the program's.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// built is the build date that the files state, so that they come out the same each time.
var built = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// place is what is said of a network, in the words of GeoIP2 City and ASN.
type place struct {
	network                         string
	continent, country, countryName string
	region, regionName, city        string
	lat, lon                        float64
	number                          uint32
	organisation                    string
}

var places = []place{
	{"192.0.2.0/24", "NA", "US", "United States", "WA", "Washington", "Seattle", 47.6, -122.3, 64496, "Example Office Network"},
	{"198.51.100.0/25", "EU", "DE", "Germany", "BE", "Land Berlin", "Berlin", 52.52, 13.4, 64497, "Example Broadband"},
	{"198.51.100.128/25", "EU", "SE", "Sweden", "AB", "Stockholm", "Stockholm", 59.33, 18.06, 64498, "Example Cloud"},
	{"203.0.113.0/26", "AS", "JP", "Japan", "13", "Tokyo", "Tokyo", 35.69, 139.69, 64499, "Example Mobile"},
	{"203.0.113.64/26", "OC", "NZ", "New Zealand", "AUK", "Auckland", "Auckland", -36.85, 174.76, 64500, "Example Bulletproof Hosting"},
	{"203.0.113.128/25", "SA", "BR", "Brazil", "SP", "Sao Paulo", "São Paulo", -23.55, -46.63, 64501, "Example Telecom"},
	{"2001:db8::/33", "EU", "FR", "France", "IDF", "Île-de-France", "Paris", 48.86, 2.35, 64502, "Example Réseau"},
	{"2001:db8:8000::/33", "EU", "NO", "Norway", "", "", "", 0, 0, 65551, "Example Nett"},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: maker FOLDER")
		os.Exit(2)
	}
	err := errors.Join(
		write(filepath.Join(os.Args[1], "city.mmdb"), "GeoLite2-City", place.cityRecord),
		write(filepath.Join(os.Args[1], "asn.mmdb"), "GeoLite2-ASN", place.asnRecord),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write writes one file, with a record for each network.
func write(path, kind string, record func(place) mmdbtype.DataType) error {
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch: built.Unix(), DatabaseType: kind, RecordSize: 24, IncludeReservedNetworks: true, DisableIPv4Aliasing: true,
		Languages: []string{"en"}, Description: map[string]string{"en": "Documentation networks, for Hindcast's demo and tests"},
	})
	if err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	for _, p := range places {
		_, network, err := net.ParseCIDR(p.network)
		if err == nil {
			err = tree.Insert(network, record(p))
		}
		if err != nil {
			return fmt.Errorf("add %s to %s: %w", p.network, path, err)
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = tree.WriteTo(f)
	return errors.Join(err, f.Close())
}

func names(en string) mmdbtype.Map {
	return mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(en)}}
}

func (p place) cityRecord() mmdbtype.DataType {
	continent, country := names("Continent "+p.continent), names(p.countryName)
	continent["code"], country["iso_code"] = mmdbtype.String(p.continent), mmdbtype.String(p.country)
	record := mmdbtype.Map{"continent": continent, "country": country}
	if p.city != "" {
		region := names(p.regionName)
		region["iso_code"] = mmdbtype.String(p.region)
		record["city"], record["subdivisions"] = names(p.city), mmdbtype.Slice{region}
		record["location"] = mmdbtype.Map{"latitude": mmdbtype.Float64(p.lat), "longitude": mmdbtype.Float64(p.lon)}
	}
	return record
}

func (p place) asnRecord() mmdbtype.DataType {
	return mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(p.number), "autonomous_system_organization": mmdbtype.String(p.organisation)}
}
