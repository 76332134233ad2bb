package athena

import (
	"context"
	"regexp"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// prepared is a statement with question marks that a work group knows by a name.
type prepared struct {
	StatementName    string
	QueryStatement   string
	WorkGroupName    string
	Description      string `json:",omitempty"`
	LastModifiedTime awsjson.Time
}

var statementName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_@:]{0,255}$`)

func (s *Service) preparedOperations() map[string]awsjson.Operation {
	return map[string]awsjson.Operation{
		"CreatePreparedStatement":   awsjson.Op(s.createPrepared),
		"GetPreparedStatement":      awsjson.Op(s.getPrepared),
		"ListPreparedStatements":    awsjson.Op(s.listPrepared),
		"UpdatePreparedStatement":   awsjson.Op(s.updatePrepared),
		"DeletePreparedStatement":   awsjson.Op(s.deletePrepared),
		"BatchGetPreparedStatement": awsjson.Op(s.batchGetPrepared),
	}
}

type preparedInput struct {
	StatementName  string
	WorkGroup      string
	QueryStatement string
	Description    *string
}

func (in *preparedInput) check() error {
	if !statementName.MatchString(in.StatementName) {
		return invalid("1 validation error detected: Value '%s' at 'statementName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_@:]{1,256}", in.StatementName)
	}
	return checkLength("queryStatement", in.QueryStatement, 1, maxQuery)
}

// prepared finds a statement of a work group.
func (s *Service) prepared(group, name string) (prepared, error) {
	p, there := s.known().Prepared[qualified(group, name)]
	if !there {
		return prepared{}, missing(name, "PreparedStatement %s was not found in workGroup %s", name, group)
	}
	return p, nil
}

func (s *Service) createPrepared(ctx context.Context, in *preparedInput) (*nothing, error) {
	return nil, s.prepare(ctx, in, false)
}

func (s *Service) updatePrepared(ctx context.Context, in *preparedInput) (*nothing, error) {
	return nil, s.prepare(ctx, in, true)
}

// prepare keeps a statement, which must be there already if known, and must not if not.
func (s *Service) prepare(ctx context.Context, in *preparedInput, known bool) error {
	if err := in.check(); err != nil {
		return err
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return err
	}
	if _, err := parse(in.QueryStatement); err != nil {
		return err
	}
	return s.change(ctx, func(r *registry) error {
		key := qualified(group.Name, in.StatementName)
		p, there := r.Prepared[key]
		switch {
		case there && !known:
			return invalid("Prepared statement %s already exists in WorkGroup %s", in.StatementName, group.Name)
		case !there && known:
			return missing(in.StatementName, "PreparedStatement %s was not found in workGroup %s", in.StatementName, group.Name)
		}
		p.StatementName, p.QueryStatement, p.WorkGroupName = in.StatementName, in.QueryStatement, group.Name
		set(&p.Description, in.Description)
		p.LastModifiedTime = awsjson.Time{Time: s.o.Now()}
		r.Prepared[key] = p
		return nil
	})
}

// prepareBySQL does PREPARE, which replaces what is there, and DEALLOCATE PREPARE.
func (s *Service) prepareBySQL(ctx context.Context, rec record, st statement) error {
	in := &preparedInput{StatementName: st.name, WorkGroup: rec.WorkGroup, QueryStatement: st.query}
	if st.kind == kindDeallocate {
		_, err := s.deletePrepared(ctx, in)
		return userError(err)
	}
	_, err := s.prepared(rec.WorkGroup, st.name)
	return userError(s.prepare(ctx, in, err == nil))
}

type getPreparedOutput struct{ PreparedStatement prepared }

func (s *Service) getPrepared(_ context.Context, in *preparedInput) (*getPreparedOutput, error) {
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	p, err := s.prepared(group.Name, in.StatementName)
	return &getPreparedOutput{p}, err
}

func (s *Service) deletePrepared(ctx context.Context, in *preparedInput) (*nothing, error) {
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	return nil, s.change(ctx, func(r *registry) error {
		key := qualified(group.Name, in.StatementName)
		if _, there := r.Prepared[key]; !there {
			return missing(in.StatementName, "PreparedStatement %s was not found in workGroup %s", in.StatementName, group.Name)
		}
		delete(r.Prepared, key)
		return nil
	})
}

type listPreparedOutput struct {
	PreparedStatements []preparedSummary
	NextToken          string `json:",omitempty"`
}

type preparedSummary struct {
	StatementName    string
	LastModifiedTime awsjson.Time
}

func (s *Service) listPrepared(_ context.Context, in *listInput) (*listPreparedOutput, error) {
	size, err := pageSize(in.MaxResults, maxBatch)
	if err != nil {
		return nil, err
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	name := func(p prepared) string { return p.StatementName }
	var of []prepared
	for _, p := range sorted(s.known().Prepared, name) {
		if p.WorkGroupName == group.Name {
			of = append(of, p)
		}
	}
	of, next, err := page(s, "prepared/"+group.Name, of, name, in.NextToken, size)
	out := &listPreparedOutput{PreparedStatements: []preparedSummary{}, NextToken: next}
	for _, p := range of {
		out.PreparedStatements = append(out.PreparedStatements, preparedSummary{p.StatementName, p.LastModifiedTime})
	}
	return out, err
}

type batchPreparedInput struct {
	PreparedStatementNames []string
	WorkGroup              string
}

type batchPreparedOutput struct {
	PreparedStatements                []prepared
	UnprocessedPreparedStatementNames []unprocessedPrepared
}

type unprocessedPrepared struct {
	StatementName string
	ErrorCode     string
	ErrorMessage  string
}

// maxPrepared is how many statements BatchGetPreparedStatement gives.
const maxPrepared = 256

func (s *Service) batchGetPrepared(_ context.Context, in *batchPreparedInput) (*batchPreparedOutput, error) {
	if n := len(in.PreparedStatementNames); n < 1 || n > maxPrepared {
		return nil, invalid("1 validation error detected: Value at 'preparedStatementNames' failed to satisfy constraint: Member must have length between 1 and %d", maxPrepared)
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	out := &batchPreparedOutput{PreparedStatements: []prepared{}, UnprocessedPreparedStatementNames: []unprocessedPrepared{}}
	for _, name := range in.PreparedStatementNames {
		p, err := s.prepared(group.Name, name)
		if err != nil {
			out.UnprocessedPreparedStatementNames = append(out.UnprocessedPreparedStatementNames, unprocessedPrepared{name, "STATEMENT_NOT_FOUND", err.Error()})
			continue
		}
		out.PreparedStatements = append(out.PreparedStatements, p)
	}
	return out, nil
}
