package source

import "encoding/json"

// IsJSON tells whether text is a JSON value.
func IsJSON(text []byte) bool { return json.Valid(text) }
