package ecs

import "slices"

// objects are the fields of what ECS has in several places.
func objects() []Field {
	return slices.Concat(
		processFields("process"), processFields("process.parent"),
		userFields("process.user"), userFields("process.parent.user"), userFields("user"), userFields("user.target"), userFields("user.changes"),
		certificateFields("file.x509"), certificateFields("tls.client.x509"), hashFields("file.hash"), hashFields("tls.client.hash"),
		fileFields(), hostFields(), dnsFields(), emailFields(),
	)
}

func processFields(of string) []Field {
	return []Field{
		text(of+".name", "name of the process"),
		text(of+".pid", "id of the process", typed(Int)),
		text(of+".entity_id", "id of the process that no other has"),
		text(of+".command_line", "command line of the process"),
		text(of+".start", "when the process began", typed(Time)),
		text(of+".end", "when the process ended", typed(Time)),
		text(of+".exit_code", "what the process returned", typed(Int)),
		text(of+".thread.id", "id of the thread", typed(Int)),
		text(of+".group.id", "group that the process runs as"),
		text(of+".group.name", "name of that group"),
	}
}

func userFields(of string) []Field {
	return []Field{
		text(of+".id", "id of the user", kind(User)),
		text(of+".name", "name of the user", user),
		text(of+".full_name", "full name of the user"),
		text(of+".email", "mail address of the user", user),
		text(of+".domain", "directory of the user"),
		text(of+".group.id", "groups of the user", typed(Strings)),
		text(of+".group.name", "names of those groups", typed(Strings)),
	}
}

func certificateFields(of string) []Field {
	return []Field{
		text(of+".issuer.distinguished_name", "who issued the certificate"),
		text(of+".subject.distinguished_name", "whom the certificate is of"),
		text(of+".serial_number", "serial number of the certificate"),
		text(of+".version_number", "version of the certificate's format"),
		text(of+".not_after", "when the certificate expires", typed(Time)),
		text(of+".alternative_names", "other names that the certificate is for", typed(Strings)),
	}
}

func hashFields(of string) []Field {
	return []Field{
		text(of+".md5", "MD5", hash), text(of+".sha1", "SHA-1", hash), text(of+".sha256", "SHA-256", hash),
		text(of+".sha512", "SHA-512", hash), text(of+".ssdeep", "SSDEEP, a fuzzy hash", hash), text(of+".tlsh", "TLSH, a fuzzy hash", hash),
	}
}

func fileFields() []Field {
	return []Field{
		text("file.accessed", "when the file was last read", typed(Time)),
		text("file.created", "when the file was created", typed(Time)),
		text("file.inode", "number of the file in its file system"),
		text("file.owner", "name of the file's owner", user),
		text("file.type", "file, dir or symlink"),
		text("file.uid", "id of the file's owner", kind(User)),
	}
}

func hostFields() []Field {
	return []Field{
		text("host.domain", "domain of the host", kind(Domain), host),
		text("host.mac", "hardware addresses of the host", typed(Strings)),
		text("host.os.name", "name of the operating system"),
		text("host.os.version", "version of the operating system"),
		text("host.risk.static_level", "how risky the host is"),
		text("host.risk.static_score", "how risky the host is, as a number", typed(Float)),
		text("network.vlan.id", "id of the virtual LAN"),
		text("observer.hostname", "name of what observed the event", host),
		text("observer.ip", "addresses of what observed the event", typed(Strings), address),
		text("observer.mac", "hardware addresses of what observed the event", typed(Strings)),
	}
}

func dnsFields() []Field {
	return []Field{
		text("dns.answers.data", "data of the answers", typed(Strings)),
		text("dns.answers.type", "record types of the answers", typed(Strings)),
		text("dns.answers.class", "classes of the answers", typed(Strings)),
		text("dns.answers.ttl", "seconds that the answers may be kept", typed(Strings)),
		text("dns.header_flags", "AA, TC, RD, RA, AD, CD, DO", typed(Strings)),
	}
}

func emailFields() []Field {
	return []Field{
		text("email.from.address", "senders", typed(Strings), user),
		text("email.to.address", "recipients", typed(Strings), user),
		text("email.cc.address", "recipients of copies", typed(Strings), user),
		text("email.reply_to.address", "whom replies go to", typed(Strings), user),
		text("email.subject", "subject of the mail"),
		text("email.local_id", "id of the mail where it was handled"),
		text("email.message_id", "id of the mail, of its sender's making"),
		text("email.attachments.file.name", "names of attached files", typed(Strings)),
		text("email.attachments.file.size", "bytes of attached files", typed(Strings)),
	}
}

// with indexes fields; of two of a name the later one is taken.
func with(more []Field, all ...Field) map[string]Field {
	return index(slices.Concat(more, all)...)
}
