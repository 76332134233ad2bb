package table

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/apache/thrift/lib/go/thrift"
	"github.com/klauspost/compress/zstd"
	"github.com/xitongsys/parquet-go/parquet"

	"github.com/hindcast/hindcast/lake/ecs"
)

const magic = "PAR1"

// ErrUnsorted is returned for rows that are not in the order of their time, or have none.
var ErrUnsorted = errors.New("rows are not sorted by time")

// Encoder writes files one after the other and keeps its buffers, which grow to the size of a row group.
// It is not for concurrent use.
type Encoder struct {
	o    Options
	zstd *zstd.Encoder
	out  output

	schema     *ecs.Schema // of the file that is being written
	footer     *footer
	added      int // the first row group that was added last
	batch      *ecs.Batch
	twins      []int  // by column: an earlier one with the same values, or -1
	blooms     []bool // by column: whether its pages, which may be others' too, get a bloom filter
	info       Info
	timed      bool   // whether info has times
	body, pack []byte // a page's contents, plain and compressed
	texts      texts
	nums       nums
	levels     []uint8  // a page's definition levels
	dense      []uint32 // a page's indexes into the dictionary
}

// NewEncoder makes an encoder.
func NewEncoder(o Options) (*Encoder, error) {
	o = o.withDefaults()
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(o.Level), zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true), zstd.WithAllLitEntropyCompression(true))
	if err != nil {
		return nil, fmt.Errorf("make compressor: %w", err)
	}
	return &Encoder{o: o, zstd: z}, nil
}

// SetMeta sets the key-value metadata of the files that are begun from now on.
func (e *Encoder) SetMeta(meta map[string]string) { e.o.Meta = meta }

// Write writes rows of a batch as one file. They must be sorted by @timestamp, where the schema has that field.
func (e *Encoder) Write(w io.Writer, b *ecs.Batch, rows []int32) (Info, error) {
	e.Begin(w, b.Schema())
	_, _ = e.Add(b, rows) // Finish tells the error
	return e.Finish()
}

// Begin begins a file of more rows than one batch holds. [Encoder.Add] adds to it and [Encoder.Finish] ends it.
func (e *Encoder) Begin(w io.Writer, s *ecs.Schema) {
	e.out, e.added = newOutput(w), 0
	e.schema, e.footer, e.info, e.timed = s, newFooter(s, e.o), Info{}, false
	e.out.write([]byte(magic))
}

// Add adds rows of a batch, in row groups of their own, and tells how many bytes the file has now. The rows must follow
// those added before in the order of @timestamp. Nothing of the batch is needed once it returns; the first error is
// that of Finish too.
func (e *Encoder) Add(b *ecs.Batch, rows []int32) (int64, error) {
	if b.Schema() != e.schema && e.out.err == nil {
		e.out.err = errors.New("the batch is not of the file's schema")
	}
	e.batch, e.added = b, len(e.footer.meta.RowGroups)
	e.findTwins()
	for len(rows) > 0 && e.out.err == nil {
		n := min(len(rows), e.o.RowsPerGroup)
		e.group(e.footer, rows[:n])
		e.info.Rows += int64(n)
		rows = rows[n:]
	}
	e.batch = nil
	return e.out.n, e.out.err
}

// Finish ends the file.
func (e *Encoder) Finish() (Info, error) {
	e.footer.write(&e.out)
	e.info.Sizes = sizesOf(e.footer.meta.RowGroups, e.out.n)
	e.footer = nil
	if e.out.err == nil {
		e.out.err = e.out.w.Flush()
	}
	if e.out.err != nil {
		return Info{}, fmt.Errorf("write parquet file: %w", e.out.err)
	}
	e.info.Bytes = e.out.n
	e.info.SHA256 = hex.EncodeToString(e.out.sum.Sum(nil))
	return e.info, nil
}

// findTwins finds the columns that are written but once: ECS names many values twice, such as source.address and
// source.ip. Their chunks' metadata say the same pages.
func (e *Encoder) findTwins() {
	fields := e.batch.Schema().Fields()
	e.twins, e.blooms = e.twins[:0], e.blooms[:0]
	for col, f := range fields {
		e.twins, e.blooms = append(e.twins, -1), append(e.blooms, e.o.Bloom(f))
		for other := range col {
			if e.twins[other] < 0 && e.batch.Same(col, other) {
				e.twins[col] = other
				e.blooms[other] = e.blooms[other] || e.blooms[col]
				break
			}
		}
	}
}

// group writes a row group.
func (e *Encoder) group(f *footer, rows []int32) {
	chunks := make([]*chunk, e.batch.Schema().Len())
	for col, field := range e.batch.Schema().Fields() {
		if e.twins[col] >= 0 {
			continue
		}
		c := newChunk(field, e.out.n)
		switch field.Type {
		case ecs.String, ecs.Strings:
			e.writeTexts(c, col, rows)
		default:
			e.writeNums(c, col, rows)
		}
		c.close(e.out.n)
		chunks[col] = c
	}
	for _, c := range chunks {
		if c != nil {
			e.writeBloom(c)
		}
	}
	for col, twin := range e.twins {
		if twin >= 0 {
			chunks[col] = chunks[twin].as(e.batch.Schema().Fields()[col], twin)
		}
	}
	f.add(chunks, len(rows), &e.out)
}

// writeBloom writes a chunk's filter behind the group, so that no more than one group's are held.
func (e *Encoder) writeBloom(c *chunk) {
	if c.bloom == nil {
		return
	}
	at := e.out.n
	c.meta.BloomFilterOffset = &at
	e.out.message(&parquet.BloomFilterHeader{
		NumBytes:    int32(4 * len(c.bloom)),
		Algorithm:   &parquet.BloomFilterAlgorithm{BLOCK: parquet.NewSplitBlockAlgorithm()},
		Hash:        &parquet.BloomFilterHash{XXHASH: parquet.NewXxHash()},
		Compression: &parquet.BloomFilterCompression{UNCOMPRESSED: parquet.NewUncompressed()},
	})
	e.body = c.bloom.append(e.body[:0])
	e.out.write(e.body)
	c.bloom = nil
}

// output counts and hashes what is written, and remembers the first error.
type output struct {
	w      *bufio.Writer
	sum    hash.Hash
	n      int64
	header *thrift.TSerializer
	err    error
}

func newOutput(w io.Writer) output {
	return output{w: bufio.NewWriterSize(w, 1<<18), sum: sha256.New(), header: newSerializer()}
}

func (o *output) write(p []byte) {
	if o.err != nil {
		return
	}
	o.sum.Write(p)
	o.n += int64(len(p))
	_, o.err = o.w.Write(p)
}

// message writes one of the format's Thrift structures and returns its size.
func (o *output) message(m thrift.TStruct) int {
	p := o.serialise(m)
	o.write(p)
	return len(p)
}

func (o *output) serialise(m thrift.TStruct) []byte {
	p, err := o.header.Write(context.Background(), m)
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("serialise %T: %w", m, err)
	}
	return p
}

// newSerializer makes a serializer for the format's Thrift structures.
func newSerializer() *thrift.TSerializer {
	s := thrift.NewTSerializer()
	s.Protocol = thrift.NewTCompactProtocolConf(s.Transport, nil)
	return s
}
