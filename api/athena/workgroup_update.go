package athena

import "context"

type updateWorkGroupInput struct {
	WorkGroup            string
	Description          *string
	State                string
	ConfigurationUpdates *configurationUpdates
}

type configurationUpdates struct {
	EnforceWorkGroupConfiguration    *bool
	ResultConfigurationUpdates       *resultUpdates
	PublishCloudWatchMetricsEnabled  *bool
	BytesScannedCutoffPerQuery       *int64
	RemoveBytesScannedCutoffPerQuery bool
	RequesterPaysEnabled             *bool
	EngineVersion                    *engineVersion
}

type resultUpdates struct {
	OutputLocation                string
	RemoveOutputLocation          bool
	EncryptionConfiguration       *encryption
	RemoveEncryptionConfiguration bool
}

func (s *Service) updateWorkGroup(ctx context.Context, in *updateWorkGroupInput) (*nothing, error) {
	return nil, s.change(ctx, func(r *registry) error {
		g, there := r.WorkGroups[in.WorkGroup]
		if !there {
			return invalid("WorkGroup %s is not found.", in.WorkGroup)
		}
		set(&g.Description, in.Description)
		switch in.State {
		case enabled, disabled:
			g.State = in.State
		case "":
		default:
			return invalid("1 validation error detected: Value '%s' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [%s, %s]", in.State, enabled, disabled)
		}
		if u := in.ConfigurationUpdates; u != nil {
			u.apply(&g.Configuration)
		}
		r.WorkGroups[g.Name] = g
		return g.Configuration.check()
	})
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (u *configurationUpdates) apply(c *workGroupConfiguration) {
	set(&c.EnforceWorkGroupConfiguration, u.EnforceWorkGroupConfiguration)
	set(&c.PublishCloudWatchMetricsEnabled, u.PublishCloudWatchMetricsEnabled)
	set(&c.RequesterPaysEnabled, u.RequesterPaysEnabled)
	if u.BytesScannedCutoffPerQuery != nil || u.RemoveBytesScannedCutoffPerQuery {
		c.BytesScannedCutoffPerQuery = u.BytesScannedCutoffPerQuery
	}
	if u.EngineVersion != nil {
		c.EngineVersion.SelectedEngineVersion = u.EngineVersion.SelectedEngineVersion
	}
	results := u.ResultConfigurationUpdates
	if results == nil {
		return
	}
	var now resultConfiguration
	set(&now, c.ResultConfiguration)
	if results.OutputLocation != "" || results.RemoveOutputLocation {
		now.OutputLocation = results.OutputLocation
	}
	if results.EncryptionConfiguration != nil || results.RemoveEncryptionConfiguration {
		now.EncryptionConfiguration = results.EncryptionConfiguration
	}
	c.ResultConfiguration = &now
}
