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

-- the actions of a day by address
SELECT source_ip, count(*) AS calls, count(DISTINCT event_action) AS actions, min("timestamp") AS first_seen, max("timestamp") AS last_seen FROM aws_cloudtrail WHERE day BETWEEN '2026-01-01' AND '2026-01-04' GROUP BY source_ip HAVING count(*) >= 1 ORDER BY calls DESC, source_ip
: source_ip varchar, calls bigint, actions bigint, first_seen timestamp(3), last_seen timestamp(3)
> ["203.0.113.9", 4, 3, 2026-01-02T03:10:00Z, 2026-01-02T03:20:00Z]
> ["10.16.0.1", 1, 1, 2026-01-03T00:00:00Z, 2026-01-03T00:00:00Z]
> ["198.51.100.7", 1, 1, 2026-01-01T08:00:00Z, 2026-01-01T08:00:00Z]
> ["2001:db8::1", 1, 1, 2026-01-01T23:59:59Z, 2026-01-01T23:59:59Z]

-- failed logins before one that succeeds
SELECT f.user_name, count(*) FROM aws_cloudtrail f JOIN aws_cloudtrail s ON f.user_name = s.user_name AND f.event_action = s.event_action AND f."timestamp" < s."timestamp" WHERE f.event_outcome = 'failure' AND s.event_outcome = 'success' AND f.event_action = 'ConsoleLogin' GROUP BY 1
: user_name varchar, _col1 bigint
> ["ALICE", 1]

-- users and what else they are called
SELECT u, array_sort(array_agg(DISTINCT event_action)) FROM aws_cloudtrail CROSS JOIN UNNEST(related_user) AS t (u) GROUP BY u ORDER BY u
: u varchar, _col1 array(varchar)
> ["ALICE", ["AuthorizeSecurityGroupIngress", "ConsoleLogin", "CreateAccessKey", "ListUsers"]]
> ["Admin", ["GetObject"]]
> ["bob", ["AssumeRole", "CreateAccessKey"]]
> ["carol", ["GetObject"]]

-- rejected traffic by port and minute
SELECT date_trunc('minute', "timestamp") AS minute, destination_port, count_if(event_outcome = 'failure') AS rejected, sum(network_bytes) AS bytes FROM aws_vpcflow GROUP BY date_trunc('minute', "timestamp"), destination_port HAVING count_if(event_outcome = 'failure') > 0 ORDER BY 1 LIMIT 3
: minute timestamp(3), destination_port bigint, rejected bigint, bytes bigint
> [2026-01-02T03:22:00Z, 22, 1, 40]
> [2026-01-02T03:24:00Z, 22, 1, 120]
> [2026-01-02T03:26:00Z, 22, 1, 200]

-- all sources of an address
SELECT source, count(*) FROM (SELECT 'cloudtrail' AS source, source_ip FROM aws_cloudtrail UNION ALL SELECT 'vpcflow', source_ip FROM aws_vpcflow UNION ALL SELECT 'apache', source_ip FROM apache_access) AS t WHERE source_ip = '203.0.113.9' GROUP BY source ORDER BY source
: source varchar, _col1 bigint
> ["apache", 1]
> ["cloudtrail", 4]
> ["vpcflow", 12]

-- private addresses
SELECT destination_ip, CASE WHEN contains('10.0.0.0/8', TRY_CAST(destination_ip AS ipaddress)) THEN 'private' ELSE 'public' END AS kind, count(*) FROM aws_vpcflow GROUP BY 1, 2 ORDER BY 1
: destination_ip varchar, kind varchar, _col2 bigint
> ["10.0.0.5", "private", 12]
> ["2001:db8::1", "public", 1]

-- responses by class
SELECT http_response_status_code / 100 AS class, count(*) FROM apache_access GROUP BY http_response_status_code / 100 ORDER BY 1
: class bigint, _col1 bigint
> [2, 1]
> [4, 1]

