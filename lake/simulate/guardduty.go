package simulate

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

const detectorID = "12abc34d567e8fa901bc2d34e56789f0"

// finding is one export of a GuardDuty finding; an update exports it again.
type finding struct {
	account             *account
	region              string
	id, kind            string
	severity            float64
	title, description  string
	resource, action    string // JSON
	created, updated    time.Time
	firstSeen, lastSeen time.Time
	count               int
}

func (f finding) append(b []byte) []byte {
	return fmt.Appendf(b, `{"schemaVersion":"2.0","accountId":%q,"region":%q,"partition":"aws","id":%q,"arn":"arn:aws:guardduty:%s:%s:detector/%s/finding/%s",`+
		`"type":%q,"resource":%s,"service":{"serviceName":"guardduty","detectorId":%q,"action":%s,"resourceRole":"TARGET",`+
		`"additionalInfo":{"value":"{}","type":"default"},"evidence":null,"eventFirstSeen":%q,"eventLastSeen":%q,"archived":false,"count":%d},`+
		`"severity":%s,"createdAt":%q,"updatedAt":%q,"title":%q,"description":%q}`+"\n",
		f.account.id, f.region, f.id, f.region, f.account.id, detectorID, f.id,
		f.kind, f.resource, detectorID, f.action, millis(f.firstSeen), millis(f.lastSeen), f.count,
		strconv.FormatFloat(f.severity, 'f', -1, 64), millis(f.created), millis(f.updated), f.title, f.description)
}

func millis(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }

// again is the finding's update.
func (f finding) again(at time.Time, count int) finding {
	f.updated, f.lastSeen, f.count = at, at.Add(-7*time.Minute).Truncate(time.Second), count
	return f
}

// guardDutyDay exports the day's new and updated findings, an object for each account's hour that has some.
func (w *world) guardDutyDay(out *outbox, day time.Time) error {
	d := newDice(w.Seed, GuardDutySource, day.Format(time.DateOnly))
	all := within(window{from: day, span: 24 * time.Hour}, w.incident.alerts, func(f finding) time.Time { return f.updated })
	for range int(1.6*w.Scale + d.Float64()) {
		f := w.finding(d, day.Add(time.Duration(d.IntN(17*3600_000))*time.Millisecond))
		all = append(all, f)
		for i := range d.IntN(4) {
			all = append(all, f.again(f.updated.Add(time.Duration(i+1)*95*time.Minute), f.count+(i+1)*d.between(1, 9)))
		}
	}
	slices.SortStableFunc(all, func(a, b finding) int { return a.updated.Compare(b.updated) })
	for len(all) > 0 {
		f := all[0]
		rest := all[:0:0]
		for _, g := range all {
			if g.account != f.account || g.region != f.region || !g.updated.Truncate(time.Hour).Equal(f.updated.Truncate(time.Hour)) {
				rest = append(rest, g)
				continue
			}
			out.raw = g.append(out.raw)
			out.event(g.updated)
		}
		all = rest
		key := awsKey(f.account.id, "GuardDuty", f.region, f.updated, string(d.uuid(nil))+".jsonl.gz")
		if err := out.send(GuardDutySource, key, true); err != nil {
			return err
		}
	}
	return nil
}

// finding is something ordinary that GuardDuty says.
func (w *world) finding(d *dice, at time.Time) finding {
	f := finding{account: favour(d, w.cast.accounts), region: primary, id: d.name(hexDigits, 32), created: at, updated: at, count: d.between(1, 4)}
	f.lastSeen = at.Add(-5 * time.Minute).Truncate(time.Second)
	f.firstSeen = f.lastSeen.Add(-time.Duration(d.IntN(3600)) * time.Second)
	h := w.cast.hostsOf(f.account.id, primary)[d.IntN(2)]
	scanner := pick(d, w.cast.scanners)
	switch d.IntN(4) {
	case 0:
		f.kind, f.severity, f.title = "Recon:EC2/PortProbeUnprotectedPort", 2, "Unprotected port on EC2 instance "+h.id+" is being probed."
		f.description = "EC2 instance has an unprotected port which is being probed by a known malicious host."
		f.action = `{"actionType":"PORT_PROBE","portProbeAction":{"blocked":false,"portProbeDetails":[{"localPortDetails":{"port":443,"portName":"HTTPS"},"remoteIpDetails":` + remote(scanner) + `,"localIpDetails":{"ipAddressV4":"` + h.private + `"}}]}}`
		f.resource = instanceResource(h)
	case 1:
		f.kind, f.severity, f.title = "UnauthorizedAccess:EC2/SSHBruteForce", 2, scanner+" is performing SSH brute force attacks against "+h.id+"."
		f.description = scanner + " is performing SSH brute force attacks against " + h.id + ". Brute force attacks are used to gain unauthorized access to your instance by guessing the SSH password."
		f.action = connection("INBOUND", scanner, h.private, 22, "SSH")
		f.resource = instanceResource(h)
	case 2:
		f.kind, f.severity, f.title = "CryptoCurrency:EC2/BitcoinTool.B!DNS", 8.5, "Bitcoin-related domain name queried by EC2 instance "+h.id+"."
		f.description = "EC2 instance " + h.id + " is querying a domain name that is associated with Bitcoin-related activity."
		f.action = `{"actionType":"DNS_REQUEST","dnsRequestAction":{"domain":"pool.example.org","protocol":"UDP","blocked":false}}`
		f.resource = instanceResource(h)
	default:
		u := pick(d, f.account.users)
		f.kind, f.severity, f.title = "Discovery:IAMUser/AnomalousBehavior", 5, "User "+u.name+" is anomalously invoking APIs commonly used in Discovery tactics."
		f.description = "APIs commonly used in Discovery tactics were invoked by user " + u.name + " under unusual circumstances."
		f.action = apiCall("DescribeInstances", "ec2.amazonaws.com", u.address)
		f.resource = keyOf(u, u.key)
	}
	return f
}

