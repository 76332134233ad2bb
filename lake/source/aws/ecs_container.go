package aws

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// ECSContainer is what containers of ECS write, in no format that is known, through Firelens or CloudWatch Logs.
func ECSContainer() *source.Source {
	return &source.Source{
		Name:    "aws_ecs",
		Title:   "Amazon ECS container logs (Firelens, awslogs)",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html",
			"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html",
			"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
		},
		Keys:  []string{`(?i)(^|[/_-])(aws[/_-])?ecs[/_-]`, `(?i)firelens`},
		Looks: looksLikeFirelens,
		Notes: "Each line is kept as the message; one that is a JSON object is kept as such too, and its level and time are taken. An event's time is the one that " +
			"the log router or the line gives, else that of its delivery, else that of its ingestion, both with the tag time-of-delivery. " +
			"A container whose format is known has a source of its own, which Firelens is taken off for.",

		Framing: frame.Framing{Kind: frame.JSON, Keep: []string{envelope.Firelens}},
		Divide:  ecsLog,
		Static:  source.Fixed("event.kind", "event", "event.module", "aws", "cloud.provider", "aws", "cloud.service.name", "ecs"),
		Map: []source.Mapping{
			{To: "@timestamp", From: "@timestamp | timestamp | time"},
			{To: "message", From: "log"},
			{To: "log.iostream", From: "source"},
			{To: "container.id", From: "container_id"},
			{To: "container.name", From: "container_name"},
			{To: "container.image.name", From: "container_image | image_name | ecs_container_image"},
			{To: "container.image.hash.all", From: "image_id", Type: ecs.Strings, Kind: ecs.Hash},
			{To: "orchestrator.cluster.name", From: "ecs_cluster"},
			{To: "aws.ecs.task.arn", From: "ecs_task_arn", Kind: ecs.ARN},
			{To: "aws.ecs.task.definition", From: "ecs_task_definition"},
			{To: "cloud.instance.id", From: "ec2_instance_id"},
			{To: "cloud.availability_zone", From: "az | availability_zone"},
			{To: "aws.ecs.partial.message", From: "partial_message", Type: ecs.Bool, Doc: "whether the line is a part of one that was too long"},
			{To: "aws.ecs.partial.id", From: "partial_id"},
			{To: "aws.ecs.partial.ordinal", From: "partial_ordinal", Type: ecs.Int},
			{To: "aws.ecs.partial.last", From: "partial_last", Type: ecs.Bool},
		},
		Extra: []ecs.Field{
			{Name: "log.level"}, {Name: "tags"}, {Name: "aws.ecs.task.id", Doc: "last part of the task's ARN or of the log stream"},
			{Name: "aws.ecs.log", JSON: true, Unique: true, Doc: "the line, when it is a JSON object"},
		},
		Finish: finishECSContainer,
	}
}

func looksLikeFirelens(head []byte) bool {
	return len(head) > 0 && head[0] == '{' && bytes.Contains(head, []byte(`"log":`)) && bytes.Contains(head, []byte(`"container_`)) &&
		(bytes.Contains(head, []byte(`"stdout"`)) || bytes.Contains(head, []byte(`"stderr"`)))
}

// ecsLog divides records of Firelens by [source.JSON], and takes lines of text as they are.
func ecsLog(want []string) (source.Divider, error) {
	record, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &ecsDivider{record: record, line: source.Bind(want, "log")}, nil
}

type ecsDivider struct {
	record source.Divider
	line   source.Layout
}

var errNoLine = errors.New("the container wrote nothing")

func (d *ecsDivider) Begin(key string) { d.record.Begin(key) }

func (d *ecsDivider) Divide(record []byte, v *source.Values) error {
	text := bytes.TrimSpace(record)
	switch {
	case len(text) == 0 || string(text) == "{}":
		return errNoLine
	case text[0] == '{' && bytes.Contains(text, []byte(`"container_`)):
		return d.record.Divide(record, v)
	}
	v.Set(d.line.Slots[0], source.Text, record)
	return nil
}
