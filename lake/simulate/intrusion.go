package simulate

import (
	"time"
)

// call adds an API call of the story; the caller may fill in more.
func (s *script) call(at time.Time, by *session, a action) *call {
	e := newEntry(a)
	c := &call{
		at: at, account: s.cast.accounts[0], region: primary, session: by, entry: e, dice: s.dice, failed: a.fails != "",
		host: s.host, bucket: s.cast.buckets[0], user: s.cast.accounts[0].users[0], role: s.cast.accounts[0].roles[0], bytes: 2048,
	}
	c.request = e.requestID(s.dice)
	s.trail = append(s.trail, c)
	return c
}

// writeCalls plays everything that CloudTrail sees but the bucket's end.
func (s *script) writeCalls(victim *user) {
	s.logIn(victim)
	leaked := *victim
	leaked.address, leaked.agent = intruderAddress, intruderAgent
	cli := userSession(&leaked, human)
	for i, a := range lookAround() {
		s.call(s.minute(9+float64(i)*0.8), cli, a)
	}
	second := s.call(s.minute(31), cli, action{service: "iam", name: "CreateAccessKey", params: `{"userName":"<user>"}`,
		response: `{"accessKey":{"userName":"<user>","accessKeyId":"` + backdoorKey + `","status":"Active","createDate":"<time>"}}`})
	second.user = s.cast.accounts[0].users[1]
	intruder := *second.user
	intruder.key, intruder.address, intruder.agent = backdoorKey, intruderAddress, intruderAgent
	backdoor := userSession(&intruder, human)
	s.call(s.minute(33), backdoor, action{service: "sts", name: "GetCallerIdentity", read: true})
	s.call(s.minute(36), cli, action{service: "ec2", name: "AuthorizeSecurityGroupIngress", params: openPort("<group>"),
		response: `{"requestId":"<request>","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"<account>","groupId":"<group>","securityGroupRuleId":"sgr-0<hex>","isEgress":false,"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIpv4":"0.0.0.0/0"}]}}`})
	s.call(s.minute(100), cli, action{service: "cloudtrail", name: "StopLogging", fails: deniedMessage, params: `{"name":"arn:aws:cloudtrail:us-east-1:<account>:trail/org-trail"}`})
	s.call(s.minute(101), cli, action{service: "cloudtrail", name: "DeleteTrail", fails: deniedMessage, params: `{"name":"arn:aws:cloudtrail:us-east-1:<account>:trail/org-trail"}`})
	s.cleanUp()
}

func openPort(group string) string {
	return `{"groupId":"` + group + `","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}`
}

// logIn is the console: twice a wrong password, then in, without a second factor.
func (s *script) logIn(victim *user) {
	const extra = `{"LoginTo":"https://console.aws.amazon.com/console/home?region=us-east-1","MobileVersion":"No","MFAUsed":"No"}`
	door := &session{
		identity: `{"type":"IAMUser","principalId":"` + victim.id + `","accountId":"` + prodAccount + `","accessKeyId":"","userName":"` + victim.name + `"}`,
		arn:      victim.arn(), address: intruderAddress, agent: intruderBrowser, menu: human,
	}
	for i := range 2 {
		s.call(s.minute(float64(i)*0.5), door, action{service: "signin", name: "ConsoleLogin", event: "AwsConsoleSignIn", extra: extra, fails: "|Failed authentication", response: `{"ConsoleLogin":"Failure"}`})
	}
	door = &session{
		identity: `{"type":"IAMUser","principalId":"` + victim.id + `","arn":"` + victim.arn() + `","accountId":"` + prodAccount + `","userName":"` + victim.name + `"}`,
		arn:      victim.arn(), address: intruderAddress, agent: intruderBrowser, menu: human,
	}
	s.call(s.minute(2), door, action{service: "signin", name: "ConsoleLogin", event: "AwsConsoleSignIn", extra: extra, response: `{"ConsoleLogin":"Success"}`})
	browser := consoleSession(victim, consoleKey, intruderBrowser, intruderAddress, s.minute(2), "false")
	for i, a := range []action{
		{service: "health", name: "DescribeEventAggregates", read: true, params: `{"filter":{"eventStatusCodes":["open","upcoming"]},"aggregateField":"eventTypeCategory"}`},
		{service: "iam", name: "GetAccountSummary", read: true},
		{service: "iam", name: "ListMFADevices", read: true, params: `{"userName":"<user>"}`},
		{service: "ec2", name: "DescribeInstances", read: true, params: `{"maxResults":1000,"instancesSet":{},"filterSet":{}}`},
		{service: "ec2", name: "DescribeAddresses", read: true, params: `{"publicIpsSet":{},"filterSet":{},"allocationIdsSet":{}}`},
	} {
		s.call(s.minute(3+float64(i)*0.7), browser, a)
	}
}

