package unpack

// Packings names how what is read is packed, from the outermost: gzip, zip, gzip.
func (r *Reader) Packings() (names []string) {
	for i := range r.levels {
		if name := r.levels[i].packed; name != "" {
			names = append(names, name)
		}
	}
	return names
}
