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
