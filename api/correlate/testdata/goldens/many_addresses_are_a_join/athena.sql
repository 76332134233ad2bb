-- timeline
WITH "wanted_ip" AS (
  SELECT map_agg(CAST("value" AS varchar), true) AS "values"
  FROM (VALUES ('203.0.113.9'), ('2001:db8::1'), ('100.64.0.0'), ('100.64.0.1'), ('100.64.0.2'), ('100.64.0.3'), ('100.64.0.4'), ('100.64.0.5'), ('100.64.0.6'), ('100.64.0.7'), ('100.64.0.8'), ('100.64.0.9'), ('100.64.0.10'), ('100.64.0.11'), ('100.64.0.12'), ('100.64.0.13'), ('100.64.0.14'), ('100.64.0.15'), ('100.64.0.16'), ('100.64.0.17'), ('100.64.0.18'), ('100.64.0.19'), ('100.64.0.20'), ('100.64.0.21'), ('100.64.0.22'), ('100.64.0.23'), ('100.64.0.24'), ('100.64.0.25'), ('100.64.0.26'), ('100.64.0.27'), ('100.64.0.28'), ('100.64.0.29'), ('100.64.0.30'), ('100.64.0.31'), ('100.64.0.32'), ('100.64.0.33'), ('100.64.0.34'), ('100.64.0.35'), ('100.64.0.36'), ('100.64.0.37'), ('100.64.0.38'), ('100.64.0.39'), ('100.64.0.40'), ('100.64.0.41'), ('100.64.0.42'), ('100.64.0.43'), ('100.64.0.44'), ('100.64.0.45'), ('100.64.0.46'), ('100.64.0.47'), ('100.64.0.48'), ('100.64.0.49'), ('100.64.0.50'), ('100.64.0.51'), ('100.64.0.52'), ('100.64.0.53'), ('100.64.0.54'), ('100.64.0.55'), ('100.64.0.56'), ('100.64.0.57'), ('100.64.0.58'), ('100.64.0.59'), ('100.64.0.60'), ('100.64.0.61'), ('100.64.0.62'), ('100.64.0.63'), ('100.64.0.64'), ('100.64.0.65'), ('100.64.0.66'), ('100.64.0.67'), ('100.64.0.68'), ('100.64.0.69'), ('100.64.0.70'), ('100.64.0.71'), ('100.64.0.72'), ('100.64.0.73'), ('100.64.0.74'), ('100.64.0.75'), ('100.64.0.76'), ('100.64.0.77'), ('100.64.0.78'), ('100.64.0.79'), ('100.64.0.80'), ('100.64.0.81'), ('100.64.0.82'), ('100.64.0.83'), ('100.64.0.84'), ('100.64.0.85'), ('100.64.0.86'), ('100.64.0.87'), ('100.64.0.88'), ('100.64.0.89'), ('100.64.0.90'), ('100.64.0.91'), ('100.64.0.92'), ('100.64.0.93'), ('100.64.0.94'), ('100.64.0.95'), ('100.64.0.96'), ('100.64.0.97'), ('100.64.0.98'), ('100.64.0.99'), ('100.64.0.100'), ('100.64.0.101'), ('100.64.0.102'), ('100.64.0.103'), ('100.64.0.104'), ('100.64.0.105'), ('100.64.0.106'), ('100.64.0.107'), ('100.64.0.108'), ('100.64.0.109')) AS "v" ("value")
)
SELECT "source", "timestamp", "event_id", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", "http_request_method", "url_original", "url_path", "http_response_status_code", "user_agent_original", "rule_name", "error_code", "message", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", json_format(CAST("match_ip" AS JSON)) AS "match_ip", json_format(CAST("match_user" AS JSON)) AS "match_user"
FROM (
  SELECT 'apache_access' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", CAST(NULL AS bigint) AS "source_port", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS bigint) AS "destination_port", "cloud_account_id", "cloud_region", CAST(NULL AS varchar) AS "cloud_instance_id", CAST(NULL AS varchar) AS "network_transport", CAST(NULL AS bigint) AS "network_bytes", "http_request_method", "url_original", "url_path", "http_response_status_code", "user_agent_original", CAST(NULL AS varchar) AS "rule_name", CAST(NULL AS varchar) AS "error_code", CAST(NULL AS varchar) AS "message", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", "related_ip" AS "match_ip", "related_user" AS "match_user"
  FROM "apache_access"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob'))
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "event_provider", "user_name", "source_ip", CAST(NULL AS bigint) AS "source_port", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS bigint) AS "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", CAST(NULL AS varchar) AS "network_transport", CAST(NULL AS bigint) AS "network_bytes", CAST(NULL AS varchar) AS "http_request_method", CAST(NULL AS varchar) AS "url_original", CAST(NULL AS varchar) AS "url_path", CAST(NULL AS bigint) AS "http_response_status_code", "user_agent_original", CAST(NULL AS varchar) AS "rule_name", "error_code", CAST(NULL AS varchar) AS "message", "log_file_path", "log_offset", "aws_cloudtrail_target", "aws_cloudtrail_user_identity_access_key_id", "related_ip" AS "match_ip", flatten(ARRAY["related_user", ARRAY["user_id"]]) AS "match_user"
  FROM "aws_cloudtrail"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob') OR "user_id" = 'bob')
  UNION ALL
  SELECT 'aws_guardduty' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", CAST(NULL AS bigint) AS "source_port", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS bigint) AS "destination_port", "cloud_account_id", "cloud_region", CAST(NULL AS varchar) AS "cloud_instance_id", CAST(NULL AS varchar) AS "network_transport", CAST(NULL AS bigint) AS "network_bytes", CAST(NULL AS varchar) AS "http_request_method", CAST(NULL AS varchar) AS "url_original", CAST(NULL AS varchar) AS "url_path", CAST(NULL AS bigint) AS "http_response_status_code", CAST(NULL AS varchar) AS "user_agent_original", "rule_name", CAST(NULL AS varchar) AS "error_code", "message", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", "related_ip" AS "match_ip", "related_user" AS "match_user"
  FROM "aws_guardduty"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob'))
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", CAST(NULL AS varchar) AS "http_request_method", CAST(NULL AS varchar) AS "url_original", CAST(NULL AS varchar) AS "url_path", CAST(NULL AS bigint) AS "http_response_status_code", CAST(NULL AS varchar) AS "user_agent_original", CAST(NULL AS varchar) AS "rule_name", CAST(NULL AS varchar) AS "error_code", CAST(NULL AS varchar) AS "message", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", "related_ip" AS "match_ip", "related_user" AS "match_user"
  FROM "aws_vpcflow"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob'))
  UNION ALL
  SELECT 'doors' AS "source", "timestamp", "event_id", CAST(NULL AS varchar) AS "event_kind", CAST(NULL AS array(varchar)) AS "event_category", CAST(NULL AS varchar) AS "event_action", CAST(NULL AS varchar) AS "event_outcome", CAST(NULL AS varchar) AS "event_provider", "user_name", "source_ip", CAST(NULL AS bigint) AS "source_port", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS bigint) AS "destination_port", CAST(NULL AS varchar) AS "cloud_account_id", CAST(NULL AS varchar) AS "cloud_region", CAST(NULL AS varchar) AS "cloud_instance_id", CAST(NULL AS varchar) AS "network_transport", CAST(NULL AS bigint) AS "network_bytes", CAST(NULL AS varchar) AS "http_request_method", CAST(NULL AS varchar) AS "url_original", CAST(NULL AS varchar) AS "url_path", CAST(NULL AS bigint) AS "http_response_status_code", CAST(NULL AS varchar) AS "user_agent_original", CAST(NULL AS varchar) AS "rule_name", CAST(NULL AS varchar) AS "error_code", "message", "log_file_path", "log_offset", CAST(NULL AS varchar) AS "aws_cloudtrail_target", CAST(NULL AS varchar) AS "aws_cloudtrail_user_identity_access_key_id", ARRAY["source_ip"] AS "match_ip", flatten(ARRAY["door_badges", ARRAY["user_name"]]) AS "match_user"
  FROM "doors"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (element_at("wanted_ip"."values", "source_ip") OR "user_name" = 'bob' OR contains("door_badges", 'bob'))
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 4;
-- statistics
WITH "wanted_ip" AS (
  SELECT map_agg(CAST("value" AS varchar), true) AS "values"
  FROM (VALUES ('203.0.113.9'), ('2001:db8::1'), ('100.64.0.0'), ('100.64.0.1'), ('100.64.0.2'), ('100.64.0.3'), ('100.64.0.4'), ('100.64.0.5'), ('100.64.0.6'), ('100.64.0.7'), ('100.64.0.8'), ('100.64.0.9'), ('100.64.0.10'), ('100.64.0.11'), ('100.64.0.12'), ('100.64.0.13'), ('100.64.0.14'), ('100.64.0.15'), ('100.64.0.16'), ('100.64.0.17'), ('100.64.0.18'), ('100.64.0.19'), ('100.64.0.20'), ('100.64.0.21'), ('100.64.0.22'), ('100.64.0.23'), ('100.64.0.24'), ('100.64.0.25'), ('100.64.0.26'), ('100.64.0.27'), ('100.64.0.28'), ('100.64.0.29'), ('100.64.0.30'), ('100.64.0.31'), ('100.64.0.32'), ('100.64.0.33'), ('100.64.0.34'), ('100.64.0.35'), ('100.64.0.36'), ('100.64.0.37'), ('100.64.0.38'), ('100.64.0.39'), ('100.64.0.40'), ('100.64.0.41'), ('100.64.0.42'), ('100.64.0.43'), ('100.64.0.44'), ('100.64.0.45'), ('100.64.0.46'), ('100.64.0.47'), ('100.64.0.48'), ('100.64.0.49'), ('100.64.0.50'), ('100.64.0.51'), ('100.64.0.52'), ('100.64.0.53'), ('100.64.0.54'), ('100.64.0.55'), ('100.64.0.56'), ('100.64.0.57'), ('100.64.0.58'), ('100.64.0.59'), ('100.64.0.60'), ('100.64.0.61'), ('100.64.0.62'), ('100.64.0.63'), ('100.64.0.64'), ('100.64.0.65'), ('100.64.0.66'), ('100.64.0.67'), ('100.64.0.68'), ('100.64.0.69'), ('100.64.0.70'), ('100.64.0.71'), ('100.64.0.72'), ('100.64.0.73'), ('100.64.0.74'), ('100.64.0.75'), ('100.64.0.76'), ('100.64.0.77'), ('100.64.0.78'), ('100.64.0.79'), ('100.64.0.80'), ('100.64.0.81'), ('100.64.0.82'), ('100.64.0.83'), ('100.64.0.84'), ('100.64.0.85'), ('100.64.0.86'), ('100.64.0.87'), ('100.64.0.88'), ('100.64.0.89'), ('100.64.0.90'), ('100.64.0.91'), ('100.64.0.92'), ('100.64.0.93'), ('100.64.0.94'), ('100.64.0.95'), ('100.64.0.96'), ('100.64.0.97'), ('100.64.0.98'), ('100.64.0.99'), ('100.64.0.100'), ('100.64.0.101'), ('100.64.0.102'), ('100.64.0.103'), ('100.64.0.104'), ('100.64.0.105'), ('100.64.0.106'), ('100.64.0.107'), ('100.64.0.108'), ('100.64.0.109')) AS "v" ("value")
), "matches" AS (
  SELECT 'apache_access' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "apache_access"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob'))
  UNION ALL
  SELECT 'aws_cloudtrail' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", "user_agent_original"
  FROM "aws_cloudtrail"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob') OR "user_id" = 'bob')
  UNION ALL
  SELECT 'aws_guardduty' AS "source", "day", "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", "cloud_account_id", CAST(NULL AS varchar) AS "user_agent_original"
  FROM "aws_guardduty"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob'))
  UNION ALL
  SELECT 'aws_vpcflow' AS "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", CAST(NULL AS varchar) AS "user_agent_original"
  FROM "aws_vpcflow"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (any_match("related_ip", x -> element_at("wanted_ip"."values", x)) OR contains("related_user", 'bob'))
  UNION ALL
  SELECT 'doors' AS "source", "day", CAST(NULL AS varchar) AS "event_action", "user_name", "source_ip", CAST(NULL AS varchar) AS "destination_ip", CAST(NULL AS varchar) AS "cloud_account_id", CAST(NULL AS varchar) AS "user_agent_original"
  FROM "doors"
  CROSS JOIN "wanted_ip"
  WHERE "day" >= '2026-01-01'
  AND "day" <= '2026-01-04'
  AND "timestamp" >= TIMESTAMP '2026-01-01 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-05 00:00:00.000'
  AND (element_at("wanted_ip"."values", "source_ip") OR "user_name" = 'bob' OR contains("door_badges", 'bob'))
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
