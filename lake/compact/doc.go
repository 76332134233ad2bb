// Package compact turns raw objects into Parquet files of the lake, losing nothing and doubling nothing.
//
//	Run ─► find     which raw objects are new, and of which source each is
//	       plan     which of them are converted together; recorded before anything is written
//	       convert  records → rows → a local file for each day that they fall on
//	       verify   every file is read back by a second implementation and compared with the rows
//	       commit   put the files into their partitions, then make them visible by one call
//
// A batch's id follows from its objects and the mapping's version, and the names of its files from that id and the lease
// that they were made under. A run that is killed anywhere leaves either nothing visible, or everything; the next run
// finds the batch planned, deletes what the ledger says the dead one may have put, and repeats it.
//
// Many runs may share a lake, in one process or many, on one host or several:
//
//	lease "planning"     one run at a time lists objects and plans what is new, a wave at a time
//	lease "batch/<id>"   one worker at a time takes a planned batch the rest of the way; the lowest rank comes first
//
// Leases expire within a minute unless they are renewed. The batch of an owner that is known to be dead is taken over
// at once, that of a silent one when its lease has expired. Whoever wakes up late finds that its commit is refused,
// and knows the names of none but its own files and those of leases before its own, which nobody can commit any more.
// Batches of runs that commit to the same days in turn are kept apart by the versions of the partitions: the commit
// that comes second looks for its events in what the first has added.
//
// # Speed
//
// Measured on a virtual machine of two cores whose speed changed by a third from one minute to the next, so that only
// figures of one run may be compared: MB of text per CPU-second, one worker, the whole way from gzip to committed files
// that were read back.
//
//	                                                               CloudTrail  flow logs   ALB
//	before: xitongsys/parquet-go reads back, value by value                62         14    40
//	read back by pages of plain numbers (parquet-go/parquet-go)            71         23    55
//	fills, equal columns written once, gzip by our own decoder              -         20    73  (a slow hour)
//	no Community ID, no bloom filter for ids that are places                -         30     -  (20 in the same minutes before)
//	ops by a bit each, digits and texts by few steps                    81-84      34-39    65
//	durations by a dictionary                                               -          -    70  (63 in the same minutes before)
//
// Tried and left: a dictionary that stops looking values up when hardly any comes twice (3 % of ALB's, but lists need
// the ids to tell equal items); zstd at a higher level (no smaller); rows put into order in memory before they are
// written (no faster, since each column is gathered but twice).
//
// Against DuckDB's COPY of the same objects in the same runs, by the benchmarks of this package: CloudTrail 1.6 to 2.5
// times its MB per CPU-second. Of lines, 1.0 to 1.2 times where DuckDB finds the columns' types out, and 0.55 (flow logs)
// and 0.7 to 0.8 (ALB logs) times where it is told them: it then copies 14 and 30 columns, and we make 35 and 48, with
// lists, ids and the read-back. Two workers take by the clock 1/1.8 to 1/1.9 of the time of one (ALB 1/1.7).
//
// What is left of 6.6 CPU-seconds for 500 MB of CloudTrail: finding and mapping values 43 %, encoding 21 % (half of it
// zstd), inflating and framing 18 %, reading back 13 %. The limit of any way that inflates, looks at each byte once and
// compresses what it writes is some 1.5 CPU-seconds of these (330 MB per CPU-second), and 1.3 of flow logs' 6 to 7.
//
// Files: CloudTrail 39.4 MB of 55.1 MB of gzip with every field kept (28 % smaller), ALB 28.6 of 40.6 (30 %), flow logs 50.3
// of 43.6: a flow is little more than its ports, bytes and addresses, which gzip does not halve either, and of our 50 MB
// 26 are the log's fields (DuckDB's file of them has 26.8), 12 the events' ids and places, 6 related.ip.
package compact
