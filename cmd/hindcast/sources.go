package main
type sourcesCommand struct { sourceFlags }
func (*sourcesCommand) Run() error { return nil }
