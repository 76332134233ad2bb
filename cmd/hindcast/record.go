package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/lake/raw"
)

type recordCommand struct {
	awsFlags
	sourceFlags
	limitFlags
	Raw    location `required:"" placeholder:"DIR" help:"Folder of the raw logs, or s3://BUCKET."`
	Path   string   `arg:"" help:"The row's log_file_path."`
	Offset int64    `arg:"" help:"The row's log_offset."`
	Index  int      `help:"Which of the records that share the offset, for those that came in an envelope."`
}

func (*recordCommand) Help() string {
	return `Every row leads back to the bytes that it was made from: log_file_path is the key of the raw object, or its URI if it
lies in S3; log_offset is the position of the record in the unpacked object. The entries of an archive lie there one behind the
other; a row of a Parquet file takes one position, and is printed as JSON.

  hindcast record --raw ./bucket AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/….json.gz 4711
  hindcast record --raw s3://LOGS s3://LOGS/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/….json.gz 4711`
}

func (c *recordCommand) Run(ctx context.Context, t *terminal) error {
	if c.Offset < 0 || c.Index < 0 {
		return usageError("an offset or an index is never negative")
	}
	if inS3(string(c.Raw)) && !inS3(c.Path) {
		return usageError("%s: the path of an object in S3 is s3://BUCKET/KEY, as log_file_path has it", c.Path)
	}
	limits, err := c.limits()
	if err != nil {
		return err
	}
	set, err := c.set()
	if err != nil {
		return err
	}
	bucket, done, err := c.Raw.open(ctx, c.awsFlags)
	if err != nil {
		return err
	}
	defer done()
	framing := raw.Framing{Kind: raw.Lines}
	s, _ := set.ByKey(c.Path)
	if s == nil {
		if o, err := raw.Stat(ctx, bucket, c.Path); err == nil {
			if head, err := raw.Head(ctx, bucket, o); err == nil {
				s = set.ByHead(head)
			}
		}
	}
	if s != nil {
		framing = s.Framing
	}
	rec, err := raw.At(ctx, bucket, c.Path, c.Offset, c.Index, framing, limits)
	var bad *raw.RecordError
	if errors.As(err, &bad) {
		fmt.Fprintf(t.out, "%s\n", bad.Data)
		return fmt.Errorf("no whole record stands at offset %d: %s", c.Offset, bad.Reason)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s\n", rec.Data)
	return err
}
