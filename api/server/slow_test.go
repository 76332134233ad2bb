package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/server"
)

// raw is a connection on which the test writes what it likes.
func raw(t *testing.T, h *harness, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", h.HTTPAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	return conn
}

const halfABody = "POST /v1/correlations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"q"

func TestABodyThatDoesNotComeIsNotWaitedFor(t *testing.T) {
	h := start(t, newLake(t), func(c *server.Config) { c.Limits.BodyTime = 5 * time.Millisecond })
	answer := bufio.NewReader(raw(t, h, halfABody))
	response, err := http.ReadResponse(answer, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(body), "BODY_TOO_SLOW") {
		t.Errorf("status %d, error %v: %s", response.StatusCode, err, body)
	}
	if _, err := answer.ReadByte(); err != io.EOF {
		t.Errorf("the connection is not closed: %v", err)
	}
}

func TestAHeaderThatDoesNotComeIsNotWaitedFor(t *testing.T) {
	h := start(t, newLake(t), func(c *server.Config) { c.Limits.HeaderTime = 5 * time.Millisecond })
	answer, err := io.ReadAll(raw(t, h, "GET /v1/tables HTTP/1.1\r\nHost: loc"))
	if err != nil || strings.Contains(string(answer), " 200 ") {
		t.Errorf("error %v: %s", err, answer)
	}
}

func TestHalfSentRequestsKeepNobodyElseOut(t *testing.T) {
	h := start(t, newLake(t), func(c *server.Config) {
		c.Limits.HeaderTime, c.Limits.BodyTime, c.Limits.Requests = patience, patience, 4
		c.Limits.Grace = time.Millisecond
	})
	for i := range 300 {
		raw(t, h, [2]string{halfABody, "GET / HTT"}[i%2])
	}
	for _, path := range []string{"/healthz", "/metrics", "/v1/tables"} {
		if a := h.do(t, http.MethodGet, path, ""); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestRequestsBeyondTheLimitAreRefusedAndHealthIsNot(t *testing.T) {
	l := newLake(t)
	held := hold(l.correlator(t))
	h := start(t, l, func(c *server.Config) {
		c.Correlator, c.Limits.Requests = held, 1
		c.Limits.BodyTime = 50 * time.Millisecond // which the stream outlasts
	})
	body := `{"query":` + ipQueryJSON + `}`
	stream := bufio.NewReader(raw(t, h, fmt.Sprintf(
		"POST /v1/correlations:stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)))
	held.wait(t)
	if a := h.do(t, http.MethodGet, "/v1/tables", ""); a.status != http.StatusServiceUnavailable || a.problem(t).Details[0].Reason != "TOO_MANY_REQUESTS" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	for _, path := range []string{"/healthz", "/metrics"} {
		if a := h.do(t, http.MethodGet, path, ""); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	// A body that is too slow, sent after the stream's, has had its time: so has the stream's.
	if _, err := io.ReadAll(raw(t, h, halfABody)); err != nil {
		t.Error(err)
	}
	close(held.letGo)
	answer, err := io.ReadAll(stream)
	if err != nil || !strings.Contains(string(answer), `"summary"`) {
		t.Errorf("error %v: %s", err, answer)
	}
	if a := h.do(t, http.MethodGet, "/v1/tables", ""); a.status != http.StatusOK {
		t.Errorf("the place is not free again: %d %s", a.status, a.body)
	}
}

func TestTheLogHasTheClientsAddress(t *testing.T) {
	h := start(t, newLake(t), nil)
	conn := raw(t, h, "GET /v1/tables HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Hindcast-Client: forged\r\n\r\n")
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
	if want := `"peer":"` + conn.LocalAddr().String() + `"`; !strings.Contains(h.log.String(), want) || strings.Contains(h.log.String(), "forged") {
		t.Errorf("no %s in %s", want, h.log.String())
	}
}
