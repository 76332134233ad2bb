# See cases_test.go. The answers are a Trino server's, whose information_schema has four tables more than ours: their names are left out.

-- the tables of a database
SELECT * FROM information_schema.tables WHERE table_schema = 'lake' ORDER BY table_name
: table_catalog varchar, table_schema varchar, table_name varchar, table_type varchar
> ["plain", "lake", "apache_access", "BASE TABLE"]
> ["plain", "lake", "aws_cloudtrail", "BASE TABLE"]
> ["plain", "lake", "aws_guardduty", "BASE TABLE"]
> ["plain", "lake", "aws_route53", "BASE TABLE"]
> ["plain", "lake", "aws_vpcflow", "BASE TABLE"]
> ["plain", "lake", "doors", "BASE TABLE"]
> ["plain", "lake", "events", "VIEW"]

-- tables and views
SELECT table_name, table_type FROM plain.information_schema.tables WHERE table_schema = 'lake' AND table_type = 'VIEW'
: table_name varchar, table_type varchar
> ["events", "VIEW"]

-- the tables of the schema itself
SELECT * FROM information_schema.tables WHERE table_schema = 'information_schema' AND table_name IN ('tables', 'columns', 'schemata', 'views') ORDER BY table_name
: table_catalog varchar, table_schema varchar, table_name varchar, table_type varchar
> ["plain", "information_schema", "columns", "BASE TABLE"]
> ["plain", "information_schema", "schemata", "BASE TABLE"]
> ["plain", "information_schema", "tables", "BASE TABLE"]
> ["plain", "information_schema", "views", "BASE TABLE"]

-- the columns of a table
SELECT * FROM information_schema.columns WHERE table_schema = 'lake' AND table_name = 'doors' ORDER BY ordinal_position
: table_catalog varchar, table_schema varchar, table_name varchar, column_name varchar, ordinal_position bigint, column_default varchar, is_nullable varchar, data_type varchar
> ["plain", "lake", "doors", "timestamp", 1, null, "YES", "timestamp(3)"]
> ["plain", "lake", "doors", "event_id", 2, null, "YES", "varchar"]
> ["plain", "lake", "doors", "log_file_path", 3, null, "YES", "varchar"]
> ["plain", "lake", "doors", "log_offset", 4, null, "YES", "bigint"]
> ["plain", "lake", "doors", "message", 5, null, "YES", "varchar"]
> ["plain", "lake", "doors", "user_name", 6, null, "YES", "varchar"]
> ["plain", "lake", "doors", "source_ip", 7, null, "YES", "varchar"]
> ["plain", "lake", "doors", "source_port", 8, null, "YES", "varchar"]
> ["plain", "lake", "doors", "door_badges", 9, null, "YES", "array(varchar)"]
> ["plain", "lake", "doors", "day", 10, null, "YES", "varchar"]

-- the columns of the view, of every type
SELECT column_name, ordinal_position, data_type FROM information_schema.columns WHERE table_name = 'events' AND column_name IN ('day', 'timestamp', 'related_ip', 'network_bytes') ORDER BY 2
: column_name varchar, ordinal_position bigint, data_type varchar
> ["day", 2, "varchar"]
> ["timestamp", 3, "timestamp(3)"]
> ["network_bytes", 17, "bigint"]
> ["related_ip", 20, "array(varchar)"]

-- columns of the schema itself
SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type FROM information_schema.columns WHERE table_schema = 'information_schema' AND table_name IN ('tables', 'columns', 'schemata', 'views') ORDER BY 1, 3
: table_name varchar, column_name varchar, ordinal_position bigint, column_default varchar, is_nullable varchar, data_type varchar
> ["columns", "table_catalog", 1, null, "YES", "varchar"]
> ["columns", "table_schema", 2, null, "YES", "varchar"]
> ["columns", "table_name", 3, null, "YES", "varchar"]
> ["columns", "column_name", 4, null, "YES", "varchar"]
> ["columns", "ordinal_position", 5, null, "YES", "bigint"]
> ["columns", "column_default", 6, null, "YES", "varchar"]
> ["columns", "is_nullable", 7, null, "YES", "varchar"]
> ["columns", "data_type", 8, null, "YES", "varchar"]
> ["schemata", "catalog_name", 1, null, "YES", "varchar"]
> ["schemata", "schema_name", 2, null, "YES", "varchar"]
> ["tables", "table_catalog", 1, null, "YES", "varchar"]
> ["tables", "table_schema", 2, null, "YES", "varchar"]
> ["tables", "table_name", 3, null, "YES", "varchar"]
> ["tables", "table_type", 4, null, "YES", "varchar"]
> ["views", "table_catalog", 1, null, "YES", "varchar"]
> ["views", "table_schema", 2, null, "YES", "varchar"]
> ["views", "table_name", 3, null, "YES", "varchar"]
> ["views", "view_definition", 4, null, "YES", "varchar"]

