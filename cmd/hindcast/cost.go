package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/lake/engine"
)

// costs says what executions at a service cost and how they are called there; nothing for an engine in this process.
func costs(all ...engine.Execution) string {
	var sum int64
	var names []string
	for _, x := range all {
		if x.ID == "" {
			continue
		}
		name := x.ID
		if x.Reused {
			name += ", an earlier result"
		}
		sum += x.MicroUSD
		names = append(names, fmt.Sprintf("%s (queued %.2f s, planned %.2f s, ran %.2f s)", name, x.Queue.Seconds(), x.Planning.Seconds(), x.Run.Seconds()))
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(" for %s: execution %s", engine.USD(sum), strings.Join(names, ", "))
}

// printSpent prints what an answer cost that has no place for it.
func printSpent(w io.Writer, s *correlate.Summary) {
	if text := costs(s.Executions...); text != "" {
		fmt.Fprintf(w, "Read %s in %.2f s%s.\n", size(s.BytesRead), s.Elapsed.Seconds(), text)
	}
}
