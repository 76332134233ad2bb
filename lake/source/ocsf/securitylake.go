package ocsf

import (
	"bytes"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// SecurityLake is the events of Amazon Security Lake, of AWS's own sources and of those that others write into it.
func SecurityLake() *source.Source {
	return &source.Source{
		Name:    "aws_security_lake",
		Title:   "Amazon Security Lake (OCSF)",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/security-lake/latest/userguide/open-cybersecurity-schema-framework.html",
			"https://docs.aws.amazon.com/security-lake/latest/userguide/adding-custom-sources.html",
			"https://schema.ocsf.io/1.3.0/",
		},
		Keys: []string{
			`(^|/)aws/[A-Z][A-Z0-9_]*/[0-9.]+/region=[^/]+/account(Id)?=`, `(^|/)ext/[^/]+/([0-9.]+/)?region=[^/]+/account(Id)?=`,
			`(^|/)[0-9a-f]{32}\.gz\.parquet$`, `[Ss]ecurity[-_]?[Ll]ake/`, `(^|/)ocsf-json/`,
		},
		Looks: looksLikeOCSF,
		Notes: "OCSF 1.0.0-rc.2 to 1.3, in JSON and in Parquet; of classes that are not known all attributes are kept. " +
			"A number for a time may be in seconds, milli-, micro- or nanoseconds: its size tells which. " +
			"Events are told apart by metadata.uid and their time, and by their place where they have no uid. " +
			"process.* is the process that the event is about, and where it says nothing the one that acted; file.* is the one file that it is about: " +
			"its own, a driver's, module's or job's, else the program of the process. " +
			"Whole objects are in ocsf.raw.*; users and hashes of processes above the parent are in ocsf.ancestors.*, all others in related.*.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"Records"}},
		Divide:  source.SparseJSON,
		OwnID:   true,
		Static:  source.Fixed("event.module", "aws"),
		Map: slices.Concat(eventMap(), actorMap(), processMap(), networkMap(), webMap(), emailMap(), findingMap(), hostMap(),
			vendorMap(), vendorActorMap(), vendorNetworkMap(), vendorFindingMap(), rawMap()),
		Extra:  extra(),
		Finish: finish,
	}
}

// looksLikeOCSF leaves Security Hub's findings of version 2, which EventBridge delivers, to their own source.
func looksLikeOCSF(head []byte) bool {
	has := func(text string) bool { return bytes.Contains(head, []byte(text)) }
	return (has(`"class_uid"`) && (has(`"category_uid"`) || has(`"type_uid"`) || has(`"metadata"`)) || has(`"category_uid"`) && has(`"type_uid"`)) &&
		!has(`"aws.securityhub"`)
}

// Mappings of the kinds that the tables are made of.

func text(to, from string) source.Mapping { return source.Mapping{To: to, From: from} }
func list(to, from string) source.Mapping {
	return source.Mapping{To: to, From: from, Type: ecs.Strings}
}
func lower(to, from string) source.Mapping {
	return source.Mapping{To: to, From: from, As: source.Lower}
}
func when(to, from string) source.Mapping {
	return source.Mapping{To: to, From: from, Type: ecs.Time, As: source.EpochAny}
}
func number(to, from string) source.Mapping { return source.Mapping{To: to, From: from, Type: ecs.Int} }
func flag(to, from string) source.Mapping   { return source.Mapping{To: to, From: from, Type: ecs.Bool} }
func kind(to, from string, k ecs.Kind) source.Mapping {
	return source.Mapping{To: to, From: from, Kind: k}
}
func kinds(to, from string, k ecs.Kind) source.Mapping {
	return source.Mapping{To: to, From: from, Type: ecs.Strings, Kind: k}
}

// times is a time of which there are two forms: a number under its name, and text under its name and _dt.
func times(to string, paths ...string) source.Mapping {
	from := ""
	for i, path := range paths {
		if i > 0 {
			from += " | "
		}
		from += path + " | " + path + "_dt"
	}
	return when(to, from)
}

// extra are the fields that only Finish fills.
func extra() []ecs.Field {
	fields := []ecs.Field{
		{Name: "event.kind"}, {Name: "event.category"}, {Name: "event.type"}, {Name: "event.action"}, {Name: "event.outcome"}, {Name: "event.duration"},
		{Name: "network.direction", Type: ecs.Strings, Doc: "internal, external, inbound, outbound or unknown, of the connection's boundary and direction"},
		{Name: "host.mac"}, {Name: "host.os.type"}, {Name: "source.mac"}, {Name: "destination.mac"}, {Name: "observer.mac"},
		{Name: "source.geo.location"}, {Name: "destination.geo.location"}, {Name: "host.geo.location", Doc: "latitude and longitude of the host: 59.33,18.06"},
		{Name: "container.image.hash.all", Type: ecs.Strings, Kind: ecs.Hash, Doc: "hashes of the container's image, each behind its algorithm and a colon"},
		{Name: "dns.header_flags"}, {Name: "email.attachments.file.name"}, {Name: "email.attachments.file.size"}, {Name: "threat.framework"},
		{Name: "ocsf.ancestors.users", Type: ecs.Strings, Kind: ecs.User, Doc: "users of the processes above the parent, and of their files"},
		{Name: "ocsf.ancestors.hashes", Type: ecs.Strings, Kind: ecs.Hash, Doc: "hashes of the files and containers of the processes above the parent"},
		{Name: "ocsf.hashes", Type: ecs.Strings, Kind: ecs.Hash, Doc: "hashes that the event writes in capitals, in small letters, as they are searched"},
		{Name: "ocsf.resource_arns", Type: ecs.Strings, Kind: ecs.ARN, Doc: "ARNs of users, resources, evidences and observables"},
		{Name: "ocsf.access_key_ids", Type: ecs.Strings, Kind: ecs.AccessKey, Doc: "access keys that users, sessions, evidences and observables have"},
	}
	fields = append(fields, source.URLFields()...)
	for _, f := range fileParts {
		fields = append(fields, ecs.Field{Name: "file." + f.to})
	}
	for _, h := range hashNames {
		fields = append(fields, ecs.Field{Name: "file.hash." + h, Type: ecs.Strings})
	}
	for _, h := range hashNames[:3] {
		fields = append(fields, ecs.Field{Name: "tls.client.hash." + h, Type: ecs.Strings})
	}
	return fields
}
