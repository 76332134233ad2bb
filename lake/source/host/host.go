// Package host declares the logs of hosts and containers.
package host

import "github.com/hindcast/hindcast/lake/source"

// Sources are those of hosts and containers, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return []*source.Source{LinuxSecure(), LinuxSyslog(), WindowsEvent()}
}
