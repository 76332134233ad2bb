package envelope

import "slices"

// kind is a kind of envelope.
type kind uint8

const (
	bare kind = iota // no envelope
	silent
	cloudWatchLogs
	eventBridge
	sns
	snsEvent
	sqs
	firelens
	kinesis
	lambdaLogs
	firehoseFailed
	batch
	messageOnly
)

// Firelens is the name of the envelope around container logs, for a source whose records they are.
const Firelens = "firelens"

// kindNames are what people call them.
var kindNames = [...]string{
	bare: "", silent: "a sign of life", cloudWatchLogs: "cloudwatch_logs", eventBridge: "eventbridge", sns: "sns", snsEvent: "sns",
	sqs: "sqs", firelens: Firelens, kinesis: "kinesis", lambdaLogs: "lambda", firehoseFailed: "firehose_error", batch: "batch", messageOnly: "message",
}

// key is a key that an envelope may have.
type key uint8

const (
	messageTypeKey key = iota
	ownerKey
	logGroupKey
	logStreamKey
	logEventsKey
	detailTypeKey
	detailKey
	accountKey
	regionKey
	idKey
	timeKey
	sourceKey
	resourcesKey
	typeKey // of SNS
	snsMessageKey
	timestampKey
	topicKey
	snsKey
	eventSourceKey
	messageIDKey // of SQS, as it hands messages out; SNS has one too
	bodyKey
	lambdaMessageIDKey // of SQS, as a Lambda function gets them
	lambdaBodyKey
	queueKey // all others of SQS
	containerIDKey
	containerNameKey
	clusterKey
	taskARNKey
	taskDefinitionKey
	instanceKey
	logKey
	recordIDKey
	dataKey
	kinesisKey
	kinesisDataKey
	sequenceKey
	awslogsKey
	rawDataKey
	errorCodeKey
	requestIDKey
	recordsKey
	messageKey
	serviceKey
	s3EventKey
	keys
)

func keyOf(name []byte) (key, bool) {
	switch string(name) {
	case "messageType":
		return messageTypeKey, true
	case "owner":
		return ownerKey, true
	case "logGroup":
		return logGroupKey, true
	case "logStream":
		return logStreamKey, true
	case "logEvents":
		return logEventsKey, true
	case "detail-type":
		return detailTypeKey, true
	case "detail":
		return detailKey, true
	case "account":
		return accountKey, true
	case "region":
		return regionKey, true
	case "id":
		return idKey, true
	case "time":
		return timeKey, true
	case "source":
		return sourceKey, true
	case "resources":
		return resourcesKey, true
	case "message":
		return messageKey, true
	case "Records", "records", "Messages":
		return recordsKey, true
	}
	if k, ok := containerKeyOf(name); ok {
		return k, true
	}
	return queueKeyOf(name)
}

func containerKeyOf(name []byte) (key, bool) {
	switch string(name) {
	case "container_id":
		return containerIDKey, true
	case "container_name":
		return containerNameKey, true
	case "ecs_cluster":
		return clusterKey, true
	case "ecs_task_arn":
		return taskARNKey, true
	case "ecs_task_definition":
		return taskDefinitionKey, true
	case "ec2_instance_id":
		return instanceKey, true
	case "log":
		return logKey, true
	}
	return 0, false
}

// queueKeyOf are the keys of notifications, messages and streams.
func queueKeyOf(name []byte) (key, bool) {
	switch string(name) {
	case "Type":
		return typeKey, true
	case "Message":
		return snsMessageKey, true
	case "Timestamp":
		return timestampKey, true
	case "TopicArn":
		return topicKey, true
	case "Sns":
		return snsKey, true
	case "EventSource", "eventSource":
		return eventSourceKey, true
	case "MessageId":
		return messageIDKey, true
	case "Body":
		return bodyKey, true
	case "messageId":
		return lambdaMessageIDKey, true
	case "body":
		return lambdaBodyKey, true
	case "ReceiptHandle", "MD5OfBody", "MD5OfMessageAttributes", "Attributes", "MessageAttributes",
		"receiptHandle", "md5OfBody", "md5OfMessageAttributes", "attributes", "messageAttributes", "eventSourceARN", "awsRegion":
		return queueKey, true
	case "recordId":
		return recordIDKey, true
	case "data":
		return dataKey, true
	case "kinesis":
		return kinesisKey, true
	case "Data":
		return kinesisDataKey, true
	case "SequenceNumber":
		return sequenceKey, true
	case "awslogs":
		return awslogsKey, true
	case "rawData":
		return rawDataKey, true
	case "errorCode":
		return errorCodeKey, true
	case "requestId", "deliveryStreamArn":
		return requestIDKey, true
	case "Service":
		return serviceKey, true
	case "Event":
		return s3EventKey, true
	}
	return 0, false
}

// parts are the values of an object that tell what it is.
type parts struct {
	values [keys][]byte
	all    int    // keys
	queue  int    // keys that a message of SQS has
	array  []byte // of records
	cut    bool   // whether the last value is not whole
}

func (p *parts) has(k key) bool { return p.values[k] != nil }

// is tells whether a value begins with a byte: a quote of a string, a bracket.
func (p *parts) is(k key, first byte) bool { return len(p.values[k]) > 0 && p.values[k][0] == first }

