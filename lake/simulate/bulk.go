package simulate

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// Bulk generators write many events of one source in few large objects, for measurements. There is no incident and no fault in them.

// CloudTrail writes n events of about 1.25 KB, 5,000 an object.
func CloudTrail(ctx context.Context, n int, seed uint64, put Put) (Summary, error) {
	w := bulkWorld(seed)
	trails := newTrails(w)
	return w.bulk(ctx, CloudTrailSource, n, objectEvents, put, func(out *outbox, d *dice, win window, object int) error {
		t := trails[object%len(trails)]
		for i := 0; i < win.n; {
			i = t.fill(out, d, win, i, t.sessions(d, win.from))
		}
		return t.send(out, d, win)
	})
}

// VPCFlow writes n records in the default format of version 2, 50,000 an object.
func VPCFlow(ctx context.Context, n int, seed uint64, put Put) (Summary, error) {
	w := bulkWorld(seed)
	f := newFlowLog(w, prodAccount, primary, 0, "2", flowDefault)
	f.hosts = crowd(newDice(seed, "crowd"), f.hosts, 600)
	return w.bulk(ctx, VPCFlowSource, n, 50_000, put, func(out *outbox, d *dice, win window, _ int) error {
		f.start(out)
		for i := 0; i < win.n; {
			i += f.conversation(out, d, win.at(d, i), win.n-i)
		}
		return f.send(out, d, win.to())
	})
}

// ALB writes n lines of an application load balancer, 20,000 an object.
func ALB(ctx context.Context, n int, seed uint64, put Put) (Summary, error) {
	w := bulkWorld(seed)
	l := &balancerLog{w, w.cast.balancers[0]}
	return w.bulk(ctx, ELBSource, n, 20_000, put, func(out *outbox, d *dice, win window, object int) error {
		for i := range win.n {
			l.line(out, d, win.at(d, i))
		}
		return l.send(out, d, win.to(), object)
	})
}

// bulkWorld is a day without an incident.
func bulkWorld(seed uint64) *world {
	return &world{Estate: Estate{Seed: seed, Days: 1, Clean: true}.withDefaults(), cast: newCast(), incident: &script{}}
}

// crowd makes many hosts out of few.
func crowd(d *dice, few []*host, n int) []*host {
	many := make([]*host, n)
	for i := range many {
		h := *few[i%len(few)]
		h.eni, h.id = "eni-0"+d.name(hexDigits, 16), "i-0"+d.name(hexDigits, 16)
		h.private = "10.0." + strconv.Itoa(d.between(0, 63)) + "." + strconv.Itoa(d.between(4, 254))
		many[i] = &h
	}
	return many
}

// bulk spreads n events over the day, in objects of a given size.
func (w *world) bulk(ctx context.Context, source string, n, size int, put Put, write func(out *outbox, d *dice, win window, object int) error) (Summary, error) {
	out := newOutbox(put, w.From())
	objects := (n + size - 1) / size
	for i := range objects {
		if err := ctx.Err(); err != nil {
			return out.sum, fmt.Errorf("simulate %s: %w", source, err)
		}
		span := (24 * time.Hour / time.Duration(objects)).Truncate(time.Second)
		win := window{from: w.From().Add(time.Duration(i) * span), span: span, n: min(size, n-i*size)}
		if err := write(out, newDice(w.Seed, source, "bulk", strconv.Itoa(i)), win, i); err != nil {
			return out.sum, err
		}
	}
	return out.sum, nil
}
