// Package s3http serves S3's REST protocol over local folders, or over memory: a bucket is a folder below a root.
//
// It serves tests of what talks to S3, with faults on demand, and results to the clients of "hindcast serve --athena".
// It is strict where S3 is strict: about checksums, lengths, conditions, the sizes and numbers of parts, and limits of
// pages and batches. What it does not serve is refused by name as NotImplemented. Signatures are not verified.
//
// What a folder cannot hold of an object (its headers, checksums, and the ETag that its bytes do not tell) is known as
// long as the server lives; a file that something else has put has an ETag of its size and time.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
package s3http