// lookAround is what the leaked key is tried on.
func lookAround() []action {
	return []action{
		{service: "sts", name: "GetCallerIdentity", read: true},
		{service: "iam", name: "ListUsers", read: true, params: `{"maxItems":1000}`},
		{service: "iam", name: "ListRoles", read: true, params: `{"maxItems":1000}`},
		{service: "iam", name: "ListAttachedUserPolicies", read: true, params: `{"userName":"<user>"}`},
		{service: "iam", name: "ListAccessKeys", read: true, params: `{"userName":"<user>"}`},
		{service: "iam", name: "GetAccountAuthorizationDetails", read: true, fails: deniedMessage},
		{service: "iam", name: "AttachUserPolicy", fails: deniedMessage, params: `{"userName":"<user>","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`},
		{service: "s3", name: "ListBuckets", read: true, params: `{"Host":"s3.<region>.amazonaws.com"}`, extra: s3Extra},
		{service: "s3", name: "GetBucketLocation", read: true, params: bucketParams + `,"location":""}`, extra: s3Extra, resources: bucketResource},
		{service: "s3", name: "GetBucketPolicy", read: true, fails: deniedMessage, params: bucketParams + `,"policy":""}`, extra: s3Extra, resources: bucketResource},
		{service: "ec2", name: "DescribeInstances", read: true, params: `{"maxResults":1000,"instancesSet":{},"filterSet":{}}`},
		{service: "ec2", name: "DescribeSecurityGroups", read: true, params: `{"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}}`},
		{service: "ec2", name: "DescribeInstanceAttribute", read: true, fails: ec2Denied, params: `{"instanceId":"<host>","attribute":"userData"}`},
		{service: "ec2", name: "DescribeSnapshots", read: true, fails: ec2Denied, params: `{"maxResults":1000,"ownersSet":{"items":[{"owner":"self"}]}}`},
		{service: "secretsmanager", name: "ListSecrets", read: true, fails: deniedMessage, params: `{"maxResults":100}`},
		{service: "secretsmanager", name: "GetSecretValue", read: true, fails: deniedMessage, params: `{"secretId":"shop/orders-db"}`},
		{service: "rds", name: "DescribeDBInstances", read: true, fails: deniedMessage},
		{service: "lambda", name: "ListFunctions20150331", read: true, fails: deniedMessage},
		{service: "kms", name: "ListKeys", read: true, fails: deniedMessage},
		{service: "ssm", name: "DescribeInstanceInformation", read: true, fails: deniedMessage, params: `{"maxResults":50}`},
		{service: "cloudtrail", name: "DescribeTrails", read: true, params: `{"includeShadowTrails":false}`},
		{service: "guardduty", name: "ListDetectors", read: true, fails: deniedMessage},
	}
}

// cleanUp is the next morning's answer, from the office.
func (s *script) cleanUp() {
	operator := userSession(s.cast.accounts[0].users[2], human)
	off := action{service: "iam", name: "UpdateAccessKey"}
	off.params = `{"userName":"` + victimUser + `","status":"Inactive","accessKeyId":"` + leakedKey + `"}`
	s.call(s.minute(30*60), operator, off)
	off.params = `{"userName":"` + backdoorUser + `","status":"Inactive","accessKeyId":"` + backdoorKey + `"}`
	s.call(s.minute(30*60+1), operator, off)
	s.call(s.minute(30*60+4), operator, action{service: "ec2", name: "RevokeSecurityGroupIngress", params: openPort("<group>"), response: `{"requestId":"<request>","_return":true}`})
}
