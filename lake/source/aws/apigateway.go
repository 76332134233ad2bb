package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// APIGateway is the access logs of REST, HTTP and WebSocket APIs, and the execution logs of the first and the last.
func APIGateway() *source.Source {
	return &source.Source{
		Name:    "aws_apigateway",
		Title:   "Amazon API Gateway access and execution logs",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
			"https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html",
			"https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
		},
		Keys:  []string{`(?i)(^|[/_.])(aws[-_])?api-?_?gateway[-_/]`},
		Looks: looksLikeAPIGateway,
		Notes: "JSON, XML, CLF and CSV as the console offers them are told apart by the record; in JSON, members are known by the names of the " +
			"context's variables and by those that are usual for them. A line of an execution log has the time at which CloudWatch Logs got it.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  apiGatewayLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "cloud.provider", "aws", "event.module", "aws", "cloud.service.name", "apigateway",
		),
		Map: apiGatewayMap(),
		Extra: []ecs.Field{
			{Name: "event.type"}, {Name: "event.outcome"}, {Name: "http.version"}, {Name: "network.type"},
			{Name: "aws.apigateway.log_type", Doc: "access or execution"},
		},
		Finish: finishAPIGateway,
	}
}

func apiGatewayMap() []source.Mapping {
	const (
		address = "ip | sourceIp | source_ip | sourceIP | identity.sourceIp"
		request = "requestId | request_id | requestID"
		caller  = "caller | identity.caller"
		user    = "user | identity.user"
		method  = "httpMethod | http_method | method"
		status  = "status | statusCode | status_code"
		length  = "responseLength | response_length"
		domain  = "domainName | domain_name"
		code    = "integrationStatus | integration.status | integration_status"
	)
	return []source.Mapping{
		{To: "@timestamp", From: "requestTime | request_time", As: source.CommonLog},
		{To: "@timestamp", From: "requestTimeEpoch | request_time_epoch", As: source.EpochMilli},
		{To: "event.action", From: "eventType | event_type"},
		{To: "event.reason", From: "error.responseType | errorResponseType | error_response_type"},
		{To: "message", From: apiMessage},
		{To: "cloud.account.id", From: "accountId | account_id"},
		{To: "source.address", From: address},
		{To: "source.ip", From: address},
		{To: "user.id", From: user + " | " + caller},
		{To: "user.name", From: "principalId | authorizer.principalId | username | authorizer.claims.cognito:username"},
		{To: "user_agent.original", From: "userAgent | user_agent | identity.userAgent"},
		{To: "http.request.id", From: request},
		{To: "http.request.method", From: method},
		{To: "http.response.status_code", From: status},
		{To: "http.response.body.bytes", From: length},
		{To: "url.path", From: "path | uri | resourcePath | resource_path"},
		{To: "url.domain", From: domain},
		{To: "trace.id", From: "xrayTraceId | xray_trace_id"},
		{To: "tls.client.server_name", From: "tlsServerName"},
		{To: "error.message", From: "error.message | errorMessage | error_message | integrationErrorMessage | integration.error | authorizer.error | authorizerError"},
		{To: "error.type", From: "error.responseType | errorResponseType | error_response_type"},

		{To: "aws.apigateway.request_id", From: request},
		{To: "aws.apigateway.extended_request_id", From: "extendedRequestId | extended_request_id"},
		{To: "aws.apigateway.request_time", From: "requestTime | request_time", Type: ecs.Time, As: source.CommonLog},
		{To: "aws.apigateway.http_method", From: method},
		{To: "aws.apigateway.resource_path", From: "resourcePath | resource_path"},
		{To: "aws.apigateway.resource_id", From: "resourceId | resource_id"},
		{To: "aws.apigateway.route_key", From: "routeKey | route_key"},
		{To: "aws.apigateway.protocol", From: "protocol"},
		{To: "aws.apigateway.status", From: status, Type: ecs.Int},
		{To: "aws.apigateway.response_length", From: length, Type: ecs.Int},
		{To: "aws.apigateway.ip_address", From: address, Kind: ecs.IP},
		{To: "aws.apigateway.caller", From: caller, Kind: ecs.User},
		{To: "aws.apigateway.user", From: user, Kind: ecs.User},
		{To: "aws.apigateway.user_arn", From: "userArn | user_arn | identity.userArn", Kind: ecs.ARN},
		{To: "aws.apigateway.account_id", From: "identity.accountId", Kind: ecs.Account, Doc: "account of the caller"},
		{To: "aws.apigateway.api_key_id", From: "apiKeyId | identity.apiKeyId"},
		{To: "aws.apigateway.api_id", From: "apiId | api_id"},
		{To: "aws.apigateway.stage", From: "stage"},
		{To: "aws.apigateway.domain_name", From: domain},
		{To: "aws.apigateway.connection_id", From: "connectionId | connection_id"},
		{To: "aws.apigateway.event_type", From: "eventType | event_type"},
		{To: "aws.apigateway.message_id", From: "messageId"},
		{To: "aws.apigateway.response_latency", From: "responseLatency | response_latency", Type: ecs.Int, Doc: "milliseconds"},
		{To: "aws.apigateway.integration.latency", From: "integrationLatency | integration.latency | integration_latency", Type: ecs.Int, Doc: "milliseconds"},
		{To: "aws.apigateway.integration.status", From: code, Type: ecs.Int},
		{To: "aws.apigateway.integration.request_id", From: "integrationRequestId | integration.requestId | awsEndpointRequestId"},
		{To: "aws.apigateway.authorizer.principal_id", From: "principalId | authorizer.principalId", Kind: ecs.User},
		{To: "aws.apigateway.authorizer.status", From: "authorizerStatus | authorizer.status", Type: ecs.Int},
		{To: "aws.apigateway.authorizer.latency", From: "authorizerLatency | authorizer.latency", Type: ecs.Int, Doc: "milliseconds"},
		{To: "aws.apigateway.waf.response_code", From: "wafResponseCode | waf.response | wafStatus | waf.status"},
		{To: "aws.apigateway.waf.web_acl_arn", From: "webaclArn | webAclArn", Kind: ecs.ARN},
		{To: "aws.apigateway.cognito.identity_id", From: "cognitoIdentityId | identity.cognitoIdentityId", Kind: ecs.User},
	}
}

