-- timeline
SELECT "source", "timestamp", "event_id", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", "http_request_method", "url_original", "url_path", "http_response_status_code", "user_agent_original", "error_code", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", json_format(CAST("match_domain" AS JSON)) AS "match_domain"
FROM (
  SELECT 'apache_access' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", CAST(NULL AS bigint) AS "source_port", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS bigint) AS "destination_port", "cloud_account_id", "cloud_region", CAST(NULL AS varchar) AS "cloud_instance_id", CAST(NULL AS varchar) AS "network_transport", CAST(NULL AS bigint) AS "network_bytes", "http_request_method", "url_original", "url_path", "http_response_status_code", "user_agent_original", CAST(NULL AS varchar) AS "error_code", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", "related_hosts" AS "match_domain"
  FROM "apache_access"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND any_match("related_hosts", x -> (x = 'example.com' OR x LIKE '%.example.com'))
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", CAST(NULL AS bigint) AS "source_port", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS bigint) AS "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", CAST(NULL AS varchar) AS "network_transport", CAST(NULL AS bigint) AS "network_bytes", CAST(NULL AS varchar) AS "http_request_method", CAST(NULL AS varchar) AS "url_original", CAST(NULL AS varchar) AS "url_path", CAST(NULL AS bigint) AS "http_response_status_code", "user_agent_original", "error_code", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", "related_hosts" AS "match_domain"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND any_match("related_hosts", x -> (x = 'example.com' OR x LIKE '%.example.com'))
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", CAST(NULL AS varchar) AS "http_request_method", CAST(NULL AS varchar) AS "url_original", CAST(NULL AS varchar) AS "url_path", CAST(NULL AS bigint) AS "http_response_status_code", CAST(NULL AS varchar) AS "user_agent_original", CAST(NULL AS varchar) AS "error_code", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", "related_hosts" AS "match_domain"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND any_match("related_hosts", x -> (x = 'example.com' OR x LIKE '%.example.com'))
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 1001;
-- statistics
WITH "matches" AS (
  SELECT 'apache_access' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "apache_access"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND any_match("related_hosts", x -> (x = 'example.com' OR x LIKE '%.example.com'))
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND any_match("related_hosts", x -> (x = 'example.com' OR x LIKE '%.example.com'))
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", CAST(NULL AS varchar) AS "user_agent_original"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND any_match("related_hosts", x -> (x = 'example.com' OR x LIKE '%.example.com'))
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
