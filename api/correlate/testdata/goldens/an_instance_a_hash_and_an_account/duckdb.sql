-- timeline
SELECT "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", "http_request_method", "url_original", "url_path", "http_response_status_code", "user_agent_original", "rule_name", "error_code", "message", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", "match_instance", "match_account", "match_hash"
FROM (
  SELECT 'apache_access' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS VARCHAR) AS "event_provider", "user_name", "source_ip", CAST(NULL AS BIGINT) AS "source_port", CAST(NULL AS VARCHAR) AS "destination_ip", CAST(NULL AS BIGINT) AS "destination_port", "cloud_account_id", "cloud_region", CAST(NULL AS VARCHAR) AS "cloud_instance_id", CAST(NULL AS VARCHAR) AS "network_transport", CAST(NULL AS BIGINT) AS "network_bytes", "http_request_method", "url_original", "url_path", "http_response_status_code", "user_agent_original", CAST(NULL AS VARCHAR) AS "rule_name", CAST(NULL AS VARCHAR) AS "error_code", CAST(NULL AS VARCHAR) AS "message", "log_file_path", "log_offset", CAST(NULL AS VARCHAR) AS "aws_cloudtrail_target", CAST(NULL AS VARCHAR) AS "aws_cloudtrail_user_identity_access_key_id", "related_hosts" AS "match_instance", ARRAY["cloud_account_id"] AS "match_account", CAST(NULL AS VARCHAR[]) AS "match_hash"
  FROM "apache_access"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (list_contains("related_hosts", 'i-0123456789abcdef0') OR "cloud_account_id" = '210987654321')
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", CAST(NULL AS BIGINT) AS "source_port", CAST(NULL AS VARCHAR) AS "destination_ip", CAST(NULL AS BIGINT) AS "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", CAST(NULL AS VARCHAR) AS "network_transport", CAST(NULL AS BIGINT) AS "network_bytes", CAST(NULL AS VARCHAR) AS "http_request_method", CAST(NULL AS VARCHAR) AS "url_original", CAST(NULL AS VARCHAR) AS "url_path", CAST(NULL AS BIGINT) AS "http_response_status_code", "user_agent_original", CAST(NULL AS VARCHAR) AS "rule_name", "error_code", CAST(NULL AS VARCHAR) AS "message", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", "related_hosts" AS "match_instance", ARRAY["cloud_account_id", "aws_cloudtrail_recipient_account_id"] AS "match_account", CAST(NULL AS VARCHAR[]) AS "match_hash"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (list_contains("related_hosts", 'i-0123456789abcdef0') OR "cloud_account_id" = '210987654321' OR "aws_cloudtrail_recipient_account_id" = '210987654321')
  UNION ALL
  SELECT 'aws_guardduty' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS VARCHAR) AS "event_provider", "user_name", "source_ip", CAST(NULL AS BIGINT) AS "source_port", CAST(NULL AS VARCHAR) AS "destination_ip", CAST(NULL AS BIGINT) AS "destination_port", "cloud_account_id", "cloud_region", CAST(NULL AS VARCHAR) AS "cloud_instance_id", CAST(NULL AS VARCHAR) AS "network_transport", CAST(NULL AS BIGINT) AS "network_bytes", CAST(NULL AS VARCHAR) AS "http_request_method", CAST(NULL AS VARCHAR) AS "url_original", CAST(NULL AS VARCHAR) AS "url_path", CAST(NULL AS BIGINT) AS "http_response_status_code", CAST(NULL AS VARCHAR) AS "user_agent_original", "rule_name", CAST(NULL AS VARCHAR) AS "error_code", "message", "log_file_path", "log_offset", CAST(NULL AS VARCHAR) AS "aws_cloudtrail_target", CAST(NULL AS VARCHAR) AS "aws_cloudtrail_user_identity_access_key_id", CAST(NULL AS VARCHAR[]) AS "match_instance", ARRAY["cloud_account_id"] AS "match_account", "related_hash" AS "match_hash"
  FROM "aws_guardduty"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND ("cloud_account_id" = '210987654321' OR list_has_any("related_hash", ARRAY['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']))
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS VARCHAR) AS "event_provider", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", CAST(NULL AS VARCHAR) AS "http_request_method", CAST(NULL AS VARCHAR) AS "url_original", CAST(NULL AS VARCHAR) AS "url_path", CAST(NULL AS BIGINT) AS "http_response_status_code", CAST(NULL AS VARCHAR) AS "user_agent_original", CAST(NULL AS VARCHAR) AS "rule_name", CAST(NULL AS VARCHAR) AS "error_code", CAST(NULL AS VARCHAR) AS "message", "log_file_path", "log_offset", CAST(NULL AS VARCHAR) AS "aws_cloudtrail_target", CAST(NULL AS VARCHAR) AS "aws_cloudtrail_user_identity_access_key_id", "related_hosts" AS "match_instance", ARRAY["cloud_account_id"] AS "match_account", CAST(NULL AS VARCHAR[]) AS "match_hash"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (list_contains("related_hosts", 'i-0123456789abcdef0') OR "cloud_account_id" = '210987654321')
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 7;
-- statistics
WITH "matches" AS (
  SELECT 'apache_access' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS VARCHAR) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "apache_access"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (list_contains("related_hosts", 'i-0123456789abcdef0') OR "cloud_account_id" = '210987654321')
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS VARCHAR) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (list_contains("related_hosts", 'i-0123456789abcdef0') OR "cloud_account_id" = '210987654321' OR "aws_cloudtrail_recipient_account_id" = '210987654321')
  UNION ALL
  SELECT 'aws_guardduty' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS VARCHAR) AS "destination_ip", "cloud_account_id", CAST(NULL AS VARCHAR) AS "user_agent_original"
  FROM "aws_guardduty"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND ("cloud_account_id" = '210987654321' OR list_has_any("related_hash", ARRAY['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']))
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", CAST(NULL AS VARCHAR) AS "user_agent_original"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (list_contains("related_hosts", 'i-0123456789abcdef0') OR "cloud_account_id" = '210987654321')
), "counts" AS (
  SELECT grouping("source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original") AS "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", count(*) AS "events"
  FROM "matches"
  GROUP BY GROUPING SETS (("source", "day"), ("event_action"), ("user_name"), ("source_ip"), ("destination_ip"), ("cloud_account_id"), ("user_agent_original"))
), "ranked" AS (
  SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", "events", row_number() OVER (PARTITION BY "set" ORDER BY "events" DESC, coalesce("event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", CAST(NULL AS VARCHAR))) AS "rank"
  FROM "counts"
  WHERE ("set" = 63 OR coalesce("event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", CAST(NULL AS VARCHAR)) IS NOT NULL)
)
SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "user_agent_original", "events"
FROM "ranked"
WHERE ("set" = 63 OR "rank" <= 10)
ORDER BY "set", "rank";
