package simulate

import (
	"time"
)

// conversation writes the one or two records of something that an interface saw, and returns how many; they are not more than room.
func (f *flowLog) conversation(out *outbox, d *dice, at time.Time, room int) int {
	h := favour(d, f.hosts)
	start := at.Truncate(time.Second)
	r := flow{host: h, start: start, end: start.Add(time.Duration(d.between(20, 60)) * time.Second), protocol: 6, srcPort: d.between(32768, 60999), flags: 3}
	r.packets = 4 + d.IntN(40)
	r.bytes = r.packets * d.between(52, 1100)
	if r.end.Unix() >= f.w.End.Unix() {
		r.end = f.w.End.Add(-time.Second)
	}
	switch n := d.IntN(100); {
	case n < 2:
		r.status = "NODATA"
		if n == 0 && d.chance(0.3) {
			r.status = "SKIPDATA"
		}
	case n < 16:
		f.probe(d, &r)
	case n < 18:
		r.src, r.dst, r.protocol, r.srcPort, r.flags = pick(d, f.w.cast.visitors[:40]), h.private, 1, 0, 0
		r.packets, r.bytes = 4, 336
	default:
		f.exchange(d, &r, n)
		f.add(out, r)
		if room < 2 {
			return 1
		}
		back := r.reply()
		back.packets += d.IntN(6)
		back.bytes = back.packets * d.between(52, 1400)
		f.add(out, back)
		return 2
	}
	f.add(out, r)
	return 1
}

// probe is a scanner at the door.
func (f *flowLog) probe(d *dice, r *flow) {
	r.src, r.dst = pick(d, f.w.cast.scanners), r.host.private
	r.dstPort = pick(d, []int{22, 23, 80, 445, 1433, 3389, 5900, 6379, 8080, 9200})
	r.reject, r.flags, r.packets, r.why = true, 2, 1, either(d.chance(0.1), "BPA", "")
	r.bytes = 40 + 4*d.IntN(6)
}

// exchange is a connection of a host that is answered.
func (f *flowLog) exchange(d *dice, r *flow, n int) {
	h, peer := r.host, pick(d, f.hosts)
	for peer == h {
		peer = pick(d, f.hosts)
	}
	switch {
	case n < 45 && h.port == 443 && d.chance(0.15):
		r.src, r.dst, r.dstPort = "2001:db8:f00d:"+d.name(nonZeroHex, 2)+"::"+d.name(nonZeroHex, 3), h.v6, 443
	case n < 45 && h.port == 443:
		r.src, r.dst, r.dstPort = favour(d, f.w.cast.visitors[:400]), h.private, 443
	case n < 60:
		r.src, r.dst, r.dstPort = peer.private, h.private, h.port
	case n < 75:
		r.src, r.dst, r.dstPort, r.protocol, r.flags, r.egress = h.private, f.resolver, 53, 17, 0, true
		r.packets, r.bytes = 1, d.between(60, 110)
	case n < 88:
		r.src, r.dst, r.dstPort, r.egress = h.private, "192.0.2."+string(appendInt(nil, 200+d.IntN(30))), 443, true
		r.dstAWS = pick(d, []string{"S3", "AMAZON", "DYNAMODB", "EC2"})
	default:
		r.src, r.dst, r.dstPort, r.egress = h.private, peer.private, peer.port, true
		if h.public != "" && d.chance(0.2) {
			r.pktDst = "10.255.0." + string(appendInt(nil, d.between(4, 40)))
		}
		if d.chance(0.1) {
			r.cluster, r.task = "shared-tools", "0"+d.name(hexDigits, 31)
		}
	}
}
