package simulate

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// balancerLog is the access log of one load balancer.
type balancerLog struct {
	w *world
	b *balancer
}

func (l *balancerLog) day(out *outbox, day time.Time) error {
	d := newDice(l.w.Seed, ELBSource, l.b.name, day.Format(time.DateOnly))
	span := 6 * time.Hour
	if l.b.kind == "app" {
		span = 3 * time.Hour
	}
	for i, win := range l.w.windows(d, day, span, l.b.perDay, people()) {
		scripted := l.w.incident.requests(l.b, win)
		for k := 0; k < win.n || len(scripted) > 0; {
			for last := k + 20_000; k < win.n && k < last; k++ {
				l.line(out, d, win.at(d, k))
			}
			for _, r := range scripted {
				l.b.write(out, d, r)
			}
			scripted = nil
			l.spoil(out, day, win)
			if err := l.send(out, d, win.to(), i); err != nil {
				return err
			}
		}
	}
	return nil
}

// spoil appends a line that was cut in its middle, once in an estate.
func (l *balancerLog) spoil(out *outbox, day time.Time, win window) {
	half := day.Equal(l.w.From().AddDate(0, 0, l.w.Days/2))
	if l.w.Clean || out.empty() || !half || l.b != l.w.cast.balancers[0] || win.from.Hour() != 12 {
		return
	}
	line := out.raw[bytes.LastIndexByte(out.raw[:len(out.raw)-1], '\n')+1:]
	cut := bytes.IndexByte(line, '"') + 24
	out.raw = append(append(out.raw, line[:cut]...), '\n')
	out.malformed()
}

func (l *balancerLog) line(out *outbox, d *dice, at time.Time) {
	r := request{at: at, client: favour(d, l.w.cast.visitors), agent: favour(d, l.w.cast.clients), page: page(d), method: "GET", status: 200}
	switch n := d.IntN(1000); {
	case n < 40:
		r.client, r.agent, r.page, r.status = pick(d, l.w.cast.scanners), pick(d, scannerAgents), pick(d, probes), 404
	case n < 48:
		r.status = pick(d, []int{502, 503, 504})
	case n < 75:
		r.status = 301
	case n < 125:
		r.status = pick(d, []int{304, 400, 401, 403, 404, 404, 429, 499})
	case n < 190:
		r.method, r.status = "POST", pick(d, []int{200, 201, 201, 302})
	case n < 193:
		r.method, r.page, r.status = "-", "", 400
	}
	l.b.write(out, d, r)
}

func page(d *dice) string {
	return strings.Replace(favour(d, pages), "$", strconv.Itoa(1000+int(d.ExpFloat64()*400)), 1)
}

func (l *balancerLog) send(out *outbox, d *dice, end time.Time, node int) error {
	b := l.b
	stem := b.account + "_elasticloadbalancing_" + b.region + "_"
	when := end.Format("_20060102T1504Z_")
	name := b.nodes[node%len(b.nodes)] + "_" + d.name(alnumLower, 8)
	switch b.kind {
	case "app":
		stem += "app." + b.name + "." + b.id + when + name + ".log.gz"
	case "net":
		stem += "net." + b.name + "." + b.id + when + d.name(hexDigits, 8) + ".log.gz"
	default:
		stem += b.name + when + name + ".log"
	}
	return out.send(ELBSource, awsKey(b.account, "elasticloadbalancing", b.region, end, stem), b.kind != "classic")
}

const alnumLower = "abcdefghijklmnopqrstuvwxyz0123456789"

// request is what a client wants of a balancer.
type request struct {
	at             time.Time
	client         string
	agent          string
	method, page   string // "-" and "" when the request cannot be understood
	status         int
	received, sent int // 0 draws them
}

func (b *balancer) write(out *outbox, d *dice, r request) {
	if r.received == 0 {
		r.received, r.sent = d.between(80, 900), d.size(9000)
	}
	switch b.kind {
	case "app":
		out.raw = b.appendApp(out.raw, d, &r)
	case "net":
		out.raw = b.appendNet(out.raw, d, &r)
	default:
		out.raw = b.appendClassic(out.raw, d, &r)
	}
	out.event(r.at)
}

