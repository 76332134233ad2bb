# See cases_test.go. The answers are a Trino server's, to which the lake is in a bucket.

-- the files of a table
SELECT "$path", count(*) FROM aws_cloudtrail GROUP BY "$path" ORDER BY "$path"
: $path varchar, _col1 bigint
> ["s3://lake/tables/aws_cloudtrail/day=2026-01-01/g000001/batch-0.parquet", 1]
> ["s3://lake/tables/aws_cloudtrail/day=2026-01-01/g000001/batch-3.parquet", 1]
> ["s3://lake/tables/aws_cloudtrail/day=2026-01-02/g000001/batch-1.parquet", 4]
> ["s3://lake/tables/aws_cloudtrail/day=2026-01-03/g000001/batch-2.parquet", 1]

-- the path of a row
SELECT event_id, day, "$path" FROM doors
: event_id varchar, day varchar, $path varchar
> ["doors-01", "2026-01-02", "s3://lake/tables/doors/day=2026-01-02/g000001/batch-8.parquet"]

-- paths that a condition takes
SELECT count(*) FROM aws_cloudtrail WHERE "$path" LIKE '%/day=2026-01-02/%'
: _col0 bigint
> [4]

-- the path by its table, and in a function
SELECT regexp_extract(c."$path", '[^/]+/[^/]+$') AS name, min(c.event_id) FROM aws_cloudtrail AS c GROUP BY 1 ORDER BY 1
: name varchar, _col1 varchar
> ["g000001/batch-0.parquet", "aws_cloudtrail-01"]
> ["g000001/batch-1.parquet", "aws_cloudtrail-02"]
> ["g000001/batch-2.parquet", "aws_cloudtrail-06"]
> ["g000001/batch-3.parquet", "aws_cloudtrail-07"]

-- no path but this one
SELECT count(*) FROM aws_cloudtrail WHERE "$path" = 's3://nowhere/x.parquet'
: _col0 bigint
> [0]

-- paths from a subquery
SELECT event_id FROM aws_vpcflow WHERE "$path" IN (SELECT max("$path") FROM aws_vpcflow) ORDER BY 1
: event_id varchar
> ["aws_vpcflow-12"]

-- a file's own path, named twice
SELECT count(*) FROM aws_cloudtrail AS a JOIN aws_cloudtrail AS b ON a."$path" = b."$path"
: _col0 bigint
> [19]

-- the path is not in all columns
SELECT * FROM (SELECT * FROM doors) AS t WHERE event_id = 'doors-01'
: timestamp timestamp(3), event_id varchar, log_file_path varchar, log_offset bigint, message varchar, user_name varchar, source_ip varchar, source_port varchar, door_badges array(varchar), day varchar
> [2026-01-02T03:00:00Z, "doors-01", "doors.log", 0, "door 7\topened", "bob", "10.0.0.5", "seven", ["ALICE", "bob"], "2026-01-02"]

-- the path of a subquery that gives all columns
SELECT t."$path" FROM (SELECT * FROM doors) AS t
! COLUMN_NOT_FOUND: line 1:8: Column 't.$path' cannot be resolved

-- the path of a subquery that gives it
SELECT p FROM (SELECT "$path" AS p, day FROM doors) AS t WHERE day = '2026-01-02'
: p varchar
> ["s3://lake/tables/doors/day=2026-01-02/g000001/batch-8.parquet"]

-- the path where the columns have other names
SELECT "$path" FROM doors AS t (a, b, c, d, e, f, g, h, i, j)
! COLUMN_NOT_FOUND: line 1:8: Column '$path' cannot be resolved

-- the path beside a day
SELECT DISTINCT day, "$path" FROM aws_vpcflow WHERE day > '2026-01-02'
: day varchar, $path varchar
> ["2026-01-04", "s3://lake/tables/aws_vpcflow/day=2026-01-04/g000001/batch-5.parquet"]

-- the path of a table without files
SELECT count("$path") FROM aws_route53
: _col0 bigint
> [0]

-- the path of no row of an outer join
SELECT d."$path" FROM aws_guardduty AS g LEFT JOIN doors AS d ON g.event_id = d.event_id
: $path varchar
> [null]

-- the path in capitals
SELECT count("$PATH") FROM doors
: _col0 bigint
> [1]

-- the type of the path
SELECT length("$path") > 10, "$path" || '?' FROM doors
: _col0 boolean, _col1 varchar
> [true, "s3://lake/tables/doors/day=2026-01-02/g000001/batch-8.parquet?"]

-- the size of a file
SELECT "$file_size" > 0 FROM doors
~ the column $file_size
: _col0 boolean
> [true]

-- the time of a file
SELECT "$file_modified_time" > TIMESTAMP '2020-01-01 00:00:00 UTC' FROM doors
~ the column $file_modified_time
: _col0 boolean
> [true]

-- the partition of a row
SELECT "$partition" FROM doors
~ the column $partition
: $partition varchar
> ["day=2026-01-02"]

-- a column that no table has
SELECT "$nothing" FROM doors
! COLUMN_NOT_FOUND: line 1:8: Column '$nothing' cannot be resolved

-- a join by the path
SELECT count(*) FROM doors AS a JOIN doors AS b USING ("$path")
: _col0 bigint
> [1]