-- how many columns a table has
SELECT table_name, count(*) FROM information_schema.columns WHERE table_schema = 'lake' GROUP BY 1 ORDER BY 1
: table_name varchar, _col1 bigint
> ["apache_access", 22]
> ["aws_cloudtrail", 27]
> ["aws_guardduty", 19]
> ["aws_route53", 17]
> ["aws_vpcflow", 22]
> ["doors", 10]
> ["events", 35]

-- schemata
SELECT * FROM information_schema.schemata WHERE schema_name IN ('lake', 'information_schema') ORDER BY schema_name
: catalog_name varchar, schema_name varchar
> ["plain", "information_schema"]
> ["plain", "lake"]

-- views
SELECT table_catalog, table_schema, table_name, length(view_definition) > 100 FROM information_schema.views WHERE table_schema = 'lake'
: table_catalog varchar, table_schema varchar, table_name varchar, _col3 boolean
> ["plain", "lake", "events", true]

-- the SELECT of the view
SELECT view_definition FROM information_schema.views WHERE table_schema = 'lake' AND table_name = 'events'
: view_definition varchar
> ["SELECT CAST('apache_access' AS varchar) AS \"dataset\", \"day\", \"timestamp\", \"event_id\", \"event_kind\", \"event_category\", \"event_action\", \"event_outcome\", CAST(NULL AS varchar) AS \"event_provider\", \"cloud_account_id\", \"cloud_region\", CAST(NULL AS varchar) AS \"cloud_instance_id\", \"source_ip\", CAST(NULL AS varchar) AS \"destination_ip\", CAST(NULL AS bigint) AS \"destination_port\", CAST(NULL AS varchar) AS \"network_transport\", CAST(NULL AS bigint) AS \"network_bytes\", \"user_name\", CAST(NULL AS varchar) AS \"user_id\", \"related_ip\", \"related_user\", \"related_hosts\", CAST(NULL AS array(varchar)) AS \"related_hash\", \"http_request_method\", \"http_response_status_code\", \"url_original\", \"url_domain\", \"url_path\", \"user_agent_original\", CAST(NULL AS varchar) AS \"dns_question_name\", CAST(NULL AS varchar) AS \"rule_name\", CAST(NULL AS varchar) AS \"error_code\", CAST(NULL AS varchar) AS \"message\", \"log_file_path\", \"log_offset\" FROM \"apache_access\" UNION ALL SELECT CAST('aws_cloudtrail' AS varchar), \"day\", \"timestamp\", \"event_id\", \"event_kind\", \"event_category\", \"event_action\", \"event_outcome\", \"event_provider\", \"cloud_account_id\", \"cloud_region\", \"cloud_instance_id\", \"source_ip\", CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS bigint), \"user_name\", \"user_id\", \"related_ip\", \"related_user\", \"related_hosts\", CAST(NULL AS array(varchar)), CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"user_agent_original\", CAST(NULL AS varchar), CAST(NULL AS varchar), \"error_code\", CAST(NULL AS varchar), \"log_file_path\", \"log_offset\" FROM \"aws_cloudtrail\" UNION ALL SELECT CAST('aws_guardduty' AS varchar), \"day\", \"timestamp\", \"event_id\", \"event_kind\", \"event_category\", \"event_action\", \"event_outcome\", CAST(NULL AS varchar), \"cloud_account_id\", \"cloud_region\", CAST(NULL AS varchar), \"source_ip\", CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS bigint), \"user_name\", CAST(NULL AS varchar), \"related_ip\", \"related_user\", CAST(NULL AS array(varchar)), \"related_hash\", CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"rule_name\", CAST(NULL AS varchar), \"message\", \"log_file_path\", \"log_offset\" FROM \"aws_guardduty\" UNION ALL SELECT CAST('aws_route53' AS varchar), \"day\", \"timestamp\", \"event_id\", \"event_kind\", \"event_category\", \"event_action\", \"event_outcome\", CAST(NULL AS varchar), \"cloud_account_id\", \"cloud_region\", CAST(NULL AS varchar), \"source_ip\", CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS bigint), \"user_name\", CAST(NULL AS varchar), \"related_ip\", \"related_user\", \"related_hosts\", CAST(NULL AS array(varchar)), CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"dns_question_name\", CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"log_file_path\", \"log_offset\" FROM \"aws_route53\" UNION ALL SELECT CAST('aws_vpcflow' AS varchar), \"day\", \"timestamp\", \"event_id\", \"event_kind\", \"event_category\", \"event_action\", \"event_outcome\", CAST(NULL AS varchar), \"cloud_account_id\", \"cloud_region\", \"cloud_instance_id\", \"source_ip\", \"destination_ip\", \"destination_port\", \"network_transport\", \"network_bytes\", \"user_name\", CAST(NULL AS varchar), \"related_ip\", \"related_user\", \"related_hosts\", CAST(NULL AS array(varchar)), CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"log_file_path\", \"log_offset\" FROM \"aws_vpcflow\" UNION ALL SELECT CAST('doors' AS varchar), \"day\", \"timestamp\", \"event_id\", CAST(NULL AS varchar), CAST(NULL AS array(varchar)), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"source_ip\", CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS bigint), \"user_name\", CAST(NULL AS varchar), CAST(NULL AS array(varchar)), CAST(NULL AS array(varchar)), CAST(NULL AS array(varchar)), CAST(NULL AS array(varchar)), CAST(NULL AS varchar), CAST(NULL AS bigint), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), \"message\", \"log_file_path\", \"log_offset\" FROM \"doors\""]

