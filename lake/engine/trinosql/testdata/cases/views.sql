# See cases_test.go. The answers are a Trino server's. The view is over all tables of the lake.

-- events of each table by the view
SELECT dataset, count(*) AS n FROM events GROUP BY dataset ORDER BY dataset
: dataset varchar, n bigint
> ["apache_access", 2]
> ["aws_cloudtrail", 7]
> ["aws_guardduty", 1]
> ["aws_vpcflow", 13]
> ["doors", 1]

-- a day of the view
SELECT dataset, "timestamp", event_id FROM events WHERE day = '2026-01-03' ORDER BY 2, 3
: dataset varchar, timestamp timestamp(3), event_id varchar
> ["aws_cloudtrail", 2026-01-03T00:00:00Z, "aws_cloudtrail-06"]
> ["aws_guardduty", 2026-01-03T04:00:00Z, "aws_guardduty-01"]

-- all columns of a row of the view
SELECT * FROM events WHERE event_id = 'aws_guardduty-01'
: dataset varchar, day varchar, timestamp timestamp(3), event_id varchar, event_kind varchar, event_category array(varchar), event_action varchar, event_outcome varchar, event_provider varchar, cloud_account_id varchar, cloud_region varchar, cloud_instance_id varchar, source_ip varchar, destination_ip varchar, destination_port bigint, network_transport varchar, network_bytes bigint, user_name varchar, user_id varchar, related_ip array(varchar), related_user array(varchar), related_hosts array(varchar), related_hash array(varchar), http_request_method varchar, http_response_status_code bigint, url_original varchar, url_domain varchar, url_path varchar, user_agent_original varchar, dns_question_name varchar, rule_name varchar, error_code varchar, message varchar, log_file_path varchar, log_offset bigint
> ["aws_guardduty", "2026-01-03", 2026-01-03T04:00:00Z, "aws_guardduty-01", "alert", null, "UnauthorizedAccess:IAMUser/ConsoleLogin", null, null, "000123456789", null, null, "203.0.113.9", null, null, null, null, "ALICE", null, ["203.0.113.9"], ["ALICE"], null, ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"], null, null, null, null, null, null, null, "Console login from an unusual place", null, "alice signed in from 203.0.113.9", "logs/aws_guardduty/2026/01/03.gz", 100]

-- the view with its database and under another name
SELECT e.event_id, e.source_ip FROM plain.lake.events AS e WHERE e.dataset = 'apache_access' ORDER BY 1
: event_id varchar, source_ip varchar
> ["apache_access-01", "203.0.113.9"]
> ["apache_access-02", "192.0.2.1"]

-- the view by its own name
SELECT events.dataset, lake.events.event_id FROM lake.events WHERE events.message IS NOT NULL ORDER BY 1
: dataset varchar, event_id varchar
> ["aws_guardduty", "aws_guardduty-01"]
> ["doors", "doors-01"]

-- the view with columns of other names
SELECT d, t FROM events AS x (d, t) WHERE t = 'y'
! MISMATCHED_COLUMN_ALIASES: line 1:18: Column alias list has 2 entries but 'x' has 35 columns available

-- two tables of a day by the view
SELECT dataset, user_name, count(*) FROM events WHERE dataset IN ('doors', 'aws_cloudtrail') AND day = '2026-01-02' GROUP BY 1, 2 ORDER BY 1, 2
: dataset varchar, user_name varchar, _col2 bigint
> ["aws_cloudtrail", "ALICE", 4]
> ["doors", "bob", 1]

-- a table that the view has not
SELECT count(*) FROM events WHERE dataset = 'absent'
: _col0 bigint
> [0]

-- the view joined to a table
SELECT e.dataset, count(*) FROM events AS e JOIN aws_cloudtrail AS c ON e.source_ip = c.source_ip AND c.day = '2026-01-02' WHERE e.day = '2026-01-02' GROUP BY 1 ORDER BY 1
: dataset varchar, _col1 bigint
> ["apache_access", 4]
> ["aws_cloudtrail", 16]
> ["aws_vpcflow", 48]

-- the view joined to itself
SELECT a.dataset, b.dataset, count(*) FROM events AS a JOIN events AS b ON a.user_name = b.user_name AND a.day = b.day WHERE a.day = '2026-01-02' AND b.dataset = 'doors' GROUP BY 1, 2 ORDER BY 1, 2
: dataset varchar, dataset varchar, _col2 bigint
> ["apache_access", "doors", 1]
> ["doors", "doors", 1]

-- lists by the view
SELECT dataset, ip, count(*) FROM events CROSS JOIN UNNEST(related_ip) AS t (ip) WHERE day = '2026-01-02' AND ip LIKE '10.%' GROUP BY 1, 2 ORDER BY 1, 2
: dataset varchar, ip varchar, _col2 bigint
> ["aws_cloudtrail", "10.0.0.5", 1]
> ["aws_vpcflow", "10.0.0.5", 12]

-- a column that one table has, by the view
SELECT dataset, network_bytes FROM events WHERE network_bytes > 400 ORDER BY 2
: dataset varchar, network_bytes bigint
> ["aws_vpcflow", 440]

-- a column whose types differ is not in the view
SELECT source_port FROM events
! COLUMN_NOT_FOUND: line 1:8: Column 'source_port' cannot be resolved

-- the path is not in the view
SELECT "$path" FROM events
! COLUMN_NOT_FOUND: line 1:8: Column '$path' cannot be resolved

-- a common table expression that hides the view
WITH events AS (SELECT 1 AS n) SELECT n FROM events
: n integer
> [1]

-- a common table expression over the view
WITH e AS (SELECT * FROM events WHERE day = '2026-01-03') SELECT dataset, count(*) FROM e GROUP BY 1 ORDER BY 1
: dataset varchar, _col1 bigint
> ["aws_cloudtrail", 1]
> ["aws_guardduty", 1]

-- types of the view
SELECT typeof(dataset), typeof(day), typeof("timestamp"), typeof(related_ip), typeof(network_bytes) FROM events LIMIT 1
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["varchar", "varchar", "timestamp(3)", "array(varchar)", "bigint"]

-- the view in a condition
SELECT count(*) FROM doors WHERE user_name IN (SELECT user_name FROM events WHERE dataset = 'apache_access')
: _col0 bigint
> [1]

-- a condition around a subquery with a limit
SELECT count(*) FROM (SELECT day FROM aws_cloudtrail ORDER BY "timestamp" LIMIT 2) AS t WHERE day = '2026-01-02'
: _col0 bigint
> [0]

-- a condition around a subquery with numbers of rows
SELECT event_id, n FROM (SELECT event_id, day, row_number() OVER (ORDER BY "timestamp") AS n FROM aws_cloudtrail) AS t WHERE day = '2026-01-03'
: event_id varchar, n bigint
> ["aws_cloudtrail-06", 7]

-- a condition around groups
SELECT * FROM (SELECT day, count(*) AS n FROM aws_cloudtrail GROUP BY ROLLUP (day)) AS t WHERE day = '2026-01-03' OR day IS NULL ORDER BY 2
: day varchar, n bigint
> ["2026-01-03", 1]
> [null, 7]

-- a condition around an outer join
SELECT a, b FROM (SELECT c.event_id AS a, d.event_id AS b, d.day FROM aws_cloudtrail AS c LEFT JOIN doors AS d ON c.source_ip <> d.source_ip) AS t WHERE day = '2026-01-02' ORDER BY 1, 2
: a varchar, b varchar
> ["aws_cloudtrail-01", "doors-01"]
> ["aws_cloudtrail-02", "doors-01"]
> ["aws_cloudtrail-03", "doors-01"]
> ["aws_cloudtrail-04", "doors-01"]
> ["aws_cloudtrail-05", "doors-01"]
> ["aws_cloudtrail-06", "doors-01"]
> ["aws_cloudtrail-07", "doors-01"]

-- a condition around a union
SELECT k, count(*) FROM (SELECT 'trail' AS k, day FROM aws_cloudtrail UNION ALL SELECT 'flow', day FROM aws_vpcflow) AS t WHERE k = 'flow' AND day = '2026-01-02' GROUP BY 1
: k varchar, _col1 bigint
> ["flow", 12]

-- a condition around an aggregate of one part of a union
SELECT k, n FROM (SELECT 'trail' AS k, count(*) AS n FROM aws_cloudtrail UNION ALL SELECT 'flow', count(*) FROM aws_vpcflow) AS t WHERE k = 'flow'
: k varchar, n bigint
> ["flow", 13]

-- another column that is called as the key
SELECT message FROM (SELECT message, event_id AS day FROM doors) AS t WHERE day = 'doors-01'
: message varchar
> ["door 7\topened"]

-- a table whose columns are renamed, one of them as the key
SELECT c FROM doors AS t (a, day, c, d, e, f, g, h, i, j) WHERE day = 'doors-01'
: c varchar
> ["doors.log"]
