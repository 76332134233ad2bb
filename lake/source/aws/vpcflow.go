package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// VPCFlow is the flow logs of VPCs, subnets, network interfaces and transit gateways.
func VPCFlow() *source.Source {
	return &source.Source{
		Name:    "aws_vpcflow",
		Title:   "Amazon VPC flow logs",
		Version: "2",
		Docs: []string{
			"https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
			"https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html",
		},
		Keys:  []string{`/vpcflowlogs/`, `_vpcflowlogs_`, `aws-service=vpcflowlogs/`, `(?i)vpc[-_]?flow[-_]?logs?`},
		Looks: looksLikeFlow,
		Notes: "The header line of an object names its fields. Without one they are told by their number and shape, where AWS's guide " +
			"lists them in that order. A format without start and end has the time at which its object was delivered, which the key " +
			"or its envelope tells, or else the time of its ingestion; such rows are tagged time-of-delivery. Rows of Parquet, and JSON, have " +
			"members of the fields' names, with underscores or hyphens. " +
			"A lake holds network.community_id only if it is asked for, since that is a quarter of all that flows take.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  flowLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "network", "event.type", "connection",
			"cloud.provider", "aws", "event.module", "aws",
		),
		Map: flowMap(),
		Extra: []ecs.Field{
			{Name: "event.action"}, {Name: "event.outcome"}, {Name: "network.type"}, {Name: "network.transport"},
			{Name: "network.community_id"}, {Name: "tags"},
			{Name: "aws.vpcflow.tcp_flags_array", Type: ecs.Strings, Doc: "the names of the bits in tcp_flags"},
		},
		Finish: finishFlow,
		Costly: []string{"network.community_id"},
	}
}

func flowMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "end | start", As: source.Epoch},
		{To: "event.start", From: "start", As: source.Epoch},
		{To: "event.end", From: "end", As: source.Epoch},
		{To: "cloud.account.id", From: "account-id"},
		{To: "cloud.region", From: "region"},
		{To: "cloud.availability_zone", From: "az-id"},
		{To: "cloud.instance.id", From: "instance-id"},
		{To: "source.address", From: "srcaddr | pkt-srcaddr"},
		{To: "source.ip", From: "srcaddr | pkt-srcaddr"},
		{To: "source.port", From: "srcport"},
		{To: "source.bytes", From: "bytes"},
		{To: "source.packets", From: "packets"},
		{To: "destination.address", From: "dstaddr | pkt-dstaddr"},
		{To: "destination.ip", From: "dstaddr | pkt-dstaddr"},
		{To: "destination.port", From: "dstport"},
		{To: "network.bytes", From: "bytes"},
		{To: "network.packets", From: "packets"},
		{To: "network.iana_number", From: "protocol"},
		{To: "network.direction", From: "flow-direction"},
		{To: "aws.vpcflow.version", From: "version"},
		{To: "aws.vpcflow.account_id", From: "account-id"},
		{To: "aws.vpcflow.interface_id", From: "interface-id"},
		{To: "aws.vpcflow.action", From: "action"},
		{To: "aws.vpcflow.log_status", From: "log-status"},
		{To: "aws.vpcflow.instance_id", From: "instance-id"},
		{To: "aws.vpcflow.vpc_id", From: "vpc-id"},
		{To: "aws.vpcflow.subnet_id", From: "subnet-id"},
		{To: "aws.vpcflow.tcp_flags", From: "tcp-flags"},
		{To: "aws.vpcflow.type", From: "type"},
		{To: "aws.vpcflow.pkt_srcaddr", From: "pkt-srcaddr", Kind: ecs.IP, Doc: "source of the packets before any translation"},
		{To: "aws.vpcflow.pkt_dstaddr", From: "pkt-dstaddr", Kind: ecs.IP, Doc: "destination of the packets before any translation"},
		{To: "aws.vpcflow.sublocation.type", From: "sublocation-type"},
		{To: "aws.vpcflow.sublocation.id", From: "sublocation-id"},
		{To: "aws.vpcflow.pkt_src_service", From: "pkt-src-aws-service"},
		{To: "aws.vpcflow.pkt_dst_service", From: "pkt-dst-aws-service"},
		{To: "aws.vpcflow.traffic_path", From: "traffic-path"},
		{To: "aws.vpcflow.reject_reason", From: "reject-reason"},
		{To: "aws.vpcflow.resource_id", From: "resource-id"},
		{To: "aws.vpcflow.encryption_status", From: "encryption-status"},
		{To: "aws.vpcflow.ecs_cluster_arn", From: "ecs-cluster-arn", Kind: ecs.ARN},
		{To: "aws.vpcflow.ecs_cluster_name", From: "ecs-cluster-name"},
		{To: "aws.vpcflow.ecs_container_instance_arn", From: "ecs-container-instance-arn", Kind: ecs.ARN},
		{To: "aws.vpcflow.ecs_container_instance_id", From: "ecs-container-instance-id"},
		{To: "aws.vpcflow.ecs_container_id", From: "ecs-container-id"},
		{To: "aws.vpcflow.ecs_second_container_id", From: "ecs-second-container-id"},
		{To: "aws.vpcflow.ecs_service_name", From: "ecs-service-name"},
		{To: "aws.vpcflow.ecs_task_definition_arn", From: "ecs-task-definition-arn", Kind: ecs.ARN},
		{To: "aws.vpcflow.ecs_task_arn", From: "ecs-task-arn", Kind: ecs.ARN},
		{To: "aws.vpcflow.ecs_task_id", From: "ecs-task-id"},
		{To: "aws.vpcflow.resource_type", From: "resource-type"},
		{To: "aws.vpcflow.tgw_id", From: "tgw-id"},
		{To: "aws.vpcflow.tgw_attachment_id", From: "tgw-attachment-id"},
		{To: "aws.vpcflow.tgw_pair_attachment_id", From: "tgw-pair-attachment-id"},
		{To: "aws.vpcflow.tgw_src_vpc_account_id", From: "tgw-src-vpc-account-id", Kind: ecs.Account},
		{To: "aws.vpcflow.tgw_dst_vpc_account_id", From: "tgw-dst-vpc-account-id", Kind: ecs.Account},
		{To: "aws.vpcflow.tgw_src_vpc_id", From: "tgw-src-vpc-id"},
		{To: "aws.vpcflow.tgw_dst_vpc_id", From: "tgw-dst-vpc-id"},
		{To: "aws.vpcflow.tgw_src_subnet_id", From: "tgw-src-subnet-id"},
		{To: "aws.vpcflow.tgw_dst_subnet_id", From: "tgw-dst-subnet-id"},
		{To: "aws.vpcflow.tgw_src_eni", From: "tgw-src-eni"},
		{To: "aws.vpcflow.tgw_dst_eni", From: "tgw-dst-eni"},
		{To: "aws.vpcflow.tgw_src_az_id", From: "tgw-src-az-id"},
		{To: "aws.vpcflow.tgw_dst_az_id", From: "tgw-dst-az-id"},
		{To: "aws.vpcflow.packets_lost_no_route", From: "packets-lost-no-route", Type: ecs.Int},
		{To: "aws.vpcflow.packets_lost_blackhole", From: "packets-lost-blackhole", Type: ecs.Int},
		{To: "aws.vpcflow.packets_lost_mtu_exceeded", From: "packets-lost-mtu-exceeded", Type: ecs.Int},
		{To: "aws.vpcflow.packets_lost_ttl_expired", From: "packets-lost-ttl-expired", Type: ecs.Int},
	}
}

