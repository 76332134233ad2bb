package athena

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// registry is what clients have made under names, and registry.json as well. It is replaced as a whole.
type registry struct {
	WorkGroups map[string]workGroup
	Prepared   map[string]prepared // by work group and name
	Named      map[string]namedQuery
	Made       map[string]madeTable // tables of CREATE TABLE AS
}

const registryFile = "registry.json"

// primary is the work group that is always there.
const primary = "primary"

func (s *Service) loadRegistry(ctx context.Context) error {
	var r registry
	if err := s.read(ctx, registryFile, &r); err != nil && !isGone(err) {
		return fmt.Errorf("open the names that clients made: %w", err)
	}
	s.names = r.clone()
	if _, there := s.names.WorkGroups[primary]; !there {
		s.names.WorkGroups[primary] = s.newWorkGroup(primary)
	}
	return nil
}

func (r registry) clone() registry {
	return registry{WorkGroups: cloned(r.WorkGroups), Prepared: cloned(r.Prepared), Named: cloned(r.Named), Made: cloned(r.Made)}
}

func cloned[T any](m map[string]T) map[string]T {
	if m == nil {
		return map[string]T{}
	}
	return maps.Clone(m)
}

// change alters a copy of the registry, and takes it once it is kept.
func (s *Service) change(ctx context.Context, alter func(r *registry) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.names.clone()
	if err := alter(&r); err != nil {
		return err
	}
	b, err := json.MarshalIndent(r, "", " ")
	if err == nil {
		err = s.put(ctx, registryFile, b)
	}
	if err != nil {
		return fmt.Errorf("keep the names that clients made: %w", err)
	}
	s.names = r
	return nil
}

// known is the registry as it stands. It must not be altered.
func (s *Service) known() registry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names
}

// sorted are the values of a map by a name.
func sorted[T any](m map[string]T, name func(T) string) []T {
	return slices.SortedFunc(maps.Values(m), func(a, b T) int { return cmp.Compare(name(a), name(b)) })
}

// madeTable is a table that CREATE TABLE AS made: a result that is kept.
type madeTable struct {
	Name     string
	Columns  []hiveColumn
	Location string
	Created  time.Time
}

func (s *Service) madeTables() []hiveTable {
	var out []hiveTable
	for _, t := range s.known().Made {
		out = append(out, hiveTable{Name: t.Name, Columns: t.Columns, Location: t.Location, Created: t.Created})
	}
	return out
}

// forget takes a made table away, and tells whether it was there.
func (s *Service) forget(ctx context.Context, name string) (there bool, err error) {
	err = s.change(ctx, func(r *registry) error {
		_, there = r.Made[name]
		delete(r.Made, name)
		return nil
	})
	return there, err
}

// qualified is a name within a work group.
func qualified(group, name string) string { return group + "/" + strings.ToLower(name) }
