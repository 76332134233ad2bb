package threat

import "strings"

// patternValues are the values that a STIX pattern asks for: addresses, domains, URLs and hashes. What is joined by OR, or
// observed one after the other, is all taken. Of what is joined by AND, no event of a log has everything (an address
// and a port, a file's name and its hash), so that the part that tells most stands for all of it: hashes before URLs,
// domains and addresses.
func patternValues(pattern string) ([]string, error) {
	tokens, err := patternTokens(pattern)
	if err != nil {
		return nil, err
	}
	p := &patternReader{tokens: tokens}
	found, err := p.or()
	switch {
	case err != nil:
		return nil, err
	case p.at < len(p.tokens):
		return nil, badPattern("that goes on with %q", p.tokens[p.at])
	case len(found) == 0:
		return nil, badPattern("that asks for nothing that a list can hold")
	}
	values := make([]string, len(found))
	for i, f := range found {
		values[i] = f.text
	}
	return values, nil
}

// rank is how much a part of a pattern tells.
type rank int

const (
	rankAddress rank = iota + 1
	rankDomain
	rankURL
	rankHash
)

type part struct {
	rank rank
	text string
}

// patternTokens divides a pattern. A text in quotes is a token that begins with a quote.
func patternTokens(p string) (tokens []string, err error) {
	for i := 0; i < len(p); {
		switch c := p[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			text, n := quotedText(p[i:])
			if n == 0 {
				return nil, badPattern("with a quote that is not closed")
			}
			tokens = append(tokens, "'"+text)
			i += n
		case strings.IndexByte("[](),", c) >= 0:
			tokens = append(tokens, p[i:i+1])
			i++
		case strings.IndexByte("=!<>", c) >= 0:
			n := i + 1
			for n < len(p) && strings.IndexByte("=!<>", p[n]) >= 0 {
				n++
			}
			tokens = append(tokens, p[i:n])
			i = n
		default:
			n := wordEnd(p, i)
			tokens = append(tokens, p[i:n])
			i = n
		}
	}
	return tokens, nil
}

// wordEnd is where a word ends, which may be a path with quoted parts and [*] in it: file:hashes.'SHA-256'.
func wordEnd(p string, i int) int {
	for n := i; n < len(p); {
		switch c := p[n]; {
		case c == '\'' && n > i && p[n-1] == '.':
			_, size := quotedText(p[n:])
			if size == 0 {
				return len(p)
			}
			n += size
		case c == '[' && n > i:
			end := strings.IndexByte(p[n:], ']')
			if end < 0 {
				return len(p)
			}
			n += end + 1
		case strings.IndexByte(" \t\r\n[](),=!<>'", c) >= 0:
			return n
		default:
			n++
		}
	}
	return len(p)
}

// quotedText reads a text in quotes, and tells its length with them; 0 if it does not end.
func quotedText(p string) (string, int) {
	var b strings.Builder
	for i := 1; i < len(p); i++ {
		switch {
		case p[i] == '\\' && i+1 < len(p):
			i++
			b.WriteByte(p[i])
		case p[i] == '\'':
			return b.String(), i + 1
		default:
			b.WriteByte(p[i])
		}
	}
	return "", 0
}

// patternReader reads what tokens say.
type patternReader struct {
	tokens []string
	at     int
	depth  int
}

// maxDepth is how deep brackets may be in each other.
const maxDepth = 100

func (p *patternReader) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *patternReader) take(token string) bool {
	if strings.EqualFold(p.peek(), token) {
		p.at++
		return true
	}
	return false
}

// or reads alternatives.
func (p *patternReader) or() (all []part, err error) {
	for {
		parts, err := p.and()
		if err != nil {
			return nil, err
		}
		all = append(all, parts...)
		if !p.take("OR") && !p.take("FOLLOWEDBY") {
			return all, nil
		}
	}
}

// and reads what belongs together, and keeps what tells most of it.
func (p *patternReader) and() (most []part, err error) {
	for {
		parts, err := p.one()
		if err != nil {
			return nil, err
		}
		switch {
		case len(parts) == 0:
		case len(most) == 0 || parts[0].rank > most[0].rank:
			most = parts
		case parts[0].rank == rankHash && most[0].rank == rankHash: // each is of the same file
			most = append(most, parts...)
		}
		if !p.take("AND") {
			return most, nil
		}
	}
}

// one reads a comparison, or what is in brackets.
func (p *patternReader) one() ([]part, error) {
	if open := p.peek(); open == "[" || open == "(" {
		if p.depth++; p.depth > maxDepth {
			return nil, badPattern("of more than %d brackets in each other", maxDepth)
		}
		p.at++
		parts, err := p.or()
		if err != nil {
			return nil, err
		}
		if !p.take(map[string]string{"[": "]", "(": ")"}[open]) {
			return nil, badPattern("with a bracket that is not closed")
		}
		p.depth--
		p.qualifiers()
		return parts, nil
	}
	return p.comparison()
}

// qualifiers passes over how often and when something is to be observed.
func (p *patternReader) qualifiers() {
	for {
		switch {
		case p.take("WITHIN"), p.take("REPEATS"):
			p.at += 2 // a number, and SECONDS or TIMES
		case p.take("START"), p.take("STOP"):
			p.at++
			if strings.HasPrefix(p.peek(), "'") { // t'2026-…'
				p.at++
			}
		default:
			return
		}
	}
}

// comparison reads a path, an operator and what it is compared with.
func (p *patternReader) comparison() ([]part, error) {
	path := p.peek()
	p.at++
	not := p.take("NOT")
	operator := strings.ToUpper(p.peek())
	p.at++
	var texts []string
	switch operator {
	case "IN":
		if !p.take("(") {
			return nil, badPattern("with IN before no list")
		}
		for !p.take(")") {
			if p.at >= len(p.tokens) {
				return nil, badPattern("with a list that is not closed")
			}
			texts = append(texts, p.peek())
			p.at++
			p.take(",")
		}
	case "=", "==", "!=", "<>", "<", ">", "<=", ">=", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET":
		if p.at >= len(p.tokens) {
			return nil, badPattern("that ends in %q", operator)
		}
		texts = append(texts, p.peek())
		p.at++
	default:
		return nil, badPattern("with %q where it compares", operator)
	}
	of := rankOf(path)
	if not || of == 0 || operator != "=" && operator != "==" && operator != "IN" && (operator != "ISSUBSET" || of != rankAddress) {
		return nil, nil
	}
	var parts []part
	for _, text := range texts {
		if value, quoted := strings.CutPrefix(text, "'"); quoted {
			parts = append(parts, part{of, value})
		}
	}
	return parts, nil
}

// rankOf tells what a path leads to, 0 for what is not looked for.
func rankOf(path string) rank {
	object, property, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(path, "'", "")), ":")
	property = strings.ReplaceAll(property, `"`, "")
	switch {
	case property == "value" && (object == "ipv4-addr" || object == "ipv6-addr"):
		return rankAddress
	case object == "network-traffic" && (property == "dst_ref.value" || property == "src_ref.value"):
		return rankAddress
	case property == "value" && object == "domain-name":
		return rankDomain
	case property == "value" && object == "url":
		return rankURL
	case object == "file":
		switch name, ok := strings.CutPrefix(property, "hashes."); name {
		case "md5", "sha-1", "sha1", "sha-256", "sha256":
			if ok {
				return rankHash
			}
		}
	}
	return 0
}
