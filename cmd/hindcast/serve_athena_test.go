package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// notebook is what a client of Athena is told.
func (s *serving) notebook() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(s.athena), Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	}
}

func TestANotebookAsksOverTheAthenaAPI(t *testing.T) {
	w := sharedWorld(t)
	// Less than the files of the table, and enough for the columns that are read.
	s := serve(t, w.dir, "--athena", "127.0.0.1:0", "--max-scan", fmt.Sprint(w.bytesOf(t, "aws_cloudtrail")-1, "B"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client := athena.NewFromConfig(s.notebook())
	started, err := client.StartQueryExecution(ctx, &athena.StartQueryExecutionInput{
		QueryString:           aws.String(`SELECT count(*) AS n, 5 / 2 AS half FROM "awsdatacatalog"."hindcast"."aws_cloudtrail" WHERE source_ip = ?`),
		ExecutionParameters:   []string{"'203.0.113.77'"},
		QueryExecutionContext: &types.QueryExecutionContext{Database: aws.String("hindcast")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var e *types.QueryExecution
	for e == nil || e.Status.State == types.QueryExecutionStateQueued || e.Status.State == types.QueryExecutionStateRunning {
		out, err := client.GetQueryExecution(ctx, &athena.GetQueryExecutionInput{QueryExecutionId: started.QueryExecutionId})
		if err != nil {
			t.Fatal(err)
		}
		e = out.QueryExecution
	}
	if e.Status.State != types.QueryExecutionStateSucceeded {
		t.Fatalf("it is %s: %s", e.Status.State, aws.ToString(e.Status.StateChangeReason))
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(*e.ResultConfiguration.OutputLocation, "s3://"), "/")
	object, err := s3.NewFromConfig(s.notebook(), func(o *s3.Options) { o.UsePathStyle = true }).GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer object.Body.Close()
	text, err := io.ReadAll(object.Body)
	lines := strings.Split(string(text), "\n")
	if err != nil || len(lines) != 3 || lines[0] != `"n","half"` || lines[1] == `"0","2"` || !strings.HasSuffix(lines[1], `,"2"`) {
		t.Errorf("the result is %q: %v", text, err)
	}
	answer, err := http.Get(s.http + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	metrics, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	says(t, string(metrics), `hindcast_athena_executions_total{state="succeeded"} 1`, `hindcast_athena_calls_total{operation="StartQueryExecution",service="athena",status="200"} 1`,
		`hindcast_athena_calls_total{operation="GET",service="s3",status="200"} 1`)
	taken := hindcast(t, "serve", "--dir", w.dir, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--athena", strings.TrimPrefix(s.athena, "http://")).want(t, exitFailed)
	says(t, taken.err, "listen for Athena")
	if status, text := s.stop(); status != exitDone {
		t.Errorf("ended with %d: %s", status, text)
	}
}

func TestALakeInS3IsNotServedAsAthena(t *testing.T) {
	got := hindcast(t, "serve", "--lake", "s3://bucket/lake", "--catalog", "sqlite:"+t.TempDir()+"/catalog.db", "--athena", "127.0.0.1:0").want(t, exitUsage)
	says(t, got.err, "--athena: ", "ask Athena itself")
}
