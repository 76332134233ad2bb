package ocsf

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// fileBases are where a file may stand, in the order in which the one that an event is about is taken.
var fileBases = []string{"file", "driver.file", "module.file", "job.file", "process.file", "actor.process.file"}

// fileForm is how an attribute of a file is read.
type fileForm uint8

const (
	asText fileForm = iota
	asTime          // a number, or text under the name with _dt
	asInt
)

// filePart is an attribute of a file: https://schema.ocsf.io/1.3.0/objects/file
type filePart struct {
	to, from string
	form     fileForm
}

var fileParts = []filePart{
	{"name", "name", asText}, {"path", "path", asText}, {"directory", "parent_folder", asText}, {"extension", "ext", asText},
	{"type", "type", asText}, {"mime_type", "mime_type", asText}, {"inode", "uid", asText}, {"size", "size", asInt},
	{"owner", "owner.name", asText}, {"uid", "owner.uid", asText},
	{"accessed", "accessed_time", asTime}, {"created", "created_time", asTime}, {"mtime", "modified_time", asTime},
	{"x509.issuer.distinguished_name", "signature.certificate.issuer", asText},
	{"x509.subject.distinguished_name", "signature.certificate.subject", asText},
	{"x509.serial_number", "signature.certificate.serial_number", asText},
	{"x509.version_number", "signature.certificate.version", asText},
	{"x509.not_after", "signature.certificate.expiration_time", asTime},
}

type fileBase struct {
	whole, hashes source.In
	parts, dated  []source.In // by part; dated is the other form of a time
}

// describeFile fills file.* from one file, so that no name stands beside another file's hash.
func describeFile(b *source.Binding) func(*source.Event) {
	bases := make([]fileBase, len(fileBases))
	for i, path := range fileBases {
		base := fileBase{whole: b.In(path), hashes: b.In(path + ".hashes")}
		for _, p := range fileParts {
			base.parts = append(base.parts, b.In(path+"."+p.from))
			dated := base.parts[len(base.parts)-1]
			if p.form == asTime {
				dated = b.In(path + "." + p.from + "_dt")
			}
			base.dated = append(base.dated, dated)
		}
		bases[i] = base
	}
	outs := make([]source.Out, len(fileParts))
	for i, p := range fileParts {
		outs[i] = b.Out("file." + p.to)
	}
	hashes := bindHashes(b, "file.hash.", len(hashNames))
	attachment, class := bindAttachment(b), b.In("class_uid")
	return func(e *source.Event) {
		for i := range bases {
			base := &bases[i]
			if !e.Has(base.whole) {
				continue
			}
			for n, p := range fileParts {
				setPart(e, outs[n], p.form, e.First(base.parts[n], base.dated[n]))
			}
			hashes.set(e, e.Text(base.hashes))
			if string(e.Text(class)) == "4011" {
				attachment(e, base)
			}
			return
		}
	}
}

func setPart(e *source.Event, out source.Out, form fileForm, text []byte) {
	switch {
	case len(text) == 0:
	case form == asTime:
		if ms, err := source.ParseTime(text, source.EpochAny); err == nil {
			e.SetTime(out, ms)
		}
	case form == asInt:
		if n, ok := source.ParseInt(text); ok {
			e.SetInt(out, n)
		}
	default:
		e.Set(out, text)
	}
}

// bindAttachment names the file of an event about a file in a mail.
func bindAttachment(b *source.Binding) func(*source.Event, *fileBase) {
	name, size := b.Out("email.attachments.file.name"), b.Out("email.attachments.file.size")
	const atName, atSize = 0, 7
	return func(e *source.Event, base *fileBase) {
		e.Set(name, e.Text(base.parts[atName]))
		e.Set(size, e.Text(base.parts[atSize]))
	}
}

// hashNames are ECS's names of the algorithms, in the order of OCSF's ids from 1 on.
var hashNames = []string{"md5", "sha1", "sha256", "sha512", "ssdeep", "tlsh"}

// algorithms are OCSF's names of them.
var algorithms = [][]byte{[]byte("MD5"), []byte("SHA-1"), []byte("SHA-256"), []byte("SHA-512"), []byte("CTPH"), []byte("TLSH")}

// algorithm is the position of a hash's algorithm in hashNames, or -1. The name comes before the id.
func algorithm(name, id []byte) int {
	for i := range algorithms {
		if bytes.EqualFold(algorithms[i], name) {
			return i
		}
	}
	if n, ok := source.ParseInt(id); ok && len(name) == 0 && n > 0 && n <= int64(len(algorithms)) {
		return int(n) - 1
	}
	return -1
}

// hashes fills a field for each algorithm.
type hashes struct {
	outs  []source.Out
	event *source.Event
	each  func(name, id, value []byte) // take, bound once
}

func bindHashes(b *source.Binding, prefix string, some int) *hashes {
	h := &hashes{}
	for _, name := range hashNames[:some] {
		h.outs = append(h.outs, b.Out(prefix+name))
	}
	h.each = h.take
	return h
}

// set takes an array of fingerprints: https://schema.ocsf.io/1.3.0/objects/fingerprint
func (h *hashes) set(e *source.Event, array []byte) {
	h.event = e
	e.EachObject(array, "algorithm", "algorithm_id", "value", h.each)
}

func (h *hashes) take(name, id, value []byte) {
	if n := algorithm(name, id); n >= 0 && n < len(h.outs) {
		h.event.Set(h.outs[n], value)
	}
}
