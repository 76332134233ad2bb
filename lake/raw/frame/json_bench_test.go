package frame

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// trail is CloudTrail-like records in an arrangement.
func trail(n int, before, between, after string) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString(before)
	for i := range n {
		if i > 0 {
			b.WriteString(between)
		}
		fmt.Fprintf(&b, `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE%08d:session","arn":"arn:aws:sts::123456789012:assumed-role/Reader/session-%d","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE%08d","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::123456789012:role/Reader","accountId":"123456789012","userName":"Reader"},"webIdFederationData":{},"attributes":{"creationDate":"2026-01-01T10:00:%02dZ","mfaAuthenticated":"false"}}},"eventTime":"2026-01-01T10:%02d:%02dZ","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.%d","userAgent":"aws-cli/2.15.0 Python/3.11.6 Linux/5.10.0 exe/x86_64.amzn.2 prompt/off command/ec2.describe-instances","requestParameters":{"instancesSet":{"items":[{"instanceId":"i-%017x"},{"instanceId":"i-%017x"}]},"filterSet":{},"policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\"}]}"},"responseElements":null,"requestID":"%08x-0000-4000-8000-000000000000","eventID":"%08x-1111-4111-8111-111111111111","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"ec2.eu-central-1.amazonaws.com"}}`,
			rng.IntN(1e8), i, rng.IntN(1e8), i%60, i/60%60, i%60, rng.IntN(250), rng.Uint64()>>4, rng.Uint64()>>4, rng.Uint32(), rng.Uint32())
	}
	b.WriteString(after)
	return b.Bytes()
}

func BenchmarkJSON(b *testing.B) {
	for name, data := range map[string][]byte{
		"wrapped": trail(5000, `{"Records":[`, ",", "]}"),
		"lines":   trail(5000, "", "\n", "\n"),
		"joined":  trail(5000, "", "", ""),
	} {
		b.Run(name, func(b *testing.B) { benchmark(b, data, Framing{Arrays: []string{"Records"}}, 5000) })
	}
}

func BenchmarkLines(b *testing.B) {
	line := []byte("2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.7 10.0.12.7 44312 443 6 12 8410 1767225600 1767225660 ACCEPT OK\n")
	benchmark(b, bytes.Repeat(line, 100_000), Framing{Kind: Lines}, 100_000)
}

func benchmark(b *testing.B, data []byte, f Framing, want int) {
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := New(bytes.NewReader(data), 0, f, Limits{})
		n := 0
		for {
			_, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != want {
			b.Fatalf("%d records, want %d", n, want)
		}
	}
}
