package enrich

import (
	"encoding/json"
	"fmt"
)

// metaKey is where a Parquet file says what its rows were enriched by, among its key-value metadata.
const metaKey = "hindcast.enrichment"

// Meta is the key-value metadata of files whose rows were enriched by lists and tables; nil if there were none.
func Meta(versions []Version) map[string]string {
	if len(versions) == 0 {
		return nil
	}
	text, err := json.Marshal(versions)
	if err != nil { // texts and numbers: it cannot happen
		return nil
	}
	return map[string]string{metaKey: string(text)}
}

// ReadMeta reads what [Meta] has written; none for files of rows that were not enriched.
func ReadMeta(meta map[string]string) (versions []Version, err error) {
	text, ok := meta[metaKey]
	if !ok {
		return versions, nil
	}
	if err := json.Unmarshal([]byte(text), &versions); err != nil {
		return versions, fmt.Errorf("read what a file's rows were enriched by: %w", err)
	}
	return versions, nil
}

// MergeMeta is the metadata of a file that holds the rows of several: every version of each, once.
func MergeMeta(all ...map[string]string) (map[string]string, error) {
	var union []Version
	have := map[Version]bool{}
	for _, meta := range all {
		versions, err := ReadMeta(meta)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			if !have[v] {
				have[v] = true
				union = append(union, v)
			}
		}
	}
	return Meta(union), nil
}