// reached reports whether the request got to a target.
func (r *request) reached() bool {
	return r.status != 301 && r.status != 503 && r.status != 400 && r.status != 429
}

func (b *balancer) appendApp(dst []byte, d *dice, r *request) []byte {
	scheme, port, version := "https", ":443", "HTTP/1.1"
	switch {
	case r.status == 301:
		scheme, port = "http", ":80"
	case strings.HasPrefix(r.agent, "Mozilla"):
		scheme, version = "h2", "HTTP/2.0"
	}
	t := pick(d, b.targets)
	dst = appendMicros(append(append(dst, scheme...), ' '), r.at)
	dst = append(append(append(dst, ' '), b.path()...), ' ')
	dst = d.port(append(append(dst, r.client...), ':'))
	dst = b.appendTarget(append(dst, ' '), r, t)
	dst = r.appendTimes(dst, d, 3)
	dst = b.appendStatus(dst, r)
	dst = append(b.appendLine(dst, r, either(scheme == "h2", "https", scheme), port, version), ` "`...)
	dst = append(append(dst, r.agent...), `" `...)
	dst = append(dst, either(scheme == "http", "- -", "TLS_AES_128_GCM_SHA256 TLSv1.3")...)
	group := " arn:aws:elasticloadbalancing:" + b.region + ":" + b.account + ":targetgroup/" + b.name + "-targets/73e2d6bc24d8a067"
	dst = append(dst, either(r.reached(), group, " -")...)
	dst = strconv.AppendInt(append(dst, ` "Root=1-`...), r.at.Unix(), 16)
	dst = d.hex(append(dst, '-'), 24)
	dst = append(append(append(dst, `" "`...), either(scheme == "http", "-", b.domain)...), `" "`...)
	cert := "arn:aws:acm:" + b.region + ":" + b.account + ":certificate/2a108f19-aded-46b0-8493-c63eb1ef4a99"
	dst = append(append(dst, either(scheme == "http", "-", cert)...), `" `...)
	return b.appendActions(dst, d, r, t)
}

func (b *balancer) appendTarget(dst []byte, r *request, t *host) []byte {
	if !r.reached() {
		return append(dst, '-')
	}
	dst = append(append(dst, t.private...), ':')
	return appendInt(dst, t.port)
}

// appendTimes appends how long request, target and response took; -1 says that it never came to that.
func (r *request) appendTimes(dst []byte, d *dice, decimals int) []byte {
	if !r.reached() || r.status == 504 {
		return append(dst, " -1 -1 -1"...)
	}
	took := time.Duration(d.ExpFloat64() * float64(60*time.Millisecond))
	dst = appendSeconds(append(dst, ' '), time.Duration(d.IntN(1_400_000)), decimals)
	dst = appendSeconds(append(dst, ' '), took, decimals)
	return appendSeconds(append(dst, ' '), time.Duration(d.IntN(700_000)), decimals)
}

func (b *balancer) appendStatus(dst []byte, r *request) []byte {
	status := r.status
	if status == 499 {
		status = 460
	}
	dst = appendInt(append(dst, ' '), status)
	if r.reached() && r.status < 499 {
		dst = appendInt(append(dst, ' '), r.status)
	} else {
		dst = append(dst, " -"...)
	}
	dst = appendInt(append(dst, ' '), r.received)
	return append(appendInt(append(dst, ' '), r.sent), ' ')
}

// appendLine appends the request line in quotes.
func (b *balancer) appendLine(dst []byte, r *request, scheme, port, version string) []byte {
	dst = append(append(append(dst, '"'), r.method...), ' ')
	if r.page == "" {
		return append(append(append(append(dst, scheme...), "://"+b.domain...), port...), `- -"`...)
	}
	dst = append(append(append(append(dst, scheme...), "://"...), b.domain...), port...)
	dst = append(append(append(dst, r.page...), ' '), version...)
	return append(dst, '"')
}

