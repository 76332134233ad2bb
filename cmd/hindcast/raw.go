package main

import (
	"context"
	"fmt"
	"iter"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/retrying"
)

// location is where raw logs are: an existing folder, or s3://BUCKET/PREFIX.
type location string

// Decode reads it from the command line.
func (l *location) Decode(ctx *kong.DecodeContext) error {
	text, err := placed(ctx, os.FileInfo.IsDir, "is no folder")
	*l = location(text)
	return err
}

// listing is where a list of keys is: a file, or the manifest of an S3 Inventory.
type listing string

// Decode reads it from the command line.
func (l *listing) Decode(ctx *kong.DecodeContext) error {
	text, err := placed(ctx, func(f os.FileInfo) bool { return !f.IsDir() }, "is a folder")
	if err == nil && inS3(text) && !raw.IsManifest(text) {
		err = fmt.Errorf("%s is not the manifest.json of an S3 Inventory", text)
	}
	*l = listing(text)
	return err
}

// inventory tells whether the list is an S3 Inventory in its bucket.
func (l listing) inventory() bool { return inS3(string(l)) }

// placed is an argument that is in S3, or a path of what is fit.
func placed(ctx *kong.DecodeContext, fit func(os.FileInfo) bool, unfit string) (string, error) {
	var text string
	if err := ctx.Scan.PopValueInto("place", &text); err != nil || inS3(text) {
		return text, err
	}
	path := kong.ExpandPath(text)
	switch info, err := os.Stat(path); {
	case err != nil:
		return "", err
	case !fit(info):
		return "", fmt.Errorf("%q %s", path, unfit)
	}
	return path, nil
}

// open opens the raw logs, and says how to close them. What goes wrong for the moment is repeated: for S3, by its client.
func (l location) open(ctx context.Context, f awsFlags) (raw.Bucket, func(), error) {
	if inS3(string(l)) {
		a, err := f.account(ctx)
		if err != nil {
			return nil, nil, err
		}
		buckets, err := a.raw(string(l))
		if err != nil {
			return nil, nil, usageError("--raw: %w", err)
		}
		if err := buckets.Check(ctx); err != nil {
			return nil, nil, fmt.Errorf("--raw %s: %w", l, err)
		}
		return buckets, func() {}, nil
	}
	folder, err := raw.OpenFolder(string(l))
	if err != nil {
		return nil, nil, err
	}
	return retrying.New(folder, retrying.Options{}), func() { folder.Close() }, nil
}

// keys are the names of a list as the keys of these raw logs: in S3 they have their buckets before them.
func (l location) keys(listed iter.Seq2[raw.Named, error]) iter.Seq2[raw.Named, error] {
	if !inS3(string(l)) {
		return listed
	}
	return func(yield func(raw.Named, error) bool) {
		for n, err := range listed {
			if err == nil {
				n.Key = l.whole(n)
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

// whole is the key of a listed object with its bucket, which is that of the location where the list names none.
func (l location) whole(n raw.Named) string {
	bucket := n.Bucket
	if bucket == "" {
		bucket, _, _ = strings.Cut(strings.TrimPrefix(string(l), s3Scheme), "/")
	}
	return s3Scheme + bucket + "/" + n.Key
}
