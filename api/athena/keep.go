package athena

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// recover takes up what an earlier service left. What it had not finished has failed.
func (s *Service) recover(ctx context.Context) error {
	for o, err := range s.o.State.List(ctx, executionsPrefix) {
		if err != nil {
			return fmt.Errorf("list executions: %w", err)
		}
		if !strings.HasSuffix(o.Key, ".json") {
			continue
		}
		var r record
		if err := s.read(ctx, o.Key, &r); err != nil {
			s.o.Log.Error("an execution cannot be read and is passed over", "file", o.Key, "error", err)
			continue
		}
		if !ended(r.State) {
			f := &Failure{Category: SystemError, Type: typeInternal, Retryable: true, Message: "GENERIC_INTERNAL_ERROR: interrupted by a restart of the service"}
			r.State, r.Reason, r.Failure, r.Ended = failed, f.Message, f, s.o.Now()
			if err := s.save(ctx, r); err != nil {
				return err
			}
		}
		s.entries[r.ID] = &entry{rec: r}
		if r.Token != "" {
			s.byToken[r.Token] = r.ID
		}
	}
	return nil
}

// prune removes the ended executions that are too many or too old, with their results.
func (s *Service) prune(ctx context.Context) error {
	s.mu.Lock()
	gone := s.expired()
	s.mu.Unlock()
	return s.removeAll(ctx, gone)
}

func (s *Service) removeAll(ctx context.Context, gone []record) error {
	var errs []error
	for _, r := range gone {
		errs = append(errs, s.remove(ctx, r))
	}
	return errors.Join(errs...)
}

// expired forgets the executions to remove and gives them; mu is held.
func (s *Service) expired() []record {
	now, kept := s.o.Now(), 0
	var gone []record
	for _, r := range s.newestFirst() {
		if !ended(r.State) {
			continue
		}
		if kept++; kept <= s.o.Limits.Kept && now.Sub(r.Ended) <= s.o.Limits.KeptFor {
			continue
		}
		gone = append(gone, r)
		delete(s.entries, r.ID)
		if s.byToken[r.Token] == r.ID {
			delete(s.byToken, r.Token)
		}
	}
	return gone
}

// given tells whether an execution that is kept gives an object as its result: its own, or one that it took over.
func (s *Service) given(output string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if e.rec.Output == output {
			return true
		}
	}
	return false
}

// remove deletes an execution's objects, unless others give them too, and only then the record that names them. Files
// that UNLOAD wrote are the user's.
func (s *Service) remove(ctx context.Context, r record) error {
	if !s.given(r.Output) {
		if at, err := parseLocation(r.Output); err == nil {
			for _, suffix := range []string{"", metadataSuffix, manifestSuffix} {
				name := at.object() + suffix
				if err := s.o.Objects.Delete(ctx, name); err != nil && !isGone(err) {
					return fmt.Errorf("remove execution %s: %w", r.ID, err)
				}
			}
		}
	}
	if err := s.o.State.Delete(ctx, r.file()); err != nil && !isGone(err) {
		return fmt.Errorf("remove execution %s: %w", r.ID, err)
	}
	return nil
}
