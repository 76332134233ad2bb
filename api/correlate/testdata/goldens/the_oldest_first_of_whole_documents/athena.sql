-- timeline
SELECT "source", "timestamp", "event_id", "log_file_path", "log_offset", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "cloud_account_id", "cloud_region", "source_ip", "user_name", json_format(CAST("related_ip" AS JSON)) AS "related_ip", json_format(CAST("related_user" AS JSON)) AS "related_user", "http_request_method", "http_response_status_code", "url_original", "url_path", "url_domain", "user_agent_original", json_format(CAST("related_hosts" AS JSON)) AS "related_hosts", json_format(CAST("match_ip" AS JSON)) AS "match_ip"
FROM (
  SELECT 'apache_access' AS "source", "timestamp", "event_id", "log_file_path", "log_offset", "event_kind", "event_category", "event_action", "event_outcome", "cloud_account_id", "cloud_region", "source_ip", "user_name", "related_ip", "related_user", "http_request_method", "http_response_status_code", "url_original", "url_path", "url_domain", "user_agent_original", "related_hosts", "related_ip" AS "match_ip"
  FROM "apache_access"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND contains("related_ip", '203.0.113.9')
) AS "events"
ORDER BY "timestamp", "source", "event_id", "log_file_path", "log_offset"
LIMIT 51;
-- timeline
SELECT "source", "timestamp", "event_id", "log_file_path", "log_offset", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "cloud_account_id", "cloud_region", "source_ip", "user_name", json_format(CAST("related_ip" AS JSON)) AS "related_ip", json_format(CAST("related_user" AS JSON)) AS "related_user", "event_provider", "user_id", "user_agent_original", "error_code", "cloud_instance_id", json_format(CAST("related_hosts" AS JSON)) AS "related_hosts", "aws_cloudtrail_user_identity_access_key_id", "aws_cloudtrail_user_identity_arn", "aws_cloudtrail_request_parameters", "aws_cloudtrail_recipient_account_id", "aws_cloudtrail_target", "aws_cloudtrail_read_only", json_format(CAST("match_ip" AS JSON)) AS "match_ip"
FROM (
  SELECT 'aws_cloudtrail' AS "source", "timestamp", "event_id", "log_file_path", "log_offset", "event_kind", "event_category", "event_action", "event_outcome", "cloud_account_id", "cloud_region", "source_ip", "user_name", "related_ip", "related_user", "event_provider", "user_id", "user_agent_original", "error_code", "cloud_instance_id", "related_hosts", "aws_cloudtrail_user_identity_access_key_id", "aws_cloudtrail_user_identity_arn", "aws_cloudtrail_request_parameters", "aws_cloudtrail_recipient_account_id", "aws_cloudtrail_target", "aws_cloudtrail_read_only", "related_ip" AS "match_ip"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND contains("related_ip", '203.0.113.9')
) AS "events"
ORDER BY "timestamp", "source", "event_id", "log_file_path", "log_offset"
LIMIT 51;
-- timeline
SELECT "source", "timestamp", "event_id", "log_file_path", "log_offset", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "cloud_account_id", "cloud_region", "source_ip", "user_name", json_format(CAST("related_ip" AS JSON)) AS "related_ip", json_format(CAST("related_user" AS JSON)) AS "related_user", "source_port", "destination_ip", "destination_port", "network_transport", "network_bytes", "cloud_instance_id", json_format(CAST("related_hosts" AS JSON)) AS "related_hosts", json_format(CAST("match_ip" AS JSON)) AS "match_ip"
FROM (
  SELECT 'aws_vpcflow' AS "source", "timestamp", "event_id", "log_file_path", "log_offset", "event_kind", "event_category", "event_action", "event_outcome", "cloud_account_id", "cloud_region", "source_ip", "user_name", "related_ip", "related_user", "source_port", "destination_ip", "destination_port", "network_transport", "network_bytes", "cloud_instance_id", "related_hosts", "related_ip" AS "match_ip"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND contains("related_ip", '203.0.113.9')
) AS "events"
ORDER BY "timestamp", "source", "event_id", "log_file_path", "log_offset"
LIMIT 51;
-- statistics
WITH "matches" AS (
  SELECT 'apache_access' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "apache_access"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND contains("related_ip", '203.0.113.9')
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND contains("related_ip", '203.0.113.9')
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", CAST(NULL AS varchar) AS "user_agent_original"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND contains("related_ip", '203.0.113.9')
), "counts" AS (
  SELECT grouping("source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original") AS "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", count(*) AS "events"
  FROM "matches"
  GROUP BY GROUPING SETS (("source", "day"), ("event_action"), ("user_name"), ("source_ip"), ("destination_ip"), ("cloud_account_id"), ("user_agent_original"))
), "ranked" AS (
  SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", "events", row_number() OVER (PARTITION BY "set" ORDER BY "events" DESC, coalesce("event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", CAST(NULL AS varchar))) AS "rank"
  FROM "counts"
  WHERE ("set" = 63 OR coalesce("event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", CAST(NULL AS varchar)) IS NOT NULL)
)
SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", "events"
FROM "ranked"
WHERE ("set" = 63 OR "rank" <= 10)
ORDER BY "set", "rank";
