package s3http

import (
	"cmp"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// completion is the list of parts that an upload is made of.
type completion struct {
	XMLName xml.Name        `xml:"CompleteMultipartUpload"`
	Parts   []completedPart `xml:"Part"`
}

type completedPart struct {
	PartNumber        int
	ETag              string
	ChecksumCRC32     string
	ChecksumCRC32C    string
	ChecksumCRC64NVME string
	ChecksumSHA1      string
	ChecksumSHA256    string
}

// sums are the checksums that a part is said to have.
func (p completedPart) sums() []checksum {
	return []checksum{
		{"CRC32", p.ChecksumCRC32}, {"CRC32C", p.ChecksumCRC32C}, {"CRC64NVME", p.ChecksumCRC64NVME}, {"SHA1", p.ChecksumSHA1}, {"SHA256", p.ChecksumSHA256},
	}
}

// completeUpload puts the parts together.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
func (s *Server) completeUpload(w http.ResponseWriter, c *Call) error {
	var in completion
	if err := s.readXML(c.request, &in); err != nil {
		return err
	}
	up, err := s.uploads.find(c)
	if err != nil {
		return err
	}
	parts, err := s.uploads.chosen(up, in.Parts)
	if err != nil {
		return err
	}
	known, err := up.join(parts, c.Header)
	if err != nil {
		return err
	}
	if known, err = s.commit(c, known, concat(parts)); err != nil {
		return err
	}
	if !s.uploads.end(up) {
		return errNoSuchUpload
	}
	if err := up.free(); err != nil {
		return err
	}
	known.tell(w.Header())
	return answerXML(w, completed(c, known))
}

func concat(parts []part) io.Reader {
	var all []io.Reader
	for _, p := range parts {
		all = append(all, p.reader())
	}
	return io.MultiReader(all...)
}

// chosen are the parts that a list names.
func (u *uploads) chosen(up *upload, list []completedPart) (parts []part, _ error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(list) == 0 {
		return nil, errMalformedXML
	}
	if !slices.IsSortedFunc(list, func(a, b completedPart) int { return cmp.Or(cmp.Compare(a.PartNumber, b.PartNumber), -1) }) {
		return nil, errorf(http.StatusBadRequest, "InvalidPartOrder",
			"The list of parts was not in ascending order. The parts list must be specified in order by part number.")
	}
	for i, named := range list {
		p, ok := up.parts[named.PartNumber]
		if !ok || strings.Trim(named.ETag, `"`) != p.etag() || !p.has(named.sums()) {
			return nil, errorf(http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found. The part might not have "+
				"been uploaded, or the specified entity tag might not have matched the part's entity tag.")
		}
		if i < len(list)-1 && p.size < minPart {
			return nil, errorf(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.")
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// has tells whether a part's checksum is the one that is named, if one is.
func (p part) has(sums []checksum) bool {
	return !slices.ContainsFunc(sums, func(c checksum) bool { return c.value != "" && c != p.sum })
}

// join says what an object of parts is.
func (up *upload) join(parts []part, h http.Header) (note, error) {
	known, tags := up.note, md5.New()
	var size int64
	for _, p := range parts {
		_, _ = tags.Write(p.md5)
		size += p.size
	}
	known.etag = fmt.Sprintf("%x-%d", tags.Sum(nil), len(parts))
	if text := h.Get("x-amz-mp-object-size"); text != "" && text != strconv.FormatInt(size, 10) {
		return known, errorf(http.StatusBadRequest, "InvalidRequest", "The provided 'x-amz-mp-object-size' header does not match what was computed.")
	}
	if known.sum.algorithm == "" {
		return known, nil
	}
	sum := newHash(known.sum.algorithm)
	if up.kind == "FULL_OBJECT" {
		if _, err := io.Copy(sum, concat(parts)); err != nil {
			return known, err
		}
		known.sum = sumOf(known.sum.algorithm, sum)
	} else {
		for _, p := range parts {
			data, err := base64.StdEncoding.DecodeString(p.sum.value)
			if err != nil {
				return known, err
			}
			_, _ = sum.Write(data)
		}
		known.sum = sumOf(known.sum.algorithm, sum)
		known.sum.value += fmt.Sprintf("-%d", len(parts))
	}
	if want := h.Get(known.sum.header()); want != "" && want != known.sum.value {
		return known, errorf(http.StatusBadRequest, "BadDigest", "The %s you specified did not match the calculated checksum.", known.sum.algorithm)
	}
	return known, nil
}
