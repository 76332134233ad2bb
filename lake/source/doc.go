// Package source declares the kinds of log that the lake reads and turns their records into rows of ECS columns.
//
// A source is data: the keys under which AWS delivers it, how its objects divide into records and its records into
// values, and which ECS field each value becomes. What a mapping can't say is said by one small function. The
// sources that are built in are declared in packages by who writes the logs, a file or a few each; others come from
// YAML definitions with the same vocabulary.
//
//	source        what a source is, and how its records become rows: paths, slots, operations, ids, times
//	├─ aws, ocsf, database, host, web    the sources
//	├─ builtin    the list of them, and which an object is by its contents
//	├─ definition sources in YAML
//	├─ describe, reference               what there is to say of each, for people
//	└─ sourcetest what their tests share
//
// # Speed
//
// MB of raw text per CPU-second on a virtual machine of two cores that other work shared (load 4), so that a quiet one
// gives more. The first column is from the record to the row, by the benchmarks beside the sources; the second is a
// compaction the whole way from gzip to committed files that were read back, of the few odd records in testdata over and
// over ("go test ./lake/compact -run - -bench BySource -benchtime 3x -timeout 1h"): a real object falls on fewer days, and
// CloudTrail, flow and ALB logs as an estate writes them are in the documentation of lake/compact. The Python loader of
// SIEM on Amazon OpenSearch makes 0.5 to 3.4 MB a second of a core on the same kind of machine.
//
//	                       to rows  whole way
//	aws_cloudtrail                -         78
//	aws_config                   89         50
//	aws_trustedadvisor          118         47
//	aws_workspaces                -         57
//	aws_guardduty               108         42
//	aws_securityhub             106         31
//	aws_inspector               101         29
//	aws_macie                    93         48
//	aws_vpcflow                  40         27
//	aws_network_firewall        129         41
//	aws_route53_resolver        141         55
//	aws_route53_public           81         31
//	aws_clientvpn               178         66
//	aws_elb                      82         24
//	aws_cloudfront              100         49
//	aws_waf                     116         51
//	aws_s3access                 78         53
//	aws_apigateway               75         35
//	apache_access                 -         24
//	apache_error                 94         38
//	nginx_access                 67         22
//	nginx_error                  68         39
//	mysql_audit                  52          -
//	mysql_general                58         16
//	mysql_error                  86         28
//	mysql_slow                  101         37
//	postgresql                   59         29
//	aws_elasticache             200         24
//	aws_msk                      95         37
//	aws_opensearch_audit        143         47
//	linux_secure                 33         17
//	linux_syslog                 53         22
//	windows_event                53         44
//	aws_cloudhsm                113         31
//	aws_eks_audit               155         66
//	aws_ecs                     177          -
//	aws_security_lake            65         27
package source
