package main

import (
	"context"
	"errors"

	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

type catalogCommand struct {
	Sync catalogSync `cmd:"" help:"Compare the bucket, the ledger and Glue, and make Glue as the ledger has it."`
	Show catalogShow `cmd:"" help:"Print the tables and the view as Glue has them, as CREATE statements."`
	Stop catalogStop `cmd:"" help:"End the publishing of a lake to Glue."`
}

func (*catalogCommand) Help() string {
	return `The ledger, in PostgreSQL or SQLite, is the truth about a lake; Glue is its mirror, in which Athena looks. Commands that
write to a lake in S3 keep the mirror up to date by themselves.

The file that --aws names may say all of this, or nothing:

  region: eu-central-1
  path_style: false               # for other stores than AWS's
  lake:
    encryption: kms               # s3, kms, or the bucket's own
    kms_key: arn:aws:kms:eu-central-1:111122223333:key/...
    owner: 111122223333           # account that the bucket must belong to; buckets below may have one too
  buckets:                        # of raw logs, where they need more than the caller's own rights
    - name: org-trail-*
      role: arn:aws:iam::444455556666:role/read-logs
      external_id: hindcast
      region: us-east-1
      requester_pays: true
  glue:
    database: hindcast
  athena:
    workgroup: hindcast
    catalog: AwsDataCatalog
    output: s3://BUCKET/PREFIX    # where the workgroup says none
    reuse: 10m
    price_per_tb: 5               # in USD`
}

// mappingVersion is the version of a built-in source's mapping.
func mappingVersion(table string) string {
	for _, s := range builtin.Sources() {
		if s.Name == table {
			return s.Version
		}
	}
	return ""
}

// openMirrored opens a lake in S3, which alone has a mirror in Glue.
func (f lakeFlags) openMirrored(ctx context.Context) (*lake, *glue.Catalog, error) {
	at, err := f.site()
	if err != nil {
		return nil, nil, err
	}
	if !at.remote() {
		return nil, nil, usageError("%s is on this machine; Glue mirrors lakes in S3: give --lake s3://BUCKET/PREFIX", at)
	}
	l, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	g, err := l.glue()
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, g, nil
}
