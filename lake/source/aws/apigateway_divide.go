package aws

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// The fields of records that are not JSON, in the order in which the console offers them, by their names in JSON.
const (
	apiCSV  = "ip caller user requestTime httpMethod resourcePath protocol status responseLength requestId extendedRequestId"
	apiCLF  = "ip caller user requestTime request status responseLength requestId extendedRequestId"
	apiCLFW = "ip caller user requestTime request status requestId extendedRequestId" // of WebSocket APIs

	apiMessage = "(message)" // of an execution log
)

// apiGatewayLog divides the records of API Gateway's logs.
func apiGatewayLog(want []string) (source.Divider, error) {
	object, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &apiDivider{
		object: object, want: want,
		csv: source.Bind(want, strings.Fields(apiCSV)...),
		clf: source.Bind(want, strings.Fields(apiCLF)...), socket: source.Bind(want, strings.Fields(apiCLFW)...),
		request:   source.Bind(want, "httpMethod", "resourcePath", "protocol", "eventType", "routeKey", "connectionId"),
		execution: source.Bind(want, "requestId", apiMessage, "status"),
	}, nil
}

type apiDivider struct {
	object source.Divider
	want   []string

	csv, clf, socket, request, execution source.Layout
}

func (d *apiDivider) Begin(string) {}

var errNoAPIGateway = errors.New("the record is none of the formats that API Gateway offers")

func (d *apiDivider) Divide(record []byte, v *source.Values) error {
	record = bytes.TrimSpace(record)
	switch {
	case len(record) == 0:
		return errors.New("the record is empty")
	case record[0] == '{':
		if err := d.object.Divide(record, v); err != nil {
			return err
		}
		v.DropBlanks()
		return nil
	case record[0] == '<':
		return d.divideXML(record, v)
	case record[0] == '(':
		return d.divideExecution(record, v)
	case bytes.IndexByte(record, '[') > 0:
		return d.divideCLF(record, v)
	}
	return d.divideCSV(record, v)
}

// divideCSV divides ip,caller,user,time,… of which none has commas.
func (d *apiDivider) divideCSV(record []byte, v *source.Values) error {
	if fields := bytes.Count(record, comma) + 1; fields < len(d.csv.Names)-1 {
		return errNoAPIGateway
	}
	more := true
	for i := 0; more; i++ {
		var field []byte
		field, record, more = bytes.Cut(record, comma)
		d.csv.Take(v, i, field)
	}
	return nil
}

// divideCLF divides ip caller user [time] "method path protocol" status length id; without the length it is the record
// of a WebSocket API.
func (d *apiDivider) divideCLF(record []byte, v *source.Values) error {
	var parts [16][]byte
	t, n := source.Tokens{Line: record}, 0
	for ; n < len(parts) && t.More(); n++ {
		parts[n] = t.Next()
	}
	if t.Cut {
		return source.ErrCut
	}
	if n < 7 {
		return errNoAPIGateway
	}
	l, socket := &d.clf, !source.IsDigits(parts[6]) && string(parts[6]) != "-"
	if socket {
		l = &d.socket
	}
	for i, part := range parts[:n] {
		if i == 4 {
			d.takeRequest(part, socket, v)
			continue
		}
		l.Take(v, i, part)
	}
	return nil
}

// takeRequest divides the field in quotes: method, path and protocol, or method and route, or a WebSocket's event,
// route and connection.
func (d *apiDivider) takeRequest(field []byte, socket bool, v *source.Values) {
	if socket {
		event, rest, _ := bytes.Cut(field, []byte(" "))
		route, connection, _ := bytes.Cut(rest, []byte(" "))
		d.request.Take(v, 3, event)
		d.request.Take(v, 4, route)
		d.request.Take(v, 5, connection)
		return
	}
	method, rest, _ := bytes.Cut(field, []byte(" "))
	path, protocol := rest, []byte(nil)
	if at := bytes.LastIndexByte(rest, ' '); at >= 0 {
		path, protocol = rest[:at], rest[at+1:]
	}
	d.request.Take(v, 0, method)
	if bytes.IndexByte(path, ' ') > 0 { // the route of an HTTP API begins with its method
		d.request.Take(v, 4, path)
	} else {
		d.request.Take(v, 1, path)
	}
	d.request.Take(v, 2, protocol)
}

