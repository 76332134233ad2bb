package retain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

func TestTheDayOfAnObject(t *testing.T) {
	written := time.Date(2026, 3, 4, 23, 0, 0, 0, time.UTC)
	for _, c := range []struct{ name, key, want string }{
		{"a folder of a day", "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/31/111122223333_CloudTrail_eu-west-1_20260201T0005Z_x.json.gz", "2026-01-31"},
		{"a folder of an hour", "firehose/2026/01/31/09/stream-1-2026-01-31-09-00-00-uuid", "2026-01-31"},
		{"a Hive partition", "flow/aws-region=eu-west-1/year=2026/month=01/day=31/x.log.gz", "2026-01-31"},
		{"a name that begins with a time", "access/2026-01-31-12-00-00-0123456789ABCDEF", "2026-01-31"},
		{"a key that begins with the date", "2026/01/31/x.gz", "2026-01-31"},
		{"a compact time", "x/111122223333_vpcflowlogs_eu-west-1_fl-1_20260131T2355Z_h.log.gz", "2026-01-31"},
		{"the last of several", "backup/2025/12/01/AWSLogs/2026/01/31/x.gz", "2026-01-31"},
		{"numbers that are no date", "x/2026/13/45/y.gz", "2026-03-04"},
		{"no date", "x/y.gz", "2026-03-04"},
	} {
		if got := objectDay(catalog.ObjectResult{Object: catalog.Object{Key: c.key, ModTime: written}}); got != c.want {
			t.Errorf("%s: got %s", c.name, got)
		}
	}
}

func TestGapsAreToldFromQuietDays(t *testing.T) {
	const first = "2026-01-01"
	// A letter a day. e: events, and logs. l: logs without an event of the day. r: logs with rejected records, and no
	// event. x: events that have expired. -: nothing. For other sources: o: logs came. -: none did.
	for _, c := range []struct {
		name, own, others, want string // want has q and G for days without events
	}{
		{"a day without logs of a source that has them daily", "eeeeee-eeeee", "oooooooooooo", "......G....."},
		{"logs without an event of their day", "eeeleeelleee", "oooooooooooo", "...q...qq..."},
		{"logs that could not all be read", "eeereeeee", "ooooooooo", "...G....."},
		{"a day on which nothing came from anywhere", "eee-eeeee", "ooo-ooooo", "...G....."},
		{"the only source there is", "eee-eeeee", "---------", "...G....."},
		{"a source that writes when something happens", "e-e--e-e-ee--e", "oooooooooooooo", ".q.qq.q.q..qq."},
		{"it stops for far longer than it does", "e-e--e-e-e----------------e", strings.Repeat("o", 27), ".q.qq.q.q.GGGGGGGGGGGGGGGG."},
		{"it stops when all others do", "e-e--e-e--e", "ooo--oooooo", ".q.GG.q.qq."},
		{"two single days in a month of daily logs", "eeeeee-eeeeeeeeeeeeeee-eeeeeee", strings.Repeat("o", 30), "......G...............G......."},
		{"the days since the last logs", "eeeeeeeeee---", "ooooooooooooo", "..........GGG"},
		{"days that have expired are not missing", "xxxx-eeee", "ooooooooo", "....G...."},
		{"nothing is missing", "eeee", "oooo", "...."},
	} {
		t.Run(c.name, func(t *testing.T) {
			own, others, has := Deliveries{}, map[string]bool{}, map[string]bool{}
			for i := range c.own {
				day := addDays(first, i)
				has[day] = c.own[i] == 'e' || c.own[i] == 'x'
				if c.own[i] != '-' {
					o := catalog.ObjectResult{Object: catalog.Object{Key: "logs/" + day, Size: 1}}
					if c.own[i] == 'r' {
						o.Rejected = 1
					}
					own.Add(o)
				}
				others[day] = c.others[i] == 'o'
			}
			got := []byte(strings.Repeat(".", len(c.own)))
			for _, a := range absences(first, addDays(first, len(c.own)-1), func(d string) bool { return has[d] }, own, func(d string) bool { return others[d] }) {
				mark, n := byte('G'), 0
				if a.Quiet {
					mark = 'q'
				}
				for day := a.From; day <= a.To; day = addDays(day, 1) {
					for i := range got {
						if addDays(first, i) == day {
							got[i] = mark
						}
					}
					n++
				}
				if a.Why == "" || n != a.Days {
					t.Errorf("%+v", a)
				}
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnObjectThatCouldNotBeReadToItsEndLeavesADoubt(t *testing.T) {
	d := Deliveries{}
	d.Add(catalog.ObjectResult{Object: catalog.Object{Key: "2026/01/01/a", Size: 10}, RawBytes: 100, Problem: "cut off"})
	d.Add(catalog.ObjectResult{Object: catalog.Object{Key: "2026/01/01/b", Size: 200_000}, RawBytes: 100})
	got := d["2026-01-01"]
	if got.Objects != 2 || got.Doubts != 1 || got.Unpacked != 200 || got.small != 1 || got.large != 1 || got.bytes() != 200_010 {
		t.Errorf("%+v", got)
	}
}

func TestAbsencesOfOneKindAreOne(t *testing.T) {
	has := func(day string) bool { return day == "2026-01-01" || day == "2026-01-05" }
	own := Deliveries{"2026-01-01": {Objects: 1}, "2026-01-04": {Objects: 1}, "2026-01-05": {Objects: 1}}
	all := absences("2026-01-01", "2026-01-05", has, own, func(string) bool { return true })
	var texts []string
	for _, a := range all {
		texts = append(texts, fmt.Sprintf("%s %s %d %v", a.From, a.To, a.Days, a.Quiet))
	}
	if got := strings.Join(texts, "; "); got != "2026-01-02 2026-01-03 2 false; 2026-01-04 2026-01-04 1 true" {
		t.Errorf("got %s", got)
	}
}
