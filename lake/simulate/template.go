package simulate

import "strings"

// slot is a place in a template that each call fills anew.
type slot int

const (
	slotNone slot = iota
	slotAccount
	slotRegion
	slotHost
	slotPrivate
	slotENI
	slotVPC
	slotSubnet
	slotGroup
	slotBucket
	slotKey
	slotUser
	slotUserID
	slotRole
	slotRoleID
	slotService
	slotUUID
	slotHex
	slotToken
	slotKeyID
	slotHostID
	slotBytes
	slotNumber
	slotTime
	slotRequest
	slotCaller
)

func slots() map[string]slot {
	return map[string]slot{
		"account": slotAccount, "region": slotRegion, "host": slotHost, "private": slotPrivate, "eni": slotENI, "vpc": slotVPC,
		"subnet": slotSubnet, "group": slotGroup, "bucket": slotBucket, "key": slotKey, "user": slotUser, "userid": slotUserID,
		"role": slotRole, "roleid": slotRoleID, "service": slotService, "uuid": slotUUID, "hex": slotHex, "token": slotToken,
		"keyid": slotKeyID, "hostid": slotHostID, "bytes": slotBytes, "number": slotNumber, "time": slotTime, "request": slotRequest,
		"caller": slotCaller,
	}
}

// template is text with slots, written as <name>.
type template []part

type part struct {
	text string
	slot slot
}

// compile leaves a name that it does not know in the text, where a test finds it.
func compile(text string) template {
	known := slots()
	var t template
	for text != "" {
		from := strings.IndexByte(text, '<')
		to := strings.IndexByte(text, '>')
		if from < 0 || to < from {
			break
		}
		s, ok := known[text[from+1:to]]
		if !ok {
			break
		}
		t = append(t, part{text[:from], s})
		text = text[to+1:]
	}
	if text != "" {
		t = append(t, part{text, slotNone})
	}
	return t
}

func (t template) append(b []byte, c *call) []byte {
	for _, p := range t {
		b = append(b, p.text...)
		if p.slot != slotNone {
			b = c.fill(b, p.slot)
		}
	}
	return b
}

// fill appends what a slot holds in this call.
func (c *call) fill(b []byte, s slot) []byte {
	switch s {
	case slotAccount:
		return append(b, c.account.id...)
	case slotRegion:
		return append(b, c.region...)
	case slotHost:
		return append(b, c.host.id...)
	case slotPrivate:
		return append(b, c.host.private...)
	case slotENI:
		return append(b, c.host.eni...)
	case slotVPC:
		return append(b, c.host.vpc...)
	case slotSubnet:
		return append(b, c.host.subnet...)
	case slotGroup:
		return append(b, c.host.sg...)
	case slotBucket:
		return append(b, c.bucket.name...)
	case slotKey:
		return append(b, c.key...)
	case slotRequest:
		return append(b, c.request...)
	case slotCaller:
		return append(b, c.session.arn...)
	default:
		return c.fillMore(b, s)
	}
}

func (c *call) fillMore(b []byte, s slot) []byte {
	switch s {
	case slotUser:
		return append(b, c.user.name...)
	case slotUserID:
		return append(b, c.user.id...)
	case slotRole:
		return append(b, c.role.name...)
	case slotRoleID:
		return append(b, c.role.id...)
	case slotService:
		return append(b, c.session.address...)
	case slotUUID:
		return c.dice.uuid(b)
	case slotHex:
		return c.dice.hex(b, 16)
	case slotToken:
		return c.dice.letters(b, base64, 64)
	case slotKeyID:
		return append(c.dice.letters(append(b, "ASIA"...), upperAlnum, 9), "EXAMPLE"...)
	case slotHostID:
		return append(c.dice.letters(b, base64, 75), '=')
	case slotBytes:
		return appendInt(b, c.bytes)
	case slotNumber:
		return appendInt(b, c.dice.between(1, 40))
	case slotTime:
		return appendTime(b, c.at)
	}
	return b
}
