package ocsf

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// finish fills what depends on more than one value.
func finish(b *source.Binding) func(*source.Event) error {
	steps := []func(*source.Event){
		classify(b), nameAction(b), tellOutcome(b), setDuration(b), tellDirection(b), setHardware(b), setPlaces(b), setSystem(b), splitURL(b),
		describeFile(b), setImageHash(b), setCertificate(b), setFlags(b), nameFramework(b), collect(b),
	}
	return func(e *source.Event) error {
		for _, step := range steps {
			step(e)
		}
		return nil
	}
}

// nameAction makes the activity an action: "Access Error" is access-error.
func nameAction(b *source.Binding) func(*source.Event) {
	activity, action := b.In("activity_name"), b.Out("event.action")
	var name []byte
	return func(e *source.Event) {
		name = name[:0]
		for _, c := range e.Text(activity) {
			switch {
			case c == ' ' || c == ':':
				c = '-'
			case c >= 'A' && c <= 'Z':
				c |= 0x20
			}
			name = append(name, c)
		}
		e.Set(action, name)
	}
}

// tellOutcome goes by the status: https://schema.ocsf.io/1.3.0/classes/base_event
func tellOutcome(b *source.Binding) func(*source.Event) {
	id, name, outcome := b.In("status_id"), b.In("status"), b.Out("event.outcome")
	return func(e *source.Event) {
		switch status := string(e.Text(id)); {
		case status == "1", status == "" && string(e.Text(name)) == "Success":
			e.SetText(outcome, "success")
		case status == "2", status == "" && string(e.Text(name)) == "Failure":
			e.SetText(outcome, "failure")
		case status == "0":
			e.SetText(outcome, "unknown")
		}
	}
}

// setDuration makes nanoseconds of milliseconds.
func setDuration(b *source.Binding) func(*source.Event) {
	ms, duration := b.In("duration"), b.Out("event.duration")
	const most = 1 << 63 / 1_000_001
	return func(e *source.Event) {
		if n, ok := source.ParseInt(e.Text(ms)); ok && n < most && n > -most {
			e.SetInt(duration, n*1_000_000)
		}
	}
}

// tellDirection is where a connection goes, and across what boundary.
func tellDirection(b *source.Binding) func(*source.Event) {
	boundary, direction, to := b.In("connection_info.boundary"), b.In("connection_info.direction"), b.Out("network.direction")
	return func(e *source.Event) {
		across, goes := string(e.Text(boundary)), string(e.Text(direction))
		switch across {
		case "Internal":
			e.SetText(to, "internal")
		case "External":
			e.SetText(to, "external")
		}
		switch goes {
		case "Inbound":
			e.SetText(to, "inbound")
		case "Outbound":
			e.SetText(to, "outbound")
		}
		if across == "Unknown" || goes == "Unknown" {
			e.SetText(to, "unknown")
		}
	}
}

// setHardware writes hardware addresses as ECS does: 00-00-5E-00-53-23.
func setHardware(b *source.Binding) func(*source.Event) {
	places := []struct {
		in source.In
		to source.Out
	}{
		{b.In("device.mac"), b.Out("host.mac")}, {b.In("src_endpoint.mac"), b.Out("source.mac")},
		{b.In("dst_endpoint.mac"), b.Out("destination.mac")}, {b.In("relay.mac"), b.Out("observer.mac")},
	}
	var mac []byte
	return func(e *source.Event) {
		for _, p := range places {
			if !e.Has(p.in) {
				continue
			}
			mac = append(mac[:0], e.Text(p.in)...)
			for i, c := range mac {
				switch {
				case c == ':' || c == '.':
					mac[i] = '-'
				case c >= 'a' && c <= 'z':
					mac[i] = c &^ 0x20
				}
			}
			e.Set(p.to, mac)
		}
	}
}

