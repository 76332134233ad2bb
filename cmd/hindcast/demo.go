package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/lake/raw/unpack"
	"github.com/hindcast/hindcast/lake/simulate"
)

type demoCommand struct {
	Dir   string  `type:"path" default:"hindcast-demo" placeholder:"DIR" help:"Folder to work in (${default}); its raw, known and lake folders are made anew."`
	Seed  uint64  `default:"1" placeholder:"N" help:"Seed of the simulation: the same seed gives the same logs (${default})."`
	Days  int     `default:"30" placeholder:"N" help:"Days of logs (${default})."`
	Scale float64 `default:"1" placeholder:"X" help:"Multiplies the events (${default})."`
}

func (*demoCommand) Help() string {
	return `Writes the raw logs of a small estate in AWS's layouts and encodings: three accounts, two regions, 30 days, about 200,000
events of six sources, with an incident in them. Then it does what you would do with your own logs: compacts them, and asks
where the intruder's address has been.`
}

func (c *demoCommand) Run(ctx context.Context, t *terminal) error {
	estate := simulate.Estate{Seed: c.Seed, Days: c.Days, Scale: c.Scale}
	rawDir, lakeDir := filepath.Join(c.Dir, "raw"), filepath.Join(c.Dir, "lake")
	if err := c.clear(rawDir, lakeDir); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "1. The raw logs of %d days of a small estate, in %s\n", c.Days, rawDir)
	summary, err := c.simulate(ctx, estate, rawDir)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "   %s objects, %s\n\n2. Compact them into %s\n\n", count(int64(summary.Objects)), size(summary.Bytes), lakeDir)
	known, err := simulate.WriteKnown(filepath.Join(c.Dir, "known"))
	if err != nil {
		return err
	}
	load := compactCommand{lakeFlags: lakeFlags{Dir: lakeDir}, Raw: location(rawDir), limitFlags: limitFlags{MaxRatio: unpack.DefaultMaxRatio}, enrichFlags: enrichFlags{
		GeoCity: []string{known.City}, GeoASN: []string{known.ASN}, ThreatList: []string{"example-feed=" + known.Threats},
		Accounts: known.Accounts, UserAgents: true, Domains: true, Protocols: true,
	}}
	if err := load.Run(ctx, t); err != nil && !rejected(err) {
		return err
	}
	in := summary.Incident
	fmt.Fprintf(t.out, "\n3. An alert names the address %s. Where has it been, and what did it do?\n\n", in.Address)
	ask := correlateCommand{
		lakeFlags: lakeFlags{Dir: lakeDir}, IP: []string{in.Address}, From: estate.From().Format(time.DateOnly),
		To: estate.From().AddDate(0, 0, c.Days).Format(time.DateOnly), Match: string(correlate.Any), Limit: 1000, Format: "table",
	}
	if err := ask.Run(ctx, t); err != nil {
		return err
	}
	c.goOn(t, lakeDir, in, ask)
	return nil
}

func rejected(err error) bool {
	var exit *exitError
	return errors.As(err, &exit) && exit.status == exitRejected
}

// clear removes what an earlier demo has left. A folder that is not a demo's is left alone.
func (c *demoCommand) clear(dirs ...string) error {
	marker := filepath.Join(c.Dir, ".hindcast-demo")
	if entries, err := os.ReadDir(c.Dir); err == nil && len(entries) > 0 {
		if _, err := os.Stat(marker); err != nil {
			return usageError("%s is not empty and not of an earlier demo: give another --dir", c.Dir)
		}
	}
	for _, dir := range dirs {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return os.WriteFile(marker, []byte("made by hindcast demo\n"), 0o644)
}

func (c *demoCommand) simulate(ctx context.Context, estate simulate.Estate, dir string) (simulate.Summary, error) {
	return estate.Generate(ctx, func(key string, body []byte) error {
		path := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, bytes.Clone(body), 0o644)
	})
}

const exampleQuery = "SELECT user_name, event_action, count(*) AS n FROM aws_cloudtrail GROUP BY ALL ORDER BY n DESC LIMIT 20"

// goOn prints the commands to go on with.
func (c *demoCommand) goOn(t *terminal, lakeDir string, in simulate.Incident, ask correlateCommand) {
	program := "go run ./cmd/hindcast"
	if exe, err := os.Executable(); err == nil && filepath.Base(filepath.Dir(exe)) != "exe" { // where go run puts it
		program = exe
	}
	span := fmt.Sprintf("--dir %s --from %s --to %s", lakeDir, ask.From, ask.To)
	fmt.Fprintf(t.out, "\nGo on with:\n")
	for _, line := range []string{
		fmt.Sprintf("correlate %s --access-key %s", span, in.BackdoorKey),
		fmt.Sprintf("correlate %s --user %s --explain", span, in.Victim),
		fmt.Sprintf("correlate %s --instance %s --format ndjson", span, in.Instance),
		fmt.Sprintf("query --dir %s %q", lakeDir, exampleQuery),
		fmt.Sprintf("tables --dir %s aws_cloudtrail", lakeDir),
		fmt.Sprintf("quarantine list --dir %s", lakeDir),
		fmt.Sprintf("serve --dir %s", lakeDir),
	} {
		fmt.Fprintf(t.out, "  %s %s\n", program, line)
	}
}
