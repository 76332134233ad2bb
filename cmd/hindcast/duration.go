package main

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/alecthomas/kong"
)

// durations reads all flags that are durations.
type durations struct{}

// Decode reads one from the command line.
func (durations) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	d, err := time.ParseDuration(text)
	if err == nil {
		target.SetInt(int64(d))
		return nil
	}
	if _, e := strconv.ParseFloat(text, 64); e == nil {
		return fmt.Errorf("%q has no unit: write %[1]sm for minutes, %[1]ss for seconds or %[1]sh for hours", text)
	}
	return fmt.Errorf("%q is no duration: write 90s, 15m, 6h or 1h30m; a day is 24h", text)
}
