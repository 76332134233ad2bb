// Package catalog says what exists in a lake: its tables, the files of their partitions, and the ledger of the raw
// objects that they were made from.
//
//	Table ──< Column                      a source's events; columns are only added, at the end
//	  └──< Partition (day, generation)    one UTC day; its version moves with every commit that touches it
//	          └──< File                   a Parquet file, relative to the lake's root
//	Batch (planned → committed)           raw objects that are converted together
//	  ├──< ObjectResult                   a raw object and its counts: in = out + duplicates + rejected
//	  ├──< staged path                    a file put into the lake that no commit has made visible yet
//	  └──< QuarantineRow                  a rejected record and the place where its bytes are kept
//	Lease                                 the right to work, which expires; its token fences late owners off
//
// A batch is planned before anything is written and becomes visible by one commit, which states the version of each
// partition it adds to and is refused when one of them has moved. [Store] is the contract; catalog/embedded keeps it
// on an SQL database, and catalog/catalogtest checks that a store does.
//
// Times are UTC with milliseconds. Days are written 2026-01-31.
package catalog
