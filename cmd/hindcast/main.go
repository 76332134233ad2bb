// Command hindcast is a security data lake: it compacts raw logs into ECS tables and answers where an indicator has
// been seen in them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones of custom sources, also where the system has none

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3 // done, but records were rejected
	exitBehind   = 4 // the backlog is over its limit
)

// commands is the command line. Each command is in a file of its name.
type commands struct {
	Demo       demoCommand       `cmd:"" help:"Simulate an estate's logs with an incident, compact them, and investigate it."`
	Compact    compactCommand    `cmd:"" help:"Turn new raw logs into tables."`
	Backlog    backlogCommand    `cmd:"" help:"Say what waits to be compacted, and how long it takes."`
	Merge      mergeCommand      `cmd:"" help:"Make few large files of a day's many small ones."`
	Correlate  correlateCommand  `cmd:"" help:"Find where an address, instance, user, key, domain or hash has been seen."`
	Query      queryCommand      `cmd:"" help:"Run a SELECT over the tables."`
	Tables     tablesCommand     `cmd:"" help:"Show the tables, their columns and days."`
	Sources    sourcesCommand    `cmd:"" help:"Show the log sources and the ECS columns that they fill."`
	Attack     attackCommand     `cmd:"" help:"Show which calls and findings are which tactics and techniques of MITRE ATT&CK."`
	Normalize  normalizeCommand  `cmd:"" help:"Print the ECS documents of log files, without a lake."`
	Record     recordCommand     `cmd:"" help:"Show the raw record that a row was made from."`
	Quarantine quarantineCommand `cmd:"" help:"Look at records that were rejected, and try them again."`
	Retention  retentionCommand  `cmd:"" help:"Say how long events stay, and what keeping them costs."`
	Catalog    catalogCommand    `cmd:"" help:"Keep Glue's catalog the mirror of a lake in S3."`
	Verify     verifyCommand     `cmd:"" help:"Check that the lake is whole."`
	Serve      serveCommand      `cmd:"" help:"Serve gRPC and REST."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// exitError ends the program with a status of its own.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return "records were rejected"
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError is wrong use of the command line.
func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// terminal is where a command reads from and writes to.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// warn tells what went wrong beside what was asked for.
func (t *terminal) warn(err error) { fmt.Fprintf(t.err, "Warning: %v.\n", err) }

// run runs one command line and answers its exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("hindcast"),
		kong.Description("A security data lake for AWS: years of raw logs as ECS tables, and one question over all of them.\n\n"+
			"Exit status: 0 done, 1 failure, 2 wrong use, 3 records were rejected, 4 the backlog is over its limit."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.Bind(&terminal{stdin, stdout, stderr}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), durations{}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "hindcast:", err)
		return exitFailed
	}
	call, err := parser.Parse(tied(args))
	if exited >= 0 { // --help has been printed
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "hindcast: %v\nRun \"hindcast --help\", or \"hindcast COMMAND --help\", to see how it is used.\n", err)
		return exitUsage
	}
	return status(ctx, call.Run(), stderr)
}

// tied writes "--from -7d" as "--from=-7d": the parser would take what begins with a hyphen for a flag.
func tied(args []string) []string {
	var out []string
	for _, arg := range args {
		last := len(out) - 1
		if last >= 0 && negative(arg) && strings.HasPrefix(out[last], "--") && len(out[last]) > 2 && !strings.Contains(out[last], "=") {
			out[last] += "=" + arg
			continue
		}
		out = append(out, arg)
	}
	return out
}

func negative(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && '0' <= arg[1] && arg[1] <= '9'
}

// status says what went wrong, if something did.
func status(ctx context.Context, err error, stderr io.Writer) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &exit):
		if exit.err != nil {
			fmt.Fprintln(stderr, "hindcast:", exit.err)
		}
		return exit.status
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "hindcast: interrupted")
		return exitFailed
	}
	fmt.Fprintf(stderr, "hindcast: %v%s\n", err, endpointAdvice(err))
	return exitFailed
}
