package s3http_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const partSize = 5 << 20

// begin begins an upload and sends its parts.
func (f *fixture) begin(in s3.CreateMultipartUploadInput, parts ...string) (*string, []types.CompletedPart) {
	f.Helper()
	in.Bucket, in.Key = aws.String("logs"), aws.String("large")
	up, err := f.CreateMultipartUpload(f.Context(), &in)
	f.must(err)
	var done []types.CompletedPart
	for i, content := range parts {
		number := aws.Int32(int32(i + 1))
		out, err := f.UploadPart(f.Context(), &s3.UploadPartInput{Bucket: in.Bucket, Key: in.Key, UploadId: up.UploadId, PartNumber: number,
			Body: strings.NewReader(content), ChecksumAlgorithm: in.ChecksumAlgorithm})
		f.must(err)
		done = append(done, types.CompletedPart{PartNumber: number, ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32, ChecksumSHA256: out.ChecksumSHA256, ChecksumCRC64NVME: out.ChecksumCRC64NVME})
	}
	return up.UploadId, done
}

func (f *fixture) complete(id *string, parts []types.CompletedPart, change func(*s3.CompleteMultipartUploadInput)) (*s3.CompleteMultipartUploadOutput, error) {
	in := &s3.CompleteMultipartUploadInput{Bucket: aws.String("logs"), Key: aws.String("large"), UploadId: id, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}}
	if change != nil {
		change(in)
	}
	return f.CompleteMultipartUpload(f.Context(), in)
}

func TestPartsArePutTogether(t *testing.T) {
	first := strings.Repeat("a", partSize)
	for algorithm, kind := range map[types.ChecksumAlgorithm]types.ChecksumType{
		types.ChecksumAlgorithmCrc32: types.ChecksumTypeComposite, types.ChecksumAlgorithmSha256: types.ChecksumTypeComposite,
		types.ChecksumAlgorithmCrc64nvme: types.ChecksumTypeFullObject,
	} {
		t.Run(string(algorithm), func(t *testing.T) {
			each(t, func(f *fixture) {
				id, parts := f.begin(s3.CreateMultipartUploadInput{ChecksumAlgorithm: algorithm}, first, "b")
				if _, _, err := f.get("large", nil); code(err) != "NoSuchKey" {
					f.Errorf("it is seen before it is complete: %v", err)
				}
				listed, err := f.ListParts(f.Context(), &s3.ListPartsInput{Bucket: aws.String("logs"), Key: aws.String("large"), UploadId: id, MaxParts: aws.Int32(1)})
				if f.must(err); len(listed.Parts) != 1 || !*listed.IsTruncated || *listed.Parts[0].Size != partSize {
					f.Errorf("%+v", listed)
				}
				out, err := f.complete(id, parts, nil)
				if f.must(err); !strings.HasSuffix(*out.ETag, `-2"`) || out.ChecksumType != kind {
					f.Errorf("%s, %s", *out.ETag, out.ChecksumType)
				}
				if got, _, err := f.get("large", nil); got != first+"b" || err != nil {
					f.Errorf("%d bytes: %v", len(got), err)
				}
				if _, err := f.complete(id, parts, nil); code(err) != "NoSuchUpload" {
					f.Errorf("complete twice: %v", err)
				}
			})
		})
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	each(t, func(f *fixture) {
		id, parts := f.begin(s3.CreateMultipartUploadInput{}, "small", "b")
		wrong := types.CompletedPart{PartNumber: aws.Int32(1), ETag: aws.String("x")}
		for name, c := range map[string]struct {
			parts []types.CompletedPart
			want  string
		}{
			"a part that is too small":       {parts, "EntityTooSmall"},
			"parts out of order":             {[]types.CompletedPart{parts[1], parts[0]}, "InvalidPartOrder"},
			"a part of another ETag":         {[]types.CompletedPart{wrong}, "InvalidPart"},
			"a part that was never uploaded": {[]types.CompletedPart{{PartNumber: aws.Int32(7), ETag: parts[0].ETag}}, "InvalidPart"},
			"a part twice":                   {[]types.CompletedPart{parts[1], parts[1]}, "InvalidPartOrder"},
			"no parts":                       {nil, "MalformedXML"},
		} {
			if _, err := f.complete(id, c.parts, nil); code(err) != c.want {
				f.Errorf("%s: %v", name, err)
			}
		}
		f.put("large", "there")
		if _, err := f.complete(id, parts[1:], func(in *s3.CompleteMultipartUploadInput) { in.IfNoneMatch = aws.String("*") }); code(err) != "PreconditionFailed" {
			f.Errorf("over what is there: %v", err)
		}
		uploads, err := f.ListMultipartUploads(f.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String("logs"), Prefix: aws.String("lar")})
		if f.must(err); len(uploads.Uploads) != 1 || *uploads.Uploads[0].UploadId != *id {
			f.Errorf("%+v", uploads.Uploads)
		}
		_, err = f.AbortMultipartUpload(f.Context(), &s3.AbortMultipartUploadInput{Bucket: aws.String("logs"), Key: aws.String("large"), UploadId: id})
		f.must(err)
		if _, err := f.complete(id, parts[1:], nil); code(err) != "NoSuchUpload" {
			f.Errorf("after it was aborted: %v", err)
		}
	})
}
