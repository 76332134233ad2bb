package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/hindcast/hindcast/catalog"
)

// texts is a bucket whose keys are URIs.
type texts map[string]string

func (b texts) Open(_ context.Context, key string) (io.ReadCloser, error) {
	text, ok := b[key]
	if !ok {
		return nil, fmt.Errorf("open %s: %w", key, ErrNotFound)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

const (
	inventoryURI  = "s3://inventory/logs/all/2026-01-31T01-00Z/manifest.json"
	versionSchema = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass"
)

// inventory is a bucket with a manifest and the files that it names.
func inventory(format, schema string, files ...string) texts {
	b := texts{}
	var named []string
	for i, content := range files {
		key := fmt.Sprintf("logs/all/data/%d", i)
		b["s3://inventory/"+key] = content
		named = append(named, fmt.Sprintf(`{"key": %q, "size": %d, "MD5checksum": %q}`, key, len(content), hexMD5([]byte(content))))
	}
	b[inventoryURI] = fmt.Sprintf(`{"sourceBucket": "logs", "destinationBucket": "arn:aws:s3:::inventory", "version": "2016-11-30",
		"creationTimestamp": "1769821200000", "fileFormat": %q, "fileSchema": %q, "files": [%s]}`, format, schema, strings.Join(named, ","))
	b["s3://inventory/logs/all/2026-01-31T01-00Z/manifest.checksum"] = hexMD5([]byte(b[inventoryURI])) + "\n"
	return b
}

// taken is all of an inventory: keys with their buckets, wrong lines, and what ended it.
func taken(t *testing.T, b Opener) (all []Named, wrong []int, ended error) {
	t.Helper()
	for o, err := range ReadInventory(t.Context(), b, inventoryURI, t.TempDir()) {
		var line *LineError
		switch {
		case ended != nil:
			t.Fatalf("%v, %v behind %v", o, err, ended)
		case errors.As(err, &line):
			wrong = append(wrong, line.Line)
		case err != nil:
			ended = err
		default:
			all = append(all, o)
		}
	}
	return all, wrong, ended
}

var inventoried = []Named{
	{Bucket: "logs", Object: catalog.Object{Key: "AWSLogs/a b+c=.gz", Size: 12345, ModTime: time.Date(2026, 1, 30, 12, 0, 0, 0, time.UTC), ETag: "d41d8"}},
	{Bucket: "logs", Object: catalog.Object{Key: "AWSLogs/é", Size: 0, ModTime: time.Date(2026, 1, 30, 13, 0, 0, 0, time.UTC), ETag: "e41d8"}},
}

func TestAnInventoryInCSV(t *testing.T) {
	first := `"logs","AWSLogs/a+b%2Bc%3D.gz","v2","true","false","12345","2026-01-30T12:00:00.000Z","d41d8","STANDARD"` + "\n" +
		`"logs","AWSLogs/a+b%2Bc%3D.gz","v1","false","false","7","2026-01-29T12:00:00.000Z","c41d8","STANDARD"` + "\n" +
		`"logs","gone","v1","true","true","","2026-01-29T12:00:00.000Z","",""` + "\n"
	second := `"logs","AWSLogs/%C3%A9","v1","true","false","0","2026-01-30T13:00:00.000Z","e41d8","STANDARD"` + "\n"
	all, wrong, err := taken(t, inventory("CSV", versionSchema, gz(t, first), gz(t, second), gz(t, "")))
	if diff := cmp.Diff(inventoried, all); diff != "" || wrong != nil || err != nil {
		t.Errorf("%v, %v, %s", wrong, err, diff)
	}
	all, wrong, err = taken(t, inventory("CSV", "Bucket, Key", gz(t, "\"logs\",\"a\"\n\"logs\"\nnothing\n\"logs\",\"%zz\"\n\"logs\",\"b\"")))
	if diff := cmp.Diff([]string{"a", "b"}, []string{all[0].Key, all[1].Key}); diff != "" || !cmp.Equal(wrong, []int{2, 3, 4}) || err != nil {
		t.Errorf("%v, %v, %s", wrong, err, diff)
	}
}

func TestAnInventoryInParquet(t *testing.T) {
	type row struct {
		Bucket         string    `parquet:"bucket"`
		Key            string    `parquet:"key"`
		VersionID      *string   `parquet:"version_id,optional"`
		IsLatest       *bool     `parquet:"is_latest,optional"`
		IsDeleteMarker *bool     `parquet:"is_delete_marker,optional"`
		Size           *int64    `parquet:"size,optional"`
		LastModified   time.Time `parquet:"last_modified_date,optional,timestamp(millisecond)"`
		ETag           *string   `parquet:"e_tag,optional"`
	}
	yes, no := true, false
	rows := []row{
		{"logs", inventoried[0].Key, nil, &yes, &no, &inventoried[0].Size, inventoried[0].ModTime, &inventoried[0].ETag},
		{"logs", inventoried[0].Key, nil, &no, &no, &inventoried[0].Size, inventoried[0].ModTime, &inventoried[0].ETag},
		{"logs", "gone", nil, &yes, &yes, nil, inventoried[0].ModTime, nil},
		{"logs", inventoried[1].Key, nil, nil, nil, &inventoried[1].Size, inventoried[1].ModTime, &inventoried[1].ETag},
	}
	var file bytes.Buffer
	if err := parquet.Write(&file, rows); err != nil {
		t.Fatal(err)
	}
	all, wrong, err := taken(t, inventory("Parquet", "message s3.inventory { … }", file.String()))
	if diff := cmp.Diff(inventoried, all); diff != "" || wrong != nil || err != nil {
		t.Errorf("%v, %v, %s", wrong, err, diff)
	}
}

func TestInventoriesThatAreWrong(t *testing.T) {
	line := "\"logs\",\"a\"\n"
	for name, c := range map[string]struct {
		change func(texts) texts
		want   string
	}{
		"a manifest that is not there": {func(texts) texts { return texts{} }, "no such object"},
		"a manifest that was changed": {func(b texts) texts {
			b[inventoryURI] += " "
			return b
		}, "manifest.checksum says"},
		"files in ORC":          {func(texts) texts { return inventory("ORC", "struct<bucket:string>") }, "make an inventory in CSV or Parquet"},
		"another JSON":          {func(texts) texts { return texts{inventoryURI: `{"files": []}`} }, "not the manifest of an inventory"},
		"no JSON":               {func(texts) texts { return texts{inventoryURI: `AWSLogs/1`} }, "not the manifest of an inventory"},
		"files without keys":    {func(texts) texts { return texts{inventoryURI: `{"fileFormat": "Parquet", "files": [{"size": 1}]}`} }, "a file has no key"},
		"columns without a key": {func(texts) texts { return inventory("CSV", "Bucket, Size") }, "has no Bucket and Key"},
		"a file that is gone": {func(b texts) texts {
			delete(b, "s3://inventory/logs/all/data/0")
			return b
		}, "no such object"},
		"a file that was changed": {func(b texts) texts {
			b["s3://inventory/logs/all/data/0"] = line + line
			return b
		}, "the manifest says 11 with"},
		"a Parquet file that is none": {func(texts) texts { return inventory("Parquet", "", "PAR1") }, "corrupt"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := taken(t, c.change(inventory("CSV", "Bucket, Key", line)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v lacks %q", err, c.want)
			}
		})
	}
	without := inventory("CSV", "Bucket, Key", line)
	delete(without, "s3://inventory/logs/all/2026-01-31T01-00Z/manifest.checksum")
	if all, _, err := taken(t, without); len(all) != 1 || err != nil {
		t.Errorf("without a checksum: %v, %v", all, err)
	}
	for uri, want := range map[string]bool{inventoryURI: true, "s3://b/manifest.json": true, "s3://b/x.csv": false, "manifest.json": false} {
		if IsManifest(uri) != want {
			t.Errorf("%s: %v", uri, !want)
		}
	}
}

func FuzzInventoryLines(f *testing.F) {
	f.Add(versionSchema, `"logs","a%20b","v","true","false","7","2023-07-10T12:40:01.000Z","x","y"`)
	f.Add("Bucket, Key", "\"a\",\"b\"\n\n\"\"\r\n\"")
	f.Fuzz(func(t *testing.T, schema, text string) {
		m, n := manifest{FileSchema: schema}, 0
		goOn, err := m.lines(strings.NewReader(text), func(o Named, err error) bool {
			if n++; err == nil && (o.Key == "" || o.Bucket == "" || o.Size < 0) {
				t.Errorf("%+v", o)
			}
			return true
		})
		if n > strings.Count(text, "\n")+1 || err == nil && !goOn {
			t.Errorf("%d answers, %v, %v", n, goOn, err)
		}
	})
}
