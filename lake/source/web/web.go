// Package web declares the logs of web servers, a file or two for each.
package web

import "github.com/hindcast/hindcast/lake/source"

// Sources are those of web servers, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return []*source.Source{ApacheAccess(), ApacheError(), NginxAccess(), NginxError()}
}
