package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// WorkSpaces is log-ins to WorkSpaces, and the inventory of them.
func WorkSpaces() *source.Source {
	return &source.Source{
		Name:    "aws_workspaces",
		Title:   "Amazon WorkSpaces: access and inventory",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/workspaces/latest/adminguide/cloudwatch-events.html",
			"https://docs.aws.amazon.com/workspaces/latest/api/API_Workspace.html",
			"https://docs.aws.amazon.com/workspaces/latest/api/API_WorkspaceConnectionStatus.html",
		},
		Keys:  []string{`(?i)work[-_]?spaces?([-_/.]|event|inventory|$)`},
		Looks: looksLikeWorkSpaces,
		Notes: "An access event is of kind event, with who logged in from where; an entry of the inventory, as DescribeWorkspaces answers it, is of kind state. " +
			"The inventory has no times: an entry has that of its envelope, or else the key's, or that of its ingestion, and is then tagged time-of-delivery.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"Workspaces", "WorkspacesConnectionStatus"}},
		Divide:  source.JSON,
		Static:  source.Fixed("event.type", "info", "cloud.provider", "aws", "event.module", "aws", "cloud.service.name", "workspaces"),
		Map:     workSpacesMap(),
		Extra: []ecs.Field{
			{Name: "tags"}, {Name: "event.kind"}, {Name: "event.category"}, {Name: "event.outcome"},
			{Name: "aws.workspaces.last_known_user_connection", Type: ecs.Time},
		},
		Finish: finishWorkSpaces,
	}
}

func looksLikeWorkSpaces(head []byte) bool {
	has := func(text string) bool { return bytes.Contains(head, []byte(text)) }
	return has(`"aws.workspaces"`) && has(`"detail-type"`) || has(`"workspacesClientProductName"`) ||
		has(`"WorkspaceId"`) && (has(`"BundleId"`) || has(`"WorkspaceProperties"`) || has(`"ConnectionState"`))
}

func workSpacesMap() []source.Mapping {
	const to = "aws.workspaces."
	return []source.Mapping{
		{To: "event.action", From: "actionType"},
		{To: "host.id", From: "workspaceId | WorkspaceId"},
		{To: "host.name", From: "ComputerName"},
		{To: "host.hostname", From: "ComputerName"},
		{To: "host.ip", From: "IpAddress | Ipv6Address"},
		{To: "host.type", From: "WorkspaceProperties.ComputeTypeName"},
		{To: "host.os.platform", From: "WorkspaceProperties.OperatingSystemName"},
		{To: "source.address", From: "clientIpAddress"},
		{To: "source.ip", From: "clientIpAddress"},
		{To: "user.name", From: "UserName | userName"},
		{To: "user.id", From: "UserName | userName"},
		{To: "error.code", From: "ErrorCode | errorCode"},
		{To: "error.message", From: "ErrorMessage | errorMessage"},
		{To: to + "directory_id", From: "directoryId | DirectoryId"},
		{To: to + "client.platform", From: "clientPlatform"},
		{To: to + "client.product_name", From: "workspacesClientProductName"},
		{To: to + "client.version", From: "clientVersion"},
		{To: to + "name", From: "WorkspaceName"},
		{To: to + "state", From: "State"},
		{To: to + "bundle_id", From: "BundleId"},
		{To: to + "subnet_id", From: "SubnetId"},
		{To: to + "volume_encryption_key", From: "VolumeEncryptionKey"},
		{To: to + "user_volume_encryption_enabled", From: "UserVolumeEncryptionEnabled", Type: ecs.Bool},
		{To: to + "root_volume_encryption_enabled", From: "RootVolumeEncryptionEnabled", Type: ecs.Bool},
		{To: to + "properties", From: "WorkspaceProperties", JSON: true},
		{To: to + "running_mode", From: "WorkspaceProperties.RunningMode"},
		{To: to + "modification_states", From: "ModificationStates", JSON: true},
		{To: to + "related_workspaces", From: "RelatedWorkspaces", JSON: true},
		{To: to + "data_replication_settings", From: "DataReplicationSettings", JSON: true},
		{To: to + "standby_workspaces_properties", From: "StandbyWorkspacesProperties", JSON: true},
		{To: to + "connection_state", From: "ConnectionState"},
		{To: "related.hosts", From: "RelatedWorkspaces[].WorkspaceId"},
	}
}

// finishWorkSpaces tells access from inventory.
func finishWorkSpaces(b *source.Binding) func(*source.Event) error {
	var (
		accessed, action = b.In("workspaceId"), b.In("actionType")
		listed           = b.In("WorkspaceId")
		dated            = bindTimes(b, "@timestamp", "loginTime", "ConnectionStateCheckTimestamp")
		connected        = bindTimes(b, "aws.workspaces.last_known_user_connection", "LastKnownUserConnectionTimestamp")
		at, tags         = b.Out("@timestamp"), b.Out("tags")
		kind, category   = b.Out("event.kind"), b.Out("event.category")
		outcome          = b.Out("event.outcome")
	)
	return func(e *source.Event) error {
		dated.set(e)
		connected.set(e)
		deliveredAt(e, at)
		if !e.Filled(at) && e.Has(listed) {
			keyTime(e, at, tags)
		}
		switch what := bytes.ToLower(e.Text(action)); {
		case e.Has(accessed) || e.Has(action):
			e.SetText(kind, "event")
			e.SetText(category, "authentication")
			e.SetText(category, "host")
			switch {
			case bytes.HasPrefix(what, []byte("success")):
				e.SetText(outcome, "success")
			case bytes.HasPrefix(what, []byte("fail")), bytes.HasPrefix(what, []byte("unsuccess")):
				e.SetText(outcome, "failure")
			default:
				e.SetText(outcome, "unknown")
			}
		default:
			e.SetText(kind, "state")
			e.SetText(category, "host")
		}
		return nil
	}
}
