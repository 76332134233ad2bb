# See cases_test.go. The answers are a Trino server's.

-- counts
SELECT count(*), count(a), count(DISTINCT a), count(1), count_if(a > 1) FROM (VALUES 1, 2, 2, NULL) AS t (a)
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint
> [4, 3, 2, 4, 2]

-- sums of integers are bigints
SELECT sum(a), avg(a), min(a), max(a) FROM (VALUES 1, 2, NULL) AS t (a)
: _col0 bigint, _col1 double, _col2 integer, _col3 integer
> [3, 1.5, 1, 2]

-- a sum of bigints overflows
SELECT sum(a) FROM (VALUES 9223372036854775807, 1) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: 9223372036854775807 + 1

-- sums and averages of decimals
SELECT sum(a), avg(a), avg(b) FROM (VALUES (1.5, 1.0), (2.25, 2.0), (1.00, 2.0)) AS t (a, b)
: _col0 decimal(38,2), _col1 decimal(3,2), _col2 decimal(2,1)
> ["4.75", "1.58", "1.7"]

-- sums of doubles
SELECT sum(a), avg(a) FROM (VALUES 1.5e0, 2e0) AS t (a)
: _col0 double, _col1 double
> [3.5, 1.75]

-- aggregates of nothing
SELECT count(*), sum(a), avg(a), min(a), array_agg(a), bool_and(a > 1), count_if(a > 1) FROM (SELECT 1 AS a WHERE false)
: _col0 bigint, _col1 bigint, _col2 double, _col3 integer, _col4 array(integer), _col5 boolean, _col6 bigint
> [0, null, null, null, null, null, 0]

-- averages of no decimals
SELECT avg(a) FROM (SELECT 1.5 AS a WHERE false)
: _col0 decimal(2,1)
> [null]

-- max_by keeps a null
SELECT max_by(a, b), min_by(a, b) FROM (VALUES ('x', 1), (NULL, 2), ('z', NULL)) AS t (a, b)
: _col0 varchar, _col1 varchar
> [null, "x"]

-- max_by of several
SELECT max_by(a, b, 2) FROM (VALUES ('x', 1), ('y', 2)) AS t (a, b)
~ function max_by of several
: _col0 array(varchar)
> [["y", "x"]]

-- the greatest of several
SELECT max(a, 2), min(a, 2) FROM (VALUES 1, 3, 2, NULL) AS t (a)
: _col0 array(integer), _col1 array(integer)
> [[3, 2], [1, 2]]

-- array_agg keeps nulls
SELECT array_agg(a ORDER BY a), array_agg(a ORDER BY a DESC), array_agg(DISTINCT a ORDER BY a) FROM (VALUES 2, NULL, 1, 2) AS t (a)
: _col0 array(integer), _col1 array(integer), _col2 array(integer)
> [[1, 2, 2, null], [2, 2, 1, null], [1, 2, null]]

-- array_agg with a filter
SELECT array_agg(a ORDER BY a) FILTER (WHERE a > 1), sum(a) FILTER (WHERE a > 1) FROM (VALUES 3, 1, 2) AS t (a)
: _col0 array(integer), _col1 bigint
> [[2, 3], 5]

-- arbitrary is not null
SELECT arbitrary(a), any_value(a) FROM (VALUES NULL, 1) AS t (a)
: _col0 integer, _col1 integer
> [1, 1]

-- booleans
SELECT bool_and(a > 0), bool_or(a > 2), every(a > 1) FROM (VALUES 1, 2, NULL) AS t (a)
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, false, false]

-- approximations of little are exact
SELECT approx_distinct(a), approx_percentile(a, 0.5) FROM (VALUES 1, 2, 3) AS t (a)
: _col0 bigint, _col1 bigint
> [3, 2]

-- standard deviations
SELECT round(stddev(a), 6), round(stddev_pop(a), 6), round(variance(a), 6), round(var_pop(a), 6), stddev(b) FROM (VALUES (1, NULL), (2, 5), (4, NULL)) AS t (a, b)
: _col0 double, _col1 double, _col2 double, _col3 double, _col4 double
> [1.527525, 1.247219, 2.333333, 1.555556, null]

-- correlations
SELECT round(corr(a, b), 6), round(covar_pop(a, b), 6), round(covar_samp(a, b), 6) FROM (VALUES (1e0, 2e0), (2e0, 3e0), (3e0, 5e0)) AS t (a, b)
: _col0 double, _col1 double, _col2 double
> [0.981981, 1, 1.5]

