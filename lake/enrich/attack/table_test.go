package attack

import (
	"fmt"
	"strings"
	"testing"
)

func builtin(t testing.TB) *Table {
	t.Helper()
	table, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTheTablesSayWhichTheyAre(t *testing.T) {
	for _, v := range builtin(t).Versions() {
		if v.Kind != "attack" || !strings.HasSuffix(v.Name, "MITRE ATT&CK 18.1") || len(v.Date) != len("2026-11-27") || v.Entries < 100 || len(v.SHA256) != 16 {
			t.Errorf("version %+v", v)
		}
	}
}

func TestEveryTacticOfTheCloudAndEveryServiceHasRows(t *testing.T) {
	tactics, services := map[string]int{}, map[string]int{}
	for _, r := range builtin(t).Rows() {
		if r.Of == "calls" {
			services[r.Service]++
			for _, e := range r.Tactics {
				tactics[e.Name]++
			}
		}
	}
	for _, name := range []string{
		"Initial Access", "Execution", "Persistence", "Privilege Escalation", "Defense Evasion", "Credential Access", "Discovery",
		"Lateral Movement", "Collection", "Exfiltration", "Impact",
	} {
		if tactics[name] < 5 {
			t.Errorf("%d rows are of %s", tactics[name], name)
		}
	}
	for _, name := range strings.Fields("ec2 s3 iam sts lambda rds redshift cloudtrail config guardduty kms secretsmanager ssm organizations ecr ecs eks route53 ses signin") {
		if services[name] == 0 {
			t.Errorf("no row is of %s", name)
		}
	}
}

func TestATableIsRefused(t *testing.T) {
	const techniques = "id,name,tactics\nTA0001,Initial Access,\nTA0002,Execution,\nT1,One,TA0001\nT1.001,Sub,TA0001\nT2,Two,TA0002\n"
	const head = "# table: 1, 2026-01-01, MITRE ATT&CK 18.1\nservice,event,when,tactics,techniques,what\n"
	for name, c := range map[string]struct{ rows, why string }{
		"with a technique that there is not":           {"ec2,X,,TA0001,T3,\n", `line 3: "T3" is no technique`},
		"with a tactic that there is not":              {"ec2,X,,TA0009,,\n", `"TA0009" is no tactic`},
		"with a tactic for a technique":                {"ec2,X,,TA0001,TA0001,\n", `"TA0001" is no technique`},
		"without a tactic":                             {"ec2,X,,,T1,\n", "T1 serves TA0001, and not "},
		"with a technique of another tactic":           {"ec2,X,,TA0001,T1 T2,\n", "T2 serves TA0002, and not TA0001"},
		"with a tactic that none of its techniques is": {"ec2,X,,TA0001 TA0002,T1.001,\n", "no technique of \"T1.001\" serves TA0002"},
		"with a row twice":                             {"ec2,X,root,TA0001,T1,\nec2,X,root,TA0001,T1.001,\n", "line 4: ec2,X,root stands twice"},
		"with an event of no service":                  {",X,,TA0001,T1,\n", "without a service or an event"},
		"with all calls":                               {"*,*,,TA0001,T1,\n", "any call without a condition"},
		"with a row too short":                         {"ec2,X\n", "wrong number of fields"},
		"with a bracket that is open":                  {"ec2,X,request.a(b = c,TA0001,T1,\n", "no closing bracket"},
		"with a word that there is not":                {"ec2,X,on mondays,TA0001,T1,\n", "is no term"},
		"with a JSON column alone":                     {"ec2,X,request = x,TA0001,T1,\n", "names no value"},
		"with a burst of one":                          {"ec2,X,1 in 10m by user.id,TA0001,T1,\n", "is no number of rows"},
		"with a burst in no time":                      {"ec2,X,5 in ten by user.id,TA0001,T1,\n", "is no time"},
		"with no value":                                {"ec2,X,user.name = a||b,TA0001,T1,\n", "is no term"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read([]byte(techniques), []byte(head+c.rows), findingsCSV)
			if err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("said %v, not %q", err, c.why)
			}
		})
	}
	for name, calls := range map[string]string{
		"without a version":        "service,event,when,tactics,techniques,what\n",
		"with another head":        "# table: 1, 2026-01-01, MITRE ATT&CK 18.1\nservice,event\n",
		"of another framework":     strings.Replace(head, "MITRE ATT&CK", "D3FEND", 1),
		"with nothing in it":       "",
		"that has no head's words": "a,b,c,d,e,f\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read([]byte(techniques), []byte(calls), []byte("# table: 1, 2026-01-01, MITRE ATT&CK 18.1\ntype,tactics,techniques,what\n")); err == nil {
				t.Error("it was taken")
			}
		})
	}
	for name, list := range map[string]string{
		"twice the same id":    "id,name,tactics\nTA0001,A,\nTA0001,B,\n",
		"a tactic that is not": "id,name,tactics\nT1,A,TA0001\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readMatrix([]byte(list)); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestReferencesLeadToThePages(t *testing.T) {
	for id, want := range map[string]string{
		"TA0001":    "https://attack.mitre.org/tactics/TA0001/",
		"T1078":     "https://attack.mitre.org/techniques/T1078/",
		"T1078.004": "https://attack.mitre.org/techniques/T1078/004/",
	} {
		if got := (Entry{ID: id}).Reference(); got != want {
			t.Errorf("%s is at %s, not %s", id, got, want)
		}
	}
}

// one is the table with a single row of calls.
func one(t testing.TB, r Row) *Table {
	t.Helper()
	ids := func(entries []Entry) string {
		var all []string
		for _, e := range entries {
			all = append(all, e.ID)
		}
		return strings.Join(all, " ")
	}
	calls := fmt.Sprintf("# table: 1, 2026-01-01, MITRE ATT&CK 18.1\nservice,event,when,tactics,techniques,what\n%s,%s,%s,%s,%s,\n",
		r.Service, r.Event, r.When, ids(r.Tactics), ids(r.Techniques))
	table, err := read(techniquesCSV, []byte(calls), findingsCSV)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
