package ocsf

import (
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// either is a path below each of some objects, in the order in which they are asked.
func either(path string, objects ...string) string {
	var all []string
	for _, object := range objects {
		all = append(all, object+"."+path)
	}
	return strings.Join(all, " | ")
}

// userMap is a user: https://schema.ocsf.io/1.3.0/objects/user
func userMap(to string, from ...string) []source.Mapping {
	return []source.Mapping{
		text(to+".id", either("uid", from...)),
		text(to+".name", either("name", from...)),
		text(to+".full_name", either("full_name", from...)),
		text(to+".email", either("email_addr", from...)),
		text(to+".domain", either("domain", from...)),
		list(to+".group.id", either("groups[].uid", from...)),
		list(to+".group.name", either("groups[].name", from...)),
	}
}

// actorMap is who acted, who was acted on, and what became of them.
func actorMap() []source.Mapping {
	all := userMap("user", "actor.user")
	all = append(all, userMap("user.target", "user", "job.user")...)
	return append(all, userMap("user.changes", "user_result")...)
}

// processMap is the process of the event, its parent, and the container that it runs in. A process that is acted on comes
// before the one that acts.
func processMap() []source.Mapping {
	all := oneProcess("process", "process", "actor.process")
	all = append(all, oneProcess("process.parent", "process.parent_process", "actor.process.parent_process")...)
	return append(all,
		text("process.executable", "process.file.path | actor.process.file.path"),
		text("process.working_directory", "process.working_directory | actor.process.working_directory"),
		text("container.id", either("uid", "process.container", "actor.process.container", "container")),
		text("container.name", either("name", "process.container", "actor.process.container", "container")),
		text("container.runtime", either("runtime", "process.container", "actor.process.container", "container")),
		text("container.image.name", either("image.name", "process.container", "actor.process.container", "container")),
		list("container.image.tag", either("image.tag", "process.container", "actor.process.container", "container")),
		list("container.labels", either("image.labels[]", "process.container", "actor.process.container", "container")),
		text("orchestrator.type", either("orchestrator", "process.container", "actor.process.container", "container")),
	)
}

// oneProcess is a process: https://schema.ocsf.io/1.3.0/objects/process
func oneProcess(to string, from ...string) []source.Mapping {
	all := userMap(to+".user", suffixed(from, ".user")...)
	all[0] = list(to+".user.id", either("euid", from...)+" | "+either("user.uid", from...))
	return append(all,
		text(to+".name", either("name", from...)),
		text(to+".pid", either("pid", from...)),
		text(to+".entity_id", either("uid", from...)),
		text(to+".command_line", either("cmd_line", from...)),
		times(to+".start", suffixed(from, ".created_time")...),
		times(to+".end", suffixed(from, ".terminated_time")...),
		text(to+".thread.id", either("tid", from...)),
		list(to+".group.id", either("egid", from...)+" | "+either("group.uid", from...)),
		text(to+".group.name", either("group.name", from...)),
	)
}

func suffixed(paths []string, suffix string) []string {
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = path + suffix
	}
	return all
}

// vendorActorMap is what ECS has no name for of who acted, and of logins.
func vendorActorMap() []source.Mapping {
	return []source.Mapping{
		text("ocsf.actor.user.type", "actor.user.type"),
		kind("ocsf.actor.user.uid_alt", "actor.user.uid_alt", "user"),
		kind("ocsf.actor.user.credential_uid", "actor.user.credential_uid", "access-key"),
		kind("ocsf.actor.user.account.uid", "actor.user.account.uid | actor.user.account_uid", "account"),
		text("ocsf.actor.user.account.name", "actor.user.account.name"),
		text("ocsf.actor.session.uid", "actor.session.uid"),
		kind("ocsf.actor.session.issuer", "actor.session.issuer", "arn"),
		kind("ocsf.actor.session.credential_uid", "actor.session.credential_uid", "access-key"),
		flag("ocsf.actor.session.mfa", "actor.session.is_mfa | actor.session.mfa"),
		flag("ocsf.actor.session.is_remote", "actor.session.is_remote"),
		times("ocsf.actor.session.created_time", "actor.session.created_time"),
		times("ocsf.actor.session.expiration_time", "actor.session.expiration_time"),
		text("ocsf.actor.idp.name", "actor.idp.name"),
		text("ocsf.actor.idp.uid", "actor.idp.uid"),
		text("ocsf.actor.invoked_by", "actor.invoked_by"),
		text("ocsf.actor.app_name", "actor.app_name"),
		text("ocsf.actor.app_uid", "actor.app_uid"),
		text("ocsf.user.type", "user.type"),
		kind("ocsf.user.uid_alt", "user.uid_alt", "user"),
		kind("ocsf.user.credential_uid", "user.credential_uid", "access-key"),
		kind("ocsf.user.account.uid", "user.account.uid", "account"),
		text("ocsf.user_result.type", "user_result.type"),
		text("ocsf.auth_protocol", "auth_protocol"),
		text("ocsf.logon_type", "logon_type"),
		flag("ocsf.is_mfa", "is_mfa | mfa"),
		flag("ocsf.is_remote", "is_remote"),
		flag("ocsf.is_new_logon", "is_new_logon"),
		flag("ocsf.is_cleartext", "is_cleartext"),
		text("ocsf.session.uid", "session.uid"),
		text("ocsf.session.issuer", "session.issuer"),
		flag("ocsf.session.mfa", "session.is_mfa | session.mfa"),
		flag("ocsf.session.is_remote", "session.is_remote"),
		times("ocsf.session.created_time", "session.created_time"),
		times("ocsf.session.expiration_time", "session.expiration_time"),
		list("ocsf.privileges", "privileges[]"),
	}
}
