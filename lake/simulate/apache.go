package simulate

import (
	"time"
)

const firehoseStream = "apache-access-logs"

// apacheDay writes what Firehose delivers of a web server's combined access log: plain at first, packed from the middle of the estate on.
func (w *world) apacheDay(out *outbox, day time.Time) error {
	d := newDice(w.Seed, ApacheSource, day.Format(time.DateOnly))
	packed := !day.Before(w.From().AddDate(0, 0, (w.Days+1)/2))
	for _, win := range w.windows(d, day, 2*time.Hour, 500, people()) {
		scripted := w.incident.visits(win)
		for i := 0; i < win.n || len(scripted) > 0; {
			for last := i + 20_000; i < win.n && i < last; i++ {
				w.visit(d, win.at(d, i)).write(out)
			}
			for _, v := range scripted {
				v.write(out)
			}
			scripted = nil
			// Firehose names the object by the time at which its first record arrived.
			at := win.from.Add(time.Duration(d.IntN(50)) * time.Second)
			key := "UserLogs/apache/httpd/" + at.Format("2006/01/02/15/") + firehoseStream + at.Format("-1-2006-01-02-15-04-05-") + string(d.uuid(nil))
			if err := out.send(ApacheSource, key+either(packed, ".gz", ""), packed); err != nil {
				return err
			}
		}
	}
	return nil
}

// visit is one line of the combined format.
type visit struct {
	at       time.Time
	address  string
	user     string
	line     string
	status   int
	bytes    int // -1 is "-"
	referrer string
	agent    string
}

func (w *world) visit(d *dice, at time.Time) visit {
	v := visit{at: at, address: favour(d, w.cast.visitors), user: "-", status: 200, bytes: d.size(12_000), referrer: "-", agent: favour(d, w.cast.clients)}
	v.line = "GET " + page(d) + " HTTP/1.1"
	if d.chance(0.5) {
		v.referrer = "https://www.example.com" + page(d)
	}
	switch n := d.IntN(1000); {
	case n < 60:
		v.address, v.agent, v.line, v.status, v.bytes = pick(d, w.cast.scanners), pick(d, scannerAgents), "GET "+pick(d, probes)+" HTTP/1.1", 404, 196
	case n < 64:
		v.line, v.status, v.bytes, v.agent = `\x16\x03\x01\x02`, 400, 226, "-"
	case n < 68:
		v.line, v.status, v.bytes, v.agent = "-", 408, -1, "-"
	case n < 130:
		v.status, v.bytes = 304, -1
	case n < 170:
		v.user, v.line = pick(d, []string{"editor", "admin", "tom.okafor"}), "POST /admin/articles HTTP/1.1"
		v.status = pick(d, []int{200, 201, 302, 401})
	case n < 178:
		v.status = pick(d, []int{500, 503})
	case n < 182:
		v.agent = `ExampleReader/1.0 (\"quoted\" build)`
	}
	return v
}

func (v visit) write(out *outbox) {
	b := append(append(append(out.raw, v.address...), " - "...), v.user...)
	b = appendCLF(append(b, ' '), v.at)
	b = append(append(append(b, ` "`...), v.line...), `" `...)
	b = append(appendInt(b, v.status), ' ')
	if v.bytes < 0 {
		b = append(b, '-')
	} else {
		b = appendInt(b, v.bytes)
	}
	b = append(append(append(b, ` "`...), v.referrer...), `" "`...)
	out.raw = append(append(b, v.agent...), "\"\n"...)
	out.event(v.at)
}
