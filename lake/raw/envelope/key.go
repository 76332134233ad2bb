package envelope

import "slices"

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
