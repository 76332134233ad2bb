package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Spend is what statements at a service that charges for them have read and cost.
type Spend struct {
	Bytes      int64
	MicroUSD   int64 // millionths of a US dollar
	Executions int64
}

// Reservation is the part of a day's spend that a statement may take, until it is known what it took.
type Reservation struct {
	ID       string
	Day      string // in UTC, on which it begins
	Expected Spend  // at most
	Limit    Spend  // of the day; what is 0 has none, and executions never have
}

// Validate checks what can be checked without a store.
func (r Reservation) Validate() error {
	if _, err := time.Parse(time.DateOnly, r.Day); err != nil {
		return fmt.Errorf("%q is not a day", r.Day)
	}
	if r.ID == "" || min(r.Expected.Bytes, r.Expected.MicroUSD, r.Limit.Bytes, r.Limit.MicroUSD) < 0 {
		return errors.New("a reservation needs an id, and nothing in it is negative")
	}
	return nil
}

// OverBudgetError says that a day's limit leaves too little for a statement. Nothing was reserved.
type OverBudgetError struct {
	Reservation
	Spent Spend // on the day so far, with what is reserved
}

func (e *OverBudgetError) Error() string {
	return fmt.Sprintf("%d bytes for %d millionths of a USD are spent or reserved on %s, and %d for %d more would exceed the limit",
		e.Spent.Bytes, e.Spent.MicroUSD, e.Day, e.Expected.Bytes, e.Expected.MicroUSD)
}

// Spending keeps what was spent on each day, so that all who share a catalog stay within one limit.
type Spending interface {
	// Reserve counts what a statement may take towards its day, before it begins. Repeating it changes nothing.
	// *OverBudgetError.
	Reserve(ctx context.Context, r Reservation) error
	// Settle counts what a statement took in place of what was reserved for it. One that is settled, or was never
	// reserved, is left alone, so that repeating it changes nothing. Where nobody settles, what was reserved counts.
	Settle(ctx context.Context, id string, took Spend) error
	// Spent is what was spent on a day, with what is reserved on it.
	Spent(ctx context.Context, day string) (Spend, error)
}