func finishAPIGateway(b *source.Binding) func(*source.Event) error {
	var (
		message, protocol  = b.In(apiMessage), b.In("protocol")
		route              = b.In("routeKey")
		at, typ, logType   = b.Out("@timestamp"), b.Out("event.type"), b.Out("aws.apigateway.log_type")
		status, outcome    = b.Out("http.response.status_code"), b.Out("event.outcome")
		method, path       = b.Out("http.request.method"), b.Out("url.path")
		arn, user, name    = b.Out("aws.apigateway.user_arn"), b.Out("aws.apigateway.user"), b.Out("user.name")
		version            = b.Out("http.version")
		address, ipVersion = b.Out("source.ip"), b.Out("network.type")
	)
	return func(e *source.Event) error {
		if e.Has(message) {
			e.SetText(logType, "execution")
			e.SetText(typ, "info")
		} else {
			e.SetText(logType, "access")
			e.SetText(typ, "access")
		}
		if !e.Filled(at) {
			if ms, ok := e.Sent(); ok {
				e.SetTime(at, ms)
			}
		}
		if code, ok := e.Int(status); ok {
			e.SetOutcome(outcome, code)
		}
		e.SetNew(name, nameOfARN(e.Get(arn)))
		e.SetNew(name, nameOfARN(e.Get(user)))
		setRoute(e, e.Text(route), method, path)
		setProtocol(e, e.Text(protocol), version)
		setIPVersion(e, ipVersion, address)
		return nil
	}
}

// nameOfARN is what follows the last slash of an ARN; nil for what is none.
func nameOfARN(arn []byte) []byte {
	if !bytes.HasPrefix(arn, []byte("arn:")) {
		return nil
	}
	return arn[bytes.LastIndexByte(arn, '/')+1:]
}