// setPlaces makes latitude and longitude of OCSF's pairs, which have the longitude first.
func setPlaces(b *source.Binding) func(*source.Event) {
	type place struct {
		name string
		in   source.In
		to   source.Out
	}
	var places []place
	for _, p := range [][2]string{{"device", "host"}, {"src_endpoint", "source"}, {"dst_endpoint", "destination"}} {
		path := p[0] + ".location.coordinates"
		places = append(places, place{path, b.In(path), b.Out(p[1] + ".geo.location")})
	}
	var text []byte
	return func(e *source.Event) {
		for _, p := range places {
			pair := bytes.Trim(e.Text(p.in), "[] ")
			if len(pair) == 0 {
				continue
			}
			long, lat, ok := bytes.Cut(pair, []byte(","))
			if lat = bytes.TrimSpace(lat); !ok || bytes.ContainsAny(pair, `"{`) || bytes.IndexByte(lat, ',') >= 0 {
				e.Rest(p.name, e.Text(p.in))
				continue
			}
			text = append(append(append(text[:0], lat...), ','), bytes.TrimSpace(long)...)
			e.Set(p.to, text)
		}
	}
}

// splitURL fills what parts of a URL are not given: a request's, or of the page about a finding.
func splitURL(b *source.Binding) func(*source.Event) {
	page, original, parts := []source.In{b.In("finding.src_url"), b.In("finding_info.src_url")}, b.Out("url.original"), b.URL()
	return func(e *source.Event) {
		if text := e.First(page...); len(text) > 0 && !e.Filled(original) {
			e.Set(original, text)
			e.SetURL(&parts, source.CutURL(text))
		} else if text := e.Get(original); bytes.Contains(text, []byte("://")) {
			e.SetURL(&parts, source.CutURL(text))
		}
	}
}

// setSystem takes the kinds of operating system that ECS knows.
func setSystem(b *source.Binding) func(*source.Event) {
	in, to := b.In("device.os.type"), b.Out("host.os.type")
	return func(e *source.Event) {
		switch string(e.Text(in)) {
		case "Linux":
			e.SetText(to, "linux")
		case "Windows":
			e.SetText(to, "windows")
		case "Android":
			e.SetText(to, "android")
		case "macOS":
			e.SetText(to, "macos")
		case "iOS":
			e.SetText(to, "ios")
		}
	}
}

// setImageHash puts the algorithm before the hash of a container's image.
func setImageHash(b *source.Binding) func(*source.Event) {
	type place struct{ name, id, value source.In }
	var places []place
	for _, path := range []string{"process.container.hash", "actor.process.container.hash", "container.hash"} {
		places = append(places, place{b.In(path + ".algorithm"), b.In(path + ".algorithm_id"), b.In(path + ".value")})
	}
	to, related := b.Out("container.image.hash.all"), b.Out("related.hash")
	var text []byte
	return func(e *source.Event) {
		for _, p := range places {
			value := e.Text(p.value)
			e.Set(related, value)
			if n := algorithm(e.Text(p.name), e.Text(p.id)); n >= 0 && len(value) > 0 && !e.Filled(to) {
				text = append(append(append(text[:0], hashNames[n]...), ':'), value...)
				e.SetAlone(to, text)
			}
		}
	}
}

// setCertificate tells the fingerprints of the certificate by their algorithms.
func setCertificate(b *source.Binding) func(*source.Event) {
	in, fingerprints := b.In("tls.certificate.fingerprints"), bindHashes(b, "tls.client.hash.", 3)
	return func(e *source.Event) { fingerprints.set(e, e.Text(in)) }
}

// setFlags shortens the names of DNS flags as ECS does.
func setFlags(b *source.Binding) func(*source.Event) {
	in, to := b.In("answers[].flags[]"), b.Out("dns.header_flags")
	return func(e *source.Event) {
		for v := range e.All(in) {
			switch string(v.Bytes) {
			case "Authoritative Answer":
				e.SetText(to, "AA")
			case "Authentic Data":
				e.SetText(to, "AD")
			case "Recursion Desired":
				e.SetText(to, "RD")
			case "Recursion Available":
				e.SetText(to, "RA")
			case "Checking Disabled":
				e.SetText(to, "CD")
			case "Truncated Response":
				e.SetText(to, "TC")
			}
		}
	}
}

// nameFramework says whose tactics and techniques an event names.
func nameFramework(b *source.Binding) func(*source.Event) {
	tactic, technique, to := b.Out("threat.tactic.id"), b.Out("threat.technique.id"), b.Out("threat.framework")
	return func(e *source.Event) {
		if e.Filled(tactic) || e.Filled(technique) {
			e.SetText(to, "MITRE ATT&CK")
		}
	}
}
