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
package compact