func remote(address string) string {
	return `{"ipAddressV4":"` + address + `","organization":{"asn":"64500","asnOrg":"Example Hosting","isp":"Example Hosting","org":"Example Hosting"},"country":{"countryName":"Iceland"},"city":{"cityName":"Akureyri"},"geoLocation":{"lat":65.68,"lon":-18.1}}`
}

func connection(direction, address, private string, port int, name string) string {
	return fmt.Sprintf(`{"actionType":"NETWORK_CONNECTION","networkConnectionAction":{"connectionDirection":%q,"localPortDetails":{"port":%d,"portName":%q},"protocol":"TCP","blocked":false,"remotePortDetails":{"port":50312,"portName":"Unknown"},"localIpDetails":{"ipAddressV4":%q},"remoteIpDetails":%s}}`,
		direction, port, name, private, remote(address))
}

func apiCall(api, service, address string) string {
	return fmt.Sprintf(`{"actionType":"AWS_API_CALL","awsApiCallAction":{"api":%q,"serviceName":%q,"callerType":"Remote IP","remoteIpDetails":%s,"affectedResources":{}}}`, api, service, remote(address))
}

func instanceResource(h *host) string {
	return fmt.Sprintf(`{"resourceType":"Instance","instanceDetails":{"instanceId":%q,"instanceType":"m7g.large","launchTime":"2025-11-03T09:12:44.000Z","platform":null,"productCodes":[],"iamInstanceProfile":{"arn":"arn:aws:iam::%s:instance-profile/app-server","id":"AIPAEXAMPLE0000000001"},`+
		`"networkInterfaces":[{"networkInterfaceId":%q,"ipv6Addresses":[],"privateDnsName":"","privateIpAddress":%q,"privateIpAddresses":[{"privateDnsName":"","privateIpAddress":%q}],"publicDnsName":"","publicIp":%q,"subnetId":%q,"vpcId":%q,"securityGroups":[{"groupName":"default","groupId":%q}]}],`+
		`"tags":[{"key":"Name","value":%q}],"instanceState":"running","availabilityZone":%q,"imageId":"ami-0a1b2c3d4e5f60718","imageDescription":"Amazon Linux 2023"}}`,
		h.id, h.account, h.eni, h.private, h.private, h.public, h.subnet, h.vpc, h.sg, h.name, h.az)
}

func keyOf(u *user, key string) string {
	return fmt.Sprintf(`{"resourceType":"AccessKey","accessKeyDetails":{"accessKeyId":%q,"principalId":%q,"userType":"IAMUser","userName":%q}}`, key, u.id, u.name)
}

// writeFindings is how GuardDuty tells the story: one finding, exported three times.
func (s *script) writeFindings() {
	u := s.cast.accounts[0].users[1]
	b := s.cast.buckets[0]
	f := finding{
		account: s.cast.accounts[0], region: primary, id: findingID, kind: "Exfiltration:S3/AnomalousBehavior", severity: 8,
		title:       "An IAM entity invoked S3 API GetObject in a suspicious way.",
		description: "User " + u.name + " read objects of the bucket " + b.name + " from " + intruderAddress + ", an address and a place that it never used before.",
		action:      apiCall("GetObject", "s3.amazonaws.com", intruderAddress),
		resource: fmt.Sprintf(`{"resourceType":"S3Bucket","accessKeyDetails":{"accessKeyId":%q,"principalId":%q,"userType":"IAMUser","userName":%q},"s3BucketDetails":[{"arn":"arn:aws:s3:::%s","name":%q,"type":"Destination","createdAt":1690000000.0,"owner":{"id":%q},"tags":[],"defaultServerSideEncryption":{"encryptionType":"AES256","kmsMasterKeyArn":null},"publicAccess":{"effectivePermission":"NOT_PUBLIC"}}],"instanceDetails":null}`,
			backdoorKey, u.id, u.name, b.name, b.name, b.account.owner),
		firstSeen: s.minute(50), count: 1,
	}
	f.created = s.minute(58).Add(417 * time.Millisecond)
	s.alerts = []finding{
		f.again(f.created, 1),
		f.again(s.minute(75).Add(88*time.Millisecond), 96),
		f.again(s.minute(360).Add(902*time.Millisecond), objectsRead),
	}
}
