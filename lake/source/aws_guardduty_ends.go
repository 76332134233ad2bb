package source

import "bytes"

// findingEnds are the values of a finding that tell who talked to whom, and the fields that they go to.
type findingEnds struct {
	direction, local, localV6, localPort, remote, remoteV6, remotePort In // of a connection
	private                                                            In // address of the instance
	probed, probedPort, prober, proberV6                               In // of a port probe
	callers, remotes                                                   []In

	toDirection, srcAddress, srcIP, srcPort, dstAddress, dstIP, dstPort Out
}

func (b *Binding) findingEnds() findingEnds {
	f := findingEnds{
		direction: b.In(gdConnection + ".connectionDirection"),
		local:     b.In(gdConnection + ".localIpDetails.ipAddressV4"), localV6: b.In(gdConnection + ".localIpDetails.ipAddressV6"),
		localPort: b.In(gdConnection + ".localPortDetails.port"),
		remote:    b.In(gdConnection + ".remoteIpDetails.ipAddressV4"), remoteV6: b.In(gdConnection + ".remoteIpDetails.ipAddressV6"),
		remotePort: b.In(gdConnection + ".remotePortDetails.port"),
		private:    b.In(gdInterface + ".privateIpAddress"),
		probed:     b.In(gdProbe + ".localIpDetails.ipAddressV4"), probedPort: b.In(gdProbe + ".localPortDetails.port"),
		prober: b.In(gdProbe + ".remoteIpDetails.ipAddressV4"), proberV6: b.In(gdProbe + ".remoteIpDetails.ipAddressV6"),
		callers: []In{b.In(gdKubernetes + ".sourceIPs[]")},

		toDirection: b.Out("network.direction"),
		srcAddress:  b.Out("source.address"), srcIP: b.Out("source.ip"), srcPort: b.Out("source.port"),
		dstAddress: b.Out("destination.address"), dstIP: b.Out("destination.ip"), dstPort: b.Out("destination.port"),
	}
	for _, action := range []string{gdAPICall, gdKubernetes, gdRDSLogin} {
		f.remotes = append(f.remotes, b.In(action+".remoteIpDetails.ipAddressV4"), b.In(action+".remoteIpDetails.ipAddressV6"))
	}
	return f
}

// first is the first of values that the record has.
func (e *Event) first(ins ...In) []byte {
	for _, in := range ins {
		if e.Has(in) {
			return e.Text(in)
		}
	}
	return nil
}

// setFindingEnds fills source and destination: the remote end is the source but for connections that go out.
func (e *Event) setFindingEnds(f *findingEnds) {
	direction := bytes.ToLower(e.Text(f.direction))
	e.Set(f.toDirection, direction)
	switch {
	case string(direction) == "outbound":
		e.setEnd(f.srcAddress, f.srcIP, f.srcPort, e.first(f.local, f.localV6, f.private), e.Text(f.localPort))
		e.setEnd(f.dstAddress, f.dstIP, f.dstPort, e.first(f.remote, f.remoteV6), e.Text(f.remotePort))
	case len(direction) > 0:
		e.setEnd(f.srcAddress, f.srcIP, f.srcPort, e.first(f.remote, f.remoteV6), e.Text(f.remotePort))
		e.setEnd(f.dstAddress, f.dstIP, f.dstPort, e.first(f.local, f.localV6, f.private), e.Text(f.localPort))
	case e.Has(f.prober) || e.Has(f.proberV6) || e.Has(f.probedPort):
		e.setEnd(f.srcAddress, f.srcIP, f.srcPort, e.first(f.prober, f.proberV6), nil)
		e.setEnd(f.dstAddress, f.dstIP, f.dstPort, e.first(f.probed, f.private), e.Text(f.probedPort))
	default:
		remote := e.first(f.remotes...)
		e.setEnd(f.srcAddress, f.srcIP, f.srcPort, remote, nil)
		if len(remote) == 0 {
			e.Set(f.srcIP, e.first(f.callers...))
		}
	}
}

func (e *Event) setEnd(address, ip, port Out, at, number []byte) {
	e.Set(address, at)
	e.Set(ip, at)
	if n, ok := parseInt(number); ok {
		e.SetInt(port, n)
	}
}
