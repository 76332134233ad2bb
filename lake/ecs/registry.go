package ecs

import "maps"

// Common are the fields of every table, in the order of their columns.
func Common() []Field {
	names := []string{
		"@timestamp", "event.id", "event.ingested", "log.file.path", "log.offset",
		"event.kind", "event.category", "event.type", "event.action", "event.outcome", "event.provider", "event.module",
		"cloud.provider", "cloud.account.id", "cloud.region",
		"source.ip", "destination.ip", "user.name", "user.id", "user_agent.original",
		"related.ip", "related.user", "related.hosts", "related.hash",
		"message", "error.code", "error.message", "tags", "mapping_version", "unmapped",
	}
	fields := make([]Field, len(names))
	for i, n := range names {
		fields[i] = known[n]
	}
	return fields
}

// Lookup finds a field of ECS, as far as a log source has needed it.
func Lookup(name string) (Field, bool) {
	if f, ok := known[name]; ok {
		return f, true
	}
	f, ok := derivable[name]
	return f, ok
}

// Known yields every field of ECS that [Lookup] finds, by name.
func Known() map[string]Field {
	all := maps.Clone(derivable)
	maps.Copy(all, known)
	return all
}

var known = with(objects(),
	text("@timestamp", "when the event happened", typed(Time)),
	text("message", "the event in the log's own words"),
	text("tags", "labels on the event", typed(Strings)),
	text("labels", "key and value pairs", asJSON),
	text("mapping_version", "the version of the mapping that made this row"),
	text("unmapped", "raw fields that no column holds, as JSON", asJSON),

	text("event.id", "the log's own id of the event, else a hash of object, position and bytes", unique),
	text("event.ingested", "when the batch that holds the event was planned", typed(Time)),
	text("event.created", "when the event was first recorded", typed(Time)),
	text("event.start", "when what the event tells of began", typed(Time)),
	text("event.end", "when what the event tells of ended", typed(Time)),
	text("event.duration", "nanoseconds from start to end", typed(Int)),
	text("event.kind", "alert, event, metric, state …"),
	text("event.category", "ECS categories", typed(Strings)),
	text("event.type", "ECS types", typed(Strings)),
	text("event.action", "what was done"),
	text("event.outcome", "success, failure or unknown"),
	text("event.provider", "what emitted the event"),
	text("event.module", "the log source"),
	text("event.dataset", "the log source's data set"),
	text("event.code", "the source's code for the event"),
	text("event.reason", "why the event came out as it did"),
	text("event.reference", "a link that explains the event"),
	text("event.severity", "the source's number for the severity", typed(Int)),
	text("event.original", "the raw record"),
	text("event.risk_score", "the source's score for the risk", typed(Float)),
	text("event.timezone", "time zone of the log, as it writes it"),
	text("event.sequence", "the source's number for the event", typed(Int)),
	text("event.url", "where the event can be looked at"),

	text("log.file.path", "key of the raw object"),
	text("log.offset", "position of the raw record in the unpacked object, in bytes", typed(Int)),
	text("log.level", "level of the log line"),
	text("log.logger", "name of the logger"),
	text("log.origin.file.name", "source file that wrote the line"),
	text("log.origin.file.line", "its line in that file", typed(Int)),
	text("log.syslog.priority", "syslog's number of facility and severity", typed(Int)),
	text("log.syslog.facility.code", "syslog's number of the facility", typed(Int)),
	text("log.syslog.severity.code", "syslog's number of the severity", typed(Int)),
	text("log.syslog.severity.name", "syslog's name of the severity"),
	text("log.syslog.version", "version of the syslog format"),
	text("log.syslog.structured_data", "structured data of RFC 5424", asJSON),

	text("cloud.provider", "aws"),
	text("cloud.account.id", "account that the event happened in", kind(Account)),
	text("cloud.account.name", "name of that account"),
	text("cloud.region", "AWS region"),
	text("cloud.availability_zone", "availability zone"),
	text("cloud.instance.id", "EC2 instance", kind(Instance), host),
	text("cloud.instance.name", "name of the instance"),
	text("cloud.machine.type", "instance type"),
	text("cloud.service.name", "AWS service"),
	text("cloud.target.account.id", "account that was acted on", kind(Account)),

	text("source.address", "the source as the log writes it"),
	text("source.ip", "address of the source", address),
	text("source.port", "port of the source", typed(Int)),
	text("source.bytes", "bytes from source to destination", typed(Int)),
	text("source.packets", "packets from source to destination", typed(Int)),
	text("source.domain", "host name of the source", kind(Domain), host),
	text("source.mac", "hardware address of the source"),
	text("source.nat.ip", "address of the source after translation", address),
	text("source.nat.port", "port of the source after translation", typed(Int)),
	text("source.user.name", "user at the source", user),
	text("destination.address", "the destination as the log writes it"),
	text("destination.ip", "address of the destination", address),
	text("destination.port", "port of the destination", typed(Int)),
	text("destination.bytes", "bytes from destination to source", typed(Int)),
	text("destination.packets", "packets from destination to source", typed(Int)),
	text("destination.domain", "host name of the destination", kind(Domain), host),
	text("destination.nat.ip", "address of the destination after translation", address),
	text("destination.nat.port", "port of the destination after translation", typed(Int)),
	text("client.address", "the client as the log writes it"),
	text("client.ip", "address of the client", address),
	text("client.port", "port of the client", typed(Int)),
	text("client.domain", "host name of the client", kind(Domain), host),
	text("client.user.id", "id of the client's user", kind(User)),
	text("client.user.name", "name of the client's user", user),
	text("server.address", "the server as the log writes it"),
	text("server.ip", "address of the server", address),
	text("server.port", "port of the server", typed(Int)),
	text("server.domain", "host name of the server", kind(Domain), host),

	text("network.bytes", "bytes in both directions", typed(Int)),
	text("network.packets", "packets in both directions", typed(Int)),
	text("network.community_id", "Community ID of the flow, version 1"),
	text("network.direction", "ingress, egress, internal, external …"),
	text("network.iana_number", "IANA's number of the protocol"),
	text("network.transport", "tcp, udp, icmp …"),
	text("network.protocol", "application protocol"),
	text("network.application", "application"),
	text("network.type", "ipv4 or ipv6"),
	text("network.forwarded_ip", "address of the client behind a proxy", address),
	text("network.name", "name of the network"),

	text("user.id", "id of the user who acted", kind(User)),
	text("user.name", "name of the user who acted", user),
	text("user.email", "mail address of the user", user),
	text("user.full_name", "full name of the user"),
	text("user.domain", "directory of the user"),
	text("user.roles", "roles of the user", typed(Strings)),
	text("user.changes.name", "new name of a user that was renamed", user),
	text("user.effective.name", "user that was acted as", user),
	text("user.effective.id", "id of the user that was acted as", kind(User)),
	text("user.target.name", "user that was acted on", user),
	text("user.target.id", "id of the user that was acted on", kind(User)),
	text("user.target.domain", "directory of the user that was acted on"),
	text("user.target.group.id", "id of the group of the user that was acted on"),
	text("user.target.group.name", "group of the user that was acted on"),
	text("user.target.group.domain", "directory of the group of the user that was acted on"),
	text("user.effective.domain", "directory of the user that was acted as"),
	text("group.id", "id of the group"),
	text("group.name", "name of the group"),
	text("group.domain", "directory of the group"),
	text("user_agent.original", "user agent as sent"),

	text("host.id", "id of the host", host),
	text("host.name", "name of the host", host),
	text("host.hostname", "name of the host as it calls itself", host),
	text("host.ip", "addresses of the host", typed(Strings), func(f *Field) { f.IP, f.Related, f.Kind = true, "related.ip", IP }),
	text("host.type", "instance type of the host"),
	text("host.os.platform", "operating system of the host"),

	text("http.request.method", "HTTP method"),
	text("http.request.bytes", "bytes of the request, headers included", typed(Int)),
	text("http.request.body.bytes", "bytes of the request's body", typed(Int)),
	text("http.request.referrer", "referring page"),
	text("http.request.id", "id of the request"),
	text("http.request.mime_type", "media type of the request's body"),
	text("http.response.bytes", "bytes of the response, headers included", typed(Int)),
	text("http.response.body.bytes", "bytes of the response's body", typed(Int)),
	text("http.response.status_code", "HTTP status", typed(Int)),
	text("http.response.mime_type", "media type of the response's body"),
	text("http.version", "HTTP version"),
	text("url.original", "URL as the log writes it"),
	text("url.full", "whole URL"),
	text("url.scheme", "scheme of the URL"),
	text("url.domain", "host of the URL", kind(Domain), host),
	text("url.port", "port of the URL", typed(Int)),
	text("url.path", "path of the URL"),
	text("url.query", "query of the URL"),
	text("url.extension", "file extension of the path"),
	text("url.fragment", "fragment of the URL"),
	text("url.username", "user in the URL", user),

	text("tls.cipher", "cipher suite"),
	text("tls.version", "version of the protocol: 1.2"),
	text("tls.version_protocol", "tls or ssl"),
	text("tls.established", "whether the handshake was completed", typed(Bool)),
	text("tls.next_protocol", "protocol agreed by ALPN"),
	text("tls.client.server_name", "server name that the client asked for", kind(Domain), host),
	text("tls.client.ja3", "JA3 fingerprint of the client's hello", hash),
	text("tls.server.ja3s", "JA3S fingerprint of the server's hello", hash),
	text("tls.server.hash.sha1", "SHA-1 of the server's certificate", hash),
	text("tls.server.issuer", "issuer of the server's certificate"),
	text("tls.server.subject", "subject of the server's certificate"),
	text("tls.server.not_before", "when the server's certificate became valid", typed(Time)),
	text("tls.server.not_after", "when the server's certificate ends to be valid", typed(Time)),
	text("observer.name", "name of the device that saw the event"),
	text("observer.type", "kind of the device"),
	text("observer.vendor", "vendor of the device"),
	text("observer.product", "product that the device is"),
	text("trace.id", "id of the trace"),

	text("dns.question.name", "name asked for", kind(Domain), host),
	text("dns.question.type", "record type asked for"),
	text("dns.question.class", "class asked for"),
	text("dns.response_code", "response code"),
	text("dns.answers", "answers: class, type, data and name of each, as JSON", asJSON),
	text("dns.resolved_ip", "addresses in the answers", typed(Strings), kind(IP), func(f *Field) { f.IP, f.Related = true, "related.ip" }),

	text("error.code", "code of the error"),
	text("error.message", "text of the error"),
	text("error.type", "type of the error"),

	text("file.name", "name of the file"),
	text("file.path", "path of the file"),
	text("file.directory", "directory of the file"),
	text("file.target_path", "path that a link or share leads to"),
	text("file.size", "bytes of the file", typed(Int)),
	text("file.hash.md5", "MD5 of the file", hash),
	text("file.hash.sha1", "SHA-1 of the file", hash),
	text("file.hash.sha256", "SHA-256 of the file", hash),
	text("process.name", "name of the process"),
	text("process.pid", "id of the process", typed(Int)),
	text("process.thread.id", "id of the thread", typed(Int)),
	text("process.executable", "path of the process's program"),
	text("process.command_line", "command line of the process"),
	text("process.working_directory", "directory that the process works in"),
	text("process.parent.pid", "id of the process's parent", typed(Int)),
	text("process.parent.name", "name of the process's parent"),
	text("process.parent.executable", "path of the parent's program"),
	text("process.hash.sha256", "SHA-256 of the process's program", hash),

	text("process.start", "when the process began", typed(Time)),
	text("process.end", "when the process ended", typed(Time)),

	text("container.image.name", "name of the container's image"),
	text("file.extension", "extension of the file, without the dot"),
	text("file.mime_type", "media type of the file"),
	text("file.mtime", "when the file's contents were last changed", typed(Time)),
	text("host.os.type", "kind of the operating system: linux, macos, unix, windows"),
	text("observer.vendor", "maker of what observed the event"),
	text("organization.name", "name of the organization"),
	text("package.name", "names of the packages", typed(Strings)),
	text("package.version", "versions of the packages", typed(Strings)),
	text("package.architecture", "architectures of the packages", typed(Strings)),
	text("package.path", "where the packages are installed", typed(Strings)),
	text("vulnerability.id", "id of the vulnerability, as a CVE"),
	text("vulnerability.category", "systems that the vulnerability affects", typed(Strings)),
	text("vulnerability.classification", "how the vulnerability is scored: CVSS"),
	text("vulnerability.description", "what the vulnerability is"),
	text("vulnerability.enumeration", "what the id is of: CVE"),
	text("vulnerability.reference", "pages about the vulnerability", typed(Strings)),
	text("vulnerability.scanner.vendor", "who found the vulnerability"),
	text("vulnerability.score.base", "base score of the vulnerability", typed(Float)),
	text("vulnerability.score.version", "version of the scoring system"),
	text("vulnerability.severity", "how severe the vulnerability is"),
	text("service.name", "name of the service"),

	text("service.type", "kind of the service"),
	text("registry.path", "path of the registry key"),
	text("registry.value", "name of the registry value"),
	text("orchestrator.type", "kind of the orchestrator"),
	text("orchestrator.cluster.name", "name of the cluster"),
	text("orchestrator.namespace", "namespace of the resource"),
	text("orchestrator.api_version", "version of the API"),
	text("orchestrator.resource.name", "name of the resource"),
	text("orchestrator.resource.type", "kind of the resource"),
	text("container.image.hash.all", "hashes of the image", typed(Strings), hash),
	text("rule.id", "id of the rule"),
	text("rule.reference", "page about the rule"),
	text("rule.name", "name of the rule"),
	text("rule.category", "category of the rule"),
	text("rule.ruleset", "rule set that the rule belongs to"),
	text("rule.version", "version of the rule"),
	text("rule.description", "what the rule looks for"),

	text("related.ip", "every address in the event", typed(Strings), kind(IP), func(f *Field) { f.IP = true }),
	text("related.user", "every user in the event", typed(Strings), kind(User)),
	text("related.hosts", "every host, instance and domain in the event, in small letters", typed(Strings), func(f *Field) { f.Small = true }),
	text("related.hash", "every hash in the event", typed(Strings), kind(Hash)),
)

type option func(*Field)

func text(name, doc string, options ...option) Field {
	f := Field{Name: name, Doc: doc}
	for _, o := range options {
		o(&f)
	}
	return f
}

func typed(t Type) option { return func(f *Field) { f.Type = t } }
func kind(k Kind) option  { return func(f *Field) { f.Kind = k } }
func host(f *Field)       { f.Related = "related.hosts" }
func asJSON(f *Field)     { f.JSON, f.Unique = true, true }
func unique(f *Field)     { f.Unique = true }
func address(f *Field)    { f.IP, f.Kind, f.Related = true, IP, "related.ip" }
func user(f *Field)       { f.Kind, f.Related = User, "related.user" }
func hash(f *Field)       { f.Kind, f.Related = Hash, "related.hash" }
func index(all ...Field) (m map[string]Field) {
	m = make(map[string]Field, len(all))
	for _, f := range all {
		m[f.Name] = f
	}
	return m
}
