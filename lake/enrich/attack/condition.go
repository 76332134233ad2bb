package attack

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// words are terms that have a name.
var words = map[string]string{
	"success": "event.outcome = success",
	"failure": "event.outcome = failure",
	"denied":  "error.code ~ AccessDenied|Unauthorized|NotAuthorized|Forbidden",
	"root":    "aws.cloudtrail.user_identity.type = Root",
	// not by a service of AWS, be it for somebody
	"direct": "aws.cloudtrail.user_identity.type != AWSService & !aws.cloudtrail.user_identity.invoked_by",
	// by somebody with a key or password of their own
	"user": "aws.cloudtrail.user_identity.type = IAMUser|Root|FederatedUser|IdentityCenterUser & !aws.cloudtrail.user_identity.invoked_by",
	// by another account, or by nobody known
	"outsider": "aws.cloudtrail.user_identity.type = AWSAccount|Unknown",
	// by a user or an outsider: not by a role, which programs have
	"stranger": "aws.cloudtrail.user_identity.type = IAMUser|Root|FederatedUser|IdentityCenterUser|AWSAccount|Unknown & !aws.cloudtrail.user_identity.invoked_by",
}

// documents are the columns of JSON that conditions speak of, by their names there.
var documents = map[string]string{
	"request":  "aws.cloudtrail.request_parameters",
	"response": "aws.cloudtrail.response_elements",
	"extra":    "aws.cloudtrail.additional_eventdata",
}

// condition is what must hold of a row: all its terms, and that there are many such rows if it has a burst.
type condition struct {
	terms []term
	burst *burst
}

// burst says that n rows fall into so much time, with one value in a column.
type burst struct {
	n      int
	within time.Duration
	by     string
}

// operator is what a term asks of a value.
type operator uint8

const (
	present operator = iota
	absent
	equal
	unequal // there is a value, and it is none of these
	holds
)

// term is one thing that must hold: of a column, or of a value in one that is JSON.
type term struct {
	text   string // as it is written
	column string // none in brackets
	path   []string
	op     operator
	values [][]byte
	other  string // the column to compare with
	inner  []term // what must hold of an object
}

var burstText = regexp.MustCompile(`^(\d+) in (\S+) by (\S+)$`)

func parseCondition(text string) (c condition, err error) {
	for _, part := range split(text) {
		if m := burstText.FindStringSubmatch(part); m != nil {
			if c.burst, err = newBurst(m); err != nil {
				return c, fmt.Errorf("condition %q: %w", text, err)
			}
			continue
		}
		terms, err := parseTerms(part)
		if err != nil {
			return c, fmt.Errorf("condition %q: %w", text, err)
		}
		c.terms = append(c.terms, terms...)
	}
	return c, nil
}

func newBurst(m []string) (b *burst, err error) {
	b = &burst{by: m[3]}
	if b.n, err = strconv.Atoi(m[1]); err != nil || b.n < 2 {
		return b, fmt.Errorf("%q is no number of rows", m[1])
	}
	if b.within, err = time.ParseDuration(m[2]); err != nil || b.within <= 0 {
		return b, fmt.Errorf("%q is no time: 10m", m[2])
	}
	return b, nil
}

// parseTerms reads a term, or those that a word stands for.
func parseTerms(text string) ([]term, error) {
	meant, ok := words[text]
	if !ok {
		t, err := parseTerm(text, false)
		return []term{t}, err
	}
	var terms []term
	for _, part := range split(meant) {
		t, err := parseTerm(part, false)
		if err != nil {
			return nil, err
		}
		terms = append(terms, t)
	}
	return terms, nil
}

// split divides a condition at the "&" that stand in no brackets.
func split(text string) (parts []string) {
	depth, from := 0, 0
	for i := range len(text) {
		switch {
		case text[i] == '(':
			depth++
		case text[i] == ')':
			depth--
		case depth == 0 && i >= from && strings.HasPrefix(text[i:], " & "):
			parts = append(parts, text[from:i])
			from = i + 3
		}
	}
	if rest := text[from:]; rest != "" {
		parts = append(parts, rest)
	}
	return parts
}

// parseTerm reads one term; in brackets, its subject is a place in an object.
func parseTerm(text string, inside bool) (t term, err error) {
	t.text = text
	subject, object, bracket := strings.Cut(text, "(")
	if bracket {
		if !strings.HasSuffix(object, ")") {
			return t, fmt.Errorf("%q has no closing bracket at its end", text)
		}
		for _, part := range split(strings.TrimSuffix(object, ")")) {
			inner, err := parseTerm(part, true)
			if err != nil {
				return t, err
			}
			t.inner = append(t.inner, inner)
		}
		return t, t.at(subject, inside)
	}
	subject, t.op = text, present
	for _, o := range []struct {
		sign string
		op   operator
	}{{" != ", unequal}, {" = ", equal}, {" ~ ", holds}} {
		if left, right, ok := strings.Cut(text, o.sign); ok {
			subject, t.op, t.values = left, o.op, bytes.Split([]byte(right), []byte("|"))
			break
		}
	}
	if left, ok := strings.CutPrefix(subject, "!"); ok && t.op == present {
		subject, t.op = left, absent
	}
	if len(t.values) == 1 && bytes.HasPrefix(t.values[0], []byte("{")) && bytes.HasSuffix(t.values[0], []byte("}")) {
		t.other, t.values = string(bytes.Trim(t.values[0], "{}")), nil
	}
	return t, t.at(subject, inside)
}

// at notes what the term speaks of.
func (t *term) at(subject string, inside bool) error {
	if subject == "" || strings.ContainsAny(subject, " ()&") || slices.ContainsFunc(t.values, func(v []byte) bool { return len(v) == 0 }) {
		return fmt.Errorf("%q is no term", t.text)
	}
	steps := strings.Split(subject, ".")
	if inside {
		t.path = steps
		return nil
	}
	column, ok := documents[steps[0]]
	if !ok {
		t.column = subject
		return nil
	}
	t.column, t.path = column, steps[1:]
	if len(t.path) == 0 || t.other != "" {
		return fmt.Errorf("%q names no value", t.text)
	}
	return nil
}
