# See cases_test.go. The answers are a Trino server's.

-- a count of a table
SELECT count(*) FROM aws_cloudtrail
: _col0 bigint
> [7]

-- names before a table
SELECT count(*) FROM lake.aws_cloudtrail
: _col0 bigint
> [7]

-- quoted and qualified names
SELECT "aws_cloudtrail"."user_name", count(*) FROM plain.lake."aws_cloudtrail" GROUP BY aws_cloudtrail.user_name ORDER BY 2 DESC, 1
: user_name varchar, _col1 bigint
> ["ALICE", 5]
> ["Admin", 1]
> ["bob", 1]

-- a column by its table and database
SELECT lake.doors.message FROM lake.doors
: message varchar
> ["door 7\topened"]

-- the key is a column
SELECT day, count(*) FROM aws_cloudtrail WHERE day BETWEEN '2026-01-02' AND '2026-01-03' GROUP BY day ORDER BY day
: day varchar, _col1 bigint
> ["2026-01-02", 4]
> ["2026-01-03", 1]

-- times of events
SELECT event_id, "timestamp" FROM aws_cloudtrail WHERE "timestamp" >= TIMESTAMP '2026-01-02 03:15:00' AND day >= '2026-01-02' ORDER BY 2
: event_id varchar, timestamp timestamp(3)
> ["aws_cloudtrail-04", 2026-01-02T03:15:00Z]
> ["aws_cloudtrail-05", 2026-01-02T03:20:00Z]
> ["aws_cloudtrail-06", 2026-01-03T00:00:00Z]

-- an hour's events
SELECT date_trunc('hour', "timestamp") AS hour, count(*) AS events FROM aws_vpcflow GROUP BY 1 ORDER BY 1
: hour timestamp(3), events bigint
> [2026-01-02T03:00:00Z, 12]
> [2026-01-04T12:00:00Z, 1]

-- lists of addresses
SELECT event_id, ip FROM aws_cloudtrail CROSS JOIN UNNEST(related_ip) AS t (ip) WHERE ip LIKE '10.%' ORDER BY 1, 2
: event_id varchar, ip varchar
> ["aws_cloudtrail-05", "10.0.0.5"]
> ["aws_cloudtrail-06", "10.16.0.1"]

-- addresses in a range
SELECT event_id FROM aws_cloudtrail WHERE contains('203.0.113.0/24', TRY_CAST(source_ip AS ipaddress)) ORDER BY 1
: event_id varchar
> ["aws_cloudtrail-02"]
> ["aws_cloudtrail-03"]
> ["aws_cloudtrail-04"]
> ["aws_cloudtrail-05"]

-- any address in a range
SELECT event_id FROM aws_cloudtrail WHERE any_match(related_ip, x -> contains('10.0.0.0/8', TRY_CAST(x AS ipaddress))) ORDER BY 1
: event_id varchar
> ["aws_cloudtrail-05"]
> ["aws_cloudtrail-06"]

-- a document's member
SELECT event_id, json_extract_scalar(aws_cloudtrail_request_parameters, '$.userName') AS who FROM aws_cloudtrail WHERE aws_cloudtrail_request_parameters IS NOT NULL
: event_id varchar, who varchar
> ["aws_cloudtrail-04", "it's \"bob\""]

-- users by name
SELECT lower(user_name) AS who, count(*) AS n, min("timestamp") AS first, array_agg(DISTINCT event_action ORDER BY event_action) AS actions FROM aws_cloudtrail GROUP BY lower(user_name) ORDER BY n DESC, who
: who varchar, n bigint, first timestamp(3), actions array(varchar)
> ["alice", 5, 2026-01-01T08:00:00Z, ["AuthorizeSecurityGroupIngress", "ConsoleLogin", "CreateAccessKey", "ListUsers"]]
> ["admin", 1, 2026-01-03T00:00:00Z, ["GetObject"]]
> ["bob", 1, 2026-01-01T23:59:59Z, ["AssumeRole"]]

-- shares of outcomes
SELECT event_outcome, count(*) * 100.0 / sum(count(*)) OVER () AS share FROM aws_vpcflow GROUP BY event_outcome ORDER BY 1
: event_outcome varchar, share decimal(23,1)
> ["failure", "46.2"]
> ["success", "53.8"]

-- bytes by port
SELECT destination_port, sum(network_bytes) AS bytes, avg(network_bytes) AS mean, approx_distinct(source_port) AS ports FROM aws_vpcflow GROUP BY destination_port ORDER BY bytes DESC
: destination_port bigint, bytes bigint, mean double, ports bigint
> [22, 2640, 220, 12]
> [443, null, null, 1]

-- two tables joined by address
SELECT c.event_id, count(*) FROM aws_cloudtrail c JOIN aws_vpcflow v ON c.source_ip = v.source_ip AND v."timestamp" BETWEEN c."timestamp" AND c."timestamp" + INTERVAL '10' MINUTE GROUP BY c.event_id ORDER BY 1
: event_id varchar, _col1 bigint
> ["aws_cloudtrail-03", 1]
> ["aws_cloudtrail-04", 5]
> ["aws_cloudtrail-05", 10]

-- what one did after another
SELECT event_id, lag(event_action) OVER (PARTITION BY user_name ORDER BY "timestamp") FROM aws_cloudtrail WHERE user_name = 'ALICE' ORDER BY 1
: event_id varchar, _col1 varchar
> ["aws_cloudtrail-01", null]
> ["aws_cloudtrail-02", "ListUsers"]
> ["aws_cloudtrail-03", "ConsoleLogin"]
> ["aws_cloudtrail-04", "ConsoleLogin"]
> ["aws_cloudtrail-05", "CreateAccessKey"]

-- booleans of a table
SELECT count_if(aws_cloudtrail_read_only), count(aws_cloudtrail_read_only), bool_or(aws_cloudtrail_read_only) FROM aws_cloudtrail
: _col0 bigint, _col1 bigint, _col2 boolean
> [2, 3, true]

-- minutes since the event before
SELECT event_id, date_diff('minute', lag("timestamp") OVER (ORDER BY "timestamp", event_id), "timestamp") FROM aws_cloudtrail ORDER BY 1
: event_id varchar, _col1 bigint
> ["aws_cloudtrail-01", null]
> ["aws_cloudtrail-02", 190]
> ["aws_cloudtrail-03", 1]
> ["aws_cloudtrail-04", 4]
> ["aws_cloudtrail-05", 5]
> ["aws_cloudtrail-06", 1240]
> ["aws_cloudtrail-07", 959]

-- no rows
SELECT * FROM aws_route53
: timestamp timestamp(3), event_id varchar, log_file_path varchar, log_offset bigint, event_kind varchar, event_category array(varchar), event_action varchar, event_outcome varchar, cloud_account_id varchar, cloud_region varchar, source_ip varchar, user_name varchar, related_ip array(varchar), related_user array(varchar), dns_question_name varchar, related_hosts array(varchar), day varchar

-- a table of another database
SELECT 1 FROM elsewhere.aws_cloudtrail
! SCHEMA_NOT_FOUND: line 1:15: Schema 'elsewhere' does not exist

-- a text compared with a time
SELECT 1 FROM aws_cloudtrail WHERE "timestamp" > '2026-01-01'
! TYPE_MISMATCH: line 1:48: Cannot apply operator: timestamp(3) < varchar(10)
