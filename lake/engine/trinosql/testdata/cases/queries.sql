# See cases_test.go. The answers are a Trino server's.

-- no table at all
SELECT 1, 'a', NULL, true
: _col0 integer, _col1 varchar, _col2 unknown, _col3 boolean
> [1, "a", null, true]

-- columns without names
SELECT 1 + 1, 'x' AS y
: _col0 integer, y varchar
> [2, "x"]

-- values by themselves
VALUES 1, 2
: _col0 integer
> [1]
> [2]

-- values in rows
SELECT b, a FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b) ORDER BY a
: b varchar, a integer
> ["x", 1]
> ["y", 2]

-- values of several types
SELECT a FROM (VALUES 1, 2.5, NULL) AS t (a) ORDER BY a
: a decimal(11,1)
> ["1.0"]
> ["2.5"]
> [null]

-- all columns
SELECT * FROM (VALUES (1, 2)) AS t (a, b)
: a integer, b integer
> [1, 2]

-- all columns of one
SELECT u.*, t.a FROM (VALUES 1) AS t (a) CROSS JOIN (VALUES (2, 3)) AS u (b, c)
: b integer, c integer, a integer
> [2, 3, 1]

-- common tables
WITH x AS (SELECT 1 AS a), y (b) AS (SELECT a + 1 FROM x) SELECT a, b FROM x, y
: a integer, b integer
> [1, 2]

-- a common table that hides another
WITH x AS (SELECT 1 AS a) SELECT (WITH x AS (SELECT 2 AS a) SELECT a FROM x), a FROM x
: _col0 integer, a integer
> [2, 1]

-- recursive common tables
WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 3) SELECT n FROM x ORDER BY n
~ WITH RECURSIVE
: n integer
> [1]
> [2]
> [3]

-- distinct
SELECT DISTINCT a FROM (VALUES 1, 2, 1) AS t (a) ORDER BY a
: a integer
> [1]
> [2]

-- limit and offset
SELECT a FROM (VALUES 1, 2, 3) AS t (a) ORDER BY a OFFSET 1 LIMIT 1
: a integer
> [2]

-- limit all
SELECT a FROM (VALUES 1, 2) AS t (a) ORDER BY a LIMIT ALL
: a integer
> [1]
> [2]

-- fetch first
SELECT a FROM (VALUES 1, 2, 3) AS t (a) ORDER BY a OFFSET 1 ROW FETCH FIRST 1 ROW ONLY
: a integer
> [2]

-- fetch with ties
SELECT a FROM (VALUES 1, 1) AS t (a) ORDER BY a FETCH FIRST 1 ROW WITH TIES
~ FETCH FIRST … WITH TIES
: a integer
> [1]
> [1]

-- order by position, alias and expression
SELECT a AS x, -a AS y FROM (VALUES 1, 2) AS t (a) ORDER BY 2, x, a + 1
: x integer, y integer
> [2, -2]
> [1, -1]

-- an alias in an expression of order by
SELECT -a AS b FROM (VALUES 1, 2) AS t (a) ORDER BY b + 0
: b integer
> [-2]
> [-1]

-- an alias hides a column in order by
SELECT -a AS a FROM (VALUES 1, 2) AS t (a) ORDER BY a
: a integer
> [-2]
> [-1]

-- an alias is no column in where
SELECT a AS b FROM (VALUES 1) AS t (a) WHERE b = 1
! COLUMN_NOT_FOUND: line 1:46: Column 'b' cannot be resolved

-- unions
SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 2 ORDER BY a DESC
: a integer
> [2]
> [2]
> [1]

-- a union without doubles
SELECT a FROM (SELECT 1 AS a UNION SELECT 1 UNION SELECT 2) AS t ORDER BY 1
: a integer
> [1]
> [2]

-- a union of several types
SELECT 1 AS a UNION ALL SELECT 2.5 ORDER BY 1
: a decimal(11,1)
> ["1.0"]
> ["2.5"]

-- a union of null
SELECT 'x' AS a UNION ALL SELECT NULL ORDER BY 1
: a varchar
> ["x"]
> [null]

-- intersect and except
SELECT a FROM ((VALUES 1, 2, 3) INTERSECT (VALUES 2, 3) EXCEPT (VALUES 3)) AS t (a)
: a integer
> [2]

-- except all
SELECT a FROM ((VALUES 1, 1, 2) EXCEPT ALL (VALUES 1)) AS t (a) ORDER BY a
: a integer
> [1]
> [2]

-- intersect binds more
SELECT a FROM ((VALUES 1) UNION ALL (VALUES 2) INTERSECT (VALUES 2)) AS t (a) ORDER BY a
: a integer
> [1]
> [2]

