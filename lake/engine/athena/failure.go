package athena

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/lake/engine"
)

// ErrStopped says that an execution was stopped by somebody else, or by a limit that does not say its name.
var ErrStopped = errors.New("the execution was stopped")

// ownError is a failure of Athena's own, which another execution may not have.
type ownError struct {
	kind    error // what it comes to when it stays
	message string
}

func (e *ownError) Error() string { return fmt.Sprintf("%v: %s", e.kind, e.message) }
func (e *ownError) Unwrap() error { return e.kind }

// Is makes it one that may pass.
func (e *ownError) Is(target error) bool { return target == engine.ErrPassing }

// errOwn is what failures of Athena's own come to.
var errOwn = errors.New("Athena failed")

// failure is nil for an execution that has succeeded, and else says what went wrong in the words of package engine.
func (e *Engine) failure(x *types.QueryExecution) error {
	reason := aws.ToString(x.Status.StateChangeReason)
	said := x.Status.AthenaError
	if said != nil && reason == "" {
		reason = aws.ToString(said.ErrorMessage)
	}
	if reason == "" {
		reason = "no reason is given"
	}
	switch x.Status.State {
	case types.QueryExecutionStateSucceeded:
		return nil
	case types.QueryExecutionStateCancelled:
		return cancelled(reason)
	}
	kind := e.kind(said, reason)
	if said != nil && (said.Retryable || errors.Is(kind, engine.ErrBusy) || errors.Is(kind, errOwn) && aws.ToInt32(said.ErrorCategory) == system) {
		return &ownError{kind, reason}
	}
	return fmt.Errorf("%w: %s", kind, reason)
}

// cancelled tells the limit of a workgroup from a person: https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
func cancelled(reason string) error {
	if limit.MatchString(reason) {
		return fmt.Errorf("%w: the workgroup's limit of bytes scanned by a query: %s", engine.ErrResources, reason)
	}
	return fmt.Errorf("%w: %s", ErrStopped, reason)
}

var limit = regexp.MustCompile(`(?i)bytes scanned limit`)

// The categories of Athena's errors.
const (
	system = 1
	user   = 2
)

// kinds are what types of error mean, of which many mean the same:
// https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
var kinds = []struct {
	from, to int32
	kind     error
}{
	{0, 8, engine.ErrResources},                                      // exhausted at this scale
	{206, 206, engine.ErrResources}, {210, 210, engine.ErrResources}, // timed out
	{1006, 1006, engine.ErrStatement},
	{1008, 1008, engine.ErrStatement},
	{1100, 1108, engine.ErrStatement},
	{1110, 1110, engine.ErrStatement}, // no such table
	{1200, 1202, engine.ErrStatement},
	{1303, 1303, engine.ErrStatement}, // no such function
	{1109, 1109, engine.ErrStale}, {1302, 1302, engine.ErrStale},
	{1306, 1306, ErrSetup},
	{1400, 1406, engine.ErrBusy},
	{1500, 1501, ErrDenied},
	{1602, 1602, engine.ErrBusy},
}

// codes are those of Trino's errors with which messages begin. They tell more than types do, where both are there.
var codes = []struct {
	kind  error
	codes []string
}{
	{engine.ErrResources, []string{"EXCEEDED_*", "CLUSTER_OUT_OF_MEMORY", "QUERY_HAS_TOO_MANY_STAGES", "COMPILER_ERROR"}},
	{engine.ErrDamaged, []string{"HIVE_BAD_DATA"}},
	{ErrSetup, []string{"SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "HIVE_PARTITION_SCHEMA_MISMATCH", "HIVE_INVALID_METADATA",
		"HIVE_UNSUPPORTED_FORMAT", "HIVE_INVALID_PARTITION_VALUE", "HIVE_INVALID_BUCKET_FILES", "HIVE_PATH_ALREADY_EXISTS", "HIVE_METASTORE_ERROR"}},
	{engine.ErrStatement, []string{"SYNTAX_ERROR", "*_NOT_FOUND", "TYPE_MISMATCH", "INVALID_*", "NOT_SUPPORTED", "AMBIGUOUS_*", "DUPLICATE_*",
		"DIVISION_BY_ZERO", "NUMERIC_VALUE_OUT_OF_RANGE", "EXPRESSION_NOT_*", "MISMATCHED_*", "MISSING_*", "SUBQUERY_MULTIPLE_ROWS",
		"STACK_OVERFLOW", "TOO_MANY_ARGUMENTS", "USER_ERROR", "NESTED_*", "CONSTRAINT_VIOLATION", "UNSUPPORTED_*"}},
}

var (
	codeOf  = regexp.MustCompile(`^([A-Z][A-Z0-9_]+):`)
	missing = regexp.MustCompile(`NoSuchKey|FileNotFoundException|Status Code: 404|(?i:file .*does not exist|input path does not exist)`)
)

// kind finds what a failure is, by the code in its message, then by its type, then by its category.
func (e *Engine) kind(said *types.AthenaError, reason string) error {
	if denial.MatchString(reason) || strings.Contains(reason, "Status Code: 403") {
		return denied(reason)
	}
	if found := codeOf.FindStringSubmatch(reason); found != nil {
		if kind := e.coded(found[1], reason); kind != nil {
			return kind
		}
	}
	if said == nil {
		return errOwn
	}
	for _, k := range kinds {
		if n := said.ErrorType; n != nil && k.from <= *n && *n <= k.to {
			return k.kind
		}
	}
	if aws.ToInt32(said.ErrorCategory) == user {
		return engine.ErrStatement
	}
	return errOwn
}

// coded is what a code of Trino's means, nil if it says little.
func (e *Engine) coded(code, reason string) error {
	reads := slices.Contains([]string{"HIVE_CANNOT_OPEN_SPLIT", "HIVE_CURSOR_ERROR", "HIVE_FILESYSTEM_ERROR"}, code)
	if code == "HIVE_FILE_NOT_FOUND" || reads && missing.MatchString(reason) {
		return engine.ErrStale // a merge has replaced the files, or a day has expired, since it was planned
	}
	if code == "SCHEMA_NOT_FOUND" {
		return fmt.Errorf("%w: there is no database %s: \"hindcast catalog sync\" makes it", ErrSetup, e.options.Database)
	}
	for _, k := range codes {
		for _, pattern := range k.codes {
			if like(code, pattern) {
				return k.kind
			}
		}
	}
	return nil
}

// like tells whether a code is that of a pattern, which may begin or end with a star.
func like(code, pattern string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(code, prefix)
	}
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(code, suffix)
	}
	return code == pattern
}
