package athena

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/hindcast/hindcast/api/pagetoken"
	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/raw"
)

var errNoObject = raw.ErrNotFound

// invalid is the error of a request that is wrong.
func invalid(format string, args ...any) *awsjson.Error {
	return &awsjson.Error{
		Code: "InvalidRequestException", Message: fmt.Sprintf(format, args...),
		Fields: map[string]any{"AthenaErrorCode": "INVALID_INPUT"},
	}
}

// malformed is the error of a text that is no statement.
func malformed(format string, args ...any) *awsjson.Error {
	e := invalid(format, args...)
	e.Fields["AthenaErrorCode"] = "MALFORMED_QUERY"
	return e
}

// missing is the error of a resource that is not there.
func missing(name, format string, args ...any) *awsjson.Error {
	return &awsjson.Error{
		Code: "ResourceNotFoundException", Message: fmt.Sprintf(format, args...), Fields: map[string]any{"ResourceName": name},
	}
}

// metadata is the error of a catalog, database or table that is not there.
func metadata(format string, args ...any) *awsjson.Error {
	return awsjson.Errorf("MetadataException", format, args...)
}

// tooMany is the error of a service that has as many executions as it may.
func tooMany() *awsjson.Error {
	return &awsjson.Error{
		Code: "TooManyRequestsException", Message: "You have exceeded the limit for the number of queries you can run concurrently. Please reduce the number of concurrent queries submitted by this account.",
		Fields: map[string]any{"Reason": "CONCURRENT_QUERY_LIMIT_EXCEEDED"},
	}
}

// checkLength is what Athena's own check of a member says.
func checkLength(member, value string, least, most int) error {
	n := utf8.RuneCountInString(value)
	switch {
	case n < least:
		return invalid("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length greater than or equal to %d", member, least)
	case n > most:
		return invalid("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", member, most)
	}
	return nil
}

// pageSize is a page's size between 1 and most, which is the default too.
func pageSize(asked *int, most int) (int, error) {
	switch {
	case asked == nil:
		return most, nil
	case *asked < 1 || *asked > most:
		return 0, invalid("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and %d", *asked, most)
	}
	return *asked, nil
}

// page gives the part of a sorted list that begins after the token's name, and the token of the next.
func page[T any](s *Service, list string, all []T, name func(T) string, token string, size int) ([]T, string, error) {
	start := 0
	if token != "" {
		after, err := s.tokens.Open(list, token)
		if err != nil {
			return nil, "", badToken(err)
		}
		for start < len(all) && name(all[start]) != after {
			start++
		}
		if start == len(all) {
			return nil, "", invalid("Invalid NextToken: what it points at is gone")
		}
		start++
	}
	end := min(start+size, len(all))
	if end == len(all) {
		return all[start:end], "", nil
	}
	return all[start:end], s.tokens.Seal(list, name(all[end-1])), nil
}

func badToken(err error) error {
	if errors.Is(err, pagetoken.ErrToken) {
		return invalid("Invalid NextToken: it was not given out for this list")
	}
	return err
}
