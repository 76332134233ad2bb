// Package renormalise rebuilds days of the lake as the mappings of today have them.
//
//	Run ─► plan     which days have rows of another version than their source's mapping
//	       divide   rows of the version of today stay as they are; the others go by the raw object that they are from
//	       read     each raw object again, whose records become rows anew
//	       match    a new row takes the place of the old one of the same record; a record that is not there as a row
//	                (it is a duplicate, or in quarantine) gets none
//	       keep     an old row that nothing takes the place of stays: its object is gone or has changed, its record is
//	                rejected now, or falls on another day
//	       swap     the day's files, by one call (lake/merge)
//
// So a day has as many rows afterwards as before, each of a record that it had: nothing is lost or doubled, and the books
// balance as they did. What is in quarantine is for its retry. Memory depends neither on the size of a day nor on the
// number of its objects: the rows of the past are divided by a hash of their objects' keys into parts of about a million.
package renormalise
