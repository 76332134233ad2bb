package main

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/enrich/attack"
)

func TestTheTablesOfATTACKAreShown(t *testing.T) {
	got := hindcast(t, "attack").want(t, exitDone)
	says(t, got.out, "ec2:AuthorizeSecurityGroupIngress", "request.** = 0.0.0.0/0|::/0", "TA0005 Defense Evasion", "T1562.007 Disable or Modify Cloud Firewall",
		"Exfiltration:S3", "MITRE ATT&CK 18.1")
	one := hindcast(t, "attack", "t1562.008").want(t, exitDone).out
	says(t, one, "cloudtrail:StopLogging", "Stealth:S3/ServerAccessLoggingDisabled")
	if strings.Contains(one, "CreateAccessKey") {
		t.Errorf("rows of other techniques are shown:\n%s", one)
	}
	if none := hindcast(t, "attack", "nosuch").want(t, exitDone).out; !strings.HasPrefix(none, `No call, finding, tactic or technique in the tables has "nosuch" in it.`) {
		t.Errorf("got %s", none)
	}
	all := parsed[struct{ Rows []attack.Row }](t, hindcast(t, "attack", "kms:", "--json").want(t, exitDone).out)
	for _, r := range all.Rows {
		if r.Service != "kms" || len(r.Tactics) == 0 {
			t.Errorf("row %+v", r)
		}
	}
	if len(all.Rows) < 5 {
		t.Errorf("%d rows of KMS", len(all.Rows))
	}
}

func TestCallsAreNamedByTheirTacticsUnlessThatIsSwitchedOff(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "trail.json", strings.NewReplacer("signin.amazonaws.com", "cloudtrail.amazonaws.com", "ConsoleLogin", "StopLogging").Replace(loginRecord))
	off := place(t, dir, "enrich.yaml", "attack: false\n")
	for name, c := range map[string]struct {
		flags []string
		want  any
	}{
		"by default":  {nil, "TA0005"},
		"by the flag": {[]string{"--no-attack"}, nil},
		"by the file": {[]string{"--enrich", off}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			docs := lined(t, hindcast(t, append([]string{"normalize", "--source", "aws_cloudtrail", path}, c.flags...)...).want(t, exitDone).out)
			got := field(docs[0], "threat.tactic.id")
			if list, ok := got.([]any); ok && len(list) == 1 {
				got = list[0]
			}
			if got != c.want {
				t.Errorf("the tactic is %v, not %v", got, c.want)
			}
		})
	}
}
