package crashtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/retain"
)

// A day expires, its events are delivered once more, and then it is put back.
func TestEventsThatAreDeliveredAgainWhileTheirDayIsExpiredStandOnceWhenItIsRestored(t *testing.T) {
	t.Parallel()
	p := begin(t, "")
	s := p.session("late")
	defer s.close()
	p.must(s.catalog.SetPolicy(t.Context(), catalog.Policy{Table: "logins", Keep: keep}))
	p.deliver("first", 0, 20)
	p.must(s.compact(t.Context(), nil))
	p.must(s.expire(t.Context(), nil))
	p.deliver("again", 10, 30)
	p.must(s.compact(t.Context(), nil))
	p.must(retain.Restore(t.Context(), s.catalog, "logins", days[3].Format(time.DateOnly)))
	p.must(s.catalog.SetPolicy(t.Context(), catalog.Policy{Table: "logins"}))
	p.settle()
}

// deliver puts an object with logins of the oldest day but one, from a number to another.
func (p *play) deliver(name string, from, to int) {
	p.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, `{"logins":[`)
	for i := from; i < to; i++ {
		if i > from {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, `{"at":%q,"id":"late-%d","user":"alice","ip":"198.51.100.7"}`, days[3].Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i)
	}
	fmt.Fprint(w, "]}")
	p.must(w.Close())
	_, err := p.raw.Put(p.Context(), "logins/"+days[3].Format("2006/01/02")+"/"+name+".json.gz", &b)
	p.must(err)
	p.logs.made++
}
