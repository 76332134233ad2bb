package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

func finishECSContainer(b *source.Binding) func(*source.Event) error {
	var (
		line, task, date     = b.In("log"), b.In("ecs_task_arn"), b.In("date")
		account, region      = b.Out("cloud.account.id"), b.Out("cloud.region")
		time, tags, level    = b.Out("@timestamp"), b.Out("tags"), b.Out("log.level")
		object, taskID       = b.Out("aws.ecs.log"), b.Out("aws.ecs.task.id")
		container, mentioned = b.Out("container.name"), b.Out("related.ip")
	)
	return func(e *source.Event) error {
		arn := e.Text(task)
		e.Set(account, arnPart(arn, 4))
		e.Set(region, arnPart(arn, 3))
		e.Set(taskID, arn[bytes.LastIndexByte(arn, '/')+1:])
		if len(arn) == 0 {
			name, id := streamParts(e.Delivery().LogStream)
			e.SetNew(container, name)
			e.Set(taskID, id)
		}
		if text := e.Text(date); len(text) > 0 {
			if ms, err := source.ParseTime(text, source.Epoch); err == nil {
				e.SetTime(time, ms)
			}
		}
		text := bytes.TrimSpace(e.Text(line))
		if jsonObject(text) {
			e.Set(object, text)
			readLine(e, text, time, level)
		}
		for address := range source.Addresses(text) {
			e.Set(mentioned, address)
		}
		if !e.Filled(time) {
			e.SetTime(time, delivery(e))
			e.SetText(tags, "time-of-delivery")
		}
		return nil
	}
}

// arnPart is a part of an ARN, counted from 0; nil when it has not so many.
func arnPart(arn []byte, n int) []byte {
	for range n {
		var ok bool
		if _, arn, ok = bytes.Cut(arn, colon); !ok {
			return nil
		}
	}
	part, _, _ := bytes.Cut(arn, colon)
	return part
}

// streamParts are the container and the task of a stream that awslogs names prefix/container/task.
func streamParts(stream []byte) (container, task []byte) {
	_, rest, ok := bytes.Cut(stream, slash)
	container, task, ok1 := bytes.Cut(rest, slash)
	if !ok || !ok1 || len(task) < 32 || bytes.IndexByte(task, '/') >= 0 {
		return nil, nil
	}
	return container, task
}

// jsonObject tells whether text is one JSON object.
func jsonObject(text []byte) bool {
	return len(text) > 1 && text[0] == '{' && text[len(text)-1] == '}' && source.IsJSON(text)
}

// readLine finds the time and the level of a line of JSON by the names that they usually have.
func readLine(e *source.Event, text []byte, time, level source.Out) {
	source.EachText(text, func(name, value []byte) {
		switch string(name) {
		case "level", "severity", "levelname", "loglevel", "log.level":
			e.SetNew(level, value)
		case "time", "timestamp", "@timestamp", "ts", "date":
			if ms, err := source.ParseTime(value, source.Verbatim); err == nil && !e.Filled(time) {
				e.SetTime(time, ms)
			}
		}
	})
}

// delivery is when an envelope says that the record was written, else when it was ingested.
func delivery(e *source.Event) int64 {
	if ms, ok := e.Sent(); ok {
		return ms
	}
	return e.Ingested()
}
