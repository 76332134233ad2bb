package indicator

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	instanceID = regexp.MustCompile(`^m?i-[0-9a-z]{8,17}$`) // letters beyond f stand in logs that were made anonymous
	accessKey  = regexp.MustCompile(`^[A-Z0-9_]{16,128}$`)
	uniqueID   = regexp.MustCompile(`^(?:AIDA|AROA|AGPA|ANPA|ANVA|APKA|ASCA|AIPA)[A-Z0-9]{12,}`)
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	digits     = regexp.MustCompile(`^[0-9]+$`)
	hexDigits  = regexp.MustCompile(`^[0-9a-f]+$`)
	base64Hash = regexp.MustCompile(`^(?:SHA256:[0-9A-Za-z+/]{43}|[0-9A-Za-z+/]{43}=)$`) // of an SSH key, of a Lambda function's code
	arnShape   = regexp.MustCompile(`^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9a-z-]*:.+$`)
)

func parseInstance(s string) (value, reason string) {
	if s = strings.ToLower(s); instanceID.MatchString(s) {
		return s, ""
	}
	return "", "is not an EC2 instance: want one such as i-0123456789abcdef0 (i- and 17 or 8 digits)"
}

func parseAccessKey(s string) (value, reason string) {
	s = strings.ToUpper(s)
	switch {
	case uniqueID.MatchString(s):
		return "", "is the id of a user, role or other principal: give it as a user"
	case !accessKey.MatchString(s):
		return "", "is not an access key's id: want one such as AKIAIOSFODNN7EXAMPLE (16 or more capitals and digits)"
	}
	return s, ""
}

func parseAccount(s string) (value, reason string) {
	s = strings.NewReplacer("-", "", " ", "").Replace(s)
	switch {
	case accountID.MatchString(s):
		return s, ""
	case digits.MatchString(s):
		return "", "has " + strconv.Itoa(len(s)) + " digits: an account has 12, leading zeros among them"
	}
	return "", "is not an AWS account: want its 12 digits"
}

func parseARN(s string) (value, reason string) {
	if !arnShape.MatchString(s) {
		return "", "is not an ARN: want one such as arn:aws:iam::123456789012:user/alice"
	}
	return s, ""
}

// parseUser takes names, principals' ids and ARNs as they are: case matters in all of them.
func parseUser(s string) (value, reason string) { return refang(s), "" }

var (
	hashNames    = map[int]string{32: "MD5", 40: "SHA-1", 64: "SHA-256"}
	hashPrefixes = map[int]string{32: "md5:", 40: "sha1:", 64: "sha256:"}
)

func parseHash(s string) (value, reason string) {
	if base64Hash.MatchString(s) { // in which capitals count
		return s, ""
	}
	s = strings.ToLower(s)
	for _, prefix := range hashPrefixes {
		s = strings.TrimPrefix(s, prefix)
	}
	switch {
	case !hexDigits.MatchString(s):
		return "", "is not a hash: want the hexadecimal digits of an MD5, SHA-1 or SHA-256, or an SSH key's SHA256:…"
	case hashNames[len(s)] == "":
		return "", "has " + strconv.Itoa(len(s)) + " digits: an MD5 has 32, a SHA-1 40 and a SHA-256 64"
	}
	return s, ""
}

// arn is the parts of an ARN that names are taken from.
type arn struct{ partition, service, account, resource string }

func splitARN(s string) (arn, bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) < 6 || !arnShape.MatchString(s) {
		return arn{}, false
	}
	return arn{partition: parts[1], service: parts[2], account: parts[4], resource: parts[5]}, true
}

// principal is the ARN of the role that an assumed role's session acts for, or "".
func (a arn) principal() string {
	parts := strings.Split(a.resource, "/")
	if a.service != "sts" || parts[0] != "assumed-role" || len(parts) < 3 {
		return ""
	}
	return "arn:" + a.partition + ":iam::" + a.account + ":role/" + parts[1]
}

// names are the short names in the ARN of a user, a role or a session, which logs write instead of the whole.
func (a arn) names() []string {
	parts := strings.Split(a.resource, "/")
	last := parts[len(parts)-1]
	switch {
	case len(parts) < 2 || last == "":
		return nil
	case a.service == "sts" && parts[0] == "assumed-role" && len(parts) > 2:
		return []string{parts[1], last}
	case a.service == "sts" && parts[0] == "federated-user":
		return []string{last}
	case a.service == "iam" && (parts[0] == "user" || parts[0] == "role"):
		return []string{last}
	}
	return nil
}
