package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// Of all that a call names in its parameters and its answer, an analyst asks for accounts, ARNs, access keys,
// instances, addresses and principals. They stand there under hundreds of names, and in policies that are text within
// text, so they are told by their form.

// namedFields are the columns that named values go to, beside related.*.
func namedFields() []ecs.Field {
	return []ecs.Field{
		{Name: "aws.cloudtrail.named_account_ids", Type: ecs.Strings, Kind: ecs.Account, Doc: "accounts that the call's parameters and answer name"},
		{Name: "aws.cloudtrail.named_access_key_ids", Type: ecs.Strings, Kind: ecs.AccessKey, Doc: "access keys that the call's parameters and answer name"},
	}
}

// named collects what a call names.
type named struct {
	in                                       []source.In
	arns, accounts, keys, hosts, ips, people source.Out
}

func newNamed(b *source.Binding) *named {
	n := bindNamed(b, "aws.cloudtrail")
	n.in = []source.In{b.In("requestParameters"), b.In("responseElements"), b.In("serviceEventDetails"), b.In("insightDetails"), b.In("userIdentity.inScopeOf")}
	return &n
}

// bindNamed finds the columns of a source that named values go to.
func bindNamed(b *source.Binding, prefix string) named {
	return named{
		arns: b.Out(prefix + ".resource_arns"), accounts: b.Out(prefix + ".named_account_ids"), keys: b.Out(prefix + ".named_access_key_ids"),
		hosts: b.Out("related.hosts"), ips: b.Out("related.ip"), people: b.Out("related.user"),
	}
}

func (n *named) collect(e *source.Event) {
	for _, in := range n.in {
		n.words(e, e.Text(in))
	}
}

// words looks at every run of bytes that names are made of.
func (n *named) words(e *source.Event, text []byte) {
	for at := 0; at < len(text); {
		if !nameByte[text[at]] {
			at++
			continue
		}
		from := at
		for at < len(text) && nameByte[text[at]] {
			at++
		}
		n.take(e, text[from:at])
	}
}

// nameByte are the bytes that ARNs, ids, keys and addresses are made of.
var nameByte = func() (set [256]bool) {
	for c := range set {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', bytes.IndexByte([]byte(":/_.+=@,*-"), byte(c)) >= 0:
			set[c] = true
		}
	}
	return set
}()

// take looks at a run of such bytes.
func (n *named) take(e *source.Event, word []byte) {
	switch c := word[0]; {
	case len(word) < 7 || len(word) > 2048:
	case c == 'a' && bytes.HasPrefix(word, []byte("arn:")):
		n.takeARN(e, bytes.TrimRight(word, ",:"))
	case bytes.IndexByte(word, ',') >= 0: // a list, such as no name but an ARN is
		for part := range bytes.SplitSeq(word, []byte(",")) {
			if len(part) > 0 {
				n.take(e, part)
			}
		}
	case c == 'i' && source.IsInstance(word):
		e.Set(n.hosts, word)
	case c == 'A' && source.IsAccessKey(word):
		e.Set(n.keys, word)
	case c >= '0' && c <= '9' && isAccount(word):
		e.Set(n.accounts, word)
	case c >= '0' && c <= '9', bytes.IndexByte(word[:5], ':') >= 0: // as in an IPv6 address
		if address := addressOf(word); address != nil {
			e.Set(n.ips, address)
		}
	}
}

// takeARN takes an ARN, its account, and the principal that it names.
func (n *named) takeARN(e *source.Event, arn []byte) {
	var part [6][]byte
	rest, more := arn, true
	for i := range part {
		if !more {
			return
		}
		if i == 5 {
			part[i] = rest
			break
		}
		part[i], rest, more = bytes.Cut(rest, []byte(":"))
	}
	if len(part[5]) == 0 {
		return
	}
	e.Set(n.arns, arn)
	if isAccount(part[4]) {
		e.Set(n.accounts, part[4])
	}
	service, kind := string(part[2]), part[5]
	if service == "iam" && (bytes.HasPrefix(kind, []byte("user/")) || bytes.HasPrefix(kind, []byte("role/"))) ||
		service == "sts" && bytes.HasPrefix(kind, []byte("assumed-role/")) {
		name := kind[bytes.LastIndexByte(kind, '/')+1:]
		if !bytes.ContainsAny(name, "*") {
			e.Set(n.people, name)
		}
	}
}

func isAccount(word []byte) bool {
	_, ok := source.Digits(word)
	return ok && len(word) == 12
}

// targets are the parameters that say what a call acted on, the most telling first.
const targets = `requestParameters.bucketName | requestParameters.userName | requestParameters.roleName | requestParameters.groupName |
	requestParameters.secretId | requestParameters.instanceId | requestParameters.instancesSet.items[].instanceId | requestParameters.instanceIds[] |
	requestParameters.functionName | requestParameters.dBSnapshotIdentifier | requestParameters.dBInstanceIdentifier | requestParameters.snapshotId |
	requestParameters.imageId | requestParameters.groupId | requestParameters.keyId | requestParameters.trailName | requestParameters.policyArn |
	requestParameters.roleArn | requestParameters.tableName | requestParameters.topicArn | requestParameters.queueUrl | requestParameters.stackName |
	requestParameters.logGroupName | requestParameters.clusterName | requestParameters.volumeId | requestParameters.flowLogIds[] | requestParameters.resourceArn |
	requestParameters.documentName | requestParameters.detectorId | requestParameters.hostedZoneId | requestParameters.repositoryName |
	requestParameters.instanceProfileName | requestParameters.networkInterfaceId | requestParameters.internetGatewayId | requestParameters.routeTableId |
	requestParameters.subnetId | requestParameters.vpcId | requestParameters.allocationId | serviceEventDetails.SecretId | requestParameters.name`

// targetOf completes the target: a bucket by the object in it, a principal by the policy that it was given.
func targetOf(b *source.Binding) func(*source.Event) {
	bucket, key := b.In("requestParameters.bucketName"), b.In("requestParameters.key")
	policy, target := b.In("requestParameters.policyArn"), b.Out("aws.cloudtrail.target")
	var text []byte
	return func(e *source.Event) {
		switch of := e.Get(target); {
		case len(of) == 0:
		case e.Has(bucket) && e.Has(key):
			text = append(append(append(text[:0], of...), '/'), e.Text(key)...)
			e.Set(target, text)
		case e.Has(policy) && !bytes.Equal(of, e.Text(policy)):
			arn := e.Text(policy)
			text = append(append(append(append(text[:0], of...), " ("...), arn[bytes.LastIndexByte(arn, '/')+1:]...), ')')
			e.Set(target, text)
		}
	}
}