-- bits of many
SELECT bitwise_and_agg(a), bitwise_or_agg(a) FROM (VALUES 12, 10) AS t (a)
: _col0 bigint, _col1 bigint
> [8, 14]

-- listagg
SELECT listagg(a, ',') WITHIN GROUP (ORDER BY a DESC) FROM (VALUES 'x', 'y', NULL) AS t (a)
: _col0 varchar
> ["y,x"]

-- groups
SELECT a, count(*) AS n, sum(b) FROM (VALUES ('x', 1), ('y', 2), ('x', 3)) AS t (a, b) GROUP BY a ORDER BY n DESC, a
: a varchar, n bigint, _col2 bigint
> ["x", 2, 4]
> ["y", 1, 2]

-- groups by position
SELECT a || '!', count(*) FROM (VALUES 'x', 'y', 'x') AS t (a) GROUP BY 1 ORDER BY 2 DESC, 1
: _col0 varchar, _col1 bigint
> ["x!", 2]
> ["y!", 1]

-- groups by an expression
SELECT length(a) + 1, count(*) FROM (VALUES 'x', 'yy', 'z') AS t (a) GROUP BY length(a) ORDER BY length(a)
: _col0 bigint, _col1 bigint
> [2, 2]
> [3, 1]

-- groups of null
SELECT a, count(*) FROM (VALUES NULL, 1, NULL) AS t (a) GROUP BY a ORDER BY a
: a integer, _col1 bigint
> [1, 1]
> [null, 2]

-- having
SELECT a FROM (VALUES 'x', 'y', 'x') AS t (a) GROUP BY a HAVING count(*) > 1
: a varchar
> ["x"]

-- having without groups
SELECT sum(a) FROM (VALUES 1, 2) AS t (a) HAVING sum(a) > 2
: _col0 bigint
> [3]

-- rollup
SELECT a, b, sum(c), grouping(a, b) FROM (VALUES ('x', 'p', 1), ('x', 'q', 2), ('y', 'p', 3)) AS t (a, b, c) GROUP BY ROLLUP (a, b) ORDER BY 4, 1, 2
: a varchar, b varchar, _col2 bigint, _col3 integer
> ["x", "p", 1, 0]
> ["x", "q", 2, 0]
> ["y", "p", 3, 0]
> ["x", null, 3, 1]
> ["y", null, 3, 1]
> [null, null, 6, 3]

-- cube
SELECT a, b, sum(c), grouping(a, b) FROM (VALUES ('x', 'p', 1), ('y', 'p', 3)) AS t (a, b, c) GROUP BY CUBE (a, b) ORDER BY 4, 1, 2
: a varchar, b varchar, _col2 bigint, _col3 integer
> ["x", "p", 1, 0]
> ["y", "p", 3, 0]
> ["x", null, 1, 1]
> ["y", null, 3, 1]
> [null, "p", 4, 2]
> [null, null, 4, 3]

-- grouping sets
SELECT a, b, count(*) FROM (VALUES ('x', 'p'), ('y', 'p')) AS t (a, b) GROUP BY GROUPING SETS ((a), (b), ()) ORDER BY 3, 1, 2
: a varchar, b varchar, _col2 bigint
> ["x", null, 1]
> ["y", null, 1]
> [null, "p", 2]
> [null, null, 2]

-- groups and sets
SELECT a, b, count(*) FROM (VALUES ('x', 'p'), ('y', 'p')) AS t (a, b) GROUP BY a, ROLLUP (b) ORDER BY 1, 2
: a varchar, b varchar, _col2 bigint
> ["x", "p", 1]
> ["x", null, 1]
> ["y", "p", 1]
> ["y", null, 1]

-- a column that is not grouped by
SELECT a, count(*) FROM (VALUES 1) AS t (a)
! EXPRESSION_NOT_AGGREGATE: line 1:8: 'a' must be an aggregate expression or appear in GROUP BY clause

-- a column beside a group
SELECT b FROM (VALUES (1, 2)) AS t (a, b) GROUP BY a
! EXPRESSION_NOT_AGGREGATE: line 1:8: 'b' must be an aggregate expression or appear in GROUP BY clause

