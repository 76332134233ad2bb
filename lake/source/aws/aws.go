// Package aws declares the logs, findings and inventories that AWS's own services write, a file or two for each.
package aws

import "github.com/hindcast/hindcast/lake/source"

// Sources are AWS's own, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return append([]*source.Source{CloudTrail(), VPCFlow(), ELB(), S3Access(), GuardDuty(), WAF(), CloudFront(), EKSAudit(), ECSContainer(), CloudHSM()}, findings()...)
}

// What stands for nothing in a text log, and what divides paths, names and lists.
var dash, slash, colon, comma = []byte("-"), []byte("/"), []byte(":"), []byte(",")
