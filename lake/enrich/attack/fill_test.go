package attack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/web"
)

const world = `{"requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[{"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}}`

func TestACallIsNamedByItsTacticsAndTechniques(t *testing.T) {
	const admin = `{"requestParameters":{"userName":"bob","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}}`
	for name, c := range map[string]struct {
		service, event, differ               string
		tactics, techniques, names, subNames string
	}{
		"a security group opened to the world": {"ec2", "AuthorizeSecurityGroupIngress", world,
			"TA0005", "T1562", "Impair Defenses", "Disable or Modify Cloud Firewall"},
		"a user made administrator, by two rows": {"iam", "AttachUserPolicy", admin,
			"TA0003, TA0004", "T1098, T1078", "Account Manipulation, Valid Accounts", "Additional Cloud Roles, Cloud Accounts"},
		"a trail stopped, though it was denied": {"cloudtrail", "StopLogging", `{"errorCode":"AccessDenied"}`,
			"TA0005", "T1562", "Impair Defenses", "Disable or Modify Cloud Logs"},
		"a call with its API's version":    {"lambda", "ListFunctions20150331", `{}`, "TA0007", "T1526", "Cloud Service Discovery", ""},
		"a call with a second version":     {"lambda", "GetFunction20150331v2", `{}`, "TA0009", "T1213", "Data from Information Repositories", "Code Repositories"},
		"a version in dashes":              {"cloudfront", "CreateFunction2020_05_31", `{}`, "TA0009", "T1557", "Adversary-in-the-Middle", ""},
		"the same name at another service": {"dynamodb", "StopLogging", `{}`, "", "", "", ""},
		"a call that says nothing":         {"sts", "GetSomething", `{}`, "", "", "", ""},
		"root and what it did": {"cloudtrail", "DeleteTrail", `{"userIdentity":{"type":"Root"},"readOnly":false}`,
			"TA0005, TA0001, TA0004", "T1562, T1078", "Impair Defenses, Valid Accounts", "Disable or Modify Cloud Logs, Cloud Accounts"},
	} {
		t.Run(name, func(t *testing.T) {
			b := rows(t, aws.CloudTrail(), record(t, c.service, c.event, c.differ, noon))
			tag(t, builtin(t), b)
			for field, want := range map[string]string{
				"threat.tactic.id": c.tactics, "threat.technique.id": c.techniques, "threat.technique.name": c.names, "threat.technique.subtechnique.name": c.subNames,
			} {
				if got := list(b, field, 0); got != want {
					t.Errorf("%s is %q, not %q", field, got, want)
				}
			}
			if got := string(b.Str(b.Schema().Col("threat.framework"), 0)); (got == Framework) != (c.tactics != "") {
				t.Errorf("the framework is %q", got)
			}
			for _, of := range []string{"threat.tactic", "threat.technique", "threat.technique.subtechnique"} {
				n := len(b.Items(b.Schema().Col(of+".id"), 0))
				if len(b.Items(b.Schema().Col(of+".name"), 0)) != n || len(b.Items(b.Schema().Col(of+".reference"), 0)) != n {
					t.Errorf("the lists of %s do not match", of)
				}
			}
		})
	}
}

func TestSubTechniquesOfOneNameKeepTheirPlaces(t *testing.T) {
	b := rows(t, aws.CloudTrail(), record(t, "iam", "X", `{}`, noon))
	f, _ := one(t, Row{Service: "iam", Event: "X", Tactics: []Entry{{ID: "TA0003"}, {ID: "TA0007"}}, Techniques: []Entry{{ID: "T1136.003"}, {ID: "T1087.004"}}}).For(b.Schema())
	f.Fill(b)
	if got, want := list(b, "threat.technique.subtechnique.name", 0), "Cloud Account, Account Discovery: Cloud Account"; got != want {
		t.Errorf("the names are %q, not %q", got, want)
	}
}

func TestABurstIsOfOnePrincipalAndNothingBeside(t *testing.T) {
	var records [][]byte
	for i := range 6 {
		at := noon.Add(time.Duration(i) * time.Minute)
		records = append(records,
			record(t, "sqs", "Odd", `{"userIdentity":{"principalId":"AIDAMALLORYEXAMPLE"},"errorCode":"AccessDenied"}`, at),
			record(t, "sqs", "Odd", `{}`, at))
	}
	records = append(records, record(t, "sqs", "Odd", `{"userIdentity":{"principalId":"AIDAMALLORYEXAMPLE"},"errorCode":"AccessDenied"}`, noon.Add(time.Hour)))
	for range 4 {
		records = append(records, record(t, "sqs", "Odd", `{"userIdentity":{"principalId":"AIDATRENTEXAMPLE"},"errorCode":"AccessDenied"}`, noon))
	}
	b := rows(t, aws.CloudTrail(), records...)
	tag(t, builtin(t), b)
	for row := range b.Rows() {
		want := ""
		if row < 12 && row%2 == 0 {
			want = "TA0007"
		}
		if got := list(b, "threat.tactic.id", row); got != want {
			t.Errorf("row %d is of %q, not %q", row, got, want)
		}
	}
}

