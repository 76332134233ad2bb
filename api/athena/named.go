package athena

import (
	"context"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// namedQuery is a query that people keep.
type namedQuery struct {
	Name         string
	Description  string `json:",omitempty"`
	Database     string
	QueryString  string
	NamedQueryId string
	WorkGroup    string
	Token        string `json:"ClientRequestToken,omitempty"`
}

func (s *Service) namedOperations() map[string]awsjson.Operation {
	return map[string]awsjson.Operation{
		"CreateNamedQuery":   awsjson.Op(s.createNamed),
		"GetNamedQuery":      awsjson.Op(s.getNamed),
		"ListNamedQueries":   awsjson.Op(s.listNamed),
		"BatchGetNamedQuery": awsjson.Op(s.batchGetNamed),
		"UpdateNamedQuery":   awsjson.Op(s.updateNamed),
		"DeleteNamedQuery":   awsjson.Op(s.deleteNamed),
	}
}

type createNamedInput struct {
	Name               string
	Description        string
	Database           string
	QueryString        string
	ClientRequestToken string
	WorkGroup          string
}

func (in *createNamedInput) check() error {
	for _, c := range []struct {
		member, value string
		least, most   int
	}{{"name", in.Name, 1, 128}, {"database", in.Database, 1, 255}, {"queryString", in.QueryString, 1, maxQuery}, {"description", in.Description, 0, 1024}} {
		if err := checkLength(c.member, c.value, c.least, c.most); err != nil {
			return err
		}
	}
	if in.ClientRequestToken == "" {
		return nil
	}
	return checkLength("clientRequestToken", in.ClientRequestToken, minToken, maxToken)
}

type namedID struct{ NamedQueryId string }

// createNamed keeps a query, or finds the one that an equal request has made.
func (s *Service) createNamed(ctx context.Context, in *createNamedInput) (*namedID, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	n := namedQuery{
		Name: in.Name, Description: in.Description, Database: in.Database, QueryString: in.QueryString,
		NamedQueryId: newID(), WorkGroup: group.Name, Token: in.ClientRequestToken,
	}
	err = s.change(ctx, func(r *registry) error {
		for _, old := range r.Named {
			if n.Token == "" || old.Token != n.Token {
				continue
			}
			n.NamedQueryId = old.NamedQueryId
			if n != old {
				return invalid("Idempotent parameters do not match")
			}
		}
		r.Named[n.NamedQueryId] = n
		return nil
	})
	return &namedID{n.NamedQueryId}, err
}

type namedOutput struct{ NamedQuery namedQuery }

func (n namedQuery) shown() namedQuery {
	n.Token = ""
	return n
}

func (s *Service) getNamed(_ context.Context, in *namedID) (*namedOutput, error) {
	n, there := s.known().Named[in.NamedQueryId]
	if !there {
		return nil, noNamed(in.NamedQueryId)
	}
	return &namedOutput{n.shown()}, nil
}

func noNamed(id string) error { return invalid("NamedQuery %s does not exist.", id) }

type listNamedOutput struct {
	NamedQueryIds []string
	NextToken     string `json:",omitempty"`
}

func (s *Service) listNamed(_ context.Context, in *listInput) (*listNamedOutput, error) {
	size, err := pageSize(in.MaxResults, maxBatch)
	if err != nil {
		return nil, err
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, n := range sorted(s.known().Named, func(n namedQuery) string { return n.NamedQueryId }) {
		if n.WorkGroup == group.Name {
			ids = append(ids, n.NamedQueryId)
		}
	}
	ids, next, err := page(s, "named/"+group.Name, ids, func(id string) string { return id }, in.NextToken, size)
	return &listNamedOutput{NamedQueryIds: ids, NextToken: next}, err
}

type batchNamedInput struct{ NamedQueryIds []string }

type batchNamedOutput struct {
	NamedQueries             []namedQuery
	UnprocessedNamedQueryIds []unprocessedNamed
}

type unprocessedNamed struct {
	NamedQueryId string
	ErrorCode    string
	ErrorMessage string
}

func (s *Service) batchGetNamed(_ context.Context, in *batchNamedInput) (*batchNamedOutput, error) {
	if n := len(in.NamedQueryIds); n < 1 || n > maxBatch {
		return nil, invalid("1 validation error detected: Value at 'namedQueryIds' failed to satisfy constraint: Member must have length between 1 and %d", maxBatch)
	}
	out := &batchNamedOutput{NamedQueries: []namedQuery{}, UnprocessedNamedQueryIds: []unprocessedNamed{}}
	known := s.known().Named
	for _, id := range in.NamedQueryIds {
		if n, there := known[id]; there {
			out.NamedQueries = append(out.NamedQueries, n.shown())
			continue
		}
		out.UnprocessedNamedQueryIds = append(out.UnprocessedNamedQueryIds, unprocessedNamed{id, "INVALID_INPUT", noNamed(id).Error()})
	}
	return out, nil
}

type updateNamedInput struct {
	NamedQueryId string
	Name         string
	Description  *string
	QueryString  string
}

func (s *Service) updateNamed(ctx context.Context, in *updateNamedInput) (*nothing, error) {
	return nil, s.change(ctx, func(r *registry) error {
		n, there := r.Named[in.NamedQueryId]
		if !there {
			return noNamed(in.NamedQueryId)
		}
		n.Name, n.QueryString = in.Name, in.QueryString
		set(&n.Description, in.Description)
		r.Named[n.NamedQueryId] = n
		return (&createNamedInput{Name: n.Name, Description: n.Description, Database: n.Database, QueryString: n.QueryString}).check()
	})
}

func (s *Service) deleteNamed(ctx context.Context, in *namedID) (*nothing, error) {
	return nil, s.change(ctx, func(r *registry) error {
		if _, there := r.Named[in.NamedQueryId]; !there {
			return noNamed(in.NamedQueryId)
		}
		delete(r.Named, in.NamedQueryId)
		return nil
	})
}
