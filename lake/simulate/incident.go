package simulate

import (
	"strconv"
	"time"
)

// What is fixed about the incident, whatever the seed.
const (
	intruderAddress = "203.0.113.77"
	intruderAgent   = "Boto3/1.34.2 md/Botocore#1.34.2 ua/2.0 os/linux#6.6.15-amd64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.2"
	intruderBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"
	victimUser      = "dana.reyes"
	backdoorUser    = "svc-backup"
	leakedKey       = "AKIAQ7DRNTLKEEXAMPLE"
	backdoorKey     = "AKIAZ3XBKDR02EXAMPLE"
	consoleKey      = "ASIAW5CNSLK77EXAMPLE"
	victimInstance  = "i-0b5ec4a7d1f20c693"
	victimPrivate   = "10.0.2.77"
	victimPublic    = "192.0.2.77"
	victimBucket    = "example-corp-customer-exports"
	findingID       = "d2c7a5f04b1e4e0f9a63c8b7e1d40f52"
	objectsRead     = 320
)

// Incident is a leaked access key and what became of it, all from one address, in about six hours:
// a console login without MFA, a look around with many denied calls, probes of the shop and the web server,
// a key for a second user, ssh opened to the world and used, a bucket read out, an attempt to stop the trail, and GuardDuty's finding.
// On the next morning, an operator turns the keys off and closes the port.
type Incident struct {
	Address         string // the intruder's; nothing else in the estate has it
	Account, Region string
	Victim          string // the user whose key leaked
	VictimARN       string
	LeakedKey       string
	ConsoleKey      string // of the intruder's console session
	BackdoorUser    string
	BackdoorKey     string // made by the intruder
	Instance        string
	InstancePrivate string
	InstancePublic  string
	SecurityGroup   string
	Bucket          string
	ObjectsRead     int
	FindingID       string
	From, To        time.Time      // first and last record with the address, both inclusive
	Records         map[string]int // records with the address, by source
}

// script is the incident as records that the streams weave in.
type script struct {
	Incident
	cast   *cast
	dice   *dice
	start  time.Time
	host   *host
	trail  []*call
	ssh    []flow
	web    []request
	reads  []access
	pages  []visit
	alerts []finding
}

func newScript(e Estate, c *cast) *script {
	day := e.End.AddDate(0, 0, -3)
	if day.Before(e.From()) {
		day = e.From()
	}
	s := &script{cast: c, dice: newDice(0, "incident"), start: day.Add(2*time.Hour + 11*time.Minute + 7*time.Second)}
	victim := c.accounts[0].users[0]
	for _, h := range c.hosts {
		if h.id == victimInstance {
			s.host = h
		}
	}
	s.Incident = Incident{
		Address: intruderAddress, Account: prodAccount, Region: primary,
		Victim: victimUser, VictimARN: victim.arn(), LeakedKey: leakedKey, ConsoleKey: consoleKey,
		BackdoorUser: backdoorUser, BackdoorKey: backdoorKey,
		Instance: victimInstance, InstancePrivate: victimPrivate, InstancePublic: victimPublic, SecurityGroup: s.host.sg,
		Bucket: victimBucket, ObjectsRead: objectsRead, FindingID: findingID,
	}
	s.writeCalls(victim)
	s.writeTraffic()
	s.writeReadOut()
	s.writeFindings()
	s.count()
	return s
}

// minute is an instant of the story.
func (s *script) minute(m float64) time.Time {
	return s.start.Add(time.Duration(m * float64(time.Minute))).Truncate(time.Second)
}

// over reports whether the intruder's keys have been turned off.
func (s *script) over(at time.Time) bool {
	return !s.start.IsZero() && at.After(s.start.Add(24*time.Hour))
}

