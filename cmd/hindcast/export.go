package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/hindcast/hindcast/api/correlate"
)

// lines prints each event's document.
type lines struct {
	*terminal
	plan *correlate.Plan
}

func (p *lines) event(e correlate.Event) error {
	doc, err := e.Document()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s\n", doc)
	return err
}

func (p *lines) summary(s *correlate.Summary) error {
	fmt.Fprintln(p.err, headline(p.plan, s))
	notes(p.err, s)
	printSpent(p.err, s)
	return nil
}

// csvFields are the fields of an event that a CSV file has.
var csvFields = []string{
	"event.action", "event.outcome", "user.name", "source.ip", "destination.ip", "cloud.account.id", "cloud.region",
	accessKey, "event.id", "log.file.path",
}

const accessKey = "aws.cloudtrail.user_identity.access_key_id"

type csvPrinter struct {
	*terminal
	plan   *correlate.Plan
	csv    *csv.Writer
	headed bool
}

func (p *csvPrinter) head() error {
	if p.headed {
		return nil
	}
	p.headed = true
	names := []string{"time", "source", "summary", "target"}
	for _, name := range csvFields {
		if name == accessKey {
			name = "access_key"
		}
		names = append(names, name)
	}
	return p.csv.Write(append(names, "log.offset"))
}

func (p *csvPrinter) event(e correlate.Event) error {
	if err := p.head(); err != nil {
		return err
	}
	row := []string{e.Time.UTC().Format(stamp), e.Source, e.Summary, e.Target}
	for _, name := range csvFields {
		text := ""
		if v, ok := e.Fields[name]; ok {
			text = fmt.Sprint(v)
		}
		row = append(row, text)
	}
	return p.csv.Write(append(row, strconv.FormatInt(e.LogOffset, 10)))
}

func (p *csvPrinter) summary(s *correlate.Summary) error {
	if err := p.head(); err != nil {
		return err
	}
	p.csv.Flush()
	fmt.Fprintln(p.err, headline(p.plan, s))
	notes(p.err, s)
	printSpent(p.err, s)
	return p.csv.Error()
}

// jsonPrinter prints one document.
type jsonPrinter struct {
	out    io.Writer
	events []json.RawMessage
}

func (p *jsonPrinter) event(e correlate.Event) error {
	doc, err := e.Document()
	if err != nil {
		return err
	}
	entry, err := json.Marshal(map[string]any{"time": e.Time, "source": e.Source, "summary": e.Summary, "target": e.Target, "matched": e.Matched, "document": json.RawMessage(doc)})
	p.events = append(p.events, entry)
	return err
}

func (p *jsonPrinter) summary(s *correlate.Summary) error {
	if p.events == nil {
		p.events = []json.RawMessage{}
	}
	return printJSON(p.out, map[string]any{"events": p.events, "summary": s, "warnings": s.Warnings})
}
