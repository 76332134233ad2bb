package flows_test

import (
	"testing"

	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
	"github.com/hindcast/hindcast/lake/enrich/flows"
)

var fields = []string{"source.ip", "destination.ip", "source.port", "destination.port", "network.iana_number"}

func TestAConnectionGainsItsProtocolAndTheIDOfBothDirections(t *testing.T) {
	r := enrichtest.New(t, fields...)
	// The pair of the specification's first example, in both directions.
	r.Add("source.ip", "128.232.110.120", "destination.ip", "66.35.250.204", "source.port", "34855", "destination.port", "80", "network.iana_number", "6")
	r.Add("source.ip", "66.35.250.204", "destination.ip", "128.232.110.120", "source.port", "80", "destination.port", "34855", "network.iana_number", "6")
	r.Add("source.ip", "192.0.2.1", "destination.ip", "192.0.2.2", "network.iana_number", "6")
	r.Add("source.ip", "192.0.2.1", "destination.ip", "192.0.2.2", "source.port", "70000", "destination.port", "1", "network.iana_number", "999")
	r.Add("source.port", "1")
	r.Enrich(flows.Protocols{}, flows.CommunityIDs{})
	for row, want := range [][2]any{
		{"tcp", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="}, {"tcp", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="}, {"tcp", nil}, {nil, nil}, {nil, nil},
	} {
		flat := r.Flat(row)
		if flat["network.transport"] != want[0] || flat["network.community_id"] != want[1] {
			t.Errorf("row %d is %v, want %v", row, flat, want)
		}
	}
}

func TestAnIDThatTheLogTellsIsKept(t *testing.T) {
	r := enrichtest.New(t, append(fields, "network.transport", "network.community_id")...)
	r.Add("source.ip", "192.0.2.1", "destination.ip", "192.0.2.2", "source.port", "1", "destination.port", "2",
		"network.transport", "udp", "network.community_id", "1:own")
	r.Enrich(flows.Protocols{}, flows.CommunityIDs{})
	if got := r.Flat(0)["network.community_id"]; got != "1:own" {
		t.Errorf("the id is %v", got)
	}
}
