package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// S3Access is the server access logs of S3 buckets.
func S3Access() *source.Source {
	return &source.Source{
		Name:    "aws_s3access",
		Title:   "Amazon S3 server access logs",
		Version: "2",
		Docs: []string{
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
		},
		Keys: []string{
			`(^|[^0-9])20\d{2}-[01]\d-[0-3]\d-[0-2]\d-[0-5]\d-[0-5]\d-[0-9A-Z]{16}$`,
			`(?i)(^|/)s3[-_]?(server[-_]?)?access[-_]?logs?/`,
		},
		Looks: looksLikeS3Access,
		Notes: "The request id is not an id of the event: deleting many objects is one request with an event for each. Keys of objects " +
			"stay encoded as the log has them. The requester is in client.user.id; related.user has the bucket's owner alone, as Elastic has it.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  s3AccessLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "event.type", "access", "cloud.provider", "aws", "event.module", "aws",
		),
		Map: s3AccessMap(),
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "event.duration"}, {Name: "event.outcome"}, {Name: "tls.version"}, {Name: "tls.version_protocol"},
			{Name: "aws.s3access.requester_arn", Kind: ecs.ARN, Doc: "requester, where it is an ARN"},
			{Name: "aws.s3access.requester_account_id", Kind: ecs.Account, Doc: "account of a requester that is an ARN"},
			{Name: "aws.s3access.requester_name", Kind: ecs.User, Doc: "user or role of a requester that is an ARN; related.user lacks it"},
			{Name: "aws.s3access.requester_session", Kind: ecs.User, Doc: "session of a requester that assumed a role"},
		}...),
		Finish: finishS3Access,
	}
}

func s3AccessMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "time", As: source.CommonLog},
		{To: "event.id", From: "request_id"},
		{To: "event.action", From: "operation"},
		{To: "event.code", From: "error_code"},
		{To: "client.address", From: "remote_ip"},
		{To: "client.ip", From: "remote_ip"},
		{To: "client.user.id", From: "requester"},
		{To: "source.address", From: "remote_ip"},
		{To: "source.ip", From: "remote_ip"},
		{To: "http.request.method", From: "request_method"},
		{To: "http.version", From: "request_version"},
		{To: "http.request.referrer", From: "referrer"},
		{To: "http.response.status_code", From: "http_status"},
		{To: "http.response.body.bytes", From: "bytes_sent"},
		{To: "url.original", From: "request_url"},
		{To: "user_agent.original", From: "user_agent"},
		{To: "tls.cipher", From: "cipher_suite"},
		{To: "related.user", From: "bucket_owner"},
		{To: "aws.s3.bucket.name", From: "bucket"},
		{To: "aws.s3.object.key", From: "key", Doc: "key of the object, encoded as the log has it"},
		{To: "aws.s3access.bucket_owner", From: "bucket_owner"},
		{To: "aws.s3access.bucket", From: "bucket"},
		{To: "aws.s3access.remote_ip", From: "remote_ip", Kind: ecs.IP},
		{To: "aws.s3access.requester", From: "requester"},
		{To: "aws.s3access.request_id", From: "request_id", Unique: true},
		{To: "aws.s3access.operation", From: "operation"},
		{To: "aws.s3access.key", From: "key"},
		{To: "aws.s3access.request_uri", From: "request_uri"},
		{To: "aws.s3access.http_status", From: "http_status", Type: ecs.Int},
		{To: "aws.s3access.error_code", From: "error_code"},
		{To: "aws.s3access.bytes_sent", From: "bytes_sent", Type: ecs.Int},
		{To: "aws.s3access.object_size", From: "object_size", Type: ecs.Int},
		{To: "aws.s3access.total_time", From: "total_time", Type: ecs.Int, Doc: "milliseconds that the request took"},
		{To: "aws.s3access.turn_around_time", From: "turn_around_time", Type: ecs.Int, Doc: "milliseconds that S3 took"},
		{To: "aws.s3access.referrer", From: "referrer"},
		{To: "aws.s3access.user_agent", From: "user_agent"},
		{To: "aws.s3access.version_id", From: "version_id"},
		{To: "aws.s3access.host_id", From: "host_id", Unique: true},
		{To: "aws.s3access.signature_version", From: "signature_version"},
		{To: "aws.s3access.cipher_suite", From: "cipher_suite"},
		{To: "aws.s3access.authentication_type", From: "authentication_type"},
		{To: "aws.s3access.host_header", From: "host_header"},
		{To: "aws.s3access.tls_version", From: "tls_version"},
		{To: "aws.s3access.access_point_arn", From: "access_point_arn", Kind: ecs.ARN},
		{To: "aws.s3access.aclrequired", From: "acl_required"},
		{To: "aws.s3access.source_region", From: "source_region"},
	}
}

