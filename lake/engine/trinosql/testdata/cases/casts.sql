# See cases_test.go. The answers are a Trino server's.

-- a text with a fraction is no bigint
SELECT TRY_CAST('1.5' AS bigint), TRY_CAST(' 12' AS bigint), TRY_CAST('+12' AS bigint), TRY_CAST('1e3' AS bigint), TRY_CAST('1_000' AS bigint), TRY_CAST('' AS bigint), CAST('-7' AS integer)
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint, _col6 integer
> [null, null, 12, null, null, null, -7]

-- a text that is no number is an error
SELECT CAST(a AS bigint) FROM (VALUES CAST('1.5' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast '1.5' to BIGINT

-- an integer that is too large
SELECT TRY_CAST('3000000000' AS integer), TRY_CAST('300' AS tinyint)
: _col0 integer, _col1 tinyint
> [null, null]

-- doubles from text
SELECT CAST('1.5' AS double), CAST(' 1e3 ' AS double), TRY_CAST('inf' AS double), CAST('Infinity' AS double), TRY_CAST('x' AS double), TRY_CAST('' AS double)
: _col0 double, _col1 double, _col2 double, _col3 double, _col4 double, _col5 double
> [1.5, 1000, null, "Infinity", null, null]

-- decimals from text
SELECT CAST('1.005' AS decimal(5,2)), CAST('-0.05' AS decimal(3,1)), TRY_CAST('x' AS decimal(5,2)), CAST('12' AS decimal), TRY_CAST('1000' AS decimal(3,0)), CAST('1e2' AS decimal(5,1))
: _col0 decimal(5,2), _col1 decimal(3,1), _col2 decimal(5,2), _col3 decimal(38,0), _col4 decimal(3,0), _col5 decimal(5,1)
> ["1.01", "-0.1", null, "12", null, "100.0"]

-- booleans from text
SELECT CAST('true' AS boolean), CAST('F' AS boolean), CAST('1' AS boolean), TRY_CAST('yes' AS boolean)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, false, true, null]

-- a double as text
SELECT CAST(1.5e0 AS varchar), CAST(100e0 AS varchar), CAST(1e10 AS varchar), CAST(0e0 AS varchar), CAST(-1.25e-5 AS varchar), CAST(1e0/3 AS varchar), CAST(REAL '1.1' AS varchar), CAST(infinity() AS varchar)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar, _col7 varchar
> ["1.5E0", "1.0E2", "1.0E10", "0E0", "-1.25E-5", "3.333333333333333E-1", "1.1E0", "Infinity"]

-- numbers as text
SELECT CAST(12 AS varchar), CAST(1.50 AS varchar), CAST(true AS varchar), CAST(-0.5 AS varchar)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["12", "1.50", "true", "-0.5"]

-- a text is cut to its length
SELECT CAST('abcdef' AS varchar(3)), CAST('ab' AS varchar(3)), CAST(a AS varchar(1)) FROM (VALUES 'éa') AS t (a)
: _col0 varchar, _col1 varchar, _col2 varchar
> ["abc", "ab", "é"]

-- a double is rounded half up
SELECT CAST(2.5e0 AS bigint), CAST(-2.5e0 AS bigint), CAST(3.5e0 AS integer), CAST(2.5 AS integer), CAST(-2.5 AS bigint)
: _col0 bigint, _col1 bigint, _col2 integer, _col3 integer, _col4 bigint
> [3, -3, 4, 3, -3]

-- a double as a decimal
SELECT CAST(2.675e0 AS decimal(10,2)), CAST(1e0/3 AS decimal(5,3)), CAST(1e10 AS decimal(20,1)), CAST(0.005e0 AS decimal(5,2)), CAST(1.5e0 AS decimal(10,1))
: _col0 decimal(10,2), _col1 decimal(5,3), _col2 decimal(20,1), _col3 decimal(5,2), _col4 decimal(10,1)
> ["2.68", "0.333", "10000000000.0", "0.01", "1.5"]

-- booleans and numbers
SELECT CAST(true AS bigint), CAST(0 AS boolean), CAST(2.5 AS boolean), CAST(true AS double)
: _col0 bigint, _col1 boolean, _col2 boolean, _col3 double
> [1, false, true, 1]

-- dates from text
SELECT CAST('2026-01-31' AS date), CAST('2026-1-5' AS date), TRY_CAST('2026/01/05' AS date), TRY_CAST('2026-02-30' AS date), TRY_CAST('2026-01-05 10:00:00' AS date), TRY_CAST(' 2026-01-05 ' AS date)
: _col0 date, _col1 date, _col2 date, _col3 date, _col4 date, _col5 date
> ["2026-01-31", "2026-01-05", null, null, null, "2026-01-05"]

-- a T between date and time is no timestamp
SELECT TRY_CAST('2026-01-05T10:00:00' AS timestamp), TRY_CAST('2026-01-05 10:00:00Z' AS timestamp), CAST('2026-01-05 1:2:3' AS timestamp), CAST('2026-01-05' AS timestamp), CAST('2026-01-05 10:00' AS timestamp), TRY_CAST('2026-01-05 25:00:00' AS timestamp)
: _col0 timestamp(3), _col1 timestamp(3), _col2 timestamp(3), _col3 timestamp(3), _col4 timestamp(3), _col5 timestamp(3)
> [null, 2026-01-05T10:00:00Z, 2026-01-05T01:02:03Z, 2026-01-05T00:00:00Z, 2026-01-05T10:00:00Z, null]

-- a timestamp of many digits is rounded
SELECT CAST('2026-01-05 10:00:00.1235' AS timestamp), CAST('2026-01-05 10:00:00.123456' AS timestamp(6)), CAST('2026-01-05 10:00:00.9999' AS timestamp(3))
: _col0 timestamp(3), _col1 timestamp(6), _col2 timestamp(3)
> [2026-01-05T10:00:00.124Z, 2026-01-05T10:00:00.123456Z, 2026-01-05T10:00:01Z]

-- times as text
SELECT CAST(TIMESTAMP '2026-01-05 10:00:00' AS varchar), CAST(TIMESTAMP '2026-01-05 10:00:00.120' AS varchar), CAST(DATE '2026-01-05' AS varchar), CAST(TIMESTAMP '2026-01-05 10:00:00 UTC' AS varchar), CAST(TIMESTAMP '2026-01-05 10:00:00.5 Europe/Berlin' AS varchar)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> [2026-01-05T10:00:00Z, 2026-01-05T10:00:00.12Z, "2026-01-05", "2026-01-05 10:00:00 UTC", "2026-01-05 10:00:00.5 Europe/Berlin"]

-- dates and timestamps
SELECT CAST(TIMESTAMP '2026-01-05 10:00:00' AS date), CAST(DATE '2026-01-05' AS timestamp), CAST(TIMESTAMP '2026-01-05 23:30:00 America/New_York' AS date), CAST(TIMESTAMP '2026-01-05 23:30:00 America/New_York' AS timestamp)
: _col0 date, _col1 timestamp(3), _col2 date, _col3 timestamp(3)
> ["2026-01-05", 2026-01-05T00:00:00Z, "2026-01-05", 2026-01-05T23:30:00Z]

-- arrays and maps are cast by their elements
SELECT CAST(ARRAY['1', '2'] AS array(bigint)), CAST(MAP(ARRAY['a'], ARRAY['1']) AS map(varchar, integer)), CAST(ROW(1, 'a') AS row(x bigint, y varchar)).y
: _col0 array(bigint), _col1 map(varchar, integer), _col2 varchar
> [[1, 2], {"a": 1}, "a"]

-- a row's fields
SELECT r.x, r.y[1] FROM (SELECT CAST(ROW(1, ARRAY['a']) AS row(x bigint, y array(varchar))) AS r)
: x bigint, _col1 varchar
> [1, "a"]

-- null of a type
SELECT CAST(NULL AS varchar), CAST(NULL AS array(varchar)), CAST(NULL AS bigint) + 1
: _col0 varchar, _col1 array(varchar), _col2 bigint
> [null, null, null]

-- try of an error is null
SELECT try(1 / a), try(CAST(b AS bigint)) FROM (VALUES (0, CAST('x' AS varchar)), (2, '5')) AS t (a, b) ORDER BY a
: _col0 integer, _col1 bigint
> [null, null]
> [0, 5]

-- char
SELECT CAST('a' AS char(3))
~ the type char
: _col0 char(3)
> ["a  "]

-- text is not compared with numbers
SELECT 'a' = 1
! TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) = integer

-- text is not compared with timestamps
SELECT TIMESTAMP '2026-01-01 00:00:00' > '2026-01-01'
! TYPE_MISMATCH: line 1:40: Cannot apply operator: timestamp(0) < varchar(10)

-- text is not added
SELECT 'a' + 1
! TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) + integer
