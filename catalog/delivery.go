package catalog

import "context"

// Deliveries knows the raw objects that tables were made from.
type Deliveries interface {
	// Delivered calls f with each object of the table that is committed, until it answers an error.
	Delivered(ctx context.Context, table string, f func(ObjectResult) error) error
}