// appendActions appends an ALB line from the rule's priority to its end.
func (b *balancer) appendActions(dst []byte, d *dice, r *request, t *host) []byte {
	dst = appendMicros(append(dst, "0 "...), r.at.Add(-time.Duration(d.IntN(90))*time.Millisecond).Truncate(time.Millisecond))
	target := `" "` + t.private + ":" + strconv.Itoa(t.port) + `" "`
	switch {
	case r.status == 301:
		dst = append(append(append(append(dst, ` "redirect" "https://`...), b.domain...), ":443"...), r.page...)
		dst = append(dst, `" "-" "-" "-" "-" "-"`...)
	case !r.reached():
		dst = append(append(dst, ` "-" "-" "`...), either(r.status == 400, "-", "TargetUnhealthy")...)
		dst = append(dst, `" "-" "-" `...)
		dst = append(dst, either(r.page == "", `"Severe" "UndefinedContentLengthSemantics"`, `"-" "-"`)...)
	default:
		dst = append(append(dst, ` "forward" "-" "-`...), target...)
		dst = append(appendInt(dst, r.status), `" `...)
		dst = append(dst, `"-" "-"`...)
	}
	return append(d.hex(append(dst, " TID_"...), 32), ` "-" "-" "-"`+"\n"...)
}

// appendNet appends a TLS connection of a network load balancer.
func (b *balancer) appendNet(dst []byte, d *dice, r *request) []byte {
	dst = r.at.AppendFormat(append(dst, "tls 2.0 "...), "2006-01-02T15:04:05")
	dst = append(append(append(append(dst, ' '), b.path()...), ' '), b.id...)
	t := pick(d, b.targets)
	dst = d.port(append(append(append(dst, ' '), r.client...), ':'))
	dst = append(append(append(append(dst, ' '), t.private...), ':'), "443 "...)
	lasted := d.IntN(40_000)
	dst = appendInt(append(appendInt(dst, lasted), ' '), d.between(1, 60))
	dst = appendInt(append(appendInt(append(dst, ' '), r.received), ' '), r.sent)
	failed := r.status >= 400
	dst = append(append(dst, ' '), either(failed, "42", "-")...)
	dst = append(dst, " arn:aws:acm:"+b.region+":"+b.account+":certificate/9c4e1a77-5b0d-4a11-8f5e-0d7c3b2a1f68 - "...)
	dst = append(dst, either(failed, "- - -", "TLS_AES_128_GCM_SHA256 tlsv13 x25519")...)
	dst = append(append(append(dst, ' '), b.domain...), ' ')
	dst = append(dst, either(d.chance(0.5), `h2 - "h2","http/1.1" `, "- - - ")...)
	return append(r.at.Add(-time.Duration(lasted)*time.Millisecond).AppendFormat(dst, "2006-01-02T15:04:05"), '\n')
}

// appendClassic appends a line of a classic load balancer: of HTTP, or now and then of a TCP listener.
func (b *balancer) appendClassic(dst []byte, d *dice, r *request) []byte {
	tcp := d.chance(0.1)
	dst = append(append(append(appendMicros(dst, r.at), ' '), b.name...), ' ')
	dst = d.port(append(append(dst, r.client...), ':'))
	dst = b.appendTarget(append(dst, ' '), r, pick(d, b.targets))
	dst = r.appendTimes(dst, d, 6)
	if tcp {
		dst = append(append(append(appendInt(append(dst, " - - "...), r.received), ' '), strconv.Itoa(r.sent)...), ` "- - - " "-" - -`...)
		return append(dst, '\n')
	}
	status := *r
	if !r.reached() {
		status.status = pickInt(r.status == 301, 503, r.status)
	}
	dst = b.appendLine(b.appendStatus(dst, &status), r, "http", ":80", "HTTP/1.1")
	return append(append(append(dst, ` "`...), r.agent...), "\" - -\n"...)
}

func pickInt(yes bool, a, b int) int {
	if yes {
		return a
	}
	return b
}
