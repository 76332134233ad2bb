-- timeline
SELECT "source", "timestamp", "event_id", "user_name", "source_ip", "message", "log_file_path", "log_offset", json_format(CAST("match_user" AS JSON)) AS "match_user"
FROM (
  SELECT 'doors' AS "source", "timestamp", "event_id", "user_name", "source_ip", "message", "log_file_path", "log_offset", flatten(ARRAY["door_badges", ARRAY["user_name"]]) AS "match_user"
  FROM "doors"
  WHERE "day" = '2026-01-02'
  AND "timestamp" >= TIMESTAMP '2026-01-02 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-03 00:00:00.000'
  AND ("user_name" IN ('o''brien"; DROP TABLE doors; --', 'bob') OR arrays_overlap("door_badges", ARRAY['o''brien"; DROP TABLE doors; --', 'bob']))
) AS "events"
ORDER BY "timestamp" DESC, "source", "event_id", "log_file_path", "log_offset"
LIMIT 1001;
-- statistics
WITH "matches" AS (
  SELECT 'doors' AS "source", "day", "user_name", "source_ip"
  FROM "doors"
  WHERE "day" = '2026-01-02'
  AND "timestamp" >= TIMESTAMP '2026-01-02 00:00:00.000'
  AND "timestamp" < TIMESTAMP '2026-01-03 00:00:00.000'
  AND ("user_name" IN ('o''brien"; DROP TABLE doors; --', 'bob') OR arrays_overlap("door_badges", ARRAY['o''brien"; DROP TABLE doors; --', 'bob']))
), "counts" AS (
  SELECT grouping("source", "day", "user_name", "source_ip") AS "set", "source", "day", "user_name", "source_ip", count(*) AS "events"
  FROM "matches"
  GROUP BY GROUPING SETS (("source", "day"), ("user_name"), ("source_ip"))
), "ranked" AS (
  SELECT "set", "source", "day", "user_name", "source_ip", "events", row_number() OVER (PARTITION BY "set" ORDER BY "events" DESC, coalesce("user_name", "source_ip", CAST(NULL AS varchar))) AS "rank"
  FROM "counts"
  WHERE ("set" = 3 OR coalesce("user_name", "source_ip", CAST(NULL AS varchar)) IS NOT NULL)
)
SELECT "set", "source", "day", "user_name", "source_ip", "events"
FROM "ranked"
WHERE ("set" = 3 OR "rank" <= 10)
ORDER BY "set", "rank";