// split finds the parts of the object that data begins with, and where that ends; -1 if it does not. arrays are the keys
// whose arrays hold records.
func split(p *parts, data []byte, arrays []string) (end int) {
	return fields(data, func(name, value []byte, whole bool) {
		p.all++
		p.cut = !whole
		k, known := keyOf(name)
		if known {
			p.values[k] = value
			switch k {
			case messageIDKey, bodyKey, lambdaMessageIDKey, lambdaBodyKey, queueKey, eventSourceKey:
				p.queue++
			}
		}
		if (!known || k == recordsKey) && len(value) > 0 && value[0] == '[' && slices.Contains(arrays, string(name)) {
			p.array = value
		}
	})
}

// kind tells what an object is.
func (p *parts) kind(text bool) kind {
	k := p.messageKind(text)
	if k == bare && p.has(recordsKey) {
		return p.batchKind()
	}
	return k
}

// messageKind tells what an object is if it is no batch. Where keys could be those of a log's own record, all of them
// must be the envelope's.
func (p *parts) messageKind(text bool) kind {
	switch {
	case p.has(messageTypeKey):
		return p.logsKind()
	case p.has(detailTypeKey) && p.is(detailKey, '{'):
		return eventBridge
	case p.has(topicKey) && p.is(typeKey, '"'):
		return p.notificationKind()
	case p.is(snsKey, '{') && string(p.values[eventSourceKey]) == `"aws:sns"`:
		return snsEvent
	case p.is(bodyKey, '"') && p.has(messageIDKey) && p.queue == p.all, p.is(lambdaBodyKey, '"') && p.has(lambdaMessageIDKey) && p.queue == p.all:
		return sqs
	case p.has(logKey):
		return p.containerKind()
	case p.is(messageKey, '"') && p.all == 1 && (text || holdsObject(p.values[messageKey])):
		return messageOnly
	}
	return p.streamKind()
}

// logsKind tells a CloudWatch Logs subscription's envelope:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
func (p *parts) logsKind() kind {
	if !p.is(logEventsKey, '[') {
		return bare
	}
	switch string(p.values[messageTypeKey]) {
	case `"DATA_MESSAGE"`:
		return cloudWatchLogs
	case `"CONTROL_MESSAGE"`:
		return silent
	}
	return bare
}

// notificationKind tells what SNS sends:
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func (p *parts) notificationKind() kind {
	switch string(p.values[typeKey]) {
	case `"Notification"`:
		if p.has(snsMessageKey) {
			return sns
		}
	case `"SubscriptionConfirmation"`, `"UnsubscribeConfirmation"`:
		return silent
	}
	return bare
}

// containerKind tells what Firelens makes of a line of a container:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
func (p *parts) containerKind() kind {
	stream := string(p.values[sourceKey])
	if (stream == `"stdout"` || stream == `"stderr"`) && (p.has(containerIDKey) || p.has(containerNameKey)) {
		return firelens
	}
	return bare
}

// streamKind tells what comes through Kinesis and Firehose, whose data is in base64, and S3's notice that its
// notifications will arrive:
// https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func (p *parts) streamKind() kind {
	switch {
	case p.is(dataKey, '"') && p.has(recordIDKey),
		p.is(kinesisKey, '{') && string(p.values[eventSourceKey]) == `"aws:kinesis"`,
		p.is(kinesisDataKey, '"') && p.has(sequenceKey):
		return kinesis
	case p.is(awslogsKey, '{') && p.all == 1:
		return lambdaLogs
	case p.is(rawDataKey, '"') && p.has(errorCodeKey):
		return firehoseFailed
	case string(p.values[s3EventKey]) == `"s3:TestEvent"` && p.has(serviceKey):
		return silent
	}
	return bare
}

// batchKind tells messages that lie together in an array: as Lambda functions and HTTP endpoints get them.
func (p *parts) batchKind() kind {
	first := firstElement(p.values[recordsKey])
	if len(first) == 0 || first[0] != '{' {
		return bare
	}
	var inner parts
	_ = split(&inner, first, nil)
	switch inner.messageKind(false) {
	case sqs, sns, snsEvent, kinesis:
		return batch
	}
	if p.has(requestIDKey) && inner.is(dataKey, '"') {
		return batch
	}
	return bare
}

// holdsObject tells whether a JSON string may be that of an object.
func holdsObject(text []byte) bool {
	i := skipSpace(text, 1)
	return i < len(text) && text[i] == '{'
}

// payload is the value in which an envelope of one message has it, and whether it is in base64.
func (p *parts) payload(k kind) (value []byte, base64 bool) {
	switch k {
	case eventBridge:
		return p.values[detailKey], false
	case sns:
		return p.values[snsMessageKey], false
	case snsEvent:
		return p.values[snsKey], false
	case firelens:
		return p.values[logKey], false
	case messageOnly:
		return p.values[messageKey], false
	case sqs:
		if p.has(lambdaBodyKey) {
			return p.values[lambdaBodyKey], false
		}
		return p.values[bodyKey], false
	case firehoseFailed:
		return p.values[rawDataKey], true
	case lambdaLogs:
		return dataOf(p.values[awslogsKey]), true
	case kinesis:
		switch {
		case p.has(kinesisKey):
			return dataOf(p.values[kinesisKey]), true
		case p.has(dataKey):
			return p.values[dataKey], true
		}
		return p.values[kinesisDataKey], true
	}
	return nil, false
}

// dataOf is the data in {"data":"…"}.
func dataOf(object []byte) (data []byte) {
	_ = fields(object, func(name, value []byte, _ bool) {
		if string(name) == "data" {
			data = value
		}
	})
	return data
}
