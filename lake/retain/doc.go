// Package retain decides how long events stay, and carries it out.
//
//	policies, holds ──► Rules ──► Plan     which days are past their retention, which of them a hold keeps
//	                      │        └────► Apply   expire under the partition's lease, delete after a delay
//	                      ├─────────────► Promises   what queries may still show
//	                      ├─────────────► Lifecycle  rules that move objects to colder classes, for S3
//	                      └─────────────► Report     sizes, growth, gaps, and what it costs now and in years
//
// A day of N days' retention is past once N whole days have gone by since its end, in UTC. From then on no query shows
// it, whether it was applied or not. A hold of a table and a time keeps the days with such events. A hold of an account
// keeps those whose files have an event of the account in the hold's time: the files are looked into, column by column,
// and a day whose files cannot be read is kept. Days are kept and deleted whole.
//
// Raw objects are moved to colder classes and never deleted: they are what the tables can be made from again.
package retain
