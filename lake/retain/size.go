package retain

// sizes are those of objects, apart for those that S3 moves to colder classes and those that are too small.
type sizes struct {
	large, small           int64
	largeBytes, smallBytes int64
}

func (s *sizes) add(bytes int64) {
	if bytes < leastMoved {
		s.small, s.smallBytes = s.small+1, s.smallBytes+bytes
	} else {
		s.large, s.largeBytes = s.large+1, s.largeBytes+bytes
	}
}

func (s *sizes) join(o sizes) {
	s.large, s.largeBytes = s.large+o.large, s.largeBytes+o.largeBytes
	s.small, s.smallBytes = s.small+o.small, s.smallBytes+o.smallBytes
}

func (s sizes) objects() int64 { return s.large + s.small }

func (s sizes) bytes() int64 { return s.largeBytes + s.smallBytes }

// lots are the objects, a share of them, as of an age.
func (s sizes) lots(age int, share float64, held bool) []Lot {
	var out []Lot
	if s.large > 0 {
		out = append(out, Lot{Age: age, Objects: share * float64(s.large), Bytes: share * float64(s.largeBytes), Held: held})
	}
	if s.small > 0 {
		out = append(out, Lot{Age: age, Objects: share * float64(s.small), Bytes: share * float64(s.smallBytes), Held: held})
	}
	return out
}
