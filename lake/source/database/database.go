// Package database declares the logs of databases, caches and brokers, as files and as AWS sends them through CloudWatch Logs.
package database

import "github.com/hindcast/hindcast/lake/source"

// Sources are those of databases, caches and brokers, in the order in which they are asked whether a key is theirs.
func Sources() []*source.Source {
	return []*source.Source{PostgreSQL(), MySQLError(), MySQLSlow(), MySQLAudit(), MySQLGeneral(), ElastiCache(), MSK(), OpenSearchAudit()}
}