func finishS3Access(b *source.Binding) func(*source.Event) error {
	var (
		requester, target   = b.In("requester"), b.In("request_url")
		code, total         = b.In("error_code"), b.In("total_time")
		host, version       = b.In("host_header"), b.In("tls_version")
		outcome, duration   = b.Out("event.outcome"), b.Out("event.duration")
		region, urls        = b.Out("cloud.region"), b.URL()
		tlsName, tlsVersion = b.Out("tls.version_protocol"), b.Out("tls.version")
		who                 = bindRequester(b)
	)
	return func(e *source.Event) error {
		if e.Has(code) {
			e.SetText(outcome, "failure")
		} else {
			e.SetText(outcome, "success")
		}
		if ms, ok := source.ParseInt(e.Text(total)); ok {
			e.SetInt(duration, ms*1_000_000)
		}
		if url := e.Text(target); len(url) > 0 {
			e.SetURL(&urls, source.CutURL(url))
		}
		e.SetNew(urls.Domain, e.Text(host))
		e.Set(region, s3Region(e.Text(host)))
		e.SetTLS(e.Text(version), tlsName, tlsVersion)
		if id := e.Text(requester); bytes.HasPrefix(id, []byte("arn:")) {
			setRequester(e, &who, id)
		}
		return nil
	}
}

// s3Region is the region in the name of an S3 endpoint: bucket.s3.region.amazonaws.com, also dualstack and website.
func s3Region(host []byte) []byte {
	for _, mark := range s3HostMarks {
		at := bytes.Index(host, mark)
		if at < 0 || at > 0 && host[at-1] != '.' {
			continue
		}
		region, rest, ok := bytes.Cut(host[at+len(mark):], []byte("."))
		if ok && bytes.HasPrefix(rest, []byte("amazonaws.com")) && bytes.IndexByte(region, '-') > 0 {
			return region
		}
	}
	return nil
}

// s3HostMarks are what stands before the region, longer ones before those that they begin with.
var s3HostMarks = [][]byte{
	[]byte("s3-website."), []byte("s3-website-"), []byte("s3-accesspoint."), []byte("s3-accesspoint.dualstack."), []byte("s3-fips.dualstack."),
	[]byte("s3-fips."), []byte("s3.dualstack."), []byte("s3."), []byte("s3-"),
}

// requesterOut are the fields that the ARN of a requester fills.
type requesterOut struct{ arn, account, user, name, session, host source.Out }

func bindRequester(b *source.Binding) requesterOut {
	return requesterOut{
		b.Out("aws.s3access.requester_arn"), b.Out("aws.s3access.requester_account_id"),
		b.Out("user.name"), b.Out("aws.s3access.requester_name"), b.Out("aws.s3access.requester_session"), b.Out("related.hosts"),
	}
}

// setRequester takes the ARN of a requester apart: arn:aws:sts::account:assumed-role/role/session or
// arn:aws:iam::account:user/path/name.
func setRequester(e *source.Event, o *requesterOut, arn []byte) {
	e.Set(o.arn, arn)
	rest := arn
	var part [5][]byte
	for i := range part {
		var more bool
		if part[i], rest, more = bytes.Cut(rest, []byte(":")); !more {
			return
		}
	}
	if account := part[4]; len(account) == 12 && source.IsDigits(account) {
		e.Set(o.account, account)
	}
	kind, name, _ := bytes.Cut(rest, slash)
	switch string(kind) {
	case "assumed-role":
		var session []byte
		name, session, _ = bytes.Cut(name, slash)
		e.Set(o.session, session)
		e.Set(o.host, instanceOf(session)) // of an instance's role the session is named as the instance
	case "root":
		name = kind
	default:
		name = name[bytes.LastIndexByte(name, '/')+1:]
	}
	e.SetAlone(o.user, name)
	e.Set(o.name, name)
}
