package aws

import "github.com/hindcast/hindcast/lake/source"

// findings are the sources of findings, of configurations and of what AWS says of an estate's state.
func findings() []*source.Source {
	return []*source.Source{SecurityHub(), Inspector(), Macie(), Config(), TrustedAdvisor(), WorkSpaces()}
}
