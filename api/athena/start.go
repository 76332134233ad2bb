package athena

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

type startInput struct {
	QueryString              string
	ClientRequestToken       string
	QueryExecutionContext    queryContext
	ResultConfiguration      *resultConfiguration
	WorkGroup                string
	ExecutionParameters      []string
	ResultReuseConfiguration *resultReuse
}

// Limits of Athena: https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html.
const (
	maxQuery          = dialect.AthenaMaxBytes // bytes
	minToken          = 32
	maxToken          = 128
	maxParameter      = 1024
	maxReuseInMinutes = 10080
)

func (in *startInput) check() error {
	if n := len(in.QueryString); n < 1 || n > maxQuery {
		return invalid("1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length between 1 and %d bytes; it has %d", maxQuery, n)
	}
	if in.ClientRequestToken != "" {
		if err := checkLength("clientRequestToken", in.ClientRequestToken, minToken, maxToken); err != nil {
			return err
		}
	}
	if in.ExecutionParameters != nil && len(in.ExecutionParameters) == 0 {
		return invalid("1 validation error detected: Value '[]' at 'executionParameters' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	for _, p := range in.ExecutionParameters {
		if err := checkLength("executionParameters", p, 1, maxParameter); err != nil {
			return err
		}
	}
	if age := in.ResultReuseConfiguration.age(); age != nil && (*age < 0 || *age > maxReuseInMinutes) {
		return invalid("1 validation error detected: Value '%d' at 'maxAgeInMinutes' failed to satisfy constraint: Member must have value between 0 and %d", *age, maxReuseInMinutes)
	}
	return nil
}

func (r *resultReuse) age() *int {
	if r == nil || r.ResultReuseByAgeConfiguration == nil {
		return nil
	}
	return r.ResultReuseByAgeConfiguration.MaxAgeInMinutes
}

// fingerprint tells requests apart that have the same token.
func (in *startInput) fingerprint() (string, error) {
	without := *in
	without.ClientRequestToken = ""
	b, err := json.Marshal(without)
	if err != nil {
		return "", fmt.Errorf("compare requests: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// startQueryExecution puts a statement into the queue, or gives the execution that an equal request has started.
func (s *Service) startQueryExecution(ctx context.Context, in *startInput) (*executionID, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	rec, err := s.newRecord(in)
	if err != nil {
		return nil, err
	}
	s.starting.Lock()
	defer s.starting.Unlock()
	if id, err := s.sameToken(rec); id != "" || err != nil {
		return &executionID{id}, err
	}
	st, err := s.resolve(&rec)
	if err != nil {
		return nil, err
	}
	place, err := s.gate.Take(false)
	switch {
	case errors.Is(err, gate.ErrBusy):
		return nil, tooMany()
	case err != nil:
		return nil, err
	}
	if err := s.save(ctx, rec); err != nil {
		place.Leave()
		return nil, err
	}
	if err := s.launch(rec, st, place); err != nil {
		place.Leave()
		return nil, err
	}
	return &executionID{rec.ID}, nil
}

// sameToken is the execution that a request with this token has started. starting is held.
func (s *Service) sameToken(rec record) (string, error) {
	if rec.Token == "" {
		return "", nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.byToken[rec.Token]
	if id != "" && s.entries[id].rec.Fingerprint != rec.Fingerprint {
		return "", invalid("Idempotent parameters do not match")
	}
	return id, nil
}

// newRecord is an execution in the queue, without the parts that come from its statement.
func (s *Service) newRecord(in *startInput) (record, error) {
	fingerprint, err := in.fingerprint()
	if err != nil {
		return record{}, err
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return record{}, err
	}
	if group.State == disabled {
		return record{}, invalid("WorkGroup %s is disabled", group.Name)
	}
	rec := record{
		ID: newID(), Query: in.QueryString, Token: in.ClientRequestToken, Fingerprint: fingerprint, Parameters: in.ExecutionParameters,
		WorkGroup: group.Name, Reuse: in.ResultReuseConfiguration, State: queued, Submitted: s.o.Now(),
		Database: strings.ToLower(strings.Trim(in.QueryExecutionContext.Database, "`")), // awswrangler quotes it for Hive
		Catalog:  strings.ToLower(in.QueryExecutionContext.Catalog),
	}
	if rec.Catalog != "" && !strings.EqualFold(rec.Catalog, CatalogName) {
		return record{}, invalid("Data catalog %s was not found", in.QueryExecutionContext.Catalog)
	}
	rec.Output, rec.Encryption, err = group.output(in.ResultConfiguration)
	if err != nil {
		return record{}, err
	}
	if n := group.Configuration.BytesScannedCutoffPerQuery; n != nil {
		rec.Cutoff = *n
	}
	return rec, nil
}

// resolve parses the statement of an execution, and puts a prepared one in EXECUTE's place.
func (s *Service) resolve(rec *record) (statement, error) {
	st, err := parse(rec.Query)
	if err != nil {
		return st, err
	}
	arguments := rec.Parameters
	if st.kind == kindExecute {
		if arguments != nil && st.arguments != nil {
			return st, invalid("parameters can be given by USING or as ExecutionParameters, and not by both")
		}
		arguments = append(arguments, st.arguments...)
		prepared, err := s.prepared(rec.WorkGroup, st.name)
		if err != nil {
			return st, invalid("PreparedStatement %s was not found in workGroup %s", st.name, rec.WorkGroup)
		}
		rec.Statement = prepared.QueryStatement
		if st, err = parse(rec.Statement); err != nil {
			return st, err
		}
	}
	if arguments != nil && (st.query == "" || st.kind == kindPrepare) {
		return st, invalid("parameters have no meaning for %s", st.kind)
	}
	st.arguments = arguments
	rec.Kind = st.kind
	base, err := parseLocation(rec.Output)
	if err != nil {
		return st, invalid("outputLocation is not a valid S3 path: %v", err)
	}
	rec.Output = base.join(rec.ID + extension(st.kind)).String()
	return st, nil
}

// extension is that of the object which a statement's result lies in. What writes files has none.
func extension(kind string) string {
	switch kind {
	case kindSelect:
		return ".csv"
	case kindUnload, kindCreateAs:
		return ""
	}
	return ".txt"
}

// newID is a random UUID of version 4.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
