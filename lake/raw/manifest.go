package raw

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
)

// manifestName is the last part of the key of an inventory's manifest.
const manifestName = "manifest.json"

// IsManifest tells whether a URI is that of an S3 Inventory's manifest.
func IsManifest(uri string) bool {
	return strings.HasPrefix(uri, "s3://") && path.Base(uri) == manifestName
}

// manifest is what S3 writes about an inventory when all its files are there.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
type manifest struct {
	SourceBucket      string          `json:"sourceBucket"`
	DestinationBucket string          `json:"destinationBucket"` // an ARN
	FileFormat        string          `json:"fileFormat"`
	FileSchema        string          `json:"fileSchema"`
	Files             []inventoryFile `json:"files"`

	dir string // s3://bucket of the files
}

type inventoryFile struct {
	Key  string `json:"key"`
	Size int64  `json:"size"`
	MD5  string `json:"MD5checksum"`
}

// maxManifest is more than a manifest has, of which a file takes some 200 bytes.
const maxManifest = 64 << 20

// ReadInventory reads the objects that an S3 Inventory lists, by the URI of its manifest.json: the current versions,
// without delete markers. The bucket's keys are whole URIs. The manifest is compared with manifest.checksum beside it,
// if there is one, and each file with its sum in the manifest. Files in CSV are read as they come, those in Parquet are
// copied to a folder for scratch first, the system's if empty. A line that can't be read is a *LineError, after which
// the list goes on; after any other error nothing more is yielded.
func ReadInventory(ctx context.Context, b Opener, uri, scratch string) iter.Seq2[Named, error] {
	return func(yield func(Named, error) bool) {
		m, err := readManifest(ctx, b, uri)
		if err != nil {
			yield(Named{}, fmt.Errorf("read inventory %s: %w", uri, err))
			return
		}
		for _, file := range m.Files {
			list := m.csv
			if m.FileFormat == "Parquet" {
				list = m.parquet
			}
			for o, err := range list(ctx, b, file, scratch) {
				var line *LineError
				if err != nil {
					err = fmt.Errorf("read inventory %s: %s: %w", uri, path.Base(file.Key), err)
				}
				if !yield(o, err) || err != nil && !errors.As(err, &line) {
					return
				}
			}
		}
	}
}

func readManifest(ctx context.Context, b Opener, uri string) (m manifest, _ error) {
	bucket, _, found := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
	if !IsManifest(uri) || !found || bucket == "" {
		return m, fmt.Errorf("it is not of the form s3://bucket/…/%s: %w", manifestName, ErrInvalidKey)
	}
	text, err := readSmall(ctx, b, uri, maxManifest)
	if err != nil {
		return m, err
	}
	sum, err := readSmall(ctx, b, strings.TrimSuffix(uri, manifestName)+"manifest.checksum", 1<<10)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return m, err
	}
	if want := strings.TrimSpace(string(sum)); err == nil && want != hexMD5(text) {
		return m, fmt.Errorf("its MD5 is %s, and manifest.checksum says %s: was it changed, or not copied as a whole?", hexMD5(text), want)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("it is not the manifest of an inventory: %w", err)
	}
	if name, ok := strings.CutPrefix(m.DestinationBucket, "arn:"); ok {
		bucket = name[strings.LastIndexByte(name, ':')+1:]
	}
	m.dir = "s3://" + bucket + "/"
	return m, m.check()
}

// check tells what is wrong with a manifest.
func (m manifest) check() error {
	switch m.FileFormat {
	case "CSV":
		if !slices.Contains(m.columns(), "Bucket") || !slices.Contains(m.columns(), "Key") {
			return fmt.Errorf("its fileSchema %q has no Bucket and Key", m.FileSchema)
		}
	case "Parquet":
	case "ORC":
		return errors.New("its files are in ORC, which is not read here: make an inventory in CSV or Parquet")
	default:
		return fmt.Errorf("it is not the manifest of an inventory: its fileFormat is %q", m.FileFormat)
	}
	for _, f := range m.Files {
		if f.Key == "" || f.Size < 0 {
			return errors.New("it is not the manifest of an inventory: a file has no key, or no size")
		}
	}
	return nil
}

// columns are those of files in CSV.
func (m manifest) columns() (names []string) {
	for name := range strings.SplitSeq(m.FileSchema, ",") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

func hexMD5(text []byte) string {
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

// readSmall reads an object that must not be large.
func readSmall(ctx context.Context, b Opener, key string, most int64) ([]byte, error) {
	body, err := b.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("%s has more than %d bytes", path.Base(key), most)
	}
	return text, err
}

// verify says that a file is not the manifest's.
func (f inventoryFile) verify(size int64, sum []byte) error {
	got := hex.EncodeToString(sum)
	if size != f.Size || f.MD5 != "" && !strings.EqualFold(got, f.MD5) {
		return fmt.Errorf("it has %d bytes with MD5 %s, and the manifest says %d with %s: %w", size, got, f.Size, f.MD5, ErrChanged)
	}
	return nil
}
