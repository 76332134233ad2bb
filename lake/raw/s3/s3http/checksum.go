package s3http

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"slices"
	"strings"
)

// checksumPrefix begins the headers that carry checksums.
const checksumPrefix = "X-Amz-Checksum-"

// algorithms are S3's checksums, by their names in the API.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
var algorithms = []string{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"}

// newHash makes the hash of an algorithm that is known.
func newHash(algorithm string) hash.Hash {
	switch algorithm {
	case "CRC32":
		return crc32.NewIEEE()
	case "CRC32C":
		return crc32.New(crc32.MakeTable(crc32.Castagnoli))
	case "CRC64NVME":
		return crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5))
	case "SHA1":
		return sha1.New()
	case "SHA256":
		return sha256.New()
	case "SHA512":
		return sha512.New()
	}
	return md5.New()
}

// checksum is one of an object or a part. Its value is in base64; of parts that were put together it may end in their
// number.
type checksum struct{ algorithm, value string }

func sumOf(algorithm string, h hash.Hash) checksum {
	return checksum{algorithm, base64.StdEncoding.EncodeToString(h.Sum(nil))}
}

func (c checksum) header() string { return checksumPrefix + strings.ToLower(c.algorithm) }

// kind is how the checksum of several parts was made.
func (c checksum) kind() string {
	if strings.Contains(c.value, "-") {
		return "COMPOSITE"
	}
	return "FULL_OBJECT"
}

// asked is the checksum that a request says its body has: in a header, or behind the body, when its value is empty.
// A request that says nothing gets S3's own choice.
func asked(h http.Header) (checksum, error) {
	for name := range h {
		if value, ok := strings.CutPrefix(name, checksumPrefix); ok && value != "Algorithm" && value != "Type" && value != "Mode" {
			return known(value, h.Get(name))
		}
	}
	for trailer := range strings.SplitSeq(h.Get("x-amz-trailer"), ",") {
		if value, ok := strings.CutPrefix(http.CanonicalHeaderKey(strings.TrimSpace(trailer)), checksumPrefix); ok {
			return known(value, "")
		}
	}
	if value := h.Get("x-amz-sdk-checksum-algorithm"); value != "" {
		return known(value, "")
	}
	return checksum{algorithm: "CRC64NVME"}, nil
}

func known(algorithm, value string) (checksum, error) {
	algorithm = strings.ToUpper(algorithm)
	if !slices.Contains(algorithms, algorithm) {
		return checksum{}, errorf(http.StatusBadRequest, "InvalidRequest", "the checksum %s is not known here; there are %s",
			algorithm, strings.Join(algorithms, ", "))
	}
	return checksum{algorithm, value}, nil
}
