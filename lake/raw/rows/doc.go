// Package rows reads the rows of Parquet files, each as one JSON object.
//
// Members are named as the columns are, in their order; what is null is left out of an object, and is null in an array.
//
//	groups                            objects
//	LIST, and repeated fields         arrays, empty ones too
//	MAP                               objects; arrays of {"key": …, "value": …} if keys are groups
//	BOOLEAN, INT32, INT64, and UINT   true and false, numbers with all their digits
//	FLOAT, DOUBLE, FLOAT16            numbers; NaN and the infinities are text
//	DECIMAL                           numbers, with as many digits behind the point as its scale says
//	STRING, ENUM                      text
//	JSON                              the JSON in it, or text if it is none
//	UUID                              text: 00112233-4455-6677-8899-aabbccddeeff
//	DATE                              text: 2026-01-31
//	TIME                              text: 10:20:30.123, with the fraction of its unit
//	TIMESTAMP, INT96                  text: 2026-01-31T10:20:30.123Z, with the fraction of its unit; a local time is
//	                                  taken for UTC. Before the year 0 and after 9999 it is the number that is stored
//	INTERVAL                          {"months": 1, "days": 2, "milliseconds": 3}
//	other bytes                       text if they are valid UTF-8, else base64
//
// An INT64 that only its name calls a time is a number like any other: the file does not say which unit it has.
//
// Footers and page headers are read by parquet-go's Thrift code once their lengths and depth have been looked at; pages
// are decoded here. parquet-go's own reader trusts them: it lets a page decompress to whatever it will, tries again with
// twice the room for ever when LZ4 is corrupt, and makes room for as many values as a run says that it has. Out of memory
// is nothing that can be recovered from. Here a value is decoded when it is asked for, so that what is held is a page
// and a dictionary for each column, within Limits.Held, however many values they claim.
//
// https://parquet.apache.org/docs/file-format/
package rows
