-- timeline
SELECT "source", "timestamp", "event_id", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "cloud_account_id", "cloud_region", "cloud_instance_id", "user_agent_original", "rule_name", "error_code", "message", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", json_format(CAST("match_account" AS JSON)) AS "match_account"
FROM (
  SELECT 'aws_cloudtrail' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "cloud_account_id", "cloud_region", "cloud_instance_id", "user_agent_original", CAST(NULL AS varchar) AS "rule_name", "error_code", CAST(NULL AS varchar) AS "message", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", ARRAY["cloud_account_id", "aws_cloudtrail_recipient_account_id"] AS "match_account"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND coalesce("aws_cloudtrail_read_only", false) = false
  AND ("cloud_account_id" = '000123456789' OR "aws_cloudtrail_recipient_account_id" = '000123456789')
  UNION ALL
  SELECT 'aws_guardduty' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", "cloud_account_id", "cloud_region", CAST(NULL AS varchar) AS "cloud_instance_id", CAST(NULL AS varchar) AS "user_agent_original", "rule_name", CAST(NULL AS varchar) AS "error_code", "message", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", ARRAY["cloud_account_id"] AS "match_account"
  FROM "aws_guardduty"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND "cloud_account_id" = '000123456789'
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 51;
-- statistics
WITH "matches" AS (
  SELECT 'aws_cloudtrail' AS "source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND coalesce("aws_cloudtrail_read_only", false) = false
  AND ("cloud_account_id" = '000123456789' OR "aws_cloudtrail_recipient_account_id" = '000123456789')
  UNION ALL
  SELECT 'aws_guardduty' AS "source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", CAST(NULL AS varchar) AS "user_agent_original"
  FROM "aws_guardduty"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND "cloud_account_id" = '000123456789'
), "counts" AS (
  SELECT grouping("source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original") AS "set", "source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original", count(*) AS "events"
  FROM "matches"
  GROUP BY GROUPING SETS (("source", "day"), ("event_action"), ("user_name"), ("source_ip"), ("cloud_account_id"), ("user_agent_original"))
), "ranked" AS (
  SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original", "events", row_number() OVER (PARTITION BY "set" ORDER BY "events" DESC, coalesce("event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original", CAST(NULL AS varchar))) AS "rank"
  FROM "counts"
  WHERE ("set" = 31 OR coalesce("event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original", CAST(NULL AS varchar)) IS NOT NULL)
)
SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original", "events"
FROM "ranked"
WHERE ("set" = 31 OR "rank" <= 10)
ORDER BY "set", "rank";
