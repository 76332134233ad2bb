package envelope

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
