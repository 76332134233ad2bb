package main

import "github.com/hindcast/hindcast/lake/raw"

// limitFlags bound what raw objects may unpack to.
type limitFlags struct {
	MaxRatio int `default:"250" placeholder:"N" help:"How many bytes a stored byte of a raw object may unpack to, through all layers (${default}). One that would give more is read no further, and its rest is in quarantine. The first 64 MB are always read."`
}

func (f limitFlags) limits() (raw.Limits, error) {
	if f.MaxRatio < 1 {
		return raw.Limits{}, usageError("--max-ratio is at least 1")
	}
	return raw.Limits{MaxRatio: f.MaxRatio}, nil
}
