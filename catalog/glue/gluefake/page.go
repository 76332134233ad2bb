package gluefake

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// paging is the part of an input that says which page.
type paging struct {
	NextToken  string
	MaxResults *int
}

// pageOf is a page of all, and the token of the next. A token is good for the same question alone.
func pageOf[T any](all []T, in paging, own, most int, question string) ([]T, string, error) {
	size := most
	if in.MaxResults != nil {
		if *in.MaxResults < 1 || *in.MaxResults > most {
			return nil, "", violation("maxResults", "have value between 1 and "+strconv.Itoa(most))
		}
		size = *in.MaxResults
	}
	if own > 0 {
		size = min(size, own)
	}
	from := 0
	if in.NextToken != "" {
		var ok bool
		if from, ok = offset(in.NextToken, question); !ok {
			return nil, "", invalid("Invalid token.")
		}
	}
	from = min(from, len(all))
	to := min(from+size, len(all))
	next := ""
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(to) + "\n" + question))
	}
	return append([]T{}, all[from:to]...), next, nil
}

func offset(token, question string) (int, bool) {
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return 0, false
	}
	number, of, _ := strings.Cut(string(text), "\n")
	n, err := strconv.Atoi(number)
	return n, err == nil && n >= 0 && of == question
}
