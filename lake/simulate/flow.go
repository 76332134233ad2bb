package simulate

import (
	"strings"
	"time"
)

// flowLog is one VPC flow log: its fields are its own choice.
type flowLog struct {
	w        *world
	id       string
	account  string
	region   string
	perDay   float64
	version  string
	header   string
	fields   []string
	hosts    []*host
	resolver string
}

const (
	flowDefault = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
	flowCustom  = "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags flow-direction traffic-path region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service log-status"
	flowLatest  = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status instance-id flow-direction ecs-cluster-name ecs-task-id reject-reason"
)

func newFlowLogs(w *world) []*flowLog {
	return []*flowLog{
		newFlowLog(w, prodAccount, primary, 1500, "5", flowCustom),
		newFlowLog(w, prodAccount, secondary, 500, "5", flowCustom),
		newFlowLog(w, devAccount, primary, 500, "2", flowDefault),
		newFlowLog(w, devAccount, secondary, 150, "2", flowDefault),
		newFlowLog(w, sharedAccount, primary, 350, "8", flowLatest),
	}
}

func newFlowLog(w *world, account, region string, perDay float64, version, header string) *flowLog {
	f := &flowLog{w: w, account: account, region: region, perDay: perDay, version: version, header: header, fields: strings.Fields(header)}
	f.id = "fl-0" + newDice(0, "flow log", account, region).name(hexDigits, 16)
	f.hosts = w.cast.hostsOf(account, region)
	f.resolver = f.hosts[0].private[:strings.IndexByte(f.hosts[0].private[3:], '.')+3] + ".0.2"
	return f
}

func (f *flowLog) day(out *outbox, day time.Time) error {
	d := newDice(f.w.Seed, VPCFlowSource, f.account, f.region, day.Format(time.DateOnly))
	for _, win := range f.w.windows(d, day, 3*time.Hour, f.perDay, machines()) {
		scripted := f.w.incident.flows(f, win)
		for i := 0; i < win.n || len(scripted) > 0; {
			f.start(out)
			for last := i + 50_000; i < win.n && i < last; {
				i += f.conversation(out, d, win.at(d, i), win.n-i)
			}
			for _, r := range scripted {
				f.add(out, r)
			}
			scripted = nil
			if err := f.send(out, d, win.to()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *flowLog) start(out *outbox) {
	out.raw = append(append(out.raw, f.header...), '\n')
}

func (f *flowLog) send(out *outbox, d *dice, end time.Time) error {
	file := f.account + "_vpcflowlogs_" + f.region + "_" + f.id + end.Format("_20060102T1504Z_") + d.name(hexDigits, 8) + ".log.gz"
	return out.send(VPCFlowSource, awsKey(f.account, "vpcflowlogs", f.region, end, file), true)
}

// flow is one record.
type flow struct {
	host               *host
	src, dst           string
	srcPort, dstPort   int
	protocol           int
	packets, bytes     int
	start, end         time.Time
	reject             bool
	flags              int
	egress             bool
	status             string // "" is OK; the others have no traffic
	srcAWS, dstAWS     string
	pktSrc, pktDst     string // when NAT or a load balancer hides them
	cluster, task, why string
}

func (r flow) reply() flow {
	r.src, r.dst, r.srcPort, r.dstPort = r.dst, r.src, r.dstPort, r.srcPort
	r.pktSrc, r.pktDst, r.srcAWS, r.dstAWS = r.pktDst, r.pktSrc, r.dstAWS, r.srcAWS
	r.egress = !r.egress
	if r.flags == 3 {
		r.flags = 19
	}
	return r
}

// add writes a record and counts it at the end of its capture window, which is its time.
func (f *flowLog) add(out *outbox, r flow) {
	out.raw = f.append(out.raw, r)
	out.event(r.end)
}

func (f *flowLog) append(b []byte, r flow) []byte {
	for i, name := range f.fields {
		if i > 0 {
			b = append(b, ' ')
		}
		b = f.appendField(b, name, &r)
	}
	return append(b, '\n')
}

func (f *flowLog) appendField(b []byte, name string, r *flow) []byte {
	switch name {
	case "version":
		return append(b, f.version...)
	case "account-id":
		return append(b, f.account...)
	case "interface-id":
		return append(b, r.host.eni...)
	case "start":
		return appendInt(b, r.start.Unix())
	case "end":
		return appendInt(b, r.end.Unix())
	case "vpc-id":
		return append(b, r.host.vpc...)
	case "subnet-id":
		return append(b, r.host.subnet...)
	case "instance-id":
		return append(b, r.host.id...)
	case "region":
		return append(b, f.region...)
	case "az-id":
		return append(append(b, azPrefix(f.region)...), '1'+r.host.az[len(r.host.az)-1]-'a')
	case "log-status":
		return append(b, orElse(r.status, "OK")...)
	}
	if r.status != "" {
		return append(b, '-')
	}
	return r.appendTraffic(b, name)
}

// appendTraffic appends a field that records without traffic lack.
func (r *flow) appendTraffic(b []byte, name string) []byte {
	switch name {
	case "srcaddr":
		return append(b, r.src...)
	case "dstaddr":
		return append(b, r.dst...)
	case "srcport":
		return appendInt(b, r.srcPort)
	case "dstport":
		return appendInt(b, r.dstPort)
	case "protocol":
		return appendInt(b, r.protocol)
	case "packets":
		return appendInt(b, r.packets)
	case "bytes":
		return appendInt(b, r.bytes)
	case "action":
		return append(b, either(r.reject, "REJECT", "ACCEPT")...)
	case "type":
		return append(b, either(strings.Contains(r.src, ":"), "IPv6", "IPv4")...)
	case "pkt-srcaddr":
		return append(b, orElse(r.pktSrc, r.src)...)
	case "pkt-dstaddr":
		return append(b, orElse(r.pktDst, r.dst)...)
	case "tcp-flags":
		return appendInt(b, r.flags)
	case "flow-direction":
		return append(b, either(r.egress, "egress", "ingress")...)
	case "traffic-path":
		return append(b, either(r.egress && !r.reject && r.dst[:3] != "10.", "8", "-")...)
	case "pkt-src-aws-service":
		return append(b, orElse(r.srcAWS, "-")...)
	case "pkt-dst-aws-service":
		return append(b, orElse(r.dstAWS, "-")...)
	case "ecs-cluster-name":
		return append(b, orElse(r.cluster, "-")...)
	case "ecs-task-id":
		return append(b, orElse(r.task, "-")...)
	case "reject-reason":
		return append(b, orElse(r.why, "-")...)
	}
	return append(b, '-')
}

func azPrefix(region string) string { return either(region == primary, "use1-az", "euw1-az") }

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func orElse(s, other string) string { return either(s != "", s, other) }
