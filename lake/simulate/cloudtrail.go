package simulate

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// trail is the CloudTrail delivery of one account and region.
type trail struct {
	w                  *world
	book               *book
	account, neighbour *account
	region             string
	span               time.Duration
	perDay             float64
	hosts              []*host
	buckets            []*bucket
	doubled, spoilt    bool      // the faults are done, or not this trail's
	files              []logFile // of the day, for the digest
}

// logFile is what a digest says of a delivered object.
type logFile struct {
	key, hash      string
	oldest, newest time.Time
}

func newTrails(w *world) []*trail {
	var ts []*trail
	rates := [][2]float64{{700, 200}, {300, 80}, {180, 40}}
	shared := newBook(everyday())
	for i, a := range w.cast.accounts {
		for j, region := range []string{primary, secondary} {
			t := &trail{
				w: w, book: shared, account: a, neighbour: w.cast.accounts[(i+1)%3], region: region, span: 4 * time.Hour, perDay: rates[i][j],
				hosts: w.cast.hostsOf(a.id, region), buckets: w.cast.bucketsOf(a),
			}
			t.doubled = w.Clean || len(ts) > 0
			t.spoilt = t.doubled
			if len(ts) == 0 {
				t.span = time.Hour
			}
			ts = append(ts, t)
		}
	}
	return ts
}

func (t *trail) day(out *outbox, day time.Time) error {
	d := newDice(t.w.Seed, CloudTrailSource, t.account.id, t.region, day.Format(time.DateOnly))
	t.files = t.files[:0]
	for _, win := range t.w.windows(d, day, t.span, t.perDay, machines()) {
		scripted := t.w.incident.calls(t, win)
		sessions := t.sessions(d, win.from)
		for i := 0; i < win.n || len(scripted) > 0; {
			i = t.fill(out, d, win, i, sessions)
			for _, c := range scripted {
				t.add(out, c)
			}
			scripted = nil
			if err := t.send(out, d, win); err != nil {
				return err
			}
		}
	}
	if t.region != primary || len(t.files) == 0 {
		return nil
	}
	return t.digest(out, d, day)
}

// objectEvents is how many events fit into one object.
const objectEvents = 5000

// fill writes the events from the i-th on, as many as an object holds, and returns the first that is left.
func (t *trail) fill(out *outbox, d *dice, win window, i int, sessions []*session) int {
	for last := i + objectEvents; i < win.n && i < last; i++ {
		// What happened shortly before a window may come with it, so that an object of the first hour has events of the day before.
		at := win.at(d, i).Add(-time.Duration(d.IntN(240)) * time.Second)
		if at.Before(t.w.From()) {
			at = t.w.From()
		}
		t.add(out, t.call(d, at, pick(d, sessions)))
	}
	return i
}

// call makes up what a session does next.
func (t *trail) call(d *dice, at time.Time, s *session) *call {
	c := &call{at: at.Truncate(time.Second), account: t.account, region: t.region, session: s, dice: d}
	c.entry = pick(d, t.book.menus[s.menu])
	for c.entry.service == "iam" && t.region != primary { // IAM is global: its events are delivered in one region
		c.entry = pick(d, t.book.menus[s.menu])
	}
	c.host, c.bucket = favour(d, t.hosts), favour(d, t.buckets)
	c.user, c.role = pick(d, t.account.users), pick(d, t.account.roles)
	c.failed = c.entry.fails != "" && d.chance(0.04)
	c.bytes = d.size(40_000)
	c.key = objectKey(d, c.bucket, at)
	c.request = c.entry.requestID(d)
	return c
}

func objectKey(d *dice, b *bucket, at time.Time) string {
	return b.folder + at.Format("2006/01/02/") + "part-" + strconv.Itoa(d.IntN(4000)) + ".json.gz"
}

func (t *trail) add(out *outbox, c *call) {
	if out.empty() {
		out.raw = append(out.raw, `{"Records":[`...)
	} else {
		out.raw = append(out.raw, ',')
	}
	out.raw = c.append(out.raw)
	out.event(c.at)
}

// send closes the object and delivers it: minutes after its window, at times hours, and one of them twice.
func (t *trail) send(out *outbox, d *dice, win window) error {
	if out.empty() {
		return nil
	}
	half := !win.from.Before(t.w.From().AddDate(0, 0, t.w.Days/2))
	if !t.spoilt && half && win.from.Hour() >= 14 {
		t.spoilt = true
		out.raw = append(out.raw, `,{"eventVersion":"1.11","userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"},"eventTime":,"eventSource":"sts.amazonaws.com"}`...)
		out.malformed()
	}
	out.raw = append(out.raw, `]}`...)
	arrived := win.to().Add(time.Duration(d.between(2, 9)) * time.Minute)
	if d.chance(0.02) {
		arrived = arrived.Add(time.Duration(d.between(3, 26)) * time.Hour)
		out.sum.Late++
	}
	key := t.key(d, arrived)
	t.note(out, key, win)
	if !t.doubled && half && win.from.Hour() >= 10 {
		t.doubled = true
		return out.sendTwice(CloudTrailSource, key, t.key(d, arrived.Add(5*time.Minute)), true)
	}
	return out.send(CloudTrailSource, key, true)
}

