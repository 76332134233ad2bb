package ocsf

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// webMap is a request, its answer, and the URL that either is about: https://schema.ocsf.io/1.3.0/objects/http_request
func webMap() []source.Mapping {
	return []source.Mapping{
		text("http.request.id", "request.uid | http_request.uid"),
		text("http.request.method", "http_request.http_method"),
		text("http.request.referrer", "http_request.referrer"),
		text("http.request.body.bytes", "http_request.body_length"),
		text("http.version", "http_request.version"),
		text("http.response.status_code", "response.code | http_response.code"),
		text("http.response.body.bytes", "http_response.length"),
		text("http.response.body.content", "http_response.message"),
		text("http.response.mime_type", "http_response.content_type"),
		text("user_agent.original", "http_request.user_agent"),
		text("url.original", "url.url_string | http_request.url.url_string"),
		text("url.scheme", "url.scheme | http_request.url.scheme"),
		text("url.domain", "url.hostname | http_request.url.hostname"),
		text("url.subdomain", "url.subdomain | http_request.url.subdomain"),
		text("url.port", "url.port | http_request.url.port"),
		text("url.path", "url.path | http_request.url.path"),
		text("url.query", "url.query_string | http_request.url.query_string"),
		kinds("ocsf.http_request.x_forwarded_for", "http_request.x_forwarded_for[]", ecs.IP),
		{To: "ocsf.http_request.http_headers", From: "http_request.http_headers", JSON: true},
		{To: "ocsf.http_response.http_headers", From: "http_response.http_headers", JSON: true},
		number("ocsf.http_response.latency", "http_response.latency"),
		text("ocsf.http_response.status", "http_response.status"),
		list("ocsf.url.categories", "url.categories[] | http_request.url.categories[]"),
		text("ocsf.response.error", "response.error"),
		text("ocsf.response.error_message", "response.error_message"),
	}
}

// emailMap is a mail: https://schema.ocsf.io/1.3.0/objects/email
func emailMap() []source.Mapping {
	return []source.Mapping{
		list("email.from.address", "email.from"),
		list("email.to.address", "email.to[]"),
		list("email.cc.address", "email.cc[]"),
		list("email.reply_to.address", "email.reply_to"),
		text("email.subject", "email.subject"),
		text("email.local_id", "email_uid | email.uid"),
		text("email.message_id", "email.message_uid"),
		kind("ocsf.email.delivered_to", "email.delivered_to", ecs.User),
		kind("ocsf.email.smtp_from", "email.smtp_from", ecs.User),
		kinds("ocsf.email.smtp_to", "email.smtp_to[]", ecs.User),
		kinds("ocsf.email.x_originating_ip", "email.x_originating_ip[]", ecs.IP),
		number("ocsf.email.size", "email.size"),
		text("ocsf.smtp_hello", "smtp_hello"),
	}
}