-- a union that is sorted by an expression
SELECT 1 AS a UNION ALL SELECT 3 UNION ALL SELECT 2 ORDER BY -a LIMIT 2
: a integer
> [3]
> [2]

-- a union of different widths
SELECT 1 UNION ALL SELECT 1, 2
! TYPE_MISMATCH: line 1:10: UNION query has different number of fields: 1, 2

-- inner, left, right and full joins
SELECT t.a, u.b FROM (VALUES 1, 2) AS t (a) FULL JOIN (VALUES 2, 3) AS u (b) ON t.a = u.b ORDER BY 1, 2
: a integer, b integer
> [1, null]
> [2, 2]
> [null, 3]

-- a left join
SELECT t.a, u.b FROM (VALUES 1, 2) AS t (a) LEFT OUTER JOIN (VALUES 2, 3) AS u (b) ON t.a = u.b AND u.b > 0 ORDER BY 1, 2
: a integer, b integer
> [1, null]
> [2, 2]

-- a right join
SELECT t.a, u.b FROM (VALUES 1, 2) AS t (a) RIGHT JOIN (VALUES 2, 3) AS u (b) ON t.a = u.b ORDER BY 2
: a integer, b integer
> [2, 2]
> [null, 3]

-- joins with using
SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS t (k, a) JOIN (VALUES (2, 'z')) AS u (k, b) USING (k)
: k integer, a varchar, b varchar
> [2, "y", "z"]

-- a full join with using
SELECT k, a, b FROM (VALUES (1, 'x')) AS t (k, a) FULL JOIN (VALUES (2, 'z')) AS u (k, b) USING (k) ORDER BY k
: k integer, a varchar, b varchar
> [1, "x", null]
> [2, null, "z"]

-- using hides the qualified column
SELECT t.k FROM (VALUES 1) AS t (k) JOIN (VALUES 1) AS u (k) USING (k)
! COLUMN_NOT_FOUND: line 1:8: Column 't.k' cannot be resolved

-- joins in brackets
SELECT a, b, c FROM (VALUES 1) AS t (a) LEFT JOIN ((VALUES 1) AS u (b) JOIN (VALUES 1) AS v (c) ON b = c) ON a = b
: a integer, b integer, c integer
> [1, 1, 1]

-- a join of different types
SELECT a FROM (VALUES 1) AS t (a) JOIN (VALUES BIGINT '1') AS u (b) ON a = b
: a integer
> [1]

-- a join of a name twice
SELECT x.a, y.a FROM (VALUES 1) AS x (a) JOIN (VALUES 1) AS y (a) ON x.a = y.a
: a integer, a integer
> [1, 1]

-- an ambiguous name
SELECT a FROM (VALUES 1) AS x (a) CROSS JOIN (VALUES 1) AS y (a)
! AMBIGUOUS_NAME: line 1:8: Column 'a' is ambiguous

-- a natural join
SELECT 1 FROM (VALUES 1) AS x (a) NATURAL JOIN (VALUES 1) AS y (a)
~ NATURAL JOIN
! NOT_SUPPORTED: line 1:15: Natural join not supported

-- subqueries as values
SELECT (SELECT max(a) FROM (VALUES 1, 2) AS t (a)), (SELECT a FROM (VALUES 1) AS t (a) WHERE a > 5)
: _col0 integer, _col1 integer
> [2, null]

-- a subquery of several rows
SELECT (SELECT a FROM (VALUES 1, 2) AS t (a))
! SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows

-- correlated subqueries
SELECT a, (SELECT count(*) FROM (VALUES 1, 2, 2) AS u (b) WHERE b = a) FROM (VALUES 1, 2) AS t (a) ORDER BY a
: a integer, _col1 bigint
> [1, 1]
> [2, 2]

-- exists
SELECT a FROM (VALUES 1, 2) AS t (a) WHERE EXISTS (SELECT 1 FROM (VALUES 2) AS u (b) WHERE b = a) OR NOT EXISTS (SELECT 1)
: a integer
> [2]

-- in a subquery
SELECT a FROM (VALUES 1, 2) AS t (a) WHERE a IN (SELECT b FROM (VALUES BIGINT '2') AS u (b))
: a integer
> [2]

-- quantified comparisons
SELECT 2 > ALL (SELECT a FROM (VALUES 1) AS t (a)), 2 = ANY (VALUES 1, 2), 1 <> ALL (VALUES 2, NULL), 3 >= SOME (VALUES 5)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, true, null, false]

