package simulate

// action is an API call that somebody in the estate makes.
type action struct {
	service, name string
	weights       [menuKinds]int
	read          bool
	data          bool   // an S3 data event
	params        string // templates of JSON; "" is null
	response      string
	extra         string // additionalEventData
	resources     string
	fails         string // error code and message, divided by |; a failed login has no code, and a response all the same
	event         string // eventType, when it is not AwsApiCall
	shared        bool   // has a sharedEventID
}

const (
	s3Extra = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<hostid>","bytesTransferredOut":<bytes>}`
	s3Write = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":<bytes>,"SSEApplied":"Default_SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"<hostid>","bytesTransferredOut":0}`
	s3Read  = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"SSEApplied":"Default_SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"<hostid>","bytesTransferredOut":<bytes>}`

	bucketResource = `[{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]`
	objectResource = `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::<bucket>/<key>"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]`
	keyResource    = `[{"accountId":"<account>","type":"AWS::KMS::Key","ARN":"arn:aws:kms:<region>:<account>:key/1f0c2a9e-4d57-4c1b-9c55-6f1e2b7d8a90"}]`
	roleResource   = `[{"accountId":"<account>","type":"AWS::IAM::Role","ARN":"arn:aws:iam::<account>:role/<role>"}]`

	bucketParams = `{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"`
	objectParams = `{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}`

	deniedMessage = `AccessDenied|User: <caller> is not authorized to perform this action because no identity-based policy allows it`
	ec2Denied     = `Client.UnauthorizedOperation|You are not authorized to perform this operation. User: <caller> is not authorized because no identity-based policy allows the action`
	throttled     = `ThrottlingException|Rate exceeded`
)

// everyday are the actions of an ordinary day.
func everyday() []action {
	return append(append(everydayCompute(), everydayIdentity()...), everydayStorage()...)
}

