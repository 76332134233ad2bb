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
//	Waste                                 a file that no table shows, and when it may be deleted
//	Policy, Hold                          how long events stay, and which stay anyway
//	Spend, Reservation                    what statements have read and cost on a day, and what running ones may
//	Expired                               a partition that retention took out, and how many rows it had
//	Publication                           a partition as another catalog, Glue, shows it
//
// A batch is planned before anything is written and becomes visible by one commit, which states the version of each
// partition it adds to and is refused when one of them has moved. Workers claim planned batches; a batch whose worker
// is lost goes to the next one when its lease has expired, and the lost one can commit it no more. A merge puts the
// next generation of a partition beside the one that is read and swaps them at once; expiry empties a partition. What
// is put before a swap, or read no more after one, is in the trash: whoever is killed leaves nothing unknown behind,
// and nothing is deleted that a table may still show. So the books always say
//
//	rows of a table's partitions + rows that have expired = rows that its batches wrote
//
// [Store] is the contract; catalog/embedded keeps it on an SQL database, and catalog/catalogtest checks that a store does.
//
// Times are UTC with milliseconds. Days are written 2026-01-31.
package catalog