-- comments of columns, which are hidden
SELECT column_name, comment, extra_info FROM information_schema.columns WHERE table_name = 'doors' ORDER BY 1
: column_name varchar, comment varchar, extra_info varchar
> ["day", null, "partition key"]
> ["door_badges", null, null]
> ["event_id", "the log's own id of the event, else a hash of object, position and bytes", null]
> ["log_file_path", "key of the raw object", null]
> ["log_offset", "position of the raw record in the unpacked object, in bytes", null]
> ["message", "the event in the log's own words", null]
> ["source_ip", "address of the source", null]
> ["source_port", null, null]
> ["timestamp", "when the event happened", null]
> ["user_name", "name of the user who acted", null]

-- comments of columns, as PyAthena asked once
SELECT column_comment FROM information_schema.columns WHERE table_name = 'doors'
: column_comment varchar
> ["when the event happened"]
> ["the log's own id of the event, else a hash of object, position and bytes"]
> ["key of the raw object"]
> ["position of the raw record in the unpacked object, in bytes"]
> ["the event in the log's own words"]
> ["name of the user who acted"]
> ["address of the source"]
> [null]
> [null]
> [null]

-- names that are quoted
SELECT "t"."table_name" FROM "plain"."information_schema"."tables" AS "t" WHERE "t"."table_schema" = 'lake' AND "t"."table_name" LIKE 'aws\_%' ESCAPE '\' ORDER BY 1
: table_name varchar
> ["aws_cloudtrail"]
> ["aws_guardduty"]
> ["aws_route53"]
> ["aws_vpcflow"]

-- names in capitals
SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'lake' AND TABLE_NAME = 'doors'
: TABLE_NAME varchar
> ["doors"]

-- a column by the schema's name
SELECT information_schema.tables.table_name FROM information_schema.tables WHERE table_schema = 'lake' AND table_name = 'doors'
: table_name varchar
> ["doors"]

-- tables joined to their columns
SELECT t.table_name, min(c.column_name) FROM information_schema.tables AS t JOIN information_schema.columns AS c ON t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE t.table_schema = 'lake' GROUP BY 1 ORDER BY 1
: table_name varchar, _col1 varchar
> ["apache_access", "cloud_account_id"]
> ["aws_cloudtrail", "aws_cloudtrail_read_only"]
> ["aws_guardduty", "cloud_account_id"]
> ["aws_route53", "cloud_account_id"]
> ["aws_vpcflow", "cloud_account_id"]
> ["doors", "day"]
> ["events", "cloud_account_id"]

-- a table of the database beside the schema
SELECT count(*) FROM doors CROSS JOIN information_schema.schemata AS s WHERE s.schema_name = 'lake'
: _col0 bigint
> [1]

-- a table that the schema has not
SELECT * FROM information_schema.absent
! TABLE_NOT_FOUND: line 1:15: Table 'plain.information_schema.absent' does not exist

-- roles
SELECT * FROM information_schema.applicable_roles
~ information_schema.applicable_roles
! NOT_SUPPORTED: This connector does not support roles

-- the path of what has no file
SELECT "$path" FROM information_schema.tables
! COLUMN_NOT_FOUND: line 1:8: Column '$path' cannot be resolved

-- a common table expression called as one of its tables
WITH tables AS (SELECT 1 AS a) SELECT a FROM tables
: a integer
> [1]

-- without its schema
SELECT * FROM schemata
! TABLE_NOT_FOUND: line 1:15: Table 'plain.lake.schemata' does not exist

-- comments of the view's columns, which a view of Athena's has not
SELECT column_name, comment FROM information_schema.columns WHERE table_name = 'events' AND (comment IS NOT NULL OR column_name = 'timestamp')
: column_name varchar, comment varchar
> ["timestamp", null]

-- columns under other names
SELECT a, d FROM information_schema.schemata AS s (a, d) WHERE d = 'lake'
: a varchar, d varchar
> ["plain", "lake"]

-- all tables with their number of columns, by a left join, as tools ask
SELECT t.table_schema, t.table_name, t.table_type, count(c.column_name) AS n FROM information_schema.tables t LEFT OUTER JOIN information_schema.columns c ON (t.table_schema = c.table_schema AND t.table_name = c.table_name) WHERE t.table_schema NOT IN ('information_schema') AND lower(t.table_name) LIKE '%door%' GROUP BY t.table_schema, t.table_name, t.table_type
: table_schema varchar, table_name varchar, table_type varchar, n bigint
> ["lake", "doors", "BASE TABLE", 10]
