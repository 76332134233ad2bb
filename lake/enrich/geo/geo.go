// Package geo tells where an address is and which network it belongs to, by files in MaxMind's format:
// https://maxmind.github.io/MaxMind-DB/
//
// Any file whose records are those of GeoIP2 or GeoLite2 City, Country, Enterprise, ASN or ISP will do; others, such as
// DB-IP's, name their records alike. Of several files, the first that knows a field of an address gives it. A file is
// held in memory, so that one that is overwritten in its place does no harm.
package geo

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// Database is one file.
type Database struct {
	*enrich.File[*maxminddb.Reader]
}

// Open reads a file.
func Open(path string) (*Database, error) {
	f, err := enrich.Open(path, read)
	return &Database{f}, err
}

func read(content []byte) (*maxminddb.Reader, enrich.Version, error) {
	r, err := maxminddb.OpenBytes(content)
	if err != nil {
		return nil, enrich.Version{}, err
	}
	if r.Metadata.NodeCount == 0 {
		return nil, enrich.Version{}, fmt.Errorf("it has no networks")
	}
	return r, enrich.Version{
		Kind: "geo", Name: r.Metadata.DatabaseType, Date: r.Metadata.BuildTime().UTC().Format(time.RFC3339),
		Entries: int64(r.Metadata.NodeCount), // its records are not counted
	}, nil
}

// record is what is read of a record.
type record struct {
	City         named `maxminddb:"city"`
	Continent    coded `maxminddb:"continent"`
	Country      coded `maxminddb:"country"`
	Subdivisions []struct {
		Code  string `maxminddb:"iso_code"`
		Names names  `maxminddb:"names"`
	} `maxminddb:"subdivisions"`
	Location struct {
		Latitude  *float64 `maxminddb:"latitude"`
		Longitude *float64 `maxminddb:"longitude"`
	} `maxminddb:"location"`
	Number       uint64 `maxminddb:"autonomous_system_number"`
	Organisation string `maxminddb:"autonomous_system_organization"`
}

type names struct {
	English string `maxminddb:"en"`
}

type named struct {
	Names names `maxminddb:"names"`
}

type coded struct {
	Code  string `maxminddb:"code"`
	ISO   string `maxminddb:"iso_code"`
	Names names  `maxminddb:"names"`
}

// suffixes are the fields that are filled with a text, below source or destination, in the order of [place].
var suffixes = [...]string{
	"geo.continent_code", "geo.country_iso_code", "geo.country_name", "geo.region_iso_code", "geo.region_name",
	"geo.city_name", "geo.location", "as.organization.name",
}

// place is what is known of an address.
type place struct {
	texts  [len(suffixes)]string
	number int64
}

func (r *record) place() place {
	p := place{number: int64(r.Number)}
	p.texts = [...]string{
		r.Continent.Code, r.Country.ISO, r.Country.Names.English, "", "", r.City.Names.English, "", r.Organisation,
	}
	if len(r.Subdivisions) > 0 {
		region := &r.Subdivisions[0]
		if p.texts[4] = region.Names.English; region.Code != "" && r.Country.ISO != "" {
			p.texts[3] = r.Country.ISO + "-" + region.Code
		}
	}
	if at := r.Location; at.Latitude != nil && at.Longitude != nil {
		p.texts[6] = strconv.FormatFloat(*at.Latitude, 'f', -1, 64) + "," + strconv.FormatFloat(*at.Longitude, 'f', -1, 64)
	}
	return p
}

// Fills implements enrich.Enricher.
func (*Database) Fills(field string) bool {
	return strings.Contains(field, ".geo.") || strings.Contains(field, ".as.")
}

// For makes what tells the places of a schema's addresses.
func (d *Database) For(s *ecs.Schema) (enrich.Filler, bool) {
	now := d.Now()
	f := &filler{version: now.Version, db: now.Value}
	for _, of := range []string{"source", "destination"} {
		if side, ok := sideOf(s, of); ok {
			f.sides = append(f.sides, side)
		}
	}
	return f, len(f.sides) > 0
}

// side is an address's column, and those of its place.
type side struct {
	ip, number int
	texts      [len(suffixes)]int
}

func sideOf(s *ecs.Schema, of string) (side, bool) {
	x := side{ip: s.Col(of + ".ip"), number: s.Col(of + ".as.number")}
	for i, suffix := range suffixes {
		x.texts[i] = s.Col(of + "." + suffix)
	}
	return x, x.ip >= 0 && s.Fields()[x.ip].Type == ecs.String
}

// Private tells whether an address is not one of the internet's hosts. Networks that are set aside for documentation
// are: files of one's own making may know them.
func Private(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return true
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// reserved are the blocks of https://www.iana.org/assignments/iana-ipv4-special-registry that are not reachable, as far
// as netip does not tell them.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("100::/64"),
}
