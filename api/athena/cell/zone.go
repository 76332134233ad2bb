package cell

import (
	"fmt"
	"time"
)

// Zone is a time zone by the name or offset that Trino gives it: Europe/Berlin, +02:00.
func Zone(name string) (*time.Location, error) {
	if at, err := time.Parse("-07:00", name); err == nil {
		_, offset := at.Zone()
		return time.FixedZone(name, offset), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", name, err)
	}
	return zone, nil
}
