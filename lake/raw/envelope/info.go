package envelope

import "bytes"

// Info is what the envelopes around a record say about it; what they don't say is nil. Where envelopes nest, the
// inner one's word counts. The bytes are valid as long as the record's are.
type Info struct {
	Account   []byte // the owner of the log group, or the event's account, or the task's
	Region    []byte
	LogGroup  []byte
	LogStream []byte
	ID        []byte // of the log event, the event or the message
	Time      []byte // milliseconds since 1970 of a log event; RFC 3339 of the others

	DetailType []byte // of an EventBridge event
	Source     []byte
	Resources  []byte // a JSON array of ARNs

	ContainerID    []byte // of Firelens
	ContainerName  []byte
	Cluster        []byte
	TaskARN        []byte
	TaskDefinition []byte
	Instance       []byte // the EC2 instance that the container ran on
	Stream         []byte // stdout or stderr
}

// part is one of the things that an Info says.
type part struct {
	name  string
	value *[]byte
}

func (i *Info) parts() []part {
	return []part{
		{"account", &i.Account}, {"region", &i.Region}, {"log_group", &i.LogGroup}, {"log_stream", &i.LogStream},
		{"id", &i.ID}, {"time", &i.Time}, {"detail_type", &i.DetailType}, {"source", &i.Source}, {"resources", &i.Resources},
		{"container_id", &i.ContainerID}, {"container_name", &i.ContainerName}, {"cluster", &i.Cluster}, {"task_arn", &i.TaskARN},
		{"task_definition", &i.TaskDefinition}, {"instance", &i.Instance}, {"stream", &i.Stream},
	}
}

// Clone is a copy that owns its bytes.
func (i *Info) Clone() Info {
	c := *i
	for _, p := range c.parts() {
		*p.value = bytes.Clone(*p.value)
	}
	return c
}

// Said is all that is said, by names that [Recall] knows; nil if it is nothing.
func (i *Info) Said() map[string]string {
	var said map[string]string
	for _, p := range i.parts() {
		if *p.value == nil {
			continue
		}
		if said == nil {
			said = map[string]string{}
		}
		said[p.name] = string(*p.value)
	}
	return said
}

// Recall is the inverse of [Info.Said].
func Recall(said map[string]string) (i Info) {
	for _, p := range i.parts() {
		if text, ok := said[p.name]; ok {
			*p.value = []byte(text)
		}
	}
	return i
}
