-- timeline
SELECT "source", "timestamp", "event_id", "event_kind", json_format(CAST("event_category" AS JSON)) AS "event_category", "event_action", "event_outcome", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", "log_file_path", "log_offset", json_format(CAST("match_ip" AS JSON)) AS "match_ip"
FROM (
  SELECT 'aws_vpcflow' AS "source", "timestamp", "event_id", "event_kind", "event_category", "event_action", "event_outcome", "user_name", "source_ip", "source_port", "destination_ip", "destination_port", "cloud_account_id", "cloud_region", "cloud_instance_id", "network_transport", "network_bytes", "log_file_path", "log_offset", "related_ip" AS "match_ip"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-02'
  AND "day" <= '2026-01-07'
  AND "timestamp" >= TIMESTAMP '2026-01-02 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-08 00:00:00.000'
  AND contains("related_ip", '192.0.2.200')
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 1001;
-- statistics
WITH "matches" AS (
  SELECT 'aws_vpcflow' AS "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id"
  FROM "aws_vpcflow"
  WHERE "day" >= '2026-01-02'
  AND "day" <= '2026-01-07'
  AND "timestamp" >= TIMESTAMP '2026-01-02 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-08 00:00:00.000'
  AND contains("related_ip", '192.0.2.200')
), "counts" AS (
  SELECT grouping("source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id") AS "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", count(*) AS "events"
  FROM "matches"
  GROUP BY GROUPING SETS (("source", "day"), ("event_action"), ("user_name"), ("source_ip"), ("destination_ip"), ("cloud_account_id"))
), "ranked" AS (
  SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "events", row_number() OVER (PARTITION BY "set" ORDER BY "events" DESC, coalesce("event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", CAST(NULL AS varchar))) AS "rank"
  FROM "counts"
  WHERE ("set" = 31 OR coalesce("event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", CAST(NULL AS varchar)) IS NOT NULL)
)
SELECT "set", "source", "day", "event_action", "user_name", "source_ip", "destination_ip", "cloud_account_id", "events"
FROM "ranked"
WHERE ("set" = 31 OR "rank" <= 10)
ORDER BY "set", "rank";