func (t *trail) key(d *dice, arrived time.Time) string {
	file := t.account.id + "_CloudTrail_" + t.region + arrived.Format("_20060102T1504Z_") + d.name(alnum, 16) + ".json.gz"
	return awsKey(t.account.id, "CloudTrail", t.region, arrived, file)
}

// note keeps what the day's digest will say of the object; the hash is over the unpacked bytes.
func (t *trail) note(out *outbox, key string, win window) {
	if t.region != primary {
		return
	}
	hash := sha256.Sum256(out.raw)
	t.files = append(t.files, logFile{key, hex.EncodeToString(hash[:]), win.from, out.tally.last})
}

// call is one event before it is written.
type call struct {
	at      time.Time
	account *account // that it happens in
	region  string
	session *session
	entry   *entry
	dice    *dice
	failed  bool

	host    *host
	bucket  *bucket
	key     string
	user    *user
	role    *role
	bytes   int
	request string
}

func (c *call) append(b []byte) []byte {
	b = append(b, `{"eventVersion":"`...)
	b = append(b, pick(c.dice, []string{"1.08", "1.09", "1.10", "1.11", "1.11", "1.11"})...)
	b = append(append(b, `","userIdentity":`...), c.session.identity...)
	b = appendTime(append(b, `,"eventTime":"`...), c.at)
	b = append(append(b, `","eventSource":"`...), c.entry.service...)
	b = append(append(b, `.amazonaws.com","eventName":"`...), c.entry.name...)
	b = append(append(b, `","awsRegion":"`...), c.region...)
	b = append(append(b, `","sourceIPAddress":"`...), c.session.address...)
	b = append(append(b, `","userAgent":"`...), c.agent()...)
	b = append(b, '"')
	b = c.appendOutcome(b)
	b = append(append(b, `,"requestID":"`...), c.request...)
	b = c.dice.uuid(append(b, `","eventID":"`...))
	b = strconv.AppendBool(append(b, `","readOnly":`...), c.entry.read)
	if c.entry.resources != nil {
		b = c.entry.resources.append(append(b, `,"resources":`...), c)
	}
	b = append(append(b, `,"eventType":"`...), c.entry.event...)
	b = strconv.AppendBool(append(b, `","managementEvent":`...), !c.entry.data)
	b = append(append(b, `,"recipientAccountId":"`...), c.account.id...)
	b = append(b, '"')
	if c.entry.shared && c.session.menu != human || c.session.menu == foreign {
		b = append(c.dice.uuid(append(b, `,"sharedEventID":"`...)), '"')
	}
	return append(c.appendTransport(b), '}')
}

// agent is the caller's user agent: S3 puts it in brackets.
func (c *call) agent() string {
	if c.entry.service == "s3" && c.session.menu != service {
		return "[" + c.session.agent + "]"
	}
	return c.session.agent
}

func (c *call) appendOutcome(b []byte) []byte {
	if c.failed && c.entry.code != nil {
		b = append(c.entry.code.append(append(b, `,"errorCode":"`...), c), '"')
	}
	if c.failed {
		b = append(c.entry.message.append(append(b, `,"errorMessage":"`...), c), '"')
	}
	b = c.appendOrNull(append(b, `,"requestParameters":`...), c.entry.params)
	if c.failed && c.entry.code != nil {
		b = append(b, `,"responseElements":null`...)
	} else {
		b = c.appendOrNull(append(b, `,"responseElements":`...), c.entry.response)
	}
	if c.entry.extra != nil {
		b = c.entry.extra.append(append(b, `,"additionalEventData":`...), c)
	}
	return b
}

func (c *call) appendOrNull(b []byte, t template) []byte {
	if t == nil {
		return append(b, "null"...)
	}
	return t.append(b, c)
}

func (c *call) appendTransport(b []byte) []byte {
	if c.session.endpoint != "" {
		b = append(append(b, `,"vpcEndpointId":"`...), c.session.endpoint...)
		b = append(append(b, `","vpcEndpointAccountId":"`...), c.account.id...)
		b = append(b, '"')
	}
	if c.entry.data {
		b = append(b, `,"eventCategory":"Data"`...)
	} else {
		b = append(b, `,"eventCategory":"Management"`...)
	}
	if c.session.menu != service {
		b = append(b, `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`...)
		b = append(c.entry.host.append(b, c), `"}`...)
	}
	if c.session.console {
		b = append(b, `,"sessionCredentialFromConsole":"true"`...)
	}
	return b
}
