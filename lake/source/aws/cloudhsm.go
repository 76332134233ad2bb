package aws

import (
	"bytes"
	"fmt"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// CloudHSM is the audit logs of the HSMs of AWS CloudHSM.
func CloudHSM() *source.Source {
	return &source.Source{
		Name:    "aws_cloudhsm",
		Title:   "AWS CloudHSM audit logs",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/cloudhsm/latest/userguide/get-hsm-audit-logs-using-cloudwatch.html",
			"https://docs.aws.amazon.com/cloudhsm/latest/userguide/interpreting-audit-logs.html",
			"https://docs.aws.amazon.com/cloudhsm/latest/userguide/cloudhsm-audit-log-reference.html",
		},
		Keys:  []string{`(?i)cloud_?hsm`},
		Looks: source.LooksLike("Time: ", "usecs:", "Sequence No : "),
		Notes: "A record is the lines from Time to the one before the next Time. The time is UTC. The log group names the cluster, the log stream the HSM.",

		Framing: frame.Framing{Kind: frame.Multiline, First: startsHSM},
		Divide:  hsmLog,
		Static: source.Fixed(
			"event.kind", "event", "event.module", "cloudhsm", "cloud.provider", "aws", "cloud.service.name", "cloudhsm",
		),
		Map: []source.Mapping{
			{To: "event.code", From: "opcode"},
			{To: "event.action", From: "action"},
			{To: "event.sequence", From: "sequence"},
			{To: "event.category", From: "category"},
			{To: "event.type", From: "type"},
			{To: "event.outcome", From: "outcome"},
			{To: "error.code", From: "error"},
			{To: "message", From: "message"},
			{To: "user.name", From: "user"},
			{To: "user.roles", From: "role"},
			{To: "user.target.name", From: "target"},
			{To: "aws.cloudhsm.reboot_counter", From: "reboot", Type: ecs.Int, Doc: "how often the HSM has been started"},
			{To: "aws.cloudhsm.command_type", From: "command"},
			{To: "aws.cloudhsm.opcode", From: "opcode"},
			{To: "aws.cloudhsm.session_handle", From: "session"},
			{To: "aws.cloudhsm.response", From: "response"},
			{To: "aws.cloudhsm.log_type", From: "log_type"},
			{To: "aws.cloudhsm.user_type", From: "role"},
			{To: "aws.cloudhsm.fields", From: "fields", JSON: true, Doc: "every field of the record under its own name"},
			{To: "aws.cloudhsm.key_handle", From: "key", Doc: "handle of the key that was used or made"},
		},
		Extra: []ecs.Field{
			{Name: "aws.cloudhsm.cluster_id", Related: "related.hosts"}, {Name: "aws.cloudhsm.hsm_id", Related: "related.hosts"},
			{Name: "host.id"},
		},
		Finish: finishCloudHSM,
	}
}

// startsHSM tells whether a line is the first of a record.
func startsHSM(line []byte) bool { return bytes.HasPrefix(line, []byte("Time: ")) }

func finishCloudHSM(b *source.Binding) func(*source.Event) error {
	var (
		stamp, time  = b.In("time"), b.Out("@timestamp")
		cluster, hsm = b.Out("aws.cloudhsm.cluster_id"), b.Out("aws.cloudhsm.hsm_id")
		host         = b.Out("host.id")
	)
	return func(e *source.Event) error {
		ms, ok := hsmTime(e.Text(stamp))
		if !ok {
			return fmt.Errorf("no time as 01/31/26 10:00:00.123456: %.40q", e.Text(stamp))
		}
		e.SetTime(time, ms)
		group, stream := e.Delivery().LogGroup, e.Delivery().LogStream
		if id, ok := bytes.CutPrefix(group, []byte("/aws/cloudhsm/")); ok {
			e.Set(cluster, id)
		}
		if bytes.HasPrefix(stream, []byte("hsm-")) {
			e.Set(hsm, stream)
			e.Set(host, stream)
		}
		return nil
	}
}

// hsmTime reads 01/31/26 10:00:00.123456.
func hsmTime(b []byte) (int64, bool) {
	if len(b) < 17 || b[2] != '/' || b[5] != '/' || b[8] != ' ' {
		return 0, false
	}
	month, ok0 := source.Digits(b[:2])
	day, ok1 := source.Digits(b[3:5])
	year, ok2 := source.Digits(b[6:8])
	midnight, ok3 := source.UnixMilli(2000+year, month, day, 0, 0, 0)
	clock, n := source.ParseClock(b[9:])
	return midnight + clock, ok0 && ok1 && ok2 && ok3 && n > 0
}