func TestTheNextRowsDoNotRememberTheLast(t *testing.T) {
	denied := func(event string, n int) (records [][]byte) {
		for range n {
			records = append(records, record(t, "sqs", event, `{"errorCode":"AccessDenied"}`, noon))
		}
		return records
	}
	b := rows(t, aws.CloudTrail(), append([][]byte{record(t, "cloudtrail", "StopLogging", `{}`, noon)}, denied("Odd", 4)...)...)
	f, _ := builtin(t).For(b.Schema())
	f.Fill(b)
	if got := list(b, "threat.tactic.id", 0); got != "TA0005" {
		t.Errorf("the call is of %q", got)
	}
	again := rows(t, aws.CloudTrail(), denied("StopLogging", 4)...)
	f.Fill(again)
	for row := range again.Rows() {
		if got := list(again, "threat.tactic.id", row); got != "" {
			t.Errorf("row %d is of %q", row, got)
		}
	}
}

func TestAFindingIsNamedByItsType(t *testing.T) {
	for kind, want := range map[string]string{
		"Exfiltration:S3/AnomalousBehavior":                  "TA0010, TA0009 | T1537, T1530 | ",
		"UnauthorizedAccess:EC2/SSHBruteForce":               "TA0006, TA0008 | T1110, T1021 | T1110.001, T1021.004",
		"Backdoor:EC2/C&CActivity.B!DNS":                     "TA0011 | T1071 | T1071.004",
		"Backdoor:EC2/C&CActivity.B":                         "TA0011 | T1071 | ",
		"Discovery:Kubernetes/MaliciousIPCaller":             "TA0007 | T1613 | ",
		"Stealth:IAMUser/CloudTrailLoggingDisabled":          "TA0005 | T1562 | T1562.008",
		"Impact:Something/New":                               "TA0040 | T1496 | ",
		"SensitiveData:S3Object/Personal":                    " |  | ",
		"TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort":  "TA0043 | T1595 | T1595.001",
		"TTPs/Initial Access/UnauthorizedAccess:EC2-TorSome": "TA0001 | T1078 | ",
		"TTPs/Lateral Movement":                              "TA0008 |  | ",
		"TTPs/Persistence/Vendor:Own-Type":                   "TA0003 |  | ",
		"Effects/Data Exfiltration":                          "TA0010 |  | ",
		"Software and Configuration Checks/Vulnerabilities":  " |  | ",
	} {
		t.Run(kind, func(t *testing.T) {
			finding := fmt.Sprintf(`{"schemaVersion":"2.0","id":"1","type":%q,"updatedAt":"2026-01-15T12:00:00Z","service":{"detectorId":"d"},"resource":{}}`, kind)
			b := rows(t, aws.GuardDuty(), []byte(finding))
			tag(t, builtin(t), b)
			got := strings.Join([]string{list(b, "threat.tactic.id", 0), list(b, "threat.technique.id", 0), list(b, "threat.technique.subtechnique.id", 0)}, " | ")
			if got != want {
				t.Errorf("it is of %q, not %q", got, want)
			}
		})
	}
}

func TestTypesInAListCountEach(t *testing.T) {
	types := ecs.Field{Name: "aws.securityhub_findings.types", Type: ecs.Strings}
	action, _ := ecs.Lookup("event.action")
	fields := []ecs.Field{types, action}
	s, err := ecs.NewSchema(append(fields, ecs.Derived(fields)...)...)
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(s)
	b.Append(0, []byte("TTPs/Execution"))
	b.Append(0, []byte("Effects/Data Destruction"))
	b.Commit()
	b.Commit()
	tag(t, builtin(t), b)
	if got := list(b, "threat.tactic.id", 0) + "|" + list(b, "threat.tactic.id", 1); got != "TA0002, TA0040|" {
		t.Errorf("the findings are of %s", got)
	}
}

func TestOtherLogsAreLeftAlone(t *testing.T) {
	c, err := web.ApacheAccess().Compile()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := builtin(t).For(c.Schema()); ok {
		t.Error("a web server's log is to be tagged")
	}
}

func TestTaggingMakesNoGarbage(t *testing.T) {
	var records [][]byte
	for i := range 200 {
		records = append(records, record(t, "ec2", "AuthorizeSecurityGroupIngress", world, noon.Add(time.Duration(i)*time.Second)))
	}
	b := rows(t, aws.CloudTrail(), records...)
	f, err := builtin(t).callFiller(b.Schema(), columns{framework: -1, tactics: [3]int{-1, -1, -1}, techniques: [3]int{-1, -1, -1}, subtechniques: [3]int{-1, -1, -1}})
	if err != nil {
		t.Fatal(err)
	}
	if allocs := testing.AllocsPerRun(10, func() { f.Fill(b) }); allocs > 5 {
		t.Errorf("200 rows took %v allocations", allocs)
	}
}
