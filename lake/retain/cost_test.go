package retain

import (
	"math"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

const kb = 1 << 10

func usEast(t testing.TB) Prices {
	t.Helper()
	p, err := PricesOf("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// near tells whether two amounts are the same but for rounding.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1e-3) }

func TestWhatALotCostsAMonth(t *testing.T) {
	gb := Lot{Objects: 1, Bytes: 1 << 30}
	small := Lot{Objects: 1 << 20, Bytes: 100 * kb * 1 << 20} // 100 GB in objects of 100 kB
	aged := func(l Lot, age int) Lot { l.Age = age; return l }
	held := func(l Lot) Lot { l.Held = true; return l }
	ir := []catalog.Move{{After: 90, Class: GlacierIR}}
	for _, c := range []struct {
		name  string
		moves []catalog.Move
		keep  int
		lot   Lot
		want  map[string]float64
	}{
		{"a GB in Standard", nil, 0, gb, map[string]float64{Standard: 0.023}},
		{"a day that is still to come", nil, 10, aged(gb, -3), map[string]float64{Standard: 0.023}},
		{"the day before it moves", ir, 0, aged(gb, 89), map[string]float64{Standard: 0.023}},
		{"the day that it moves", ir, 0, aged(gb, 90), map[string]float64{GlacierIR: 0.004}},
		{"small objects do not move", ir, 0, aged(small, 900), map[string]float64{Standard: 100 * 0.023}},
		{"the last day", nil, 100, aged(gb, 99), map[string]float64{Standard: 0.023}},
		{"once it is deleted", nil, 100, aged(gb, 100), nil},
		{"a hold outlasts the policy", nil, 100, held(aged(gb, 5000)), map[string]float64{Standard: 0.023}},
		{"deleted in its class's minimum, it is paid for", ir, 100, aged(gb, 150), map[string]float64{GlacierIR: 0.004}},
		{"until the minimum is over", ir, 100, aged(gb, 179), map[string]float64{GlacierIR: 0.004}},
		{"and no longer", ir, 100, aged(gb, 180), nil},
		{"Glacier adds 32 kB to an object and 8 kB of Standard", []catalog.Move{{After: 0, Class: Glacier}}, 0, gb,
			map[string]float64{Glacier: 0.0036 * (1 + 32.0/kb/kb), Standard: 0.023 * 8 / kb / kb}},
		{"left in its minimum, a class is paid for beside the next", []catalog.Move{{After: 10, Class: GlacierIR}, {After: 20, Class: DeepArchive}}, 0, aged(gb, 99),
			map[string]float64{GlacierIR: 0.004, DeepArchive: 0.00099 * (1 + 32.0/kb/kb), Standard: 0.023 * 8 / kb / kb}},
		{"and then no more", []catalog.Move{{After: 10, Class: GlacierIR}, {After: 20, Class: DeepArchive}}, 0, aged(gb, 100),
			map[string]float64{DeepArchive: 0.00099 * (1 + 32.0/kb/kb), Standard: 0.023 * 8 / kb / kb}},
		{"Intelligent-Tiering begins as Standard, and is monitored", []catalog.Move{{After: 5, Class: IntelligentTiering}}, 0, aged(gb, 34),
			map[string]float64{IntelligentTiering: 0.023 + 0.0025/1000}},
		{"it goes on as Standard-IA", []catalog.Move{{After: 5, Class: IntelligentTiering}}, 0, aged(gb, 35),
			map[string]float64{IntelligentTiering: 0.0125 + 0.0025/1000}},
		{"and then as an archive", []catalog.Move{{After: 5, Class: IntelligentTiering}}, 0, aged(gb, 95),
			map[string]float64{IntelligentTiering: 0.004 + 0.0025/1000}},
		{"no objects", nil, 0, Lot{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := usEast(t).month(c.moves, c.keep, c.lot)
			if len(got) != len(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for class, usd := range c.want {
				if !near(got[class], usd) {
					t.Errorf("%s: got %v, want %v", class, got[class], usd)
				}
			}
		})
	}
}

func TestSmallObjectsArePaidForAsIfTheyWereLarger(t *testing.T) {
	p := usEast(t)
	lot := Lot{Objects: 8192, Bytes: 8192 * 10 * kb} // of 10 kB; at 128 kB each they would be a GB
	for class, want := range map[string]float64{
		Standard: 0.023 * 80 / kb, StandardIA: 0.0125, GlacierIR: 0.004, IntelligentTiering: 0.023 * 80 / kb,
		Glacier: 0.0036*8192*42*kb/(1<<30) + 0.023*8192*8*kb/(1<<30), DeepArchive: 0.00099*8192*42*kb/(1<<30) + 0.023*8192*8*kb/(1<<30),
	} {
		if got := p.storage(class, 400, lot).Total(); !near(got, want) {
			t.Errorf("%s: got %v, want %v", class, got, want)
		}
	}
}

func TestWhatDeletionSavesAndCharges(t *testing.T) {
	p := usEast(t)
	policy := catalog.Policy{Keep: 100, Parquet: []catalog.Move{{After: 90, Class: GlacierIR}}}
	for _, c := range []struct {
		name         string
		age          int
		saves, early float64
	}{
		{"out of Standard", 50, 0.023, 0},
		{"ten days after it moved, of ninety", 100, 0.004, 0.004 * 80 / (365.25 / 12)},
		{"after its minimum", 180, 0.004, 0},
	} {
		saves, early := p.leaving(policy, Lot{Age: c.age, Objects: 1, Bytes: 1 << 30})
		if !near(saves, c.saves) || !near(early, c.early) {
			t.Errorf("%s: saves %v, charges %v", c.name, saves, early)
		}
	}
	// A month's objects pay for each class that they will enter, and a scan for Athena and the class.
	way := []catalog.Move{{After: 30, Class: StandardIA}, {After: 90, Class: GlacierIR}, {After: 400, Class: DeepArchive}}
	lot := Lot{Age: 100, Objects: 2000, Bytes: 1 << 40}
	if got := p.moving(way, 365, lot); !near(got, 2*(0.01+0.02)) {
		t.Errorf("moving costs %v", got)
	}
	if got := p.scan(way, lot); !near(got, 5+1024*0.03) {
		t.Errorf("a scan costs %v", got)
	}
}

func TestThePricesAreComplete(t *testing.T) {
	all, err := parsePrices(priceTable)
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range []string{"us-east-1", "eu-central-1"} {
		p, err := PricesOf(region)
		if err != nil {
			t.Fatal(err)
		}
		for i, class := range classes {
			row := p.at(class, 0)
			if row.storage <= 0 || row.page == "" {
				t.Errorf("%s has no price of %s", region, class)
			}
			if i > 0 && p.at(class, 1000).storage >= p.at(Standard, 0).storage {
				t.Errorf("%s: %s is no cheaper than Standard", region, class)
			}
		}
		for class, days := range map[string]int{Standard: 0, StandardIA: 30, IntelligentTiering: 0, GlacierIR: 90, Glacier: 90, DeepArchive: 180} {
			if got := p.at(class, 0).minDays; got != days {
				t.Errorf("%s: the minimum of %s is %d days, want %d", region, class, got, days)
			}
		}
		if p.at(athena, 0).retrieval != 5 {
			t.Errorf("%s: a TB in Athena is %v", region, p.at(athena, 0).retrieval)
		}
		if n := p.Note(); n.Region != region || n.From == "" || n.From > n.To || len(n.Pages) != 2 {
			t.Errorf("where they are from is said as %+v", n)
		}
	}
	for _, row := range all {
		if row.asOf.Before(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("a price of %s is of %s", row.class, row.asOf)
		}
	}
	if _, err := PricesOf("mars-north-1"); err == nil {
		t.Error("there are prices of mars-north-1")
	}
	for name, text := range map[string]string{
		"a cell too few":   "h\nus,STANDARD,0,1,0,0,0,0,0,0,0,2026-01-01\n",
		"a price of words": "h,h,h,h,h,h,h,h,h,h,h,h,h\nus,STANDARD,0,cheap,0,0,0,0,0,0,0,2026-01-01,p\n",
		"no date":          "h,h,h,h,h,h,h,h,h,h,h,h,h\nus,STANDARD,0,1,0,0,0,0,0,0,0,lately,p\n",
	} {
		if _, err := parsePrices([]byte(text)); err == nil {
			t.Errorf("a table with %s is taken", name)
		}
	}
}
