package s3http

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

type completedUpload struct {
	XMLName           xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location          string
	Bucket            string
	Key               string
	ETag              string
	ChecksumCRC32     string `xml:",omitempty"`
	ChecksumCRC32C    string `xml:",omitempty"`
	ChecksumCRC64NVME string `xml:",omitempty"`
	ChecksumSHA1      string `xml:",omitempty"`
	ChecksumSHA256    string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

// completed answers an upload that was put together.
func completed(c *Call, known note) completedUpload {
	out := completedUpload{Location: "http://" + c.request.Host + c.request.URL.Path, Bucket: c.Bucket, Key: c.Key, ETag: `"` + known.etag + `"`}
	if known.sum.value == "" {
		return out
	}
	out.ChecksumType = known.sum.kind()
	switch known.sum.algorithm {
	case "CRC32":
		out.ChecksumCRC32 = known.sum.value
	case "CRC32C":
		out.ChecksumCRC32C = known.sum.value
	case "CRC64NVME":
		out.ChecksumCRC64NVME = known.sum.value
	case "SHA1":
		out.ChecksumSHA1 = known.sum.value
	case "SHA256":
		out.ChecksumSHA256 = known.sum.value
	}
	return out
}

type partEntry struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
}

func (s *Server) listParts(w http.ResponseWriter, c *Call) error {
	up, err := s.uploads.find(c)
	if err != nil {
		return err
	}
	most, marker, err := pageOf(c, "max-parts", "part-number-marker")
	if err != nil {
		return err
	}
	out := struct {
		XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
		Bucket               string
		Key                  string
		UploadID             string `xml:"UploadId"`
		PartNumberMarker     int
		NextPartNumberMarker int `xml:",omitempty"`
		MaxParts             int
		IsTruncated          bool
		Parts                []partEntry `xml:"Part"`
	}{Bucket: c.Bucket, Key: c.Key, UploadID: up.id, PartNumberMarker: marker, MaxParts: most}
	s.uploads.mu.Lock()
	for number, p := range up.parts {
		if number > marker {
			out.Parts = append(out.Parts, partEntry{number, xmlTime(p.at), `"` + p.etag() + `"`, p.size})
		}
	}
	s.uploads.mu.Unlock()
	slices.SortFunc(out.Parts, func(a, b partEntry) int { return cmp.Compare(a.PartNumber, b.PartNumber) })
	if len(out.Parts) > most {
		out.Parts, out.IsTruncated = out.Parts[:most], true
	}
	if n := len(out.Parts); n > 0 {
		out.NextPartNumberMarker = out.Parts[n-1].PartNumber
	}
	return answerXML(w, out)
}

// pageOf reads how much a page may have, at most 1,000, and behind which number it begins.
func pageOf(c *Call, most, marker string) (n, after int, _ error) {
	n = maxKeys
	for name, into := range map[string]*int{most: &n, marker: &after} {
		if text := c.Query.Get(name); text != "" {
			number, err := strconv.ParseInt(text, 10, 32)
			if err != nil || number < 0 {
				return 0, 0, invalid("Provided %s not an integer or within integer range", name)
			}
			*into = int(number)
		}
	}
	return min(n, maxKeys), after, nil
}

type uploadEntry struct {
	Key          string
	UploadID     string `xml:"UploadId"`
	Initiated    string
	StorageClass string
}

// listUploads lists those under way by key, then by id.
func (s *Server) listUploads(w http.ResponseWriter, c *Call) error {
	most, _, err := pageOf(c, "max-uploads", "")
	if err != nil {
		return err
	}
	q, encode := c.Query, func(s string) string { return s }
	if q.Get("encoding-type") == "url" {
		encode = urlEncode
	}
	key, id := q.Get("key-marker"), q.Get("upload-id-marker")
	var all []uploadEntry
	s.uploads.mu.Lock()
	for _, up := range s.uploads.open {
		behind := up.of.key > key || up.of.key == key && id != "" && up.id > id
		if up.of.bucket == c.Bucket && strings.HasPrefix(up.of.key, q.Get("prefix")) && behind {
			all = append(all, uploadEntry{up.of.key, up.id, xmlTime(up.begun), "STANDARD"})
		}
	}
	s.uploads.mu.Unlock()
	slices.SortFunc(all, func(a, b uploadEntry) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.UploadID, b.UploadID))
	})
	out := struct {
		XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
		Bucket             string
		KeyMarker          string
		UploadIDMarker     string `xml:"UploadIdMarker"`
		NextKeyMarker      string `xml:",omitempty"`
		NextUploadIDMarker string `xml:"NextUploadIdMarker,omitempty"`
		Prefix             string
		EncodingType       string `xml:",omitempty"`
		MaxUploads         int
		IsTruncated        bool
		Uploads            []uploadEntry `xml:"Upload"`
	}{Bucket: c.Bucket, KeyMarker: encode(key), UploadIDMarker: id, Prefix: encode(q.Get("prefix")), EncodingType: q.Get("encoding-type"), MaxUploads: most}
	if len(all) > most {
		all, out.IsTruncated = all[:most], true
	}
	if n := len(all); out.IsTruncated && n > 0 {
		out.NextKeyMarker, out.NextUploadIDMarker = encode(all[n-1].Key), all[n-1].UploadID
	}
	for i := range all {
		all[i].Key = encode(all[i].Key)
	}
	out.Uploads = all
	return answerXML(w, out)
}
