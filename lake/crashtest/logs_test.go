package crashtest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// sources are two logs: logins, which have ids of their own and are delivered more than once, and visits, of which two
// equal lines are two events. Until they are mended they reject records with the word odd.
func sources(mended bool) []*source.Source {
	version := "1"
	if mended {
		version = "2"
	}
	all := []*source.Source{
		{
			Name: "logins", Title: "Logins", Version: version, Keys: []string{`^logins/`}, OwnID: true,
			Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"logins"}}, Divide: source.JSON,
			Map: []source.Mapping{
				{To: "@timestamp", From: "at"}, {To: "event.id", From: "id"}, {To: "user.name", From: "user"}, {To: "source.ip", From: "ip"},
			},
		},
		{
			Name: "visits", Title: "Visits", Version: version, Keys: []string{`^visits/`},
			Framing: frame.Framing{Kind: frame.Lines}, Divide: source.JSON,
			Map: []source.Mapping{{To: "@timestamp", From: "at"}, {To: "url.path", From: "path"}},
		},
	}
	if !mended {
		for _, s := range all {
			inner := s.Divide
			s.Divide = func(want []string) (source.Divider, error) {
				d, err := inner(want)
				return picky{d}, err
			}
		}
	}
	return all
}

type picky struct{ source.Divider }

var errOdd = errors.New("odd")

func (d picky) Divide(record []byte, v *source.Values) error {
	if bytes.Contains(record, []byte("odd")) {
		return errOdd
	}
	return d.Divider.Divide(record, v)
}

// keep is for how many days visits stay; logins stay for ever.
const keep = 365

// days are those that events are on. The last two are past the retention of visits.
var days = []time.Time{day(0), day(-1), day(-2), day(-400), day(-401)}

func day(offset int) time.Time { return epoch.Truncate(24*time.Hour).AddDate(0, 0, offset) }

// logs makes raw objects by dice.
type logs struct {
	dice  *rand.Rand
	made  int
	known []string // logins that were made, to be delivered again
}

// object is the next raw object: its key, and its bytes.
func (l *logs) object() (string, []byte) {
	l.made++
	if l.dice.IntN(2) == 0 {
		return fmt.Sprintf("logins/%s/%05d.json.gz", days[l.dice.IntN(3)].Format("2006/01/02"), l.made), l.logins()
	}
	d := days[l.dice.IntN(len(days))]
	return fmt.Sprintf("visits/%s/%05d.log", d.Format("2006/01/02"), l.made), l.visits(d)
}

// word is something that a record may be about: now and then something odd.
func (l *logs) word() string {
	if l.dice.IntN(12) == 0 {
		return "odd"
	}
	return fmt.Sprintf("w%d", l.dice.IntN(50))
}

// logins are of the last days, some of them delivered before, in this object or in another.
func (l *logs) logins() []byte {
	var records []string
	for i := range 1 + l.dice.IntN(30) {
		switch n := l.dice.IntN(20); {
		case n < 3 && len(l.known) > 0:
			records = append(records, l.known[l.dice.IntN(len(l.known))])
		case n == 3:
			records = append(records, `{"id":"undated","user":"nobody"}`)
		default:
			at := days[l.dice.IntN(3)].Add(time.Duration(l.dice.IntN(86_400_000)) * time.Millisecond)
			r := fmt.Sprintf(`{"at":%q,"id":"l%d-%d","user":%q,"ip":"198.51.100.%d"}`, at.Format(time.RFC3339Nano), l.made, i, l.word(), l.dice.IntN(250))
			records, l.known = append(records, r), append(l.known, r)
		}
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprintf(w, `{"logins":[%s]}`, strings.Join(records, ","))
	_ = w.Close() // into memory
	return b.Bytes()
}

// visits are of one day and, a few of them, of the next; some are equal.
func (l *logs) visits(d time.Time) []byte {
	var b bytes.Buffer
	for range 1 + l.dice.IntN(30) {
		at := d.Add(time.Duration(l.dice.IntN(24*3600)) * time.Second)
		line := fmt.Sprintf("{\"at\":%q,\"path\":\"/%s\"}\n", at.Format(time.RFC3339), l.word())
		switch l.dice.IntN(15) {
		case 0:
			line += line
		case 1:
			line = "nonsense\n"
		}
		b.WriteString(line)
	}
	return b.Bytes()
}
