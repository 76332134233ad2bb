// Package proto holds the API's definition and makes its Go code and OpenAPI document.
package proto

import _ "embed"

//go:generate go tool -modfile=../.ci/tools.mod buf lint
//go:generate go tool -modfile=../.ci/tools.mod buf generate

// OpenAPI is the REST API's description, in OpenAPI 2.0 as JSON.
//
//go:embed openapi.swagger.json
var OpenAPI []byte
