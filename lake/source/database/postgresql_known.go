package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// pgKnown are the beginnings of messages that analysts ask for, what is done by them, and how that ended.
var pgKnown = []struct {
	begin, action, outcome string
	read                   func(*pgFinish, *source.Event, []byte)
}{
	{"connection received: ", "connection-received", "", (*pgFinish).setPairs},
	{"connection authenticated: ", "connection-authenticated", "success", (*pgFinish).setAuthenticated},
	{"connection authorized: ", "connection-authorized", "success", (*pgFinish).setPairs},
	{"replication connection authorized: ", "connection-authorized", "success", (*pgFinish).setPairs},
	{"disconnection: session time: ", "disconnection", "", (*pgFinish).setSession},
	{"AUDIT: ", "", "", (*pgFinish).setAudit},
	{"no pg_hba.conf entry for ", "connection-rejected", "failure", (*pgFinish).setRejected},
	{"pg_hba.conf rejects ", "connection-rejected", "failure", (*pgFinish).setRejected},
	{"permission denied ", "permission-denied", "failure", nil},
	{"must be owner of ", "permission-denied", "failure", nil},
	{"must be superuser ", "permission-denied", "failure", nil},
	{"checkpoint starting: ", "checkpoint-starting", "", nil},
	{"checkpoint complete: ", "checkpoint-complete", "", (*pgFinish).setCheckpoint},
	{"restartpoint complete: ", "checkpoint-complete", "", (*pgFinish).setCheckpoint},
	{"parameter \"", "parameter-changed", "", nil},
	{"database system is ready ", "database-started", "", nil},
	{"database system is shut down", "database-stopped", "", nil},
	{"automatic vacuum of ", "autovacuum", "", nil},
	{"automatic analyze of ", "autoanalyze", "", nil},
}

// setKnown reads the messages that are known by how they begin.
func (f *pgFinish) setKnown(e *source.Event, message []byte) {
	for i := range pgKnown {
		k := &pgKnown[i]
		if len(message) < len(k.begin) || string(message[:len(k.begin)]) != k.begin {
			continue
		}
		e.SetText(f.action, k.action)
		e.SetText(f.outcome, k.outcome)
		if k.read != nil {
			k.read(f, e, message[len(k.begin):])
		}
		return
	}
	f.setFailedLogin(e, message)
}

// setFailedLogin reads what a login ends with that fails: password authentication failed for user "x".
func (f *pgFinish) setFailedLogin(e *source.Event, message []byte) {
	if string(e.Text(f.level)) != "FATAL" {
		return
	}
	at := bytes.Index(message, []byte(" authentication failed for user "))
	role := bytes.HasPrefix(message, []byte("role \"")) || bytes.HasPrefix(message, []byte("database \""))
	if at < 0 && !(role && bytes.HasSuffix(message, []byte(" does not exist"))) {
		return
	}
	e.SetText(f.action, "authentication-failed")
	if at < 0 {
		if message[0] == 'r' {
			f.setUser(e, firstQuoted(message))
		}
		return
	}
	e.Set(f.method, message[:at])
	f.setUser(e, firstQuoted(message[at:]))
}

// setUser sets the user that the record is about, unless its prefix has.
func (f *pgFinish) setUser(e *source.Event, user []byte) {
	e.SetNew(f.user, user)
}

// firstQuoted is the first text in quotes, up to the last quote of the line that a comma or the end follows.
func firstQuoted(text []byte) []byte {
	_, text, ok := bytes.Cut(text, []byte(`"`))
	if !ok {
		return nil
	}
	if n := bytes.Index(text, []byte(`",`)); n >= 0 {
		return text[:n]
	}
	quoted, _, _ := bytes.Cut(text, []byte(`"`))
	return quoted
}

// setRejected reads host "192.0.2.1", user "u", database "d", SSL off
func (f *pgFinish) setRejected(e *source.Event, rest []byte) {
	for _, p := range []struct {
		name string
		out  source.Out
	}{{`host "`, f.address}, {`user "`, f.user}, {`database "`, f.database}} {
		if at := bytes.Index(rest, []byte(p.name)); at >= 0 {
			value := firstQuoted(rest[at:])
			e.SetNew(p.out, value)
			if p.name == `host "` {
				e.SetNew(f.ip, value)
			}
		}
	}
}

// setAuthenticated reads identity="x" method=scram-sha-256 (/etc/pg_hba.conf:1)
func (f *pgFinish) setAuthenticated(e *source.Event, rest []byte) {
	if at := bytes.LastIndex(rest, []byte(" method=")); at >= 0 {
		method, _, _ := bytes.Cut(rest[at+len(" method="):], []byte(" "))
		e.Set(f.method, method)
		rest = rest[:at]
	}
	identity := bytes.TrimPrefix(rest, []byte("identity="))
	if len(identity) < len(rest) {
		e.Set(f.identity, bytes.Trim(identity, `"`))
	}
}

