package sqs

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Address is where a queue is. What is not said is empty: the region and the account of the configuration.
type Address struct {
	Region, Account, Name string
	URL                   string // of the queue, if it was given
}

// ErrAddress says that a text is no address of a queue.
var ErrAddress = errors.New("not a queue: write sqs://NAME, sqs://ACCOUNT/NAME, arn:aws:sqs:REGION:ACCOUNT:NAME, or the queue's URL")

var (
	validName    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}(\.fifo)?$`)
	validAccount = regexp.MustCompile(`^\d{12}$`)
	inHost       = regexp.MustCompile(`^sqs\.([a-z0-9-]+)\.(amazonaws\.com|api\.aws)`)
)

// ParseAddress reads sqs://NAME, sqs://ACCOUNT/NAME, an ARN, or the URL of a queue. ErrAddress.
func ParseAddress(text string) (Address, error) {
	a, ok := parse(text)
	if !ok || !validName.MatchString(a.Name) || a.Account != "" && !validAccount.MatchString(a.Account) {
		return Address{}, fmt.Errorf("%q is %w", text, ErrAddress)
	}
	return a, nil
}

func parse(text string) (a Address, ok bool) {
	switch {
	case strings.HasPrefix(text, "arn:"):
		parts := strings.Split(text, ":")
		if len(parts) != 6 || parts[2] != "sqs" || parts[3] == "" || parts[4] == "" {
			return a, false
		}
		return Address{Region: parts[3], Account: parts[4], Name: parts[5]}, true
	case strings.HasPrefix(text, "sqs://"):
		path := strings.Split(strings.TrimPrefix(text, "sqs://"), "/")
		switch len(path) {
		case 1:
			return Address{Name: path[0]}, true
		case 2:
			return Address{Account: path[0], Name: path[1]}, path[0] != ""
		}
		return a, false
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return a, false
	}
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(path) != 2 || path[0] == "" {
		return a, false
	}
	a = Address{Account: path[0], Name: path[1], URL: text}
	if m := inHost.FindStringSubmatch(u.Host); m != nil {
		a.Region = m[1]
	}
	return a, true
}

func (a Address) String() string {
	switch {
	case a.URL != "":
		return a.URL
	case a.Region != "":
		return "arn:aws:sqs:" + a.Region + ":" + a.Account + ":" + a.Name
	case a.Account != "":
		return "sqs://" + a.Account + "/" + a.Name
	}
	return "sqs://" + a.Name
}