func everydayCompute() []action {
	return []action{
		{service: "ec2", name: "DescribeInstances", weights: [menuKinds]int{human: 30, deploy: 20, watch: 30}, read: true, fails: ec2Denied,
			params: `{"maxResults":1000,"instancesSet":{},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}}`},
		{service: "ec2", name: "DescribeInstanceStatus", weights: [menuKinds]int{human: 6, watch: 30}, read: true,
			params: `{"instancesSet":{"items":[{"instanceId":"<host>"}]},"filterSet":{},"includeAllInstances":false}`},
		{service: "ec2", name: "DescribeSecurityGroups", weights: [menuKinds]int{human: 9, deploy: 20, watch: 5}, read: true, fails: ec2Denied,
			params: `{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"<group>"}]},"filterSet":{}}`},
		{service: "ec2", name: "DescribeRouteTables", weights: [menuKinds]int{deploy: 25}, read: true,
			params: `{"routeTableIdSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"<vpc>"}]}}]}}`},
		{service: "ec2", name: "DescribeSubnets", weights: [menuKinds]int{human: 3, deploy: 15, watch: 4}, read: true,
			params: `{"subnetSet":{"items":[{"subnetId":"<subnet>"}]},"filterSet":{}}`},
		{service: "ec2", name: "CreateTags", weights: [menuKinds]int{human: 1, deploy: 6},
			params:   `{"resourcesSet":{"items":[{"resourceId":"<host>"}]},"tagSet":{"items":[{"key":"release","value":"2026.<number>"},{"key":"owner","value":"platform"}]}}`,
			response: `{"requestId":"<request>","_return":true}`},
		{service: "ec2", name: "RunInstances", weights: [menuKinds]int{deploy: 2}, fails: `Client.InsufficientInstanceCapacity|We currently do not have sufficient capacity in the Availability Zone you requested.`,
			params:   `{"instancesSet":{"items":[{"imageId":"ami-0a1b2c3d4e5f60718","minCount":1,"maxCount":1}]},"instanceType":"m7g.large","subnetId":"<subnet>","groupSet":{"items":[{"groupId":"<group>"}]},"iamInstanceProfile":{"name":"app-server"},"clientToken":"<uuid>"}`,
			response: `{"requestId":"<request>","reservationId":"r-0<hex>","ownerId":"<account>","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-0<hex>","imageId":"ami-0a1b2c3d4e5f60718","instanceState":{"code":0,"name":"pending"},"privateIpAddress":"<private>","instanceType":"m7g.large","launchTime":1769000000000,"subnetId":"<subnet>","vpcId":"<vpc>","networkInterfaceSet":{"items":[{"networkInterfaceId":"<eni>","privateIpAddress":"<private>"}]}}]}}`},
		{service: "ssm", name: "StartSession", weights: [menuKinds]int{human: 4}, fails: deniedMessage,
			params: `{"target":"<host>","documentName":"SSM-SessionManagerRunShell"}`, response: `{"sessionId":"<user>-0<hex>","tokenValue":"Value hidden due to security reasons.","streamUrl":"wss://ssmmessages.<region>.amazonaws.com/v1/data-channel/<user>-0<hex>?role=publish_subscribe"}`},
		{service: "ssm", name: "UpdateInstanceInformation", weights: [menuKinds]int{workload: 45},
			params: `{"instanceId":"<host>","agentVersion":"3.3.1957.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"<private>","computerName":"ip-<private>.ec2.internal"}`},
		{service: "ssm", name: "GetParameter", weights: [menuKinds]int{deploy: 12, workload: 10}, read: true, fails: throttled,
			params: `{"name":"/shop/prod/feature-flags/<number>","withDecryption":true}`},
		{service: "logs", name: "CreateLogStream", weights: [menuKinds]int{workload: 25},
			params: `{"logGroupName":"/aws/lambda/order-worker","logStreamName":"2026/01/[$LATEST]<hex><hex>"}`},
		{service: "monitoring", name: "GetMetricData", weights: [menuKinds]int{human: 4, watch: 60}, read: true,
			params: `{"metricDataQueries":[{"id":"m<number>","metricStat":{"metric":{"namespace":"AWS/EC2","metricName":"CPUUtilization","dimensions":[{"name":"InstanceId","value":"<host>"}]},"period":300,"stat":"Average"}}],"startTime":"<time>"}`},
		{service: "health", name: "DescribeEventAggregates", weights: [menuKinds]int{human: 20}, read: true,
			params: `{"filter":{"eventStatusCodes":["open","upcoming"],"startTimes":[{"from":"<time>"}]},"aggregateField":"eventTypeCategory"}`},
		{service: "elasticloadbalancing", name: "DescribeTargetHealth", weights: [menuKinds]int{deploy: 10, workload: 30, watch: 30, service: 40}, read: true,
			params: `{"targets":[{"id":"<host>","port":8080}]}`},
		{service: "autoscaling", name: "DescribeAutoScalingGroups", weights: [menuKinds]int{human: 4, deploy: 10, watch: 20, service: 30}, read: true,
			params: `{"autoScalingGroupNames":["shop-app"]}`},
		{service: "rds", name: "DescribeDBInstances", weights: [menuKinds]int{human: 3, deploy: 6, watch: 20}, read: true,
			params: `{"dBInstanceIdentifier":"orders-db","maxRecords":100}`},
	}
}

