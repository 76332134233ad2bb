// Package builtin lists the sources that need no definition.
package builtin

import (
	"slices"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/host"
	"github.com/hindcast/hindcast/lake/source/ocsf"
	"github.com/hindcast/hindcast/lake/source/web"
)

// Sources are the built-in sources, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return slices.Concat(aws.Sources(), ocsf.Sources(), database.Sources(), host.Sources(), web.Sources())
}
