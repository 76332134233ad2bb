package simulate

import "strings"

// book is the actions of an estate, ready to be written.
type book struct {
	menus [menuKinds][]*entry // an action is there as often as it weighs
}

// entry is a compiled action.
type entry struct {
	service, name, event        string
	read, data, shared          bool
	fails                       string
	params, response, resources template
	extra, code, message, host  template
}

func newBook(actions []action) *book {
	b := &book{}
	for _, a := range actions {
		e := newEntry(a)
		for menu, weight := range a.weights {
			for range weight {
				b.menus[menu] = append(b.menus[menu], e)
			}
		}
	}
	return b
}

func newEntry(a action) *entry {
	e := &entry{
		service: a.service, name: a.name, event: a.event, read: a.read, data: a.data, shared: a.shared, fails: a.fails,
		params: compile(a.params), response: compile(a.response), resources: compile(a.resources), extra: compile(a.extra),
	}
	if e.event == "" {
		e.event = "AwsApiCall"
	}
	code, message, _ := strings.Cut(a.fails, "|")
	e.code, e.message = compile(code), compile(message)
	switch a.service {
	case "s3":
		e.host = compile("s3.<region>.amazonaws.com")
		if a.params != "" && strings.Contains(a.params, "<bucket>") {
			e.host = compile("<bucket>.s3.<region>.amazonaws.com")
		}
	case "iam":
		e.host = compile("iam.amazonaws.com")
	case "signin":
		e.host = compile("<region>.signin.aws.amazon.com")
	default:
		e.host = compile(a.service + ".<region>.amazonaws.com")
	}
	return e
}

// requestID is a UUID for most services; S3 has its own form.
func (e *entry) requestID(d *dice) string {
	if e.service == "s3" {
		return d.name(upperAlnum, 16)
	}
	return string(d.uuid(make([]byte, 0, 36)))
}
