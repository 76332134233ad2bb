package main

import "github.com/hindcast/hindcast/catalog"

// ledger is the catalog for those that write to the lake.
func (l *lake) ledger() catalog.Store { return l.catalog }
