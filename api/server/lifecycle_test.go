package server_test

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/server"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func TestResultsOutliveARestart(t *testing.T) {
	l := newLake(t)
	h := start(t, l, nil)
	h.create(t, "alert-1", ipQuery(attacker))
	h.wait(t, "alert-1", succeeded)
	before := ids(h.events(t, "alert-1", 5))
	if err := h.end(); err != nil {
		t.Fatal(err)
	}
	h = start(t, l, nil)
	c := h.wait(t, "alert-1", succeeded)
	if after := ids(h.events(t, "alert-1", 2)); strings.Join(after, " ") != strings.Join(before, " ") || c.GetStatistics().GetMatched() != attacks {
		t.Errorf("before %v\nafter %v", before, after)
	}
	list, err := h.correlations.ListCorrelations(h.ctx, &hindcastv1.ListCorrelationsRequest{})
	if err != nil || len(list.GetCorrelations()) != 1 || list.GetCorrelations()[0].GetStatistics() != nil {
		t.Errorf("list %v, error %v", list, err)
	}
}

func TestAShutdownWaitsForQueriesAndStreams(t *testing.T) {
	l := newLake(t)
	held := hold(l.correlator(t))
	h := start(t, l, withCorrelator(held))
	h.create(t, "runs", ipQuery(attacker))
	held.wait(t)
	stream, err := h.correlations.StreamCorrelate(h.ctx, &hindcastv1.StreamCorrelateRequest{Query: ipQuery(attacker)})
	if err != nil {
		t.Fatal(err)
	}
	held.wait(t)
	ended := make(chan error, 1)
	go func() { ended <- h.end() }()
	waitRefused(t, h.GRPCAddr().String())
	waitRefused(t, h.HTTPAddr().String())
	close(held.letGo)
	var last *hindcastv1.StreamCorrelateResponse
	for {
		resp, err := stream.Recv()
		if err != nil {
			break
		}
		last = resp
	}
	if last.GetSummary().GetStatistics().GetMatched() != 1 {
		t.Errorf("the stream ended with %v", last)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	h = start(t, l, nil)
	h.wait(t, "runs", succeeded)
}

// waitRefused polls until nobody listens.
func waitRefused(t *testing.T, addr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", addr)
		if err != nil {
			return
		}
		conn.Close()
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s is still open", addr)
		}
	}
}

func TestWhatOutlastsTheGraceTimeOfAShutdownIsRunAgain(t *testing.T) {
	l := newLake(t)
	held := hold(l.correlator(t))
	h := start(t, l, func(c *server.Config) {
		c.Correlator = held
		c.Limits.Grace = 20 * time.Millisecond
	})
	h.create(t, "runs", ipQuery(attacker))
	held.wait(t)
	stream, err := h.correlations.StreamCorrelate(h.ctx, &hindcastv1.StreamCorrelateRequest{Query: ipQuery(attacker)})
	if err != nil {
		t.Fatal(err)
	}
	held.wait(t)
	if err := h.end(); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = stream.Recv()
	}
	h = start(t, l, nil)
	if c := h.wait(t, "runs", succeeded); c.GetStatistics().GetMatched() != attacks {
		t.Errorf("run again, it is %v", c)
	}
}

func TestAConfigurationThatCannotServeIsRefused(t *testing.T) {
	l := newLake(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	good := server.Config{
		GRPCAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Dir: l.dir + "/results", Correlator: l.correlator(t), Catalog: l.store,
		Limits: server.DefaultLimits(), Log: slog.New(slog.DiscardHandler), Now: time.Now, Sleep: asleep,
	}
	for want, change := range map[string]func(*server.Config){
		"address already in use":          func(c *server.Config) { c.HTTPAddr = taken.Addr().String() },
		"limit PageSize must be positive": func(c *server.Config) { c.Limits.PageSize = 0 },
		"no folder for results":           func(c *server.Config) { c.Dir = "" },
		"are required":                    func(c *server.Config) { c.Correlator = nil },
	} {
		cfg := good
		change(&cfg)
		if _, err := server.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