// divideXML divides <request id="…"><ip>…</ip>…</request>, whose values are not escaped.
func (d *apiDivider) divideXML(record []byte, v *source.Values) error {
	rest, ok := bytes.CutPrefix(record, []byte(`<request id="`))
	id, rest, closed := bytes.Cut(rest, []byte(`">`))
	if !ok || !closed {
		return errNoAPIGateway
	}
	d.take(v, "requestId", id)
	for {
		rest = bytes.TrimLeft(rest, " \t")
		if bytes.HasPrefix(rest, []byte("</request>")) {
			return nil
		}
		name, after, ok := bytes.Cut(rest, []byte(">"))
		if !ok || len(name) < 2 || name[0] != '<' || len(name) > 64 {
			return source.ErrCut
		}
		name = name[1:]
		value, tail, ok := cutElement(after, name)
		if !ok {
			return source.ErrCut
		}
		d.take(v, string(name), bytes.TrimSpace(value))
		rest = tail
	}
}

// cutElement cuts text behind the end of an element.
func cutElement(text, name []byte) (value, tail []byte, ok bool) {
	for from := 0; ; {
		at := bytes.Index(text[from:], []byte("</"))
		if at < 0 {
			return nil, nil, false
		}
		at += from
		if end := text[at+2:]; bytes.HasPrefix(end, name) && len(end) > len(name) && end[len(name)] == '>' {
			return text[:at], end[len(name)+1:], true
		}
		from = at + 2
	}
}

func (d *apiDivider) take(v *source.Values, name string, value []byte) {
	v.SetField(slices.Index(d.want, name), name, value)
}

// divideExecution divides (request id) message.
func (d *apiDivider) divideExecution(record []byte, v *source.Values) error {
	id, message, ok := bytes.Cut(record[1:], []byte(") "))
	if !ok || len(id) == 0 || bytes.IndexByte(id, ' ') >= 0 {
		return errNoAPIGateway
	}
	d.execution.Take(v, 0, id)
	d.execution.Take(v, 1, message)
	if status, ok := bytes.CutPrefix(message, []byte("Method completed with status: ")); ok {
		d.execution.Take(v, 2, status)
	}
	return nil
}

// setRoute takes method and path from a route such as GET /pets/{id}, where no other field has them.
func setRoute(e *source.Event, route []byte, method, path source.Out) {
	verb, rest, ok := bytes.Cut(route, []byte(" "))
	if ok {
		e.SetNew(method, verb)
		e.SetNew(path, rest)
	}
}

// setProtocol takes the version from HTTP/1.1.
func setProtocol(e *source.Event, protocol []byte, version source.Out) {
	if name, number, ok := bytes.Cut(protocol, slash); ok && bytes.EqualFold(name, []byte("HTTP")) {
		e.Set(version, number)
	}
}

func looksLikeAPIGateway(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimSpace(line)
	switch {
	case len(line) == 0:
		return false
	case line[0] == '{':
		return source.LooksLike(`"requestId"`, `"requestTime`, `"status"`)(line) && (bytes.Contains(line, []byte(`"httpMethod"`)) || bytes.Contains(line, []byte(`"routeKey"`)))
	case line[0] == '<':
		return bytes.HasPrefix(line, []byte(`<request id="`))
	case line[0] == '(':
		id, _, ok := bytes.Cut(line[1:], []byte(") "))
		return ok && isRequestID(id)
	}
	var parts [10][]byte
	if t := (source.Tokens{Line: line}); bytes.IndexByte(line, '[') > 0 {
		for i := range parts {
			parts[i] = t.Next()
		}
		_, ok := source.ParseAddr(parts[0])
		return ok && (isRequestID(parts[6]) || isRequestID(parts[7]))
	}
	for i := range parts {
		parts[i], line, _ = bytes.Cut(line, comma)
	}
	_, ok := source.ParseAddr(parts[0])
	return ok && isRequestID(parts[9])
}

// isRequestID tells a UUID, and the ids of HTTP and WebSocket APIs: letters and digits that end in an equals sign.
func isRequestID(text []byte) bool {
	if len(text) == 36 {
		return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
	}
	return len(text) >= 14 && len(text) <= 18 && text[len(text)-1] == '='
}
