// Package table writes and reads the Parquet files of a table: its encoder goes straight from the dictionary-coded
// columns of a batch to pages, a second implementation reads every file back, and keys are looked up for duplicates.
//
//	ecs.Batch + order of rows ─► Encoder.Write ─► file ─► Verify (against the batch)
//	                                                 ├──► Find    (which of these keys does it hold?)
//	                                                 ├──► Reader  (its rows into batches again, for merges)
//	                                                 └──► Hasher  (what it holds, whatever the order)
//
// A file holds row groups of 128 Ki rows sorted by time. Each column of a group is one chunk:
//
//	[dictionary page] data page… [bloom filter]
//
// and the page indexes and the footer end the file. The format is https://github.com/apache/parquet-format, kept to
// what Athena, Trino, DuckDB and xitongsys/parquet-go all read: data pages of version 1, zstd, PLAIN, RLE_DICTIONARY
// and DELTA_BINARY_PACKED. The same batch and order of rows give the same bytes.
package table
