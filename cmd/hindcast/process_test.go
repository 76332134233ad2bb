package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is the program on its own, which goes on until it is told to stop.
type process struct {
	*testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner // of its standard error
	log   []string       // that were read

	drained sync.Once
}

// startProgram starts the program. It is killed when the test ends, if it is still there.
func startProgram(t *testing.T, args ...string) *process {
	t.Helper()
	return startProgramFor(t, processTime, args...)
}

// startProgramFor starts it for as long as that at most.
func startProgramFor(t *testing.T, most time.Duration, args ...string) *process {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), most)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{T: t, cmd: cmd, lines: bufio.NewScanner(stderr)}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait()
	})
	return p
}

// processTime is how long a test waits for the program before it says that something never came.
const processTime = 2 * time.Minute

// until reads the program's log until a line matches, and answers what the expression's groups matched.
func (p *process) until(expression string) []string {
	p.Helper()
	re := regexp.MustCompile(expression)
	for p.lines.Scan() {
		line := p.lines.Text()
		p.log = append(p.log, line)
		if m := re.FindStringSubmatch(line); m != nil {
			return m
		}
	}
	p.Fatalf("the log ends without %q:\n%s", expression, short(strings.Join(p.log, "\n")))
	return nil
}

// drain reads the log to its end, so that the program is not held up.
func (p *process) drain() {
	p.drained.Do(func() {
		for p.lines.Scan() {
			p.log = append(p.log, p.lines.Text())
		}
	})
}

// terminate ends the program as a supervisor does, and answers its exit status.
func (p *process) terminate() int {
	p.Helper()
	p.tellToEnd()
	return p.ended()
}

func (p *process) tellToEnd() {
	p.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
}

// ended waits for the program's end, and answers its exit status.
func (p *process) ended() int {
	p.drain()
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// get reads a page.
func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", url, answer.StatusCode, err)
	}
	return string(body)
}
