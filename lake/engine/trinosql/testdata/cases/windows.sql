# See cases_test.go. The answers are a Trino server's.

-- numbers of rows
SELECT a, row_number() OVER (ORDER BY a), rank() OVER (ORDER BY b), dense_rank() OVER (ORDER BY b), ntile(2) OVER (ORDER BY a) FROM (VALUES (1, 5), (2, 5), (3, 6)) AS t (a, b) ORDER BY a
: a integer, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint
> [1, 1, 1, 1, 1]
> [2, 2, 1, 1, 1]
> [3, 3, 3, 2, 2]

-- ranks in parts
SELECT a, percent_rank() OVER (ORDER BY a), cume_dist() OVER (ORDER BY a) FROM (VALUES 1, 2, 3, 4) AS t (a) ORDER BY a
: a integer, _col1 double, _col2 double
> [1, 0, 0.25]
> [2, 0.333333333333, 0.5]
> [3, 0.666666666667, 0.75]
> [4, 1, 1]

-- neighbours
SELECT a, lag(a) OVER (ORDER BY a), lead(a, 2) OVER (ORDER BY a), lag(a, 1, 0) OVER (ORDER BY a), first_value(a) OVER (ORDER BY a), last_value(a) OVER (ORDER BY a), nth_value(a, 2) OVER (ORDER BY a) FROM (VALUES 1, 2, 3) AS t (a) ORDER BY a
: a integer, _col1 integer, _col2 integer, _col3 integer, _col4 integer, _col5 integer, _col6 integer
> [1, null, 3, 0, 1, 1, null]
> [2, 1, null, 1, 1, 2, 2]
> [3, 2, null, 2, 1, 3, 2]

-- neighbours that are not null
SELECT b, lag(a) IGNORE NULLS OVER (ORDER BY b), first_value(a) IGNORE NULLS OVER (ORDER BY b) FROM (VALUES (1, 1), (NULL, 2), (3, 3)) AS t (a, b) ORDER BY b
: b integer, _col1 integer, _col2 integer
> [1, null, 1]
> [2, 1, 1]
> [3, 1, 1]

-- sums over partitions
SELECT a, b, sum(b) OVER (PARTITION BY a), sum(b) OVER (PARTITION BY a ORDER BY b), count(*) OVER () FROM (VALUES ('x', 1), ('x', 2), ('y', 3)) AS t (a, b) ORDER BY a, b
: a varchar, b integer, _col2 bigint, _col3 bigint, _col4 bigint
> ["x", 1, 3, 1, 3]
> ["x", 2, 3, 3, 3]
> ["y", 3, 3, 3, 3]

-- nulls come last in a window
SELECT a, row_number() OVER (ORDER BY a DESC) FROM (VALUES 1, NULL, 2) AS t (a) ORDER BY 2
: a integer, _col1 bigint
> [2, 1]
> [1, 2]
> [null, 3]

-- frames of rows
SELECT a, sum(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), sum(a) OVER (ORDER BY a ROWS 1 PRECEDING), avg(a) OVER (ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 3) AS t (a) ORDER BY a
: a integer, _col1 bigint, _col2 bigint, _col3 double
> [1, 1, 1, 1.5]
> [2, 3, 3, 2]
> [3, 5, 5, 2]

-- frames of ranges
SELECT a, sum(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY a GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 2, 4) AS t (a) ORDER BY a
: a integer, _col1 bigint, _col2 bigint
> [1, 1, 1]
> [2, 5, 3]
> [2, 5, 3]
> [4, 4, 3]

-- windows with names
SELECT a, sum(a) OVER w, rank() OVER (w ORDER BY a DESC) FROM (VALUES 1, 2) AS t (a) WINDOW w AS (PARTITION BY 1) ORDER BY a
: a integer, _col1 bigint, _col2 bigint
> [1, 3, 2]
> [2, 3, 1]

-- a window over groups
SELECT a, count(*), rank() OVER (ORDER BY count(*) DESC) FROM (VALUES 'x', 'y', 'x') AS t (a) GROUP BY a ORDER BY a
: a varchar, _col1 bigint, _col2 bigint
> ["x", 2, 1]
> ["y", 1, 2]

-- the first of each
SELECT a, b FROM (SELECT a, b, row_number() OVER (PARTITION BY a ORDER BY b DESC) AS n FROM (VALUES ('x', 1), ('x', 2), ('y', 3)) AS t (a, b)) AS r WHERE n = 1 ORDER BY a
: a varchar, b integer
> ["x", 2]
> ["y", 3]

-- decimals over a window
SELECT a, avg(a) OVER (), sum(a) OVER (ORDER BY a) FROM (VALUES 1.5, 2.0) AS t (a) ORDER BY a
: a decimal(2,1), _col1 decimal(2,1), _col2 decimal(38,1)
> ["1.5", "1.8", "1.5"]
> ["2.0", "1.8", "3.5"]

-- arrays over a window
SELECT a, array_agg(a) OVER (ORDER BY a) FROM (VALUES 1, 2) AS t (a) ORDER BY a
: a integer, _col1 array(integer)
> [1, [1]]
> [2, [1, 2]]

-- a window in where
SELECT 1 FROM (VALUES 1) AS t (a) WHERE row_number() OVER () = 1
! EXPRESSION_NOT_SCALAR: line 1:62: WHERE clause cannot contain aggregations, window functions or grouping operations: [row_number() OVER ()]

-- distinct in a window
SELECT count(DISTINCT a) OVER () FROM (VALUES 1) AS t (a)
~ DISTINCT in a window function
! NOT_SUPPORTED: line 1:1: DISTINCT in window function parameters not yet supported: count(DISTINCT a) OVER ()

-- a filter over a window
SELECT a, count(*) FILTER (WHERE a > 1) OVER (ORDER BY a) FROM (VALUES 1, 2) AS t (a) ORDER BY a
! NOT_SUPPORTED: line 1:1: FILTER is not yet supported for window functions
