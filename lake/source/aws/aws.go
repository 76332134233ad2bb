// Package aws declares the logs, findings and inventories that AWS's own services write, a file or two for each.
package aws

import (
	"slices"

	"github.com/hindcast/hindcast/lake/source"
)

// Sources are AWS's own, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return slices.Concat([]*source.Source{CloudTrail(), S3Access(), GuardDuty(), EKSAudit(), ECSContainer(), CloudHSM()}, findings(), network())
}

// network are the logs of networks and of what stands at their edges.
func network() []*source.Source {
	return []*source.Source{
		VPCFlow(), ELB(), WAF(), CloudFront(), Route53Resolver(), Route53Public(), NetworkFirewall(), ClientVPN(), APIGateway(),
	}
}

// What stands for nothing in a text log, and what divides paths, names and lists.
var dash, slash, colon, comma = []byte("-"), []byte("/"), []byte(":"), []byte(",")
