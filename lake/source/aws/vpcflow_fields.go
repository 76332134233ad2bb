package aws

import (
	"bytes"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// flowFields are the fields of a flow log in the order in which AWS lists them, by the version that added them.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
const (
	flowV2 = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
	flowV3 = flowV2 + " vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr"
	flowV4 = flowV3 + " region az-id sublocation-type sublocation-id"
	flowV5 = flowV4 + " pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path"
	flowV7 = flowV5 + " ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id" +
		" ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id"
	flowV8 = flowV7 + " reject-reason"

	// What flow logs of a transit gateway hold: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
	flowTransit = "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id" +
		" tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id" +
		" tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type" +
		" packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region" +
		" flow-direction pkt-src-aws-service pkt-dst-aws-service"

	// The custom formats of the examples in AWS's guide, which many have copied.
	flowNAT  = "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr"
	flowPeer = "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type" +
		" pkt-srcaddr pkt-dstaddr action log-status"
	flowFlags = "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr" +
		" pkt-dstaddr protocol bytes packets start end action tcp-flags log-status"

	// Fields that stand in a header only, so far.
	flowNewer = "resource-id encryption-status"
)

// flowLayouts are the field sets that a record without a header is told by: the number of its fields and their shapes.
var flowLayouts = []string{flowV2, flowV3, flowV4, flowV5, flowV7, flowV8, flowTransit, flowNAT, flowPeer, flowFlags}

// flowNames are all fields that AWS documents.
var flowNames = func() map[string]bool {
	names := map[string]bool{}
	for _, text := range []string{flowV8, flowTransit, flowNewer} {
		for _, name := range strings.Fields(text) {
			names[name] = true
		}
	}
	return names
}()

// flowShape tells whether a text can be the value of a field.
type flowShape func(text []byte) bool

// flowShapeOf is the shape of a field's values; nil when any will do.
func flowShapeOf(name string) flowShape {
	switch name {
	case "version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "tcp-flags", "traffic-path":
		return source.IsDigits
	case "account-id", "tgw-src-vpc-account-id", "tgw-dst-vpc-account-id":
		return func(text []byte) bool { return len(text) == 12 && source.IsDigits(text) || string(text) == "unknown" }
	case "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr":
		return source.IsAddr
	case "action":
		return oneOf("ACCEPT", "REJECT")
	case "log-status":
		return oneOf("OK", "NODATA", "SKIPDATA")
	case "type":
		return oneOf("IPv4", "IPv6", "EFA")
	case "flow-direction":
		return oneOf("ingress", "egress")
	case "resource-type":
		return oneOf("TransitGateway", "TransitGatewayAttachment")
	case "interface-id", "tgw-src-eni", "tgw-dst-eni":
		return begins("eni-")
	case "vpc-id", "tgw-src-vpc-id", "tgw-dst-vpc-id":
		return begins("vpc-")
	case "subnet-id", "tgw-src-subnet-id", "tgw-dst-subnet-id":
		return begins("subnet-")
	case "instance-id":
		return begins("i-")
	case "tgw-id", "tgw-attachment-id", "tgw-pair-attachment-id":
		return begins("tgw-")
	}
	return nil
}

func begins(prefix string) flowShape {
	return func(text []byte) bool { return bytes.HasPrefix(text, []byte(prefix)) }
}

func oneOf(words ...string) flowShape {
	return func(text []byte) bool {
		for _, word := range words {
			if string(text) == word {
				return true
			}
		}
		return false
	}
}
