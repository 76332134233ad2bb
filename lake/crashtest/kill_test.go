package crashtest

import (
	"testing"
	"time"
)

// Processes compact, merge, expire, restore and try again, one after the other, while raw objects arrive; each is killed
// at a moment that nobody chose, or kills itself before or after a call. What the dead leave is finished by the living.
func TestProcessesThatAreKilledLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	p := begin(t, "")
	p.arrive(4)
	killed, began := 0, time.Now()
	for round := 0; killed < wanted(); round++ {
		if round == wanted()/2 {
			p.must(p.mend())
		}
		if p.killOne() {
			killed++
		}
	}
	p.Logf("%d processes were killed in %v", killed, time.Since(began).Round(time.Millisecond))
	p.settle()
}

// killOne runs a process that is killed, unless it comes to its end before.
func (p *play) killOne() bool {
	p.Helper()
	p.arrive(p.dice.IntN(3))
	p.must(p.pass(time.Duration(p.dice.IntN(40)) * time.Minute))
	dies, patience := "", time.Duration(p.dice.IntN(250))*time.Millisecond
	if p.dice.IntN(2) == 0 {
		dies, patience = somewhere(p.dice), time.Second
	}
	c := p.start("child", 12, dies)
	if p.dice.IntN(10) > 0 {
		<-c.ready
	}
	p.arrive(p.dice.IntN(2))
	killed, err := c.kill(patience)
	if err != nil {
		p.Fatalf("a process that was not killed failed (it was to die %q): %v", dies, err)
	}
	return killed
}
