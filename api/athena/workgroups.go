package athena

import (
	"context"
	"regexp"
	"strings"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
)

// Limits of work groups: https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html.
const (
	minCutoff     = 10_000_000 // bytes
	maxWorkGroups = 50         // a page
)

var workGroupName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,128}$`)

type workGroup struct {
	Name          string
	State         string
	Description   string `json:",omitempty"`
	CreationTime  awsjson.Time
	Configuration workGroupConfiguration
}

type workGroupConfiguration struct {
	ResultConfiguration             *resultConfiguration `json:",omitempty"`
	EnforceWorkGroupConfiguration   bool
	PublishCloudWatchMetricsEnabled bool
	BytesScannedCutoffPerQuery      *int64 `json:",omitempty"`
	RequesterPaysEnabled            bool
	EngineVersion                   engineVersion
}

func (s *Service) workGroupOperations() map[string]awsjson.Operation {
	return map[string]awsjson.Operation{
		"CreateWorkGroup": awsjson.Op(s.createWorkGroup),
		"GetWorkGroup":    awsjson.Op(s.getWorkGroup),
		"ListWorkGroups":  awsjson.Op(s.listWorkGroups),
		"UpdateWorkGroup": awsjson.Op(s.updateWorkGroup),
		"DeleteWorkGroup": awsjson.Op(s.deleteWorkGroup),
	}
}

// newWorkGroup is one without settings of its own.
func (s *Service) newWorkGroup(name string) workGroup {
	return workGroup{
		Name: name, State: enabled, CreationTime: awsjson.Time{Time: s.o.Now()},
		Configuration: workGroupConfiguration{
			ResultConfiguration: &resultConfiguration{OutputLocation: s.o.Output},
			EngineVersion:       engineVersion{SelectedEngineVersion: "AUTO", EffectiveEngineVersion: EngineVersion},
		},
	}
}

// workGroup finds one; an empty name is the primary one's.
func (s *Service) workGroup(name string) (workGroup, error) {
	if name == "" {
		name = primary
	}
	g, there := s.known().WorkGroups[name]
	if !there {
		return workGroup{}, invalid("WorkGroup %s is not found.", name)
	}
	return g, nil
}

// output is where an execution's result goes, and how it is said to be encrypted.
func (g workGroup) output(asked *resultConfiguration) (string, *encryption, error) {
	own := g.Configuration.ResultConfiguration
	switch {
	case own != nil && own.OutputLocation != "" && (g.Configuration.EnforceWorkGroupConfiguration || asked == nil || asked.OutputLocation == ""):
		return own.OutputLocation, own.EncryptionConfiguration, nil
	case asked != nil && asked.OutputLocation != "":
		return asked.OutputLocation, asked.EncryptionConfiguration, nil
	}
	return "", nil, invalid("No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.")
}

type createWorkGroupInput struct {
	Name          string
	Description   string
	Configuration *workGroupConfiguration
}

type nothing struct{}

func (s *Service) createWorkGroup(ctx context.Context, in *createWorkGroupInput) (*nothing, error) {
	if !workGroupName.MatchString(in.Name) {
		return nil, invalid("1 validation error detected: Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9._-]{1,128}")
	}
	g := s.newWorkGroup(in.Name)
	g.Description = in.Description
	if in.Configuration != nil {
		version := g.Configuration.EngineVersion
		g.Configuration = *in.Configuration
		if g.Configuration.EngineVersion.SelectedEngineVersion != "" {
			version.SelectedEngineVersion = g.Configuration.EngineVersion.SelectedEngineVersion
		}
		g.Configuration.EngineVersion = version
	} else {
		g.Configuration.ResultConfiguration = nil
	}
	if err := g.Configuration.check(); err != nil {
		return nil, err
	}
	return nil, s.change(ctx, func(r *registry) error {
		if _, there := r.WorkGroups[g.Name]; there {
			return invalid("WorkGroup %s is already created", g.Name)
		}
		r.WorkGroups[g.Name] = g
		return nil
	})
}

func (c workGroupConfiguration) check() error {
	if n := c.BytesScannedCutoffPerQuery; n != nil && *n < minCutoff {
		return invalid("1 validation error detected: Value '%d' at 'configuration.bytesScannedCutoffPerQuery' failed to satisfy constraint: Member must have value greater than or equal to %d", *n, minCutoff)
	}
	if v := c.EngineVersion.SelectedEngineVersion; v != "" && v != "AUTO" && v != EngineVersion {
		return invalid("EngineVersion %s is not served here, only %s", v, EngineVersion)
	}
	if r := c.ResultConfiguration; r != nil && r.OutputLocation != "" {
		if _, err := parseLocation(r.OutputLocation); err != nil {
			return invalid("outputLocation is not a valid S3 path: %v", err)
		}
	}
	return nil
}

type workGroupInput struct{ WorkGroup string }

type getWorkGroupOutput struct{ WorkGroup workGroup }

func (s *Service) getWorkGroup(_ context.Context, in *workGroupInput) (*getWorkGroupOutput, error) {
	g, err := s.workGroup(in.WorkGroup)
	return &getWorkGroupOutput{g}, err
}

type pageInput struct {
	NextToken  string
	MaxResults *int
}

type listWorkGroupsOutput struct {
	WorkGroups []workGroupSummary
	NextToken  string `json:",omitempty"`
}

type workGroupSummary struct {
	Name          string
	State         string
	Description   string
	CreationTime  awsjson.Time
	EngineVersion engineVersion
}

func (s *Service) listWorkGroups(_ context.Context, in *pageInput) (*listWorkGroupsOutput, error) {
	size, err := pageSize(in.MaxResults, maxWorkGroups)
	if err != nil {
		return nil, err
	}
	name := func(g workGroup) string { return g.Name }
	groups, next, err := page(s, "workgroups", sorted(s.known().WorkGroups, name), name, in.NextToken, size)
	out := &listWorkGroupsOutput{WorkGroups: []workGroupSummary{}, NextToken: next}
	for _, g := range groups {
		out.WorkGroups = append(out.WorkGroups, workGroupSummary{g.Name, g.State, g.Description, g.CreationTime, g.Configuration.EngineVersion})
	}
	return out, err
}

type deleteWorkGroupInput struct {
	WorkGroup             string
	RecursiveDeleteOption bool
}

func (s *Service) deleteWorkGroup(ctx context.Context, in *deleteWorkGroupInput) (*nothing, error) {
	return nil, s.change(ctx, func(r *registry) error {
		_, there := r.WorkGroups[in.WorkGroup]
		switch {
		case in.WorkGroup == primary:
			return invalid("The primary workgroup can not be deleted")
		case !there:
			return invalid("WorkGroup %s is not found.", in.WorkGroup)
		case r.uses(in.WorkGroup) && !in.RecursiveDeleteOption:
			return invalid("WorkGroup %s is not empty", in.WorkGroup)
		}
		r.clear(in.WorkGroup)
		delete(r.WorkGroups, in.WorkGroup)
		return nil
	})
}

// uses tells whether a work group has prepared or named queries.
func (r *registry) uses(group string) bool {
	for _, p := range r.Prepared {
		if p.WorkGroupName == group {
			return true
		}
	}
	for _, n := range r.Named {
		if n.WorkGroup == group {
			return true
		}
	}
	return false
}

func (r *registry) clear(group string) {
	for key := range r.Prepared {
		if strings.HasPrefix(key, group+"/") {
			delete(r.Prepared, key)
		}
	}
	for id, n := range r.Named {
		if n.WorkGroup == group {
			delete(r.Named, id)
		}
	}
}
