// Package inflate unpacks gzip as fast as Go allows without unsafe and assembly.
//
// The package's benchmark runs it and klauspost's reader in turn: it takes CloudTrail 1.8 times, VPC flow logs 2.5 times
// and ALB logs 1.9 times as fast. What was tried, for CloudTrail and VPC flow logs, on a virtual machine of two cores
// that others were busy on; changes are the best of many short rounds in turn, and below 5 % they may be chance:
//
//	klauspost's reader                                   490 MB/s    230 MB/s
//	64 bits at a time, tables of 11 and 8 bits,
//	two literals a look-up, matches 16 bytes at a time   850         565
//	two literals found without branches                  +10 %       same
//	arrays instead of slices                             +5 %        +5 %
//	three look-ups before the next refill                same        same       not taken
//	one look-up before the next refill                   -4 %        -3 %       not taken
//	a first look-up that does not branch on what it is   -5 %        -4 %       not taken
//	32 bytes of a match at once                          +5 %        -5 %       not taken
//	tables of 10 bits                                    -2 %        same       not taken
//
// Of the time that is left, three quarters go into the loop of fast, 7 % into moving bytes to the reader, 5 % into the
// checksum and 10 % into tables: CloudTrail has a block of its own codes every 90 KB.
package inflate
