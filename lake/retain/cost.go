package retain

import (
	"maps"
	"slices"

	"github.com/hindcast/hindcast/catalog"
)

// daysPerMonth is how long a month is in prices.
const daysPerMonth = 365.25 / 12

// Lot is objects of one day that are alike. Their counts are averages, and so may be fractions.
type Lot struct {
	Age            int     // whole days since the end of the day; less than 0 before it
	Objects, Bytes float64 // of all objects
	Held           bool    // it stays, whatever the policy
}

// stay is the time that a lot spends in a class, by its age in days.
type stay struct {
	class    string
	from, to int // half-open
	paid     int // until when it is paid for: at least as long as it stays
}

// forever is an age that nothing reaches.
const forever = 1 << 30

// stays are a lot's way through the classes. Small objects stay where they are: S3 moves none.
func (p Prices) stays(moves []catalog.Move, keep int, l Lot) []stay {
	end := forever
	if keep > 0 && !l.Held {
		end = keep
	}
	way := []stay{{class: Standard, from: 0, to: end}}
	for _, m := range moves {
		if l.Objects <= 0 || l.Bytes/l.Objects < leastMoved || m.After >= end {
			continue
		}
		way[len(way)-1].to = m.After
		way = append(way, stay{class: m.Class, from: m.After, to: end})
	}
	for i := range way {
		way[i].paid = max(way[i].to, way[i].from+p.at(way[i].class, 0).minDays)
	}
	return slices.DeleteFunc(way, func(s stay) bool { return s.from == s.to })
}

// classAt is the class that a policy wants for an age.
func classAt(moves []catalog.Move, age int) string {
	class := Standard
	for _, m := range moves {
		if m.After <= age {
			class = m.Class
		}
	}
	return class
}

// Costs are USD a month by storage class.
type Costs map[string]float64

func (c Costs) add(d Costs) {
	for class, usd := range d {
		c[class] += usd
	}
}

// Total is the sum of all classes.
func (c Costs) Total() (sum float64) {
	for _, class := range slices.Sorted(maps.Keys(c)) {
		sum += c[class]
	}
	return sum
}

// month is what a lot costs a month at its age. Where a class is left before its minimum, the rest is charged at once;
// here it is spread over the days that it is for, beside the cost of the next class.
func (p Prices) month(moves []catalog.Move, keep int, l Lot) Costs {
	c := Costs{}
	age := max(0, l.Age)
	for _, s := range p.stays(moves, keep, l) {
		if s.from <= age && age < s.paid {
			c.add(p.storage(s.class, age-s.from, l))
		}
	}
	return c
}

// storage is what a lot costs a month in a class that it has been in for so many days.
func (p Prices) storage(class string, days int, l Lot) Costs {
	if l.Objects <= 0 {
		return Costs{}
	}
	size := l.Bytes / l.Objects
	row := p.at(class, days)
	if class == IntelligentTiering && size < leastMoved { // is neither tiered nor monitored
		row = p.at(class, 0)
		row.monitoring = 0
	}
	billed := l.Objects * (max(size, float64(row.minBytes)) + float64(row.overhead))
	usd := billed/gigabyte*row.storage + l.Objects/1000*row.monitoring
	c := Costs{class: usd}
	if row.overheadAtStandard > 0 {
		c[Standard] += l.Objects * float64(row.overheadAtStandard) / gigabyte * p.at(Standard, 0).storage
	}
	return c
}

// leaving is what deleting a lot saves a month, and what is charged at once because it leaves its class early.
func (p Prices) leaving(policy catalog.Policy, l Lot) (saves, early float64) {
	l.Held = true // it is still there
	for _, s := range p.stays(policy.Parquet, policy.Keep, l) {
		if s.from <= l.Age && l.Age < s.to {
			cost := p.storage(s.class, l.Age-s.from, l).Total()
			rest := s.from + p.at(s.class, 0).minDays - l.Age
			return cost, cost * float64(max(0, rest)) / daysPerMonth
		}
	}
	return 0, 0
}

// moving is what it costs that a lot enters the classes of its policy, once for all its life.
func (p Prices) moving(moves []catalog.Move, keep int, l Lot) (usd float64) {
	for _, s := range p.stays(moves, keep, l) {
		usd += l.Objects / 1000 * p.at(s.class, 0).transition
	}
	return usd
}

// scan is what it costs to read a lot once: Athena, and the retrieval from its class.
func (p Prices) scan(moves []catalog.Move, l Lot) float64 {
	l.Held = true
	for _, s := range p.stays(moves, 0, l) {
		if s.from <= max(0, l.Age) && max(0, l.Age) < s.to {
			return l.Bytes/gigabyte*p.at(s.class, 0).retrieval + l.Bytes/terabyte*p.at(athena, 0).retrieval
		}
	}
	return 0
}
