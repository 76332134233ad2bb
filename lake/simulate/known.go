package simulate

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go -C testdata/maker run . ..

//go:embed testdata/city.mmdb testdata/asn.mmdb testdata/threats.csv testdata/accounts.csv
var known embed.FS

// Known are the paths of what the estate's people know beside its logs: where addresses are and who runs their networks,
// in MaxMind's format, what a threat list says of the intruder, and what the accounts are called.
type Known struct{ City, ASN, Threats, Accounts string }

// WriteKnown writes the files into a folder.
func WriteKnown(dir string) (Known, error) {
	k := Known{"city.mmdb", "asn.mmdb", "threats.csv", "accounts.csv"}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return k, fmt.Errorf("write what is known: %w", err)
	}
	var errs []error
	for _, name := range []*string{&k.City, &k.ASN, &k.Threats, &k.Accounts} {
		content, err := known.ReadFile("testdata/" + *name)
		*name = filepath.Join(dir, *name)
		errs = append(errs, err, os.WriteFile(*name, content, 0o644))
	}
	return k, errors.Join(errs...)
}
