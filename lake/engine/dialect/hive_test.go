package dialect

import "testing"

func TestHiveDefinesATable(t *testing.T) {
	got := HiveTable{
		Database: "lake", Name: "aws_elb", Comment: "it's a\\b", Columns: []HiveColumn{{"timestamp", "timestamp", "when"}, {"related_ip", "array<string>", ""}},
		Partitions: []HiveColumn{{"day", "string", ""}}, Serde: "org.S", SerdeParameters: map[string]string{"b": "2", "a": "1"},
		Input: "org.I", Output: "org.O", Location: "s3://b/l/", Parameters: map[string]string{"EXTERNAL": "TRUE"},
	}.Create().String()
	want := "CREATE EXTERNAL TABLE `lake.aws_elb`(\n  `timestamp` timestamp COMMENT 'when', \n  `related_ip` array<string>)\nCOMMENT 'it\\'s a\\\\b'\n" +
		"PARTITIONED BY ( \n  `day` string)\nROW FORMAT SERDE\n  'org.S'\nWITH SERDEPROPERTIES (\n  'a'='1',\n  'b'='2')\n" +
		"STORED AS INPUTFORMAT\n  'org.I'\nOUTPUTFORMAT\n  'org.O'\nLOCATION\n  's3://b/l/'\nTBLPROPERTIES (\n  'EXTERNAL'='TRUE')"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
