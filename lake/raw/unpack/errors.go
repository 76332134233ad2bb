package unpack

import "fmt"

// DamagedError says that a stream can't be unpacked from an offset on. Its other bytes were delivered.
type DamagedError struct {
	Offset int64 // in the unpacked stream
	Err    error // what the decompressor says, or a *BombError
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("damaged behind byte %d unpacked: %v", e.Offset, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

// EntryError says that an entry of an archive can't be unpacked from an offset on. Next goes on to the entry behind it.
type EntryError struct {
	Name   string
	Offset int64 // in the unpacked stream
	Err    error
}

func (e *EntryError) Error() string { return fmt.Sprintf("entry %.100q: %v", e.Name, e.Err) }

func (e *EntryError) Unwrap() error { return e.Err }

// BombError says that a stream unpacks to more than is let through.
type BombError struct {
	Stored, Unpacked int64
	MaxRatio         int
	Entries          int // more than are let through; zero if bytes are too many
}

func (e *BombError) Error() string {
	if e.Entries > 0 {
		return fmt.Sprintf("%d bytes unpack to more than %d entries", e.Stored, e.Entries)
	}
	return fmt.Sprintf("%d bytes unpack to more than %d, over %d times as many", e.Stored, e.Unpacked, e.MaxRatio)
}
