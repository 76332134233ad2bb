// Package s3 reads and writes buckets of Amazon S3.
//
// [Store] is what lies below s3://bucket/prefix, for a lake: keys are relative. [Buckets] are many buckets to read from,
// each with a role, a region and a payer of its own: keys are whole URIs, so that objects of different buckets are
// told apart in the ledger, and lead back.
//
// Lists are paged at several places at once and come in order (list.go). A body that breaks off goes on from there, if
// the object has the same ETag (read.go); a part of an object is asked for by its place (part.go). Puts become parts when
// they are large (write.go). All calls to a bucket share a pace, which falls when S3 asks to slow down and rises again
// (pace.go); calls that fail for the moment are repeated. What lasts is raw.ErrRefused, and says who was refused and
// which permission or setting to look at (errors.go).
//
// A put that fails ends its upload. Those of processes that were killed are for a lifecycle rule of the bucket to end, which
// "hindcast retention lifecycle" prints: nothing tells them from those of Athena's, which writes below the same prefix, and
// to look for them would cost a call in every run.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
package s3
