package source

// Builtin lists the sources that need no definition, in the order in which they are asked whether a key is theirs.
func Builtin() []*Source {
	return []*Source{CloudTrail(), VPCFlow(), ELB(), S3Access(), GuardDuty(), ApacheAccess()}
}