// pgPairs are the names in messages about connections.
var pgPairs = []string{"user=", "database=", "application_name=", "host=", "port=", "SSL enabled", "GSS ", "identity="}

// setPairs reads user=u database=d host=192.0.2.1 port=5432 SSL enabled (protocol=TLSv1.3, cipher=…, bits=256)
func (f *pgFinish) setPairs(e *source.Event, rest []byte) {
	for len(rest) > 0 {
		var pair []byte
		pair, rest = cutPair(rest)
		name, value, _ := bytes.Cut(pair, []byte("="))
		switch string(name) {
		case "user":
			f.setUser(e, unbracket(value))
		case "database":
			e.SetNew(f.database, unbracket(value))
		case "application_name":
			e.SetNew(f.application, value)
		case "host":
			e.SetNew(f.address, unbracket(value))
			e.SetNew(f.ip, value)
		case "port":
			if port, ok := source.ParseInt(value); ok {
				e.SetInt(f.port, port)
			}
		default:
			f.setSSL(e, pair)
		}
	}
}

// cutPair cuts a pair off: a value goes to the next name that is known.
func cutPair(rest []byte) (pair, after []byte) {
	for i, c := range rest {
		if c != ' ' {
			continue
		}
		for _, name := range pgPairs {
			if bytes.HasPrefix(rest[i+1:], []byte(name)) {
				return rest[:i], rest[i+1:]
			}
		}
	}
	return rest, nil
}

// setSSL reads SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256, compression=off)
func (f *pgFinish) setSSL(e *source.Event, text []byte) {
	for _, p := range []struct {
		name   string
		cipher bool
	}{{"protocol=", false}, {"cipher=", true}} {
		_, value, ok := bytes.Cut(text, []byte(p.name))
		if !ok {
			return
		}
		if n := bytes.IndexAny(value, ",)"); n >= 0 {
			value = value[:n]
		}
		if p.cipher {
			e.Set(f.cipher, value)
		} else {
			e.SetTLS(value, f.protocol, f.version)
		}
	}
}

// setSession reads 1:02:03.004 user=u database=d host=192.0.2.1 port=5432. Hours may have more than two digits.
func (f *pgFinish) setSession(e *source.Event, rest []byte) {
	took, pairs, _ := bytes.Cut(rest, []byte(" "))
	hours, clock, _ := bytes.Cut(took, []byte(":"))
	minutes, seconds, _ := bytes.Cut(clock, []byte(":"))
	h, ok0 := source.Digits(hours)
	m, ok1 := source.Digits(minutes)
	ns, ok2 := scaled(seconds, 1_000_000_000)
	if ok0 && ok1 && ok2 && len(hours) < 8 && len(minutes) < 3 {
		ns += int64(h*60+m) * 60_000_000_000
		e.SetInt(f.duration, ns)
		if end, ok := e.Int(f.time); ok {
			e.SetTime(f.start, end-ns/1_000_000)
		}
	}
	f.setPairs(e, pairs)
}

// setCheckpoint reads wrote 12 buffers (0.1%); …; write=0.105 s, sync=0.003 s, total=0.126 s; …
func (f *pgFinish) setCheckpoint(e *source.Event, rest []byte) {
	if count, ok := bytes.CutPrefix(rest, []byte("wrote ")); ok {
		count, _, _ = bytes.Cut(count, []byte(" "))
		if n, ok := source.ParseInt(count); ok {
			e.SetInt(f.buffers, n)
		}
	}
	if _, total, ok := bytes.Cut(rest, []byte("total=")); ok {
		total, _, _ = bytes.Cut(total, []byte(" "))
		if ns, ok := scaled(total, 1_000_000_000); ok {
			e.SetInt(f.duration, ns)
		}
	}
}

// setAudit reads pgAudit's SESSION,1,1,READ,SELECT,TABLE,public.t,"select …",<none>
func (f *pgFinish) setAudit(e *source.Event, rest []byte) {
	f.csv.begin(rest)
	const query, after = 7, 8
	for i := 0; ; i++ {
		field, ok := f.csv.next()
		switch {
		case !ok:
			return
		case i == query:
			e.Set(f.query, field)
		case string(field) == "<none>" || string(field) == "<not logged>":
		case i == 1 || i == 2 || i == after+1:
			if n, ok := source.ParseInt(field); ok {
				e.SetInt(f.audit[min(i, 8)], n)
			}
		case i < query:
			e.Set(f.audit[i], field)
			if i == 4 {
				e.Set(f.action, field)
			}
		case i == after:
			e.Set(f.audit[7], field)
		}
	}
}
