-- timeline
SELECT "source", "timestamp", "event_id", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "cloud_account_id", "cloud_region", "cloud_instance_id", "user_agent_original", "error_code", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", json_format(CAST("match_ip" AS JSON)) AS "match_ip", json_format(CAST("match_access_key" AS JSON)) AS "match_access_key"
FROM (
  SELECT 'aws_cloudtrail' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "cloud_account_id", "cloud_region", "cloud_instance_id", "user_agent_original", "error_code", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", "related_ip" AS "match_ip", ARRAY["aws_cloudtrail_user_identity_access_key_id"] AS "match_access_key"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND ("aws_cloudtrail_user_identity_access_key_id" = 'AKIAALICEEXAMPLE0' AND any_match("related_ip", x -> contains('203.0.113.0/24', TRY_CAST(x AS IPADDRESS))))
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 1001;
-- statistics
WITH "matches" AS (
  SELECT 'aws_cloudtrail' AS "source", "day", "event_action", "user_name", "source_ip", "cloud_account_id", "user_agent_original"
  FROM "aws_cloudtrail"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND ("aws_cloudtrail_user_identity_access_key_id" = 'AKIAALICEEXAMPLE0' AND any_match("related_ip", x -> contains('203.0.113.0/24', TRY_CAST(x AS IPADDRESS))))
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
