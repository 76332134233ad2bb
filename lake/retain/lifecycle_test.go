package retain

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

func TestTheLifecycleOfALake(t *testing.T) {
	rules := NewRules([]catalog.Policy{
		{Keep: 400, Parquet: []catalog.Move{{After: 90, Class: GlacierIR}}},
		{Table: "flows", Keep: 100, Parquet: []catalog.Move{{After: 30, Class: StandardIA}, {After: 60, Class: GlacierIR}}},
		{Table: "doors", Keep: 10},
	}, nil)
	l, err := ParquetLifecycle(rules, []string{"flows", "trail", "doors"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
 "Rules": [
  {
   "ID": "hindcast-parquet-uploads",
   "Status": "Enabled",
   "Filter": {
    "Prefix": ""
   },
   "AbortIncompleteMultipartUpload": {
    "DaysAfterInitiation": 7
   }
  },
  {
   "ID": "hindcast-parquet-flows",
   "Status": "Enabled",
   "Filter": {
    "And": {
     "Prefix": "tables/flows/",
     "ObjectSizeGreaterThan": 131071
    }
   },
   "Transitions": [
    {
     "Days": 30,
     "StorageClass": "STANDARD_IA"
    },
    {
     "Days": 60,
     "StorageClass": "GLACIER_IR"
    }
   ]
  },
  {
   "ID": "hindcast-parquet-trail",
   "Status": "Enabled",
   "Filter": {
    "And": {
     "Prefix": "tables/trail/",
     "ObjectSizeGreaterThan": 131071
    }
   },
   "Transitions": [
    {
     "Days": 90,
     "StorageClass": "GLACIER_IR"
    }
   ]
  }
 ]
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestPrefixesOfRawLogs(t *testing.T) {
	var tree PrefixTree
	for key, table := range map[string]string{
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/31/a.gz":  "trail",
		"AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/b.gz":  "trail",
		"AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/c.gz": "",
		"AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/d.gz":       "flows",
		"AWSLogs/444455556666/CloudTrail/eu-west-1/2026/e.gz":        "trail",
		"access/2026-01-31-a": "access", "access/2026-01-31-b": "access",
		"mixed/a/1.gz": "trail", "mixed/a/2.gz": "flows", "mixed/b/3.gz": "flows",
		"readme.txt": "",
	} {
		tree.Add(key, table)
	}
	want := map[string][]string{
		"trail":  {"AWSLogs/111122223333/CloudTrail/", "AWSLogs/444455556666/"},
		"flows":  {"AWSLogs/111122223333/vpcflowlogs/", "mixed/b/"},
		"access": {"access/"},
	}
	if diff := cmp.Diff(want, tree.Prefixes()); diff != "" {
		t.Error(diff)
	}
	rules := NewRules([]catalog.Policy{{Table: "trail", Raw: []catalog.Move{{After: 0, Class: Glacier}}}}, nil)
	l, err := RawLifecycle(rules, tree.Prefixes())
	if err != nil || len(l.Rules) != 3 || l.Rules[2].ID != "hindcast-raw-trail-2" || l.Rules[2].Filter.And.Prefix != "AWSLogs/444455556666/" {
		t.Errorf("%+v, %v", l, err)
	}
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("p%d/", i))
	}
	if _, err := RawLifecycle(rules, map[string][]string{"trail": many}); err == nil {
		t.Error("more rules are printed than a bucket takes")
	}
}
