// Package ocsf declares what comes normalised already, in the Open Cybersecurity Schema Framework.
package ocsf

import "github.com/hindcast/hindcast/lake/source"

// Sources are those of what comes normalised, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return []*source.Source{SecurityLake()}
}
