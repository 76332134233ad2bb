package simulate

import (
	"strconv"
	"strings"
	"time"
)

// bucketLog is the server access log of one bucket.
type bucketLog struct {
	w     *world
	b     *bucket
	hosts []*host // whose workloads use it
}

func (l *bucketLog) day(out *outbox, day time.Time) error {
	d := newDice(l.w.Seed, S3AccessSource, l.b.name, day.Format(time.DateOnly))
	for _, win := range l.w.windows(d, day, 6*time.Hour, l.b.perDay, people()) {
		scripted := l.w.incident.accesses(l.b, win)
		for i := 0; i < win.n || len(scripted) > 0; {
			for last := i + 10_000; i < win.n && i < last; {
				i += l.record(out, d, win.at(d, i))
			}
			for _, a := range scripted {
				l.add(out, d, a)
			}
			scripted = nil
			if err := l.send(out, d, win.to()); err != nil {
				return err
			}
		}
	}
	return nil
}

// send delivers on a best-effort basis: up to hours later.
func (l *bucketLog) send(out *outbox, d *dice, end time.Time) error {
	arrived := end.Add(time.Duration(d.between(600, 9000)) * time.Second)
	key := "s3-access-logs/" + l.b.name + "/" + arrived.Format("2006-01-02-15-04-05-") + d.name(upperHex, 16)
	return out.send(S3AccessSource, key, false)
}

// access is one line.
type access struct {
	at                 time.Time
	address, requester string
	request, hostID    string // ids, as CloudTrail has them; "" draws them
	operation, key     string
	method, query      string
	status             int
	code               string
	sent, size         int
	agent, referrer    string
	batch              bool // a part of a multi-object delete, which has neither request line nor agent
}

// record writes what happens next; a multi-object delete is several records under one request id.
func (l *bucketLog) record(out *outbox, d *dice, at time.Time) int {
	account := l.b.account
	a := access{at: at, operation: "REST.GET.OBJECT", method: "GET", status: 200, key: objectKey(d, l.b, at), referrer: "-"}
	a.size = d.size(60_000)
	a.sent = a.size
	r := account.roles[d.IntN(2)]
	h := pick(d, l.hosts)
	a.address, a.agent = orElse(r.address, h.private), r.agent
	a.requester = "arn:aws:sts::" + account.id + ":assumed-role/" + r.name + "/" + orElse(r.session, h.id)
	switch n := d.IntN(100); {
	case l.b.folder == "static/" && n < 70:
		a.address, a.agent, a.requester = favour(d, l.w.cast.visitors), favour(d, l.w.cast.clients), "-"
		a.key, a.referrer = "static/"+pick(d, []string{"app.3f9c1d.js", "style.77ab20.css", "logo.svg"}), "https://shop.example.com/"
	case n < 80:
	case n < 90:
		a.operation, a.method, a.sent = "REST.PUT.OBJECT", "PUT", 0
	case n < 94:
		a.operation, a.method, a.sent, a.size = "REST.HEAD.OBJECT", "HEAD", 0, 512
	case n < 96:
		a.status, a.code, a.sent, a.size = 404, "NoSuchKey", 277, 0
	case n < 97:
		a.address, a.requester, a.agent, a.status, a.code, a.sent, a.size = pick(d, l.w.cast.scanners), "-", pick(d, scannerAgents), 403, "AccessDenied", 243, 0
	case n < 99:
		return l.small(out, d, a)
	default:
		return l.deleteMany(out, d, a)
	}
	l.add(out, d, a)
	return 1
}

// small is a request for the bucket's settings.
func (l *bucketLog) small(out *outbox, d *dice, a access) int {
	what := pick(d, []string{"VERSIONING", "LOGGING_STATUS", "BUCKETPOLICY", "LOCATION", "ACL"})
	a.operation, a.key, a.sent, a.size = "REST.GET."+what, "", d.between(110, 480), 0
	a.query = "?" + strings.ToLower(strings.TrimPrefix(strings.TrimSuffix(what, "_STATUS"), "BUCKET"))
	if u := pick(d, l.b.account.users); what != "LOCATION" {
		a.requester, a.address, a.agent = u.arn(), u.address, u.agent
	}
	l.add(out, d, a)
	return 1
}

func (l *bucketLog) deleteMany(out *outbox, d *dice, a access) int {
	a.request = d.name(upperAlnum, 16)
	key := a.key
	a.operation, a.method, a.key, a.query, a.sent, a.size = "REST.POST.MULTI_OBJECT_DELETE", "POST", "", "?delete", 0, 0
	l.add(out, d, a)
	a.operation, a.batch, a.status = "BATCH.DELETE.OBJECT", true, 204
	n := d.between(2, 4)
	for i := range n {
		a.key, a.size = key+"."+strconv.Itoa(i), d.size(60_000)
		l.add(out, d, a)
	}
	return 1 + n
}

func (l *bucketLog) add(out *outbox, d *dice, a access) {
	if a.request == "" {
		a.request = d.name(upperAlnum, 16)
	}
	if a.hostID == "" {
		a.hostID = d.name(base64, 75) + "="
	}
	out.raw = l.append(out.raw, d, &a)
	out.event(a.at)
}

func (l *bucketLog) append(b []byte, d *dice, a *access) []byte {
	host := l.b.name + ".s3." + l.b.region + ".amazonaws.com"
	for _, s := range []string{l.b.account.owner, l.b.name} {
		b = append(append(b, s...), ' ')
	}
	b = append(appendCLF(b, a.at), ' ')
	for _, s := range []string{a.address, a.requester, a.request, a.operation, orElse(a.key, "-")} {
		b = append(append(b, s...), ' ')
	}
	if a.batch {
		b = append(b, '-')
	} else {
		b = append(append(append(b, '"'), a.method...), ' ')
		b = append(append(append(append(b, '/'), a.key...), a.query...), ` HTTP/1.1"`...)
	}
	b = append(appendInt(append(b, ' '), a.status), ' ')
	b = append(append(b, orElse(a.code, "-")...), ' ')
	b = append(appendCount(b, a.sent), ' ')
	b = append(appendCount(b, a.size), ' ')
	took := d.between(4, 180)
	if a.batch {
		b = append(b, "- - - - - "...)
	} else {
		b = append(appendInt(b, took), ' ')
		b = append(appendInt(b, d.between(1, took)), ` "`...)
		b = append(append(append(append(b, a.referrer...), `" "`...), a.agent...), `" - `...)
	}
	b = append(append(b, a.hostID...), ' ')
	signed := either(a.requester == "-", "- TLS_AES_128_GCM_SHA256 - ", "SigV4 TLS_AES_128_GCM_SHA256 AuthHeader ")
	return append(append(append(b, signed...), host...), " TLSv1.3 - -\n"...)
}

func appendCount(b []byte, n int) []byte {
	if n == 0 {
		return append(b, '-')
	}
	return appendInt(b, n)
}
