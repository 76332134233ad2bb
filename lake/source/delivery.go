package source

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/envelope"
)

// carried are the columns for what the envelopes around a record say.
type carried struct {
	texts    [11]int // in the order of said
	id, time int
	instance target
}

func (c *Compiled) carried() (cols carried) {
	for i, name := range [...]string{
		"aws.cloudwatch.log_group", "aws.cloudwatch.log_stream", "aws.delivery.detail_type", "aws.delivery.source", "aws.delivery.resources",
		"container.id", "container.name", "orchestrator.cluster.name", "aws.ecs.task.arn", "aws.ecs.task.definition", "log.iostream",
	} {
		cols.texts[i] = c.textual(name)
	}
	cols.id = c.textual("aws.delivery.id")
	if cols.time = c.schema.Col("aws.delivery.time"); cols.time >= 0 && c.schema.Fields()[cols.time].Type != ecs.Time {
		cols.time = -1
	}
	cols.instance = c.target("cloud.instance.id")
	return cols
}

// textual is a column of text, or -1: a source may have declared the field as something else.

func (c *Compiled) textual(name string) int {
	col := c.schema.Col(name)
	if col >= 0 && c.schema.Fields()[col].Type != ecs.String {
		return -1
	}
	return col
}

func said(by *envelope.Info) [11][]byte {
	return [...][]byte{
		by.LogGroup, by.LogStream, by.DetailType, by.Source, by.Resources,
		by.ContainerID, by.ContainerName, by.Cluster, by.TaskARN, by.TaskDefinition, by.Stream,
	}
}

// Delivered says what the envelopes around the record that follows say; nil says that it stands bare. The account and
// the region in it are believed before the key's.
func (n *Normalizer) Delivered(by *envelope.Info) {
	if by == nil {
		by = &bareDelivery
		if n.bare {
			return
		}
	}
	n.event.delivery, n.bare = *by, by == &bareDelivery
	account, region := by.Account, by.Region
	if len(account) == 0 {
		account = n.keyAccount
	}
	if len(region) == 0 {
		region = n.keyRegion
	}
	n.batch.Fill(n.source.common.account, account)
	n.batch.Fill(n.source.common.region, region)
}

var bareDelivery envelope.Info

// carry fills what the envelopes say into columns that the source has left empty.
func (n *Normalizer) carry() {
	by, cols, b, row := &n.event.delivery, &n.source.common.carried, n.batch, n.batch.Rows()
	for i, text := range said(by) {
		if col := cols.texts[i]; len(text) > 0 && col >= 0 && b.Null(col, row) {
			b.SetString(col, text)
		}
	}
	if len(by.ID) > 0 && cols.id >= 0 && b.Null(cols.id, row) {
		b.SetString(cols.id, by.ID)
	}
	if len(by.Instance) > 0 && cols.instance.col >= 0 && b.Null(cols.instance.col, row) {
		cols.instance.set(b, by.Instance, &n.event.ip)
	}
	if len(by.Time) > 0 && cols.time >= 0 && !b.Valid(cols.time, row) {
		as := Verbatim
		if IsDigits(by.Time) {
			as = EpochMilli
		}
		if at, err := ParseTime(by.Time, as); err == nil {
			b.SetTime(cols.time, at)
		}
	}
}
