package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// cutMySQLTime reads the time at the start of a record of MySQL or MariaDB in milliseconds since 1970, and answers how
// many bytes it takes: 2006-01-02T15:04:05.000000Z, the same with an offset, 2006-01-02 15:04:05, or 060102 15:04:05.
// A time without a zone is as in UTC.
func cutMySQLTime(text []byte) (ms int64, n int) {
	if len(text) > 13 && text[6] == ' ' {
		return cutShortTime(text)
	}
	ms, n = cutClock(text)
	if n == 0 || n == len(text) {
		return ms, n
	}
	switch text[n] {
	case 'Z':
		return ms, n + 1
	case '+', '-':
		zone := cutZone(text[n:])
		if offset, ok := zoneOffset(zone); ok {
			return ms - offset, n + len(zone)
		}
	}
	return ms, n
}

// cutShortTime reads 060102 15:04:05, of this century.
func cutShortTime(text []byte) (ms int64, n int) {
	year, ok0 := source.Digits(text[:2])
	month, ok1 := source.Digits(text[2:4])
	day, ok2 := source.Digits(text[4:6])
	clock, size := cutTime(text[7:])
	if !ok0 || !ok1 || !ok2 || size == 0 {
		return 0, 0
	}
	date, ok := dateOf(2000+year, month, day)
	return date + clock, ifElse(ok, 7+size, 0)
}

// peerOut is where a client of MySQL goes.
type peerOut struct{ user, address, ip, domain source.Out }

func bindPeer(b *source.Binding) peerOut {
	return peerOut{b.Out("user.name"), b.Out("source.address"), b.Out("source.ip"), b.Out("source.domain")}
}

// setHost sets a client's name or address.
func (p *peerOut) setHost(e *source.Event, host []byte) {
	if len(host) == 0 || e.Filled(p.address) {
		return
	}
	e.Set(p.address, host)
	if e.Set(p.ip, host); !e.Filled(p.ip) && source.IsHostName(host) {
		e.Set(p.domain, host)
	}
}

// setAccount reads 'user'@'host', where the user's name may have quotes.
func (p *peerOut) setAccount(e *source.Event, account []byte) {
	at := bytes.LastIndex(account, []byte("'@'"))
	if at < 1 || account[0] != '\'' || account[len(account)-1] != '\'' {
		return
	}
	e.SetNew(p.user, account[1:at])
	p.setHost(e, account[min(at+3, len(account)-1):len(account)-1])
}