-- parts of an ARN
SELECT DISTINCT split_part(aws_cloudtrail_user_identity_arn, ':', 5) AS account, regexp_extract(aws_cloudtrail_user_identity_arn, '[^/]+$') AS name, element_at(split(aws_cloudtrail_user_identity_arn, '/'), -1) AS last FROM aws_cloudtrail WHERE aws_cloudtrail_user_identity_arn IS NOT NULL ORDER BY 2
: account varchar, name varchar, last varchar
> ["000123456789", "ALICE", "ALICE"]
> ["000123456789", "carol", "carol"]

-- events an hour before
SELECT event_id FROM aws_cloudtrail WHERE "timestamp" BETWEEN TIMESTAMP '2026-01-02 03:15:00' - INTERVAL '5' MINUTE AND TIMESTAMP '2026-01-02 03:15:00' ORDER BY "timestamp", event_id
: event_id varchar
> ["aws_cloudtrail-02"]
> ["aws_cloudtrail-03"]
> ["aws_cloudtrail-04"]

-- a day of now
SELECT count(*) FROM aws_cloudtrail WHERE "timestamp" < now() AND "timestamp" > current_timestamp - INTERVAL '36500' DAY AND day <= date_format(current_date, '%Y-%m-%d')
: _col0 bigint
> [7]

-- lists that are empty
SELECT event_id, cardinality(related_ip), element_at(related_ip, 1), contains(related_ip, '10.0.0.5') FROM aws_cloudtrail ORDER BY event_id
: event_id varchar, _col1 bigint, _col2 varchar, _col3 boolean
> ["aws_cloudtrail-01", 1, "198.51.100.7", false]
> ["aws_cloudtrail-02", 1, "203.0.113.9", false]
> ["aws_cloudtrail-03", 1, "203.0.113.9", false]
> ["aws_cloudtrail-04", 1, "203.0.113.9", false]
> ["aws_cloudtrail-05", 2, "203.0.113.9", true]
> ["aws_cloudtrail-06", 1, "10.16.0.1", false]
> ["aws_cloudtrail-07", 1, "2001:db8::1", false]

-- events of weekdays
SELECT day_of_week("timestamp") AS d, count(*) FROM aws_cloudtrail GROUP BY day_of_week("timestamp") ORDER BY d
: d bigint, _col1 bigint
> [4, 2]
> [5, 4]
> [6, 1]

-- what is in both tables
SELECT source_ip FROM aws_cloudtrail INTERSECT SELECT source_ip FROM apache_access ORDER BY 1
: source_ip varchar
> ["203.0.113.9"]

-- what is in one table alone
SELECT DISTINCT source_ip FROM aws_cloudtrail WHERE source_ip NOT IN (SELECT source_ip FROM apache_access WHERE source_ip IS NOT NULL) ORDER BY 1
: source_ip varchar
> ["10.16.0.1"]
> ["198.51.100.7"]
> ["2001:db8::1"]

-- the share of null
SELECT count(*) AS n, count(error_code) AS errors, round(100.0 * count(error_code) / count(*), 2) AS pct FROM aws_cloudtrail
: n bigint, errors bigint, pct decimal(24,1)
> [7, 1, "14.3"]

-- names of agents
SELECT lower(split_part(user_agent_original, '/', 1)) AS agent, count(*) FROM aws_cloudtrail WHERE user_agent_original LIKE 'aws-cli/%' GROUP BY 1
: agent varchar, _col1 bigint
> ["aws-cli", 6]

-- a text column that is a number elsewhere
SELECT TRY_CAST(source_port AS bigint) FROM doors
: _col0 bigint
> [null]

-- ranked users
SELECT user_name, n, rank() OVER (ORDER BY n DESC) AS r FROM (SELECT user_name, count(*) AS n FROM aws_cloudtrail GROUP BY user_name) AS t ORDER BY r, user_name
: user_name varchar, n bigint, r bigint
> ["ALICE", 5, 1]
> ["Admin", 1, 2]
> ["bob", 1, 2]
