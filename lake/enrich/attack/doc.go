// Package attack names the MITRE ATT&CK tactics and techniques of calls and findings, from tables that lie beside it:
// calls.csv for what CloudTrail records, findings.csv for the types of GuardDuty's, Macie's and Security Hub's findings,
// and techniques.csv for what the ids are called. A row of calls.csv stands for the calls of one service and name under
// which its condition holds; "*" stands for any. Every row that fits counts, and an attempt counts as much as a success
// unless the row says otherwise. Versions in a call's name (CreateFunction20150331) are left out.
//
// A condition is terms, each of which must hold, with " & " between them:
//
//	success                       a word: see words in condition.go for what it stands for
//	user.name = root|admin        a column has one of the values
//	user.name != root             it has another one
//	user.name ~ SSO_|Admin        it holds one of the texts
//	user.name                     it has a value
//	!user.name                    it has none
//	user.target.name != {user.name}   another than that column's
//	request.userName = root       a value in the call's JSON, see below
//	5 in 10m by user.id           so many of the calls that fit fall into so much time and have one value there
//
// In JSON (request, response and extra, which is additionalEventData), the names of members lead to a value. Arrays are
// looked through, ** leads any way down or nowhere, and text that is JSON itself, as policies are, is read as such.
// A condition in brackets is one on an object there, of which all terms must hold:
//
//	request.policyDocument.Statement(Effect = Allow & Action = * & Resource = *)
//
// What is counted is counted among the rows that are buffered together, which are of one batch of raw objects: calls that
// came in with another batch are not seen, so that a burst which two batches share may be missed.
package attack
