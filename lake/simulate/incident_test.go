package simulate

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestTheIncidentIsInEverySourceAsOftenAsItSays(t *testing.T) {
	for _, e := range []Estate{small(), {Days: 1, Scale: 0.01}} {
		objects, sum := generate(t, e)
		got := map[string]int{}
		for _, o := range objects {
			all, _ := records(t, o)
			for _, r := range all {
				if bytes.Contains(r, []byte(intruderAddress)) {
					got[sourceOf(t, o.key)]++
				}
			}
		}
		for source := range sum.Sources {
			if want := sum.Incident.Records[source]; got[source] != want || want == 0 {
				t.Errorf("%d days, %s: %d records name the intruder, the incident says %d", e.Days, source, got[source], want)
			}
		}
	}
}

func TestTheIncidentTellsItsStory(t *testing.T) {
	objects, sum := generate(t, small())
	in := sum.Incident
	if in.Address != small().Incident().Address || in.From != small().Incident().From {
		t.Error("the incident is another one before it is written")
	}
	names, denied := map[string]int{}, 0
	for _, o := range objects {
		if sourceOf(t, o.key) != CloudTrailSource {
			continue
		}
		all, _ := records(t, o)
		for _, r := range all {
			var e struct {
				EventName, EventTime, SourceIPAddress, ErrorCode string
				UserIdentity                                     struct{ AccessKeyID string }
			}
			if err := json.Unmarshal(r, &e); err != nil {
				t.Fatal(err)
			}
			if e.SourceIPAddress != in.Address {
				continue
			}
			names[e.EventName+" "+e.UserIdentity.AccessKeyID]++
			if e.ErrorCode != "" {
				denied++
			}
			if at, err := time.Parse(time.RFC3339, e.EventTime); err != nil || at.Before(in.From) || at.After(in.To) {
				t.Errorf("%s at %s is outside %s to %s", e.EventName, e.EventTime, in.From, in.To)
			}
		}
	}
	for what, n := range map[string]int{
		"ConsoleLogin ": 3, "ListUsers " + in.LeakedKey: 1, "CreateAccessKey " + in.LeakedKey: 1, "DescribeInstances " + in.ConsoleKey: 1,
		"AuthorizeSecurityGroupIngress " + in.LeakedKey: 1, "GetObject " + in.BackdoorKey: in.ObjectsRead,
	} {
		if names[what] != n {
			t.Errorf("%s: %d times, want %d", what, names[what], n)
		}
	}
	if denied < 8 {
		t.Errorf("only %d calls were denied", denied)
	}
}

func TestTheReadOutHasTheSameRequestIDsInBothLogs(t *testing.T) {
	objects, sum := generate(t, small())
	id := regexp.MustCompile(`"requestID":"([A-Z2-7]{16})"`)
	trail, server := map[string]bool{}, map[string]bool{}
	for _, o := range objects {
		all, _ := records(t, o)
		for _, r := range all {
			if !bytes.Contains(r, []byte(intruderAddress)) {
				continue
			}
			switch sourceOf(t, o.key) {
			case CloudTrailSource:
				if m := id.FindSubmatch(r); m != nil && bytes.Contains(r, []byte(`"GetObject"`)) {
					trail[string(m[1])] = true
				}
			case S3AccessSource:
				if f := strings.Fields(string(r)); f[7] == "REST.GET.OBJECT" {
					server[f[6]] = true
				}
			}
		}
	}
	for request := range trail {
		if !server[request] {
			t.Errorf("S3 has no request %s", request)
		}
	}
	if len(trail) != sum.Incident.ObjectsRead || len(server) != len(trail) {
		t.Errorf("%d requests in CloudTrail, %d in S3, want %d", len(trail), len(server), sum.Incident.ObjectsRead)
	}
}

func TestOnlyReservedAddressesAndNobodyElseInTheIntrudersNetwork(t *testing.T) {
	objects, _ := generate(t, small())
	var allowed []netip.Prefix
	for _, p := range []string{"10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"} {
		allowed = append(allowed, netip.MustParsePrefix(p))
	}
	intruder := netip.MustParsePrefix("203.0.113.64/26")
	address := regexp.MustCompile(`[ "](\d+\.\d+\.\d+\.\d+)[ ":]`)
	checked := map[string]bool{}
	for _, o := range objects {
		for _, m := range address.FindAllSubmatch(o.body, -1) {
			s := string(m[1])
			if checked[s] || s == "3.3.1957.0" { // an agent's version

				continue
			}
			checked[s] = true
			a, err := netip.ParseAddr(s)
			if err != nil {
				t.Fatal(err)
			}
			reserved := s == "0.0.0.0"
			for _, p := range allowed {
				reserved = reserved || p.Contains(a)
			}
			if !reserved || intruder.Contains(a) && s != intruderAddress {
				t.Errorf("%s has %s", o.key, s)
			}
		}
	}
	if len(checked) < 100 {
		t.Errorf("only %d addresses", len(checked))
	}
}
