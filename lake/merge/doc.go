// Package merge makes the small files of a day into few large ones, sorted by time over the whole day.
//
//	Run ─► plan     which days gain by it: many files, badly sized ones, or ones that overlap in time
//	       inputs   every file is held against its checksum, and its content is found by the decoders of the read-back,
//	                ahead of the merge and beside it
//	       order    rows of all inputs by time, from pages that stay packed until their rows are wanted
//	       output   row groups → files of the target size; each group is read back and compared with its rows
//	       compare  the content of the files read back is that of the inputs
//	       swap     put the files into the next generation, then exchange the generations by one call
//
// Rows of one time keep the order of their files' paths and of the rows in a file, so the same files give the same bytes,
// under the same names: a merge that was killed is repeated, and finds what it had put. Until the swap its files are in
// the trash, from where they are deleted should the merge never be repeated; after it the replaced ones are, for as long
// as a query may still read them.
//
// A day that is too large for one machine is merged by Athena, if there is one: see [Remote].
//
//	unload   Athena writes the day's rows to a new folder of the next generation, in parts of the day
//	         every file is read back, and all of them hold what the day's files do
//	swap     as above
//
// Memory depends neither on the size of a day nor on the number of its files. Where more files overlap than can be read
// by turns, some of them are merged into local ones first.
package merge