-- unnest an array
SELECT a, x FROM (VALUES (1, ARRAY['p', 'q']), (2, ARRAY[])) AS t (a, b) CROSS JOIN UNNEST(b) AS u (x) ORDER BY 1, 2
: a integer, x varchar
> [1, "p"]
> [1, "q"]

-- unnest with ordinality
SELECT x, n FROM UNNEST(ARRAY['p', 'q']) WITH ORDINALITY AS u (x, n) ORDER BY n
: x varchar, n bigint
> ["p", 1]
> ["q", 2]

-- unnest several arrays
SELECT x, y, n FROM UNNEST(ARRAY[1, 2, 3], ARRAY['p']) WITH ORDINALITY AS u (x, y, n) ORDER BY n
: x integer, y varchar, n bigint
> [1, "p", 1]
> [2, null, 2]
> [3, null, 3]

-- unnest a map
SELECT k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS u (k, v) ORDER BY k
: k varchar, v integer
> ["a", 1]
> ["b", 2]

-- unnest rows
SELECT x, y FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')]) AS u (x, y) ORDER BY 1
: x integer, y varchar
> [1, "a"]
> [2, "b"]

-- unnest on the left side of nothing
SELECT a, x FROM (VALUES (1, ARRAY['p']), (2, ARRAY[])) AS t (a, b) LEFT JOIN UNNEST(b) AS u (x) ON TRUE ORDER BY 1
: a integer, x varchar
> [1, "p"]
> [2, null]

-- unnest nulls
SELECT x FROM (VALUES ARRAY[1, NULL], NULL) AS t (b) CROSS JOIN UNNEST(b) AS u (x) ORDER BY 1
: x integer
> [1]
> [null]

-- unnest after a comma
SELECT a, x, y FROM (VALUES (1, ARRAY[ARRAY[5]])) AS t (a, b), UNNEST(b) AS u (x), UNNEST(x) AS v (y)
: a integer, x array(integer), y integer
> [1, [5], 5]

-- unnest what is none
SELECT x FROM UNNEST('a') AS u (x)
! INVALID_FUNCTION_ARGUMENT: Cannot unnest type: varchar(1)

-- a lateral subquery
SELECT x FROM (VALUES 1) AS t (a) CROSS JOIN LATERAL (SELECT a + 1 AS x)
~ LATERAL
: x integer
> [2]

-- a sample
SELECT a FROM (VALUES 1) AS t (a) TABLESAMPLE BERNOULLI (100)
~ TABLESAMPLE
: a integer
> [1]

-- match_recognize
SELECT * FROM (VALUES 1) AS t (a) MATCH_RECOGNIZE (ORDER BY a MEASURES a AS b PATTERN (A) DEFINE A AS true)
~ MATCH_RECOGNIZE
: b integer
> [1]

-- a table that is not there
SELECT * FROM nothing
! TABLE_NOT_FOUND: line 1:15: Table 'plain.lake.nothing' does not exist

-- a column that is not there
SELECT nothing FROM (VALUES 1) AS t (a)
! COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved

-- a function that is not there
SELECT uper('x')
~ function uper
! FUNCTION_NOT_FOUND: line 1:8: Function 'uper' not registered

-- a statement that is none
SELECT FROM x
! SYNTAX_ERROR: line 1:8: mismatched input 'FROM'. Expecting: '*', 'ALL', 'DISTINCT', <expression>

-- a query in capitals with quoted names
SELECT "A" AS "Mixed Case", T.a FROM (VALUES 1) AS t ("a") WHERE T."A" = 1
: Mixed Case integer, a integer
> [1, 1]

-- comments
SELECT 1 /* one */ + 1 -- two
: _col0 integer
> [2]

-- parentheses around a query
(SELECT 1)
: _col0 integer
> [1]

-- a subquery beside a bracket
SELECT ((SELECT 1) + 1), (((2)))
: _col0 integer, _col1 integer
> [2, 2]

-- table as a query
TABLE nothing
! TABLE_NOT_FOUND: line 1:1: Table 'plain.lake.nothing' does not exist

-- a very long or
SELECT a FROM (VALUES 1, 2) AS t (a) WHERE a = 5 OR a = 6 OR a = 7 OR a = 1 AND NOT a = 2 OR (a = 8 AND true)
: a integer
> [1]

-- precedence
SELECT 1 + 2 * 3 - 4 / 2, -2 + 3, NOT true OR true, 1 < 2 AND 2 < 3, 'a' || 'b' = 'ab', - - 1
: _col0 integer, _col1 integer, _col2 boolean, _col3 boolean, _col4 boolean, _col5 integer
> [5, 1, true, true, true, 1]
