package aws

import (
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// CloudFront is the access logs of distributions: standard logs of both versions, and real-time logs.
func CloudFront() *source.Source {
	return &source.Source{
		Name:    "aws_cloudfront",
		Title:   "Amazon CloudFront access logs",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
			"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
			"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html",
		},
		Keys: []string{
			`(^|/)[0-9A-Z]{12,14}\.20\d{2}-\d{2}-\d{2}-\d{2}\.[0-9a-zA-Z]{8}\.`, `/(?i:cloudfront)/`, `(?i)(^|/)cloudfront[-_](access|standard|realtime|real-time|logs?)`,
			`(?i)aws-cloudfront-logs`,
		},
		Looks: looksLikeCloudFront,
		Notes: "The line #Fields of an object names its fields, in any selection and order. Without one they are told by their number and " +
			"shape: those of standard logs, and those of real-time logs in the order in which AWS lists them, from the first to whichever " +
			"is the last. Real-time logs of other selections need a definition of their own. User agents lose their percent escapes, those " +
			"that are escaped twice too. A record that lacks up to four fields at its end is taken if the others have the shape that the header says. The distribution is that of the record, or else of the key.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  cloudFrontLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "event.type", "access",
			"cloud.provider", "aws", "event.module", "aws", "cloud.service.name", "cloudfront",
		),
		Map: cloudFrontMap(),
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "destination.domain"}, {Name: "event.outcome"}, {Name: "event.duration"}, {Name: "http.version"}, {Name: "network.type"}, {Name: "network.forwarded_ip"},
			{Name: "tls.version"}, {Name: "tls.version_protocol"}, {Name: "url.full"},
		}...),
		Finish: finishCloudFront,
	}
}

func cloudFrontMap() []source.Mapping {
	mappings := []source.Mapping{
		{To: "@timestamp", From: "timestamp-ms", As: source.EpochMilli},
		{To: "event.id", From: "x-edge-request-id"},
		{To: "source.address", From: "c-ip"},
		{To: "source.ip", From: "c-ip"},
		{To: "source.port", From: "c-port"},
		{To: "source.geo.country_iso_code", From: "c-country"},
		{To: "source.as.number", From: "asn", Type: ecs.Int},
		{To: "server.ip", From: "s-ip"},
		{To: "destination.address", From: "x-host-header | cs-host"},
		{To: "http.request.id", From: "x-edge-request-id"},
		{To: "http.request.method", From: "cs-method"},
		{To: "http.request.bytes", From: "cs-bytes"},
		{To: "http.request.referrer", From: "cs-referer"},
		{To: "http.response.bytes", From: "sc-bytes"},
		{To: "http.response.body.bytes", From: "sc-content-len"},
		{To: "http.response.mime_type", From: "sc-content-type"},
		{To: "http.response.status_code", From: "sc-status"},
		{To: "network.protocol", From: "cs-protocol"},
		{To: "tls.cipher", From: "ssl-cipher"},
		{To: "aws.cloudfront.domain", From: "cs-host", Kind: ecs.Domain, Doc: "host name of the distribution"},
		{To: "aws.cloudfront.distribution_id", From: "distributionid | primary-distribution-id | " + cfDistribution},
		{To: "aws.cloudfront.distribution_tenant_id", From: "distribution-tenant-id"},
		{To: "aws.cloudfront.primary_distribution_dns_name", From: "primary-distribution-dns-name", Kind: ecs.Domain},
		{To: "aws.cloudfront.connection_id", From: "connection-id"},
		{To: "aws.cloudfront.ip_version", From: "c-ip-version"},
		{To: "aws.cloudfront.edge_location", From: "x-edge-location"},
		{To: "aws.cloudfront.edge_result_type", From: "x-edge-result-type"},
		{To: "aws.cloudfront.edge_response_result_type", From: "x-edge-response-result-type"},
		{To: "aws.cloudfront.edge_detailed_result_type", From: "x-edge-detailed-result-type"},
		{To: "aws.cloudfront.edge_mqcs", From: "x-edge-mqcs"},
		{To: "aws.cloudfront.cookies", From: "cs-cookie"},
		{To: "aws.cloudfront.fle_status", From: "fle-status"},
		{To: "aws.cloudfront.fle_encrypted_fields", From: "fle-encrypted-fields"},
		{To: "aws.cloudfront.time_taken", From: "time-taken", Type: ecs.Float, Doc: "seconds until the last byte was sent"},
		{To: "aws.cloudfront.time_to_first_byte", From: "time-to-first-byte", Type: ecs.Float, Doc: "seconds"},
		{To: "aws.cloudfront.origin_first_byte_latency", From: "origin-fbl", Type: ecs.Float, Doc: "seconds"},
		{To: "aws.cloudfront.origin_last_byte_latency", From: "origin-lbl", Type: ecs.Float, Doc: "seconds"},
		{To: "aws.cloudfront.range_start", From: "sc-range-start", Type: ecs.Int},
		{To: "aws.cloudfront.range_end", From: "sc-range-end", Type: ecs.Int},
		{To: "aws.cloudfront.x_forwarded_for", From: "x-forwarded-for"},
		{To: "aws.cloudfront.uri_stem", From: "cs-uri-stem", Doc: "path as it was sent"},
		{To: "aws.cloudfront.uri_query", From: "cs-uri-query", Doc: "query as it was sent"},
		{To: "aws.cloudfront.cache_behavior_path_pattern", From: "cache-behavior-path-pattern"},
		{To: "aws.cloudfront.accept", From: "cs-accept"},
		{To: "aws.cloudfront.accept_encoding", From: "cs-accept-encoding"},
		{To: "aws.cloudfront.headers", From: "cs-headers"},
		{To: "aws.cloudfront.header_names", From: "cs-header-names"},
		{To: "aws.cloudfront.headers_count", From: "cs-headers-count", Type: ecs.Int},
		{To: "aws.cloudfront.origin_host", From: "r-host", Kind: ecs.Domain},
		{To: "aws.cloudfront.origin_reason", From: "sr-reason", Doc: "why the origin was chosen"},
		{To: "aws.cloudfront.viewer_request_log_data", From: "viewer-request-log-data", Doc: "what a function of the viewer request logged"},
		{To: "aws.cloudfront.viewer_response_log_data", From: "viewer-response-log-data", Doc: "what a function of the viewer response logged"},
	}
	for _, name := range strings.Fields(cfMedia) {
		to := "aws.cloudfront." + strings.NewReplacer("cmcd-", "cmcd.", "-", "_").Replace(name)
		mappings = append(mappings, source.Mapping{To: to, From: name, Doc: "from " + name + ", which a media player sends"})
	}
	return mappings
}