-- an aggregate in where
SELECT 1 FROM (VALUES 1) AS t (a) WHERE count(*) > 1
! EXPRESSION_NOT_SCALAR: line 1:50: WHERE clause cannot contain aggregations, window functions or grouping operations: [count(*)]

-- an aggregate of an aggregate
SELECT sum(count(*)) FROM (VALUES 1) AS t (a)
! NESTED_AGGREGATION: line 1:8: Cannot nest aggregations inside aggregation 'sum': [count(*)]

-- a share of the whole
SELECT a, count(*) * 100.0 / sum(count(*)) OVER () AS share FROM (VALUES 'x', 'y', 'x') AS t (a) GROUP BY a ORDER BY a
: a varchar, share decimal(23,1)
> ["x", "66.7"]
> ["y", "33.3"]

-- groups by a case
SELECT CASE WHEN a > 1 THEN 'many' ELSE 'one' END AS k, count(*) FROM (VALUES 1, 2, 3) AS t (a) GROUP BY 1 ORDER BY 1
: k varchar, _col1 bigint
> ["many", 2]
> ["one", 1]

-- groups by a quotient
SELECT a / b, count(*) FROM (VALUES (4, 2), (5, 2)) AS t (a, b) GROUP BY a / b
: _col0 integer, _col1 bigint
> [2, 2]

-- groups by an hour
SELECT date_trunc('hour', a) AS h, count(*) FROM (VALUES TIMESTAMP '2026-01-01 10:10:00', TIMESTAMP '2026-01-01 10:20:00') AS t (a) GROUP BY date_trunc('hour', a)
: h timestamp(0), _col1 bigint
> [2026-01-01T10:00:00Z, 2]

-- groups by a subscript
SELECT split(a, '/')[1], count(*) FROM (VALUES 'a/b', 'a/c') AS t (a) GROUP BY split(a, '/')[1]
: _col0 varchar, _col1 bigint
> ["a", 2]

-- groups by a document's value
SELECT json_extract_scalar(a, '$.k') AS k, count(*) FROM (VALUES '{"k":"x"}', '{}', '{"k":"x"}') AS t (a) GROUP BY json_extract_scalar(a, '$.k') ORDER BY k
: k varchar, _col1 bigint
> ["x", 2]
> [null, 1]

-- the least text
SELECT min(a), max(a) FROM (VALUES 'b', 'a', NULL) AS t (a)
: _col0 varchar, _col1 varchar
> ["a", "b"]

-- checksum
SELECT checksum(a) FROM (VALUES 1) AS t (a)
~ function checksum
: _col0 varbinary
> ["k4/DCrUt5dQ="]

-- approx_percentile of several
SELECT approx_percentile(a, ARRAY[0.1, 0.9]) FROM (VALUES 1, 2) AS t (a)
: _col0 array(bigint)
> [[1, 2]]

-- sums of single precision
SELECT sum(a), avg(a), min(a), max(a) FROM (VALUES REAL '1.5', REAL '2.25') AS t (a)
: _col0 real, _col1 real, _col2 real, _col3 real
> [3.75, 1.875, 1.5, 2.25]

-- sums of small integers
SELECT sum(a), avg(a) FROM (VALUES TINYINT '100', TINYINT '100') AS t (a)
: _col0 bigint, _col1 double
> [200, 100]

-- averages keep the scale of decimals
SELECT avg(a), sum(a) FROM (VALUES CAST(1 AS decimal(10,4)), CAST(2 AS decimal(10,4)), CAST(2 AS decimal(10,4))) AS t (a)
: _col0 decimal(10,4), _col1 decimal(38,4)
> ["1.6667", "5.0000"]

-- conditional aggregates of groups with nulls
SELECT g, count(*) FILTER (WHERE b), array_agg(DISTINCT s ORDER BY s), avg(m), sum(i) FROM (VALUES ('x', true, 'a', 1.00, 5), ('x', NULL, NULL, NULL, NULL), (NULL, false, '', -0.01, -5), (NULL, true, '', 0.02, 1)) AS t (g, b, s, m, i) GROUP BY g HAVING count(*) > 1 ORDER BY g
: g varchar, _col1 bigint, _col2 array(varchar), _col3 decimal(3,2), _col4 bigint
> ["x", 1, ["a", null], "1.00", 5]
> [null, 1, [""], "0.01", -4]
