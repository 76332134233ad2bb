package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/hindcast/hindcast/catalog/embedded"
)

const catalogVariable = "HINDCAST_CATALOG"

// catalogFlag is what gave the catalog: the flag, or the variable of the environment that stands in for it.
func (f lakeFlags) catalogFlag() string {
	if f.Catalog != "" && f.Catalog == os.Getenv(catalogVariable) {
		return catalogVariable
	}
	return "--catalog"
}

// elsewhere refuses the catalog of a lake in S3 for one in a folder.
func (f lakeFlags) elsewhere() error {
	how := "leave it"
	if f.catalogFlag() == catalogVariable {
		how = "unset it, or give --catalog= to do without it"
	}
	return usageError("%s: the catalog of a lake in a folder is a file of that folder, or in PostgreSQL; %s", f.catalogFlag(), how)
}

// refused says why the catalog was not opened.
func (f lakeFlags) refused(at site, err error) error {
	switch {
	case errors.Is(err, embedded.ErrURL):
		return usageError("%s: %w%s", f.catalogFlag(), err, f.meant(at))
	case errors.Is(err, embedded.ErrAway):
		return fmt.Errorf("open lake %s: %w; does the server run, and is it at the host and port of %s?", at, err, f.catalogFlag())
	}
	return fmt.Errorf("open lake %s: %w", at, err)
}

// meant is what else a catalog that is no PostgreSQL URL may be meant to be.
func (f lakeFlags) meant(at site) string {
	switch {
	case strings.HasPrefix(f.Catalog, "postgres"):
		return ""
	case !at.remote() && pathLike(f.Catalog):
		return "; a lake in a folder has its catalog there, and needs none given"
	case !at.remote():
		return ""
	case pathLike(f.Catalog):
		return fmt.Sprintf(", or sqlite:FILE for one machine; is sqlite:%s meant?", f.Catalog)
	}
	return ", or sqlite:FILE for one machine"
}

// pathLike tells whether a text looks like the path of a file, and like nothing that a password may be in.
func pathLike(text string) bool {
	if strings.Contains(text, "://") || strings.ContainsAny(text, "@= ") {
		return false
	}
	_, err := os.Stat(text)
	return err == nil || filepath.Ext(text) != "" || strings.ContainsRune(text, filepath.Separator)
}

// endpoints are the variables that say where AWS's services are, the more exact first.
var endpoints = []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_GLUE", "AWS_ENDPOINT_URL_ATHENA", "AWS_ENDPOINT_URL"}

// endpointAdvice is what to look at when a service of AWS was not reached at all, where the environment says where it is.
func endpointAdvice(err error) string {
	var unsent *smithyhttp.RequestSendError
	if !errors.As(err, &unsent) || errors.Is(err, context.Canceled) {
		return ""
	}
	var set []string
	for _, name := range endpoints {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		return "; is the region right, and is there a way to AWS from here?"
	}
	return "; is the address in " + strings.Join(set, " or ") + " right?"
}
