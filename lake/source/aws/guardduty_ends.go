package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// findingEnds are the values of a finding that tell who talked to whom, and the fields that they go to.
type findingEnds struct {
	direction, local, localV6, localPort, remote, remoteV6, remotePort source.In // of a connection
	private                                                            source.In // address of the instance
	probed, probedPort, prober, proberV6                               source.In // of a port probe
	callers, remotes                                                   []source.In

	toDirection, srcAddress, srcIP, srcPort, dstAddress, dstIP, dstPort source.Out
}

func bindFindingEnds(b *source.Binding) findingEnds {
	f := findingEnds{
		direction: b.In(gdConnection + ".connectionDirection"),
		local:     b.In(gdConnection + ".localIpDetails.ipAddressV4"), localV6: b.In(gdConnection + ".localIpDetails.ipAddressV6"),
		localPort: b.In(gdConnection + ".localPortDetails.port"),
		remote:    b.In(gdConnection + ".remoteIpDetails.ipAddressV4"), remoteV6: b.In(gdConnection + ".remoteIpDetails.ipAddressV6"),
		remotePort: b.In(gdConnection + ".remotePortDetails.port"),
		private:    b.In(gdInterface + ".privateIpAddress"),
		probed:     b.In(gdProbe + ".localIpDetails.ipAddressV4"), probedPort: b.In(gdProbe + ".localPortDetails.port"),
		prober: b.In(gdProbe + ".remoteIpDetails.ipAddressV4"), proberV6: b.In(gdProbe + ".remoteIpDetails.ipAddressV6"),
		callers: []source.In{b.In(gdKubernetes + ".sourceIPs[]")},

		toDirection: b.Out("network.direction"),
		srcAddress:  b.Out("source.address"), srcIP: b.Out("source.ip"), srcPort: b.Out("source.port"),
		dstAddress: b.Out("destination.address"), dstIP: b.Out("destination.ip"), dstPort: b.Out("destination.port"),
	}
	for _, action := range []string{gdAPICall, gdKubernetes, gdRDSLogin} {
		f.remotes = append(f.remotes, b.In(action+".remoteIpDetails.ipAddressV4"), b.In(action+".remoteIpDetails.ipAddressV6"))
	}
	return f
}

// setFindingEnds fills source and destination: the remote end is the source but for connections that go out.
func setFindingEnds(e *source.Event, f *findingEnds) {
	direction := bytes.ToLower(e.Text(f.direction))
	e.Set(f.toDirection, direction)
	switch {
	case string(direction) == "outbound":
		setEnd(e, f.srcAddress, f.srcIP, f.srcPort, e.First(f.local, f.localV6, f.private), e.Text(f.localPort))
		setEnd(e, f.dstAddress, f.dstIP, f.dstPort, e.First(f.remote, f.remoteV6), e.Text(f.remotePort))
	case len(direction) > 0:
		setEnd(e, f.srcAddress, f.srcIP, f.srcPort, e.First(f.remote, f.remoteV6), e.Text(f.remotePort))
		setEnd(e, f.dstAddress, f.dstIP, f.dstPort, e.First(f.local, f.localV6, f.private), e.Text(f.localPort))
	case e.Has(f.prober) || e.Has(f.proberV6) || e.Has(f.probedPort):
		setEnd(e, f.srcAddress, f.srcIP, f.srcPort, e.First(f.prober, f.proberV6), nil)
		setEnd(e, f.dstAddress, f.dstIP, f.dstPort, e.First(f.probed, f.private), e.Text(f.probedPort))
	default:
		remote := e.First(f.remotes...)
		setEnd(e, f.srcAddress, f.srcIP, f.srcPort, remote, nil)
		if len(remote) == 0 {
			e.Set(f.srcIP, e.First(f.callers...))
		}
	}
}

func setEnd(e *source.Event, address, ip, port source.Out, at, number []byte) {
	e.Set(address, at)
	e.Set(ip, at)
	if n, ok := source.ParseInt(number); ok {
		e.SetInt(port, n)
	}
}