// writeTraffic plays what the network, the shop and the web server see.
func (s *script) writeTraffic() {
	d := s.dice
	for i := range 12 {
		at := s.minute(20 + float64(i))
		s.ssh = append(s.ssh, flow{host: s.host, src: intruderAddress, dst: victimPrivate, srcPort: 40100 + i, dstPort: 22, protocol: 6,
			packets: 1, bytes: 60, start: at, end: at.Add(40 * time.Second), reject: true, flags: 2})
	}
	for i := range 24 {
		at := s.minute(37 + 2.5*float64(i))
		in := flow{host: s.host, src: intruderAddress, dst: victimPrivate, srcPort: 51020 + i/8, dstPort: 22, protocol: 6,
			packets: 30 + d.IntN(400), start: at, end: at.Add(58 * time.Second), flags: 2}
		in.bytes = in.packets * d.between(60, 130)
		back := in.reply()
		back.bytes = back.packets * d.between(200, 1380)
		s.ssh = append(s.ssh, in, back)
	}
	for i := range 36 {
		r := request{at: s.minute(12 + float64(i)/2).Add(time.Duration(d.IntN(900_000)) * time.Microsecond), client: intruderAddress, agent: intruderBrowser, method: "GET", page: probes[i%len(probes)], status: 404}
		if i%9 == 8 {
			r.method, r.page, r.status = "POST", "/login", 401
		}
		s.web = append(s.web, r)
	}
	for i := range 22 {
		v := visit{at: s.minute(14 + float64(i)*0.7), address: intruderAddress, user: "-", line: "GET " + probes[(i*3)%len(probes)] + " HTTP/1.1", status: 404, bytes: 196, referrer: "-", agent: intruderBrowser}
		if i%7 == 6 {
			v.line, v.status, v.bytes = "POST /admin/login HTTP/1.1", 401, 512
		}
		s.pages = append(s.pages, v)
	}
}

// writeReadOut plays the bucket's end, in CloudTrail's data events and in S3's own log under the same request ids.
func (s *script) writeReadOut() {
	second := *s.cast.accounts[0].users[1]
	second.key, second.address, second.agent = backdoorKey, intruderAddress, intruderAgent
	session := userSession(&second, human)
	bucket := s.cast.buckets[0]
	for i := range 3 + objectsRead {
		at := s.minute(50 + float64(i)/8)
		a := access{at: at, address: intruderAddress, requester: second.arn(), request: s.dice.name(upperAlnum, 16), method: "GET", status: 200,
			operation: "REST.GET.OBJECT", key: bucket.folder + "2026/customers-" + strconv.Itoa(1000+i) + ".csv.gz", agent: intruderAgent, referrer: "-"}
		what := action{service: "s3", name: "GetObject", read: true, data: true, params: objectParams, extra: s3Read, resources: objectResource}
		if i < 3 {
			a.operation, a.key, a.query = "REST.GET.BUCKET", "", "?list-type=2&prefix=exports%2F&max-keys=1000"
			what = action{service: "s3", name: "ListObjects", read: true, data: true, params: bucketParams + `,"list-type":"2","prefix":"exports/"}`, extra: s3Extra, resources: bucketResource}
		}
		a.size = 180_000 + s.dice.IntN(2_400_000)
		a.sent = a.size
		s.reads = append(s.reads, a)
		c := s.call(at, session, what)
		c.key, c.request, c.bytes = a.key, a.request, a.size
	}
}

// count fills in how often the address is in each log, and when first and last.
func (s *script) count() {
	s.Records = map[string]int{
		VPCFlowSource: len(s.ssh), ELBSource: len(s.web), S3AccessSource: len(s.reads), ApacheSource: len(s.pages), GuardDutySource: len(s.alerts),
	}
	s.From, s.To = s.start, s.start
	seen := func(t time.Time) {
		if t.After(s.To) {
			s.To = t
		}
	}
	for _, c := range s.trail {
		if c.session.address == intruderAddress {
			s.Records[CloudTrailSource]++
			seen(c.at)
		}
	}
	for _, f := range s.ssh {
		seen(f.end)
	}
	for _, a := range s.alerts {
		seen(a.updated)
	}
}

func within[T any](win window, all []T, at func(T) time.Time) []T {
	var some []T
	for _, x := range all {
		if win.holds(at(x)) {
			some = append(some, x)
		}
	}
	return some
}

func (s *script) calls(t *trail, win window) []*call {
	if t.account.id != prodAccount || t.region != primary {
		return nil
	}
	return within(win, s.trail, func(c *call) time.Time { return c.at })
}

func (s *script) flows(f *flowLog, win window) []flow {
	if f.account != prodAccount || f.region != primary {
		return nil
	}
	return within(win, s.ssh, func(r flow) time.Time { return r.start })
}

func (s *script) requests(b *balancer, win window) []request {
	if b != s.cast.balancers[0] {
		return nil
	}
	return within(win, s.web, func(r request) time.Time { return r.at })
}

func (s *script) accesses(b *bucket, win window) []access {
	if b.name != victimBucket {
		return nil
	}
	return within(win, s.reads, func(a access) time.Time { return a.at })
}

func (s *script) visits(win window) []visit {
	return within(win, s.pages, func(v visit) time.Time { return v.at })
}
