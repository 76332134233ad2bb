// Package compact turns raw objects into Parquet files of the lake, losing nothing and doubling nothing.
//
//	Run ─► find     which raw objects are new, and of which source each is
//	       plan     which of them are converted together; recorded before anything is written
//	       convert  records → rows → a local file for each day that they fall on
//	       verify   every file is read back by a second implementation and compared with the rows
//	       commit   put the files into their partitions, then make them visible by one call
//
// A batch's id follows from its objects and the mapping's version, and the names of its files from that id. A run that
// is killed anywhere leaves either nothing visible, or everything; the next run finds the batch planned and repeats
// it, writing the same files over those that the dead run may have left.
package compact
