// Package gluefake serves Glue's catalog API over memory, for tests. It is strict where Glue is: limits of batches and
// pages, names, versions, expressions.
//
// The API is https://docs.aws.amazon.com/glue/latest/webapi/WebAPI_Reference.html.
package gluefake

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// Account is whose catalog it is.
const Account = "111122223333"

// Options are what a server does beside answering.
type Options struct {
	Now      func() time.Time // the clock; required
	PageSize int              // the most that a page holds, whatever is asked for; 0 is the API's limit

	// Before, if set, is asked before each call: it may wait, and its error is the call's.
	Before func(ctx context.Context, operation string) error
	// Item, if set, is asked before each partition of a batch is written: its error is the item's.
	Item func(operation, table string, values []string) *awsjson.Error
}

// Server is a Glue catalog in memory.
type Server struct {
	service *awsjson.Service
	options Options

	mu        sync.Mutex
	databases map[string]*database
	calls     map[string]int
}

type database struct {
	Database
	tables map[string]*table
}

type table struct {
	Table
	version    int
	archived   int // versions kept beside the current one
	partitions map[string]Partition
}

// New makes an empty catalog.
func New(o Options) *Server {
	s := &Server{options: o, databases: map[string]*database{}, calls: map[string]int{}}
	operations := readOperations(s, o.PageSize)
	for name, op := range map[string]awsjson.Operation{
		"CreateDatabase":       awsjson.Op(s.createDatabase),
		"DeleteDatabase":       awsjson.Op(s.deleteDatabase),
		"CreateTable":          awsjson.Op(s.createTable),
		"UpdateTable":          awsjson.Op(s.updateTable),
		"DeleteTable":          awsjson.Op(s.deleteTable),
		"CreatePartition":      awsjson.Op(s.createPartition),
		"UpdatePartition":      awsjson.Op(s.updatePartition),
		"DeletePartition":      awsjson.Op(s.deletePartition),
		"BatchCreatePartition": awsjson.Op(s.batchCreate),
		"BatchUpdatePartition": awsjson.Op(s.batchUpdate),
		"BatchDeletePartition": awsjson.Op(s.batchDelete),
	} {
		operations[name] = op
	}
	s.service = &awsjson.Service{Prefix: "AWSGlue", Version: "1.1", Operations: operations, Before: s.before}
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.service.ServeHTTP(w, r) }

func (s *Server) before(ctx context.Context, operation string) error {
	s.mu.Lock()
	s.calls[operation]++
	s.mu.Unlock()
	if s.options.Before == nil {
		return nil
	}
	return s.options.Before(ctx, operation)
}

// Calls counts the calls of an operation, refused ones too.
func (s *Server) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// Archived counts the earlier versions of a table that are kept: those that were updated without SkipArchive.
func (s *Server) Archived(databaseName, tableName string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(databaseName, tableName)
	if err != nil {
		return 0
	}
	return t.archived
}

func (s *Server) stamp() float64 { return float64(s.options.Now().UnixMilli()) / 1000 }

// Throttled is an error of too many calls.
func Throttled() *awsjson.Error { return awsjson.Errorf("ThrottlingException", "Rate exceeded") }

// Denied is an error of a role that lacks a permission.
func Denied() *awsjson.Error {
	return awsjson.Errorf("AccessDeniedException", "User is not authorized")
}
