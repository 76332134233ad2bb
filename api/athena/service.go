package athena

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/api/pagetoken"
	"github.com/hindcast/hindcast/catalog/awsjson"
)

// Service answers Athena's API. Only one may work in a State.
type Service struct {
	o      Options
	gate   *gate.Gate
	tokens pagetoken.Signer

	base context.Context
	stop context.CancelCauseFunc
	work sync.WaitGroup

	starting sync.Mutex // held while an execution is made; taken before mu

	mu      sync.Mutex
	closed  bool
	entries map[string]*entry // executions by id
	byToken map[string]string // their ids by client's token
	writing map[location]bool // where UNLOAD is at work
	names   registry          // work groups, prepared and named queries, tables made of results
}

// Open takes up what an earlier service left.
func Open(ctx context.Context, o Options) (*Service, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Service{
		o: o, gate: gate.New(o.Limits.Running, o.Limits.Queued),
		entries: map[string]*entry{}, byToken: map[string]string{}, writing: map[location]bool{},
	}
	s.base, s.stop = context.WithCancelCause(context.WithoutCancel(ctx))
	var err error
	if s.tokens, err = pagetoken.Open(o.State.Path(""), s.write(ctx)); err != nil {
		return nil, err
	}
	if err := s.loadRegistry(ctx); err != nil {
		return nil, err
	}
	if err := s.recover(ctx); err != nil {
		return nil, err
	}
	return s, s.prune(ctx)
}

// write keeps a file of the state by its whole path.
func (s *Service) write(ctx context.Context) func(path string, content []byte) error {
	return func(path string, content []byte) error {
		key, err := filepath.Rel(s.o.State.Path(""), path)
		if err != nil {
			return err
		}
		return s.put(ctx, filepath.ToSlash(key), content)
	}
}

func (s *Service) put(ctx context.Context, key string, content []byte) error {
	_, err := s.o.State.Put(ctx, key, strings.NewReader(string(content)))
	return err
}

func (o Options) check() error {
	l := o.Limits
	switch {
	case o.Catalog == nil, o.Planner == nil, o.Engine == nil, o.State == nil, o.Objects == nil, o.Now == nil, o.Log == nil:
		return errors.New("athena: Catalog, Planner, Engine, State, Objects, Now and Log are required")
	case o.Database == "":
		return errors.New("athena: the lake's tables need a database's name")
	case l.Running <= 0, l.Queued <= 0, l.QueryTime <= 0, l.ResultBytes <= 0, l.Kept <= 0, l.KeptFor <= 0:
		return errors.New("athena: every limit must be positive")
	}
	if _, err := parseLocation(o.Output); err != nil {
		return fmt.Errorf("athena: default location of results: %w", err)
	}
	return nil
}

// errShutdown is why executions end when the service does.
var errShutdown = errors.New("interrupted by the service's shutdown")

// Close takes no more executions, waits for those that run, and interrupts them when the context ends.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.work.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.stop(errShutdown)
	timer := time.NewTimer(killWait)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
		return fmt.Errorf("executions did not end within %s of being interrupted", killWait)
	}
}

// killWait is how long interrupted executions may take to end.
const killWait = 5 * time.Second

// Load is how many executions run and how many wait.
func (s *Service) Load() (running, queued int) { return s.gate.Load() }

// Service is the API's operations, for a listener that serves others beside it.
func (s *Service) Service() *awsjson.Service {
	operations := map[string]awsjson.Operation{}
	for _, of := range []map[string]awsjson.Operation{
		s.executionOperations(), s.resultOperations(), s.workGroupOperations(), s.metadataOperations(),
		s.preparedOperations(), s.namedOperations(),
	} {
		maps.Copy(operations, of)
	}
	return &awsjson.Service{Prefix: "AmazonAthena", Version: "1.1", Operations: operations}
}

// isGone tells whether a file is not there.
func isGone(err error) bool { return errors.Is(err, os.ErrNotExist) || errors.Is(err, errNoObject) }
