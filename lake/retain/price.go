package retain

import (
	"bufio"
	"bytes"
	_ "embed" // the table of prices
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Storage classes of S3, by the names that its lifecycle rules give them, from the warmest to the coldest.
const (
	Standard           = "STANDARD"
	StandardIA         = "STANDARD_IA"
	IntelligentTiering = "INTELLIGENT_TIERING"
	GlacierIR          = "GLACIER_IR"
	Glacier            = "GLACIER"
	DeepArchive        = "DEEP_ARCHIVE"
)

// classes in the only order in which lifecycle rules move objects through them.
var classes = []string{Standard, StandardIA, IntelligentTiering, GlacierIR, Glacier, DeepArchive}

// warmth is smaller the colder a class is; that of an unknown class is -1: nothing is moved out of it.
func warmth(class string) int {
	at := slices.Index(classes, class)
	if at < 0 {
		return -1
	}
	return len(classes) - at
}

// archived tells whether objects of a class cannot be read, by Athena or anybody, before they are restored.
func archived(class string) bool { return class == Glacier || class == DeepArchive }

// athena is the row of the price of a scan, which stands as that of a retrieval of a TB.
const athena = "ATHENA"

// Bytes that prices count in.
const (
	gigabyte = 1 << 30
	terabyte = 1 << 40
)

// leastMoved is the size below which S3 moves no objects: it would cost more than it saves.
const leastMoved = 128 << 10

//go:embed prices.csv
var priceTable []byte

// price is a row of the table.
type price struct {
	region, class                                   string
	after                                           int
	storage, retrieval, transition, monitoring      float64
	minDays, minBytes, overhead, overheadAtStandard int
	asOf                                            time.Time
	page                                            string
}

// Prices are those of a region.
type Prices struct {
	region string
	rows   map[string][]price // by class; those of one class by the days after which they apply
}

// PriceNote says where prices are from.
type PriceNote struct {
	Region string   `json:"region"`
	From   string   `json:"oldest"` // the dates of the publications that the rows were compared with
	To     string   `json:"newest"`
	Pages  []string `json:"pages"`
}

// PricesOf are the prices of a region; the error lists the regions there are.
func PricesOf(region string) (Prices, error) {
	all, err := parsePrices(priceTable)
	if err != nil {
		return Prices{}, err
	}
	p := Prices{region: region, rows: map[string][]price{}}
	var regions []string
	for _, row := range all {
		regions = append(regions, row.region)
		if row.region == region {
			p.rows[row.class] = append(p.rows[row.class], row)
		}
	}
	if len(p.rows) == 0 {
		slices.Sort(regions)
		return p, fmt.Errorf("there are no prices of %q; there are those of %s", region, strings.Join(slices.Compact(regions), ", "))
	}
	return p, nil
}

// Scan is what Athena takes for scanning a TB of 2^40 bytes, in USD, when that was compared, and where it is said.
func (p Prices) Scan() (usd float64, asOf time.Time, page string) {
	row := p.at(athena, 0)
	return row.retrieval, row.asOf, row.page
}

// parsePrices reads the table.
func parsePrices(text []byte) ([]price, error) {
	r := csv.NewReader(bufio.NewReader(bytes.NewReader(text)))
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the prices: %w", err)
	}
	var all []price
	for i, cells := range lines[min(1, len(lines)):] {
		p, err := parsePrice(cells)
		if err != nil {
			return nil, fmt.Errorf("read the prices: row %d: %w", i+1, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func parsePrice(cells []string) (p price, err error) {
	const columns = 13
	if len(cells) != columns {
		return p, fmt.Errorf("it has %d cells instead of %d", len(cells), columns)
	}
	p.region, p.class, p.page = cells[0], cells[1], cells[12]
	if p.after, err = strconv.Atoi(cells[2]); err != nil {
		return p, err
	}
	for i, to := range []*float64{&p.storage, &p.retrieval, &p.transition, &p.monitoring} {
		if *to, err = strconv.ParseFloat(cells[3+i], 64); err != nil {
			return p, err
		}
	}
	for i, to := range []*int{&p.minDays, &p.minBytes, &p.overhead, &p.overheadAtStandard} {
		if *to, err = strconv.Atoi(cells[7+i]); err != nil {
			return p, err
		}
	}
	p.asOf, err = time.Parse(time.DateOnly, cells[11])
	return p, err
}

// Note says where the prices are from.
func (p Prices) Note() PriceNote {
	n := PriceNote{Region: p.region}
	for _, rows := range p.rows {
		for _, row := range rows {
			day := row.asOf.Format(time.DateOnly)
			if n.From == "" || day < n.From {
				n.From = day
			}
			n.To = max(n.To, day)
			n.Pages = append(n.Pages, row.page)
		}
	}
	slices.Sort(n.Pages)
	n.Pages = slices.Compact(n.Pages)
	return n
}

// at is the price of a class for objects that have been in it for so many days, unread.
func (p Prices) at(class string, days int) price {
	rows := p.rows[class]
	if len(rows) == 0 {
		return price{}
	}
	found := rows[0]
	for _, row := range rows {
		if row.after <= days {
			found = row
		}
	}
	return found
}

func compareText(a, b string) int { return strings.Compare(a, b) }
