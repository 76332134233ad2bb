package database

import (
	"bytes"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// deliveryFields are what the log group of a record tells: whose log it is.
func deliveryFields(more ...ecs.Field) []ecs.Field {
	return append([]ecs.Field{
		{Name: "aws.rds.db_instance.identifier", Related: "related.hosts", Doc: "instance of RDS or Aurora, by the log group, the stream or the key"},
		{Name: "aws.rds.db_cluster.identifier", Related: "related.hosts", Doc: "cluster of Aurora, by the log group or the key"},
	}, more...)
}

// delivery fills them.
type delivery struct{ instance, cluster, provider source.Out }

func bindDelivery(b *source.Binding) delivery {
	return delivery{
		b.Out("aws.rds.db_instance.identifier"), b.Out("aws.rds.db_cluster.identifier"), b.Out("cloud.provider"),
	}
}

var (
	rdsInstance = []byte("/rds/instance/")
	rdsCluster  = []byte("/rds/cluster/")
	rdsAnyGroup = []byte("/rds/")
)

func (d *delivery) set(e *source.Event) {
	by := e.Delivery()
	if len(by.LogGroup) > 0 {
		e.SetText(d.provider, "aws")
	}
	if !bytes.Contains(by.LogGroup, rdsAnyGroup) {
		d.setByKey(e)
		return
	}
	e.Set(d.instance, nameAfter(by.LogGroup, rdsInstance))
	if cluster := nameAfter(by.LogGroup, rdsCluster); cluster != nil {
		e.Set(d.cluster, cluster)
		e.Set(d.instance, instanceOfStream(by.LogStream))
	}
}

// setByKey finds the names in the key of an object to which a log group's path was copied.
func (d *delivery) setByKey(e *source.Event) {
	_, name, ok := strings.Cut(e.Key(), "rds/instance/")
	out := d.instance
	if !ok {
		_, name, _ = strings.Cut(e.Key(), "rds/cluster/")
		out = d.cluster
	}
	name, _, _ = strings.Cut(name, "/")
	e.SetText(out, name)
}

// nameAfter is the part of a path behind another.
func nameAfter(path, part []byte) []byte {
	at := bytes.Index(path, part)
	if at < 0 {
		return nil
	}
	name, _, _ := bytes.Cut(path[at+len(part):], []byte("/"))
	return name
}

// instanceOfStream is the instance whose log a cluster's stream is: the stream has its name, with the log file's or a
// number behind it.
func instanceOfStream(stream []byte) []byte {
	name, _, _ := bytes.Cut(stream, []byte("."))
	return name
}

// inLogGroup tells an envelope of CloudWatch Logs by the log group in it: one of RDS, of the log named.
func inLogGroup(head []byte, log string) bool {
	_, group, ok := bytes.Cut(head[:min(len(head), 64<<10)], []byte(`"logGroup":"/aws/rds/`))
	if !ok {
		return false
	}
	group, _, _ = bytes.Cut(group, []byte(`"`))
	return bytes.HasSuffix(group, []byte(log))
}
