# See cases_test.go. The answers are a Trino server's.

-- typeof of constants
SELECT typeof(1), typeof(1.5), typeof(1e0), typeof('abc'), typeof(NULL), typeof(true), typeof(DATE '2026-01-01'), typeof(TIMESTAMP '2026-01-01 00:00:00.123'), typeof(3000000000)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar, _col7 varchar, _col8 varchar
> ["integer", "decimal(2,1)", "double", "varchar(3)", "unknown", "boolean", "date", "timestamp(3)", "bigint"]

-- typeof of nested values
SELECT typeof(ARRAY[1]), typeof(MAP(ARRAY[1], ARRAY[DATE '2026-01-01'])), typeof(ROW(1, true)), typeof(CAST(ROW(1, 'x') AS row(a integer, b varchar))), typeof(ARRAY[])
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["array(integer)", "map(integer, date)", "row(integer, boolean)", "row(a integer, b varchar)", "array(unknown)"]

-- typeof of casts
SELECT typeof(CAST('x' AS varchar)), typeof(CAST('x' AS varchar(5))), typeof(CAST(1 AS decimal(10,2))), typeof(TRY_CAST('x' AS bigint)), typeof(CAST('[]' AS json)), typeof(CAST('1.1.1.1' AS ipaddress)), typeof(CAST(ARRAY['a'] AS array(varchar)))
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar
> ["varchar", "varchar(5)", "decimal(10,2)", "bigint", "json", "ipaddress", "array(varchar)"]

-- typeof of what is computed
SELECT typeof(a + 1), typeof(a + 1.5), typeof(a > 1), typeof(now()), typeof(current_date), typeof(length('x')), typeof(a / 2e0), typeof(INTERVAL '1' DAY), typeof(INTERVAL '1' MONTH), typeof(to_utf8('x')) FROM (VALUES 1) AS t (a)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar, _col7 varchar, _col8 varchar, _col9 varchar
> ["integer", "decimal(12,1)", "boolean", "timestamp(3) with time zone", "date", "bigint", "double", "interval day to second", "interval year to month", "varbinary"]

-- typeof of a computed text
SELECT typeof(upper('abc'))
~ typeof of a computed text, of whose length Trino has a guess,
: _col0 varchar
> ["varchar(3)"]

-- typeof of a text of a query
SELECT typeof(a) FROM (VALUES 'abc') AS t (a)
~ typeof of a computed text, of whose length Trino has a guess,
: _col0 varchar
> ["varchar(3)"]

-- typeof of columns
SELECT typeof(user_name), typeof("timestamp"), typeof(related_ip), typeof(day) FROM aws_cloudtrail LIMIT 1
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["varchar", "timestamp(3)", "array(varchar)", "varchar"]

-- typeof of an aggregate
SELECT typeof(count(*)), typeof(max(day)), typeof(sum(a)), typeof(avg(a)) FROM (SELECT 1 AS a, DATE '2026-01-01' AS day) AS t
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["bigint", "date", "bigint", "double"]

-- typeof of groups
SELECT typeof(a), count(*) FROM (VALUES 1, 2) AS t (a) GROUP BY typeof(a) ORDER BY typeof(a)
: _col0 varchar, _col1 bigint
> ["integer", 2]

-- typeof of what fails
SELECT typeof(1 / a) FROM (VALUES 0) AS t (a)
! DIVISION_BY_ZERO: Division by zero

-- typeof in a condition
SELECT count(*) FROM aws_cloudtrail WHERE typeof(user_name) = 'varchar'
: _col0 bigint
> [7]

-- typeof of two
SELECT typeof(1, 2)
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer, integer) for function typeof. Expected: typeof(t) T

-- typeof of the empty text
SELECT typeof('')
~ typeof of a computed text, of whose length Trino has a guess,
: _col0 varchar
> ["varchar(0)"]

-- typeof of texts of the session
SELECT typeof(current_schema)
~ typeof of a computed text, of whose length Trino has a guess,
: _col0 varchar
> ["varchar"]
