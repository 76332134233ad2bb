package retain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/catalog"
)

// DefaultName is how people name the policy of all tables that have none of their own.
const DefaultName = "default"

// NameOf is how people name a policy's table.
func NameOf(table string) string {
	if table == "" {
		return DefaultName
	}
	return table
}

// TableOf is the table that people name so.
func TableOf(name string) string {
	if name == DefaultName {
		return ""
	}
	return name
}

// maxDays is the longest retention: a hundred years.
const maxDays = 36525

var dayUnits = map[byte]int{'d': 1, 'w': 7, 'm': 30, 'y': 365}

// ParseDays reads a number of days: 90d, 13w, 6m (of 30 days), 7y (of 365 days), or forever, which is 0.
func ParseDays(text string) (int, error) {
	if text == "forever" {
		return 0, nil
	}
	wrong := fmt.Errorf("%q is not a time to keep: want 90d, 13w, 6m (of 30 days), 7y (of 365 days) or forever", text)
	if len(text) < 2 {
		return 0, wrong
	}
	unit, n := dayUnits[text[len(text)-1]], text[:len(text)-1]
	days, err := strconv.ParseUint(n, 10, 32)
	if err != nil || unit == 0 || days == 0 {
		return 0, wrong
	}
	if days > uint64(maxDays/unit) {
		return 0, fmt.Errorf("%q is longer than 100 years: say forever", text)
	}
	return int(days) * unit, nil
}

// DaysText writes a number of days as people read it.
func DaysText(days int) string {
	switch {
	case days == 0:
		return "forever"
	case days == 1:
		return "1 day"
	}
	return strconv.Itoa(days) + " days"
}

// ParseMove reads 30d:STANDARD_IA.
func ParseMove(text string) (catalog.Move, error) {
	after, class, ok := strings.Cut(text, ":")
	if !ok {
		return catalog.Move{}, fmt.Errorf("%q is not a move: want one such as 90d:GLACIER_IR", text)
	}
	days := 0
	if after != "0d" {
		var err error
		if days, err = ParseDays(after); err != nil || days == 0 {
			return catalog.Move{}, fmt.Errorf("%q is not a move: want one such as 90d:GLACIER_IR", text)
		}
	}
	return catalog.Move{After: days, Class: strings.ToUpper(class)}, nil
}

// ParsePolicy reads TABLE=KEEP, with moves behind commas: aws_vpcflow=400d,90d:GLACIER_IR,raw:30d:DEEP_ARCHIVE.
func ParsePolicy(text string) (catalog.Policy, error) {
	name, rest, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return catalog.Policy{}, fmt.Errorf("%q is not a policy: want one such as aws_vpcflow=90d or default=400d,90d:GLACIER_IR", text)
	}
	p := catalog.Policy{Table: TableOf(name)}
	for i, part := range strings.Split(rest, ",") {
		var err error
		if i == 0 {
			if p.Keep, err = ParseDays(part); err != nil {
				return p, err
			}
			continue
		}
		raw, ofRaw := strings.CutPrefix(part, "raw:")
		m, err := ParseMove(raw)
		if err != nil {
			return p, err
		}
		if ofRaw {
			p.Raw = append(p.Raw, m)
		} else {
			p.Parquet = append(p.Parquet, m)
		}
	}
	return p, Check(p)
}

// Check says what S3 would refuse of a policy.
func Check(p catalog.Policy) error {
	if err := p.Validate(); err != nil {
		return err
	}
	for _, moves := range [][]catalog.Move{p.Parquet, p.Raw} {
		if err := checkMoves(moves); err != nil {
			return err
		}
	}
	if n := len(p.Parquet); n > 0 && p.Keep > 0 && p.Parquet[n-1].After >= p.Keep {
		return fmt.Errorf("files are deleted after %s, before they move to %s after %s", DaysText(p.Keep), p.Parquet[n-1].Class, DaysText(p.Parquet[n-1].After))
	}
	return nil
}

// leastInStandard is how many days S3 wants an object in a class before it goes to STANDARD_IA, or on from there.
const leastInStandard = 30

func checkMoves(moves []catalog.Move) error {
	before := catalog.Move{Class: Standard}
	for i, m := range moves {
		switch {
		case warmth(m.Class) < 0 || m.Class == Standard:
			return fmt.Errorf("%q is not a colder storage class: there are %s", m.Class, strings.Join(classes[1:], ", "))
		case warmth(m.Class) >= warmth(before.Class):
			return fmt.Errorf("objects cannot move from %s to %s: the order is %s", before.Class, m.Class, strings.Join(classes, ", "))
		case i > 0 && m.After <= before.After:
			return fmt.Errorf("objects cannot move to %s after %s, which is no later than to %s", m.Class, DaysText(m.After), before.Class)
		case m.Class == StandardIA && m.After < leastInStandard:
			return fmt.Errorf("S3 moves objects to %s after %d days at the earliest", m.Class, leastInStandard)
		case before.Class == StandardIA && m.After < before.After+leastInStandard:
			return fmt.Errorf("S3 moves objects on from %s after %d more days at the earliest", before.Class, leastInStandard)
		}
		before = m
	}
	return nil
}

// Unreadable are the classes of a policy in which no query can read a table's files until they are restored.
func Unreadable(p catalog.Policy) (names []string) {
	for _, m := range p.Parquet {
		if archived(m.Class) {
			names = append(names, m.Class)
		}
	}
	return names
}
