// Package raw finds raw log objects and reads the records in them, each with the place it came from.
//
//	Bucket ─► stored bytes ─► unpack ─► unpacked bytes ─► frame ─► records ─► envelope ─► records
//	List, Open               gzip, zstd, bzip2, LZ4,     JSON, lines         CloudWatch Logs, EventBridge
//	                         snappy, zip, tar
//
// Everything is streamed: what is held in memory is a window of the unpacked bytes that grows to the size of one
// record, never to that of an object. A record's place is its offset in the unpacked object and, where an envelope
// carries several, its index in the envelope; At leads back from there to the bytes.
package raw
