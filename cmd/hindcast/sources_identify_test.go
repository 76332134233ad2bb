package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestIdentifySaysWhatAnObjectIsAndWhy(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const flow = "2 111122223333 eni-0a1b2c3d 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK"
	const key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T0915Z_abc.json.gz"
	wrapped := `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":"` + flow + `"}]}`
	for _, c := range []struct {
		name, object string
		want         identified
		status       int
	}{
		{"a key", key, identified{Source: "aws_cloudtrail", By: "key"}, exitDone},
		{"a key that says nothing", "notes.txt", identified{}, exitFailed},
		{"a folder's mark", "AWSLogs_$folder$", identified{PassedOver: "it stands for a folder"}, exitDone},
		{"a file whose name says nothing", write("plain", flow+"\n"), identified{Source: "aws_vpcflow", By: "contents", LooksLike: "aws_vpcflow"}, exitDone},
		{"a file in an envelope", write("wrapped", wrapped),
			identified{Source: "aws_vpcflow", By: "contents", LooksLike: "aws_vpcflow", Envelopes: []string{"cloudwatch_logs"}}, exitDone},
		{"a file under a wrong key", write(key, flow+"\n"),
			identified{Source: "aws_vpcflow", By: "contents", KeySays: "aws_cloudtrail", LooksLike: "aws_vpcflow"}, exitDone},
		{"an empty file", write("empty", ""), identified{PassedOver: "it is empty"}, exitDone},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := parsed[[]identified](t, hindcast(t, "sources", "identify", "--json", c.object).want(t, c.status).out)
			c.want.Object, got[0].Pattern = c.object, ""
			if len(got) != 1 || got[0].text() != c.want.text() || got[0].By != c.want.By || got[0].KeySays != c.want.KeySays {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			says(t, hindcast(t, "sources", "identify", c.object).want(t, c.status).out, c.object, c.want.Source, c.want.PassedOver)
		})
	}
}

func TestIdentifySaysOfOthersWhatTheyAreWhenOneCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	damaged, flow := filepath.Join(dir, "damaged.parquet"), filepath.Join(dir, "flow")
	for path, text := range map[string]string{
		damaged: "PAR1\x15\x04\xff\x00",
		flow:    "2 111122223333 eni-0a1b2c3d 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := hindcast(t, "sources", "identify", damaged, flow).want(t, exitFailed)
	says(t, got.out, "damaged.parquet: of no source that its key tells (look into it: ", "flow: aws_vpcflow (its contents look like aws_vpcflow)")
	says(t, got.err, "1 of 2 can't be read")
}