func everydayIdentity() []action {
	return []action{
		{service: "sts", name: "AssumeRole", weights: [menuKinds]int{service: 60, deploy: 4, watch: 6}, read: true, shared: true,
			params:    `{"roleArn":"arn:aws:iam::<account>:role/<role>","roleSessionName":"<host>","durationSeconds":3600}`,
			response:  `{"credentials":{"accessKeyId":"<keyid>","sessionToken":"IQoJb3JpZ2luX2VjE<token>","expiration":"<time>"},"assumedRoleUser":{"assumedRoleId":"<roleid>:<host>","arn":"arn:aws:sts::<account>:assumed-role/<role>/<host>"}}`,
			resources: roleResource},
		{service: "sts", name: "GetCallerIdentity", weights: [menuKinds]int{human: 6, deploy: 8, watch: 2, workload: 30}, read: true},
		{service: "signin", name: "ConsoleLogin", weights: [menuKinds]int{human: 3}, event: "AwsConsoleSignIn",
			response: `{"ConsoleLogin":"Success"}`, extra: `{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_<region>_0<hex>","MobileVersion":"No","MFAIdentifier":"arn:aws:iam::<account>:mfa/<user>","MFAUsed":"Yes"}`},
		{service: "iam", name: "ListAttachedRolePolicies", weights: [menuKinds]int{human: 2, deploy: 12}, read: true, params: `{"roleName":"<role>"}`},
		{service: "iam", name: "GetRole", weights: [menuKinds]int{human: 2, deploy: 14}, read: true, params: `{"roleName":"<role>"}`},
		{service: "iam", name: "GetUser", weights: [menuKinds]int{human: 5, deploy: 2}, read: true, params: `{"userName":"<user>"}`, fails: deniedMessage},
		{service: "iam", name: "ListUsers", weights: [menuKinds]int{human: 1, watch: 1}, read: true, params: `{"maxItems":1000}`, fails: deniedMessage},
		{service: "kms", name: "Decrypt", weights: [menuKinds]int{workload: 60, service: 15}, read: true, resources: keyResource,
			params: `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>/<key>"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`},
		{service: "kms", name: "GenerateDataKey", weights: [menuKinds]int{workload: 20, service: 40}, read: true, resources: keyResource,
			params: `{"keyId":"arn:aws:kms:<region>:<account>:key/1f0c2a9e-4d57-4c1b-9c55-6f1e2b7d8a90","keySpec":"AES_256","encryptionContext":{"aws:cloudtrail:arn":"arn:aws:cloudtrail:us-east-1:<account>:trail/org-trail"}}`},
		{service: "secretsmanager", name: "GetSecretValue", weights: [menuKinds]int{workload: 18, human: 1}, read: true, fails: deniedMessage,
			params: `{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:shop/orders-db-Ab12Cd"}`},
		{service: "cloudtrail", name: "LookupEvents", weights: [menuKinds]int{human: 2}, read: true, params: `{"maxResults":50,"lookupAttributes":[{"attributeKey":"ReadOnly","attributeValue":"false"}]}`},
	}
}

func everydayStorage() []action {
	return []action{
		{service: "s3", name: "ListBuckets", weights: [menuKinds]int{human: 8, watch: 4}, read: true, params: `{"Host":"s3.<region>.amazonaws.com"}`, extra: s3Extra},
		{service: "s3", name: "GetBucketAcl", weights: [menuKinds]int{human: 2, watch: 5, service: 20}, read: true, params: bucketParams + `,"acl":""}`, extra: s3Extra, resources: bucketResource, shared: true},
		{service: "s3", name: "GetBucketPolicyStatus", weights: [menuKinds]int{human: 2, watch: 4}, read: true, params: bucketParams + `,"policyStatus":""}`,
			extra: s3Extra, resources: bucketResource, fails: `NoSuchBucketPolicy|The bucket policy does not exist`},
		{service: "s3", name: "GetObject", weights: [menuKinds]int{workload: 32, foreign: 20, human: 1}, read: true, data: true,
			params: objectParams, extra: s3Read, resources: objectResource, fails: `NoSuchKey|The specified key does not exist.`},
		{service: "s3", name: "HeadObject", weights: [menuKinds]int{workload: 8, foreign: 5}, read: true, data: true, params: objectParams, extra: s3Extra, resources: objectResource},
		{service: "s3", name: "PutObject", weights: [menuKinds]int{workload: 16, service: 15}, data: true,
			params:   objectParams,
			response: `{"x-amz-server-side-encryption":"AES256","x-amz-checksum-crc64nvme":"<hex>","x-amz-checksum-type":"FULL_OBJECT"}`,
			extra:    s3Write, resources: objectResource},
		{service: "s3", name: "DeleteObjects", weights: [menuKinds]int{workload: 1}, data: true, params: bucketParams + `,"delete":""}`, extra: s3Extra, resources: bucketResource},
	}
}
