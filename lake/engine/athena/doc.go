// Package athena runs statements by Amazon Athena, https://docs.aws.amazon.com/athena/latest/APIReference/.
//
//	Query ─► start    under a token of the call, so that repeating a call whose answer was lost starts nothing twice
//	         wait     polls ever more slowly; when the caller goes away the execution is stopped, since it costs, unless
//	                  another process goes on with it: for a piece of work that has a name, the token is made of that
//	         failure  says whose fault a failure is; Athena's own are run anew, which is free: failures are not charged
//	         rows     pages of a result, fetched as they are read
//
// Values stand in the statements as literals, not as execution parameters. Parameters are SQL expressions themselves, so
// that quoting stays the caller's work; they are 1024 characters at most and stand in WHERE alone, while lists of
// indicators are long and look-ups are VALUES; and a result is reused only for the very same text, which literals give.
// https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
//
// Results are reused only when asked for, and then exactly: Athena does not notice new data, so a comment at the end of
// the statement names the files that it reads, and a statement over others is another text. While Athena is not shown all
// of them yet, there is no comment, and no result is reused.
// https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html
//
// Athena renders lists as [a, b], which may be one value or two. Statements therefore give lists as JSON, and say which
// columns they are; see [engine.Statement].
package athena
