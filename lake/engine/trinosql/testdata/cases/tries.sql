# See cases_test.go. What TRY makes null, and what it does not; failure_test.go has what is not supported within it.

-- TRY makes null of a division by zero, a cast and an argument that is wrong
SELECT TRY(1 / a), TRY(CAST(b AS bigint)), TRY(lpad('x', a - 1, 'y')), TRY(element_at(ARRAY[1], a)) FROM (VALUES (0, 'x'), (1, '7')) AS t (a, b) ORDER BY a
: _col0 integer, _col1 bigint, _col2 varchar, _col3 integer
> [null, null, null, null]
> [1, 7, "", 1]

-- TRY in a lambda, of one, and within another TRY
SELECT transform(a, x -> TRY(6 / x)), TRY(transform(a, x -> 6 / x)), TRY(TRY(1 / a[1]) + 1) FROM (VALUES ARRAY[0, 3], ARRAY[2]) AS t (a)
: _col0 array(integer), _col1 array(integer), _col2 integer
> [[null, 2], null, null]
> [[3], [3], 1]

-- TRY in conditions, groups and aggregates
SELECT TRY(CAST(a AS integer)) AS n, count(*), count_if(TRY(CAST(a AS integer)) IS NULL) FROM (VALUES 'x', '5', 'y') AS t (a) WHERE TRY(2 / length(a)) = 2 GROUP BY TRY(CAST(a AS integer)) ORDER BY 1
: n integer, _col1 bigint, _col2 bigint
> [5, 1, 0]
> [null, 2, 2]

-- TRY of times that are moved
SELECT TRY(date_parse(a, '%Y-%m-%d') + INTERVAL '1' DAY), TRY(date_add('month', 1, CAST(a AS date))), TRY(CAST(a AS date) + 2 * INTERVAL '1' MONTH), TRY(date_add('hour', 1, CAST(a AS timestamp))) FROM (VALUES CAST('x' AS varchar), '2026-01-31', NULL) AS t (a)
: _col0 timestamp(3), _col1 date, _col2 date, _col3 timestamp(3)
> [null, null, null, null]
> [2026-02-01T00:00:00Z, "2026-02-28", "2026-03-31", 2026-01-31T01:00:00Z]
> [null, null, null, null]

-- TRY does not catch what Trino calls an error of its own
SELECT TRY(from_unixtime(a)) FROM (VALUES 1e13) AS t (a)
! GENERIC_INTERNAL_ERROR: Millis overflow: 10000000000000000

-- TRY of numbers for which a function has no value
SELECT TRY(acos(a)), TRY(asin(a)), TRY(sin(b)), TRY(cos(b)), TRY(tan(b)), TRY(log(a, 0)), TRY(log(a, -1)), TRY(log(0, a)), TRY(ln(-a)) FROM (VALUES (2e0, infinity())) AS t (a, b)
: _col0 double, _col1 double, _col2 double, _col3 double, _col4 double, _col5 double, _col6 double, _col7 double, _col8 double
> ["NaN", "NaN", "NaN", "NaN", "NaN", "-Infinity", "NaN", -0, "NaN"]

-- TRY of texts that are no binary
SELECT a, TRY(from_base64(a)), TRY(from_hex(a)) FROM (VALUES 'YQ', 'YQ=', 'YQ==', '=', '', 'YQ===', 'abc', 'abcd', 'zz') AS t (a) ORDER BY a
: a varchar, _col1 varbinary, _col2 varbinary
> ["", "", ""]
> ["=", null, null]
> ["YQ", "YQ==", null]
> ["YQ=", null, null]
> ["YQ==", "YQ==", null]
> ["YQ===", null, null]
> ["abc", "abc=", null]
> ["abcd", "abcd", "q80="]
> ["zz", "zw==", null]

-- TRY of a remainder of the least number
SELECT TRY(a % b), TRY(a / b), TRY(CAST(a AS integer) % b) FROM (VALUES (-9223372036854775808, -1), (-2147483648, -1), (7, 0)) AS t (a, b)
: _col0 bigint, _col1 bigint, _col2 integer
> [0, null, null]
> [0, 2147483648, 0]
> [null, null, null]

-- a count that is no integer
SELECT repeat('x', a) FROM (VALUES BIGINT '2') AS t (a)
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1), bigint) for function repeat. Expected: repeat(t, integer) T

-- digits to round to that are no integer
SELECT round(1.5e0, a) FROM (VALUES BIGINT '2') AS t (a)
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (double, bigint) for function round. Expected: round(bigint), round(bigint, integer), round(decimal(p,s)), round(decimal(p,s), integer), round(double), round(double, integer), round(integer), round(integer, integer), round(real), round(real, integer), round(smallint), round(smallint, integer), round(tinyint), round(tinyint, integer)

-- TRY of a subquery
SELECT TRY((SELECT 1 / a FROM (VALUES 0) AS t (a)))
~ TRY of a subquery
! DIVISION_BY_ZERO: Division by zero

-- what stands within TRY and without is computed for each
SELECT TRY(CAST(a AS bigint)), TRY(CAST(a AS bigint) + 1), CASE WHEN a <> 'x' THEN CAST(a AS bigint) + 2 END FROM (VALUES CAST('x' AS varchar), '5') AS t (a)
: _col0 bigint, _col1 bigint, _col2 bigint
> [null, null, null]
> [5, 6, 7]