func finishFlow(b *source.Binding) func(*source.Event) error {
	var (
		rawAction, delivered = b.In("action"), b.In(flowDelivered)
		rawFlags, rawType    = b.In("tcp-flags"), b.In("type")
		time, tags           = b.Out("@timestamp"), b.Out("tags")
		verdict              = b.Out("aws.vpcflow.action")
		action, outcome      = b.Out("event.action"), b.Out("event.outcome")
		typ, flags           = b.Out("event.type"), b.Out("aws.vpcflow.tcp_flags_array")
		networkType          = b.Out("network.type")
		flow                 = b.Flow()
		protocol             = b.In("protocol")
	)
	return func(e *source.Event) error {
		if !e.Filled(time) {
			e.SetTime(time, e.Ingested())
			if at, ok := source.ParseInt(e.Text(delivered)); ok {
				e.SetTime(time, at)
			}
			if at, ok := e.Sent(); ok {
				e.SetTime(time, at)
			}
			e.SetText(tags, "time-of-delivery")
		}
		switch string(e.Text(rawAction)) {
		case "ACCEPT":
			e.SetLike(action, verdict, "accept")
			e.SetLike(outcome, verdict, "success")
			e.SetText(typ, "allowed")
		case "REJECT":
			e.SetLike(action, verdict, "reject")
			e.SetLike(outcome, verdict, "failure")
			e.SetText(typ, "denied")
		}
		if bits, ok := source.ParseInt(e.Text(rawFlags)); ok {
			for i, name := range tcpFlags {
				if bits&(1<<i) != 0 {
					e.SetText(flags, name)
				}
			}
		}
		if address := e.Get(flow.SrcIP); len(address) > 0 {
			e.SetLike(networkType, flow.SrcIP, ipVersion(address))
		} else if e.Has(rawType) {
			e.Set(networkType, bytes.ToLower(e.Text(rawType)))
		}
		if number, ok := source.ParseInt(e.Text(protocol)); ok {
			e.SetFlow(&flow, number)
		}
		return nil
	}
}

// tcpFlags are the names of the flags by their bit.
var tcpFlags = [...]string{"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"}

func ipVersion(address []byte) string {
	if bytes.IndexByte(address, ':') >= 0 {
		return "ipv6"
	}
	return "ipv4"
}
