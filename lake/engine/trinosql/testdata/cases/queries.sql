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

-- an alias of a group
SELECT a AS b, count(*) FROM (VALUES 1) AS t (a) GROUP BY b
! COLUMN_NOT_FOUND: line 1:59: Column 'b' cannot be resolved

-- groups by position of an expression with an alias
SELECT upper(a) AS a, count(*) FROM (VALUES 'x', 'X') AS t (a) GROUP BY 1
: a varchar, _col1 bigint
> ["X", 2]

-- order by what is not selected
SELECT a FROM (VALUES (1, 5), (2, 4)) AS t (a, b) ORDER BY b
: a integer
> [2]
> [1]

-- order by an aggregate
SELECT a FROM (VALUES 'x', 'y', 'y') AS t (a) GROUP BY a ORDER BY count(*) DESC, a LIMIT 1
: a varchar
> ["y"]

-- order within a subquery
SELECT a FROM (SELECT a FROM (VALUES 3, 1, 2) AS t (a) ORDER BY a DESC LIMIT 2) AS u ORDER BY a
: a integer
> [2]
> [3]

-- distinct with an expression
SELECT DISTINCT a + 1 AS b FROM (VALUES 1, 1, 2) AS t (a) ORDER BY b DESC
: b integer
> [3]
> [2]

-- a name twice in a subquery
SELECT * FROM (SELECT 1 AS a, 2 AS a) AS t
: a integer, a integer
> [1, 2]

-- an ambiguous name of a subquery
SELECT a FROM (SELECT 1 AS a, 2 AS a) AS t
! AMBIGUOUS_NAME: line 1:8: Column 'a' is ambiguous

-- a table joined to itself
SELECT x.a, y.a FROM (VALUES 1, 2) AS x (a) JOIN (VALUES 1, 2) AS y (a) ON x.a < y.a
: a integer, a integer
> [1, 2]

-- an inner table of the outer's name
SELECT a, (SELECT max(a) FROM (VALUES 5) AS t (a)) FROM (VALUES 1) AS t (a)
: a integer, _col1 integer
> [1, 5]

-- common tables used twice
WITH x AS (SELECT a, count(*) AS n FROM (VALUES 1, 1, 2) AS t (a) GROUP BY a) SELECT p.a, q.n FROM x AS p JOIN x AS q ON p.n = q.n ORDER BY 1
: a integer, n bigint
> [1, 2]
> [2, 1]

-- a common table of another's columns
WITH a (x) AS (VALUES 1, 2), b AS (SELECT x * 10 AS y FROM a), c AS (SELECT * FROM b WHERE y > 10) SELECT * FROM c
: y integer
> [20]

-- common tables in a subquery
SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT a + 1 AS b FROM x) AS t
: b integer
> [2]

-- a union in a common table
WITH x AS (SELECT 1 AS a UNION ALL SELECT NULL) SELECT count(*), count(a) FROM x
: _col0 bigint, _col1 bigint
> [2, 1]

-- unions of unnamed columns
SELECT * FROM (SELECT 1, 'a' UNION ALL SELECT 2, 'b') AS t (n, s) ORDER BY n
: n integer, s varchar
> [1, "a"]
> [2, "b"]

-- unions take the first's names
SELECT b FROM (SELECT 1 AS b UNION ALL SELECT 2 AS c) AS t ORDER BY b
: b integer
> [1]
> [2]

-- unions of arrays
SELECT ARRAY[1] AS a UNION ALL SELECT ARRAY[BIGINT '2'] ORDER BY 1
~ the order of values of the type array(bigint)
: a array(bigint)
> [[1]]
> [[2]]

-- unions of unknown arrays
SELECT cardinality(a) FROM (SELECT ARRAY[1] AS a UNION ALL SELECT NULL UNION ALL SELECT ARRAY[]) AS t ORDER BY 1
: _col0 bigint
> [0]
> [1]
> [null]

-- a limit of a union
(SELECT 1 AS a UNION ALL SELECT 2) ORDER BY a LIMIT 1
: a integer
> [1]

-- limits in unions
(SELECT a FROM (VALUES 1, 2) AS t (a) ORDER BY a LIMIT 1) UNION ALL (SELECT a FROM (VALUES 1, 2) AS t (a) ORDER BY a DESC LIMIT 1) ORDER BY 1
: a integer
> [1]
> [2]

-- intersections of nulls
SELECT a FROM (VALUES 1, NULL) AS t (a) INTERSECT SELECT a FROM (VALUES NULL, 2) AS t (a)
: a integer
> [null]

-- intersect all
SELECT a FROM (VALUES 1, 1, 2) AS t (a) INTERSECT ALL SELECT a FROM (VALUES 1, 1) AS t (a)
: a integer
> [1]
> [1]

-- a condition on both sides of a left join
SELECT t.a, u.b FROM (VALUES 1, 2) AS t (a) LEFT JOIN (VALUES (1, 'x'), (2, 'y')) AS u (k, b) ON t.a = u.k AND u.b = 'x' WHERE t.a > 0 ORDER BY 1
: a integer, b varchar
> [1, "x"]
> [2, null]

-- three joins
SELECT t.a, u.b, v.c FROM (VALUES 1) AS t (a) JOIN (VALUES (1, 2)) AS u (a, b) ON t.a = u.a LEFT JOIN (VALUES (3, 4)) AS v (b, c) ON u.b = v.b
: a integer, b integer, c integer
> [1, 2, null]

-- three joins with using
SELECT k, a, b, c FROM (VALUES (1, 'a')) AS t (k, a) JOIN (VALUES (1, 'b')) AS u (k, b) USING (k) LEFT JOIN (VALUES (1, 'c')) AS v (k, c) USING (k)
: k integer, a varchar, b varchar, c varchar
> [1, "a", "b", "c"]

-- a join on an expression
SELECT a, b FROM (VALUES 'X', 'Y') AS t (a) JOIN (VALUES 'x') AS u (b) ON lower(a) = b
: a varchar, b varchar
> ["X", "x"]

-- a join on a range
SELECT a, b FROM (VALUES 1, 5) AS t (a) JOIN (VALUES (1, 3), (4, 9)) AS u (low, b) ON a BETWEEN low AND b ORDER BY 1
: a integer, b integer
> [1, 3]
> [5, 9]

-- a cross join of three
SELECT count(*) FROM (VALUES 1, 2) AS a (x), (VALUES 1, 2) AS b (y) CROSS JOIN (VALUES 1, 2) AS c (z)
: _col0 bigint
> [8]

-- unnest of a split
SELECT word, count(*) AS n FROM (VALUES 'a b a') AS t (s) CROSS JOIN UNNEST(split(s, ' ')) AS u (word) GROUP BY word ORDER BY n DESC
: word varchar, n bigint
> ["a", 2]
> ["b", 1]

-- unnest of a subquery's array
SELECT x FROM (SELECT array_agg(a ORDER BY a) AS l FROM (VALUES 2, 1) AS t (a)) AS s CROSS JOIN UNNEST(l) AS u (x) ORDER BY x
: x integer
> [1]
> [2]

-- unnest without names
SELECT * FROM UNNEST(ARRAY[1, 2]) ORDER BY 1
: _col0 integer
> [1]
> [2]

-- unnest of rows with names
SELECT * FROM UNNEST(ARRAY[CAST(ROW(1, 'a') AS row(x integer, y varchar))]) AS t
: x integer, y varchar
> [1, "a"]

-- unnest of rows under other names
SELECT p, q, n FROM UNNEST(ARRAY[CAST(ROW(1, 'a') AS row(x integer, y varchar)), NULL]) WITH ORDINALITY AS t (p, q, n) ORDER BY n
: p integer, q varchar, n bigint
> [1, "a", 1]
> [null, null, 2]

-- unnest on the left with position
SELECT a, x, n FROM (VALUES (1, ARRAY['p', 'q']), (2, CAST(NULL AS array(varchar)))) AS t (a, b) LEFT JOIN UNNEST(b) WITH ORDINALITY AS u (x, n) ON true ORDER BY 1, 3
: a integer, x varchar, n bigint
> [1, "p", 1]
> [1, "q", 2]
> [2, null, null]

-- a subquery compared
SELECT a FROM (VALUES 1, 2, 3) AS t (a) WHERE a > (SELECT avg(a) FROM (VALUES 1, 2, 3) AS u (a))
: a integer
> [3]

-- a subquery in case
SELECT CASE WHEN a IN (SELECT 1) THEN 'one' ELSE 'other' END FROM (VALUES 1, 2) AS t (a) ORDER BY 1
: _col0 varchar
> ["one"]
> ["other"]

-- a subquery in the list of an aggregate
SELECT sum(a) + (SELECT 10) FROM (VALUES 1, 2) AS t (a)
: _col0 bigint
> [13]

-- a correlated aggregate in the list
SELECT a, (SELECT sum(b) FROM (VALUES (1, 10), (1, 20), (2, 5)) AS u (k, b) WHERE k = a) FROM (VALUES 1, 2, 3) AS t (a) ORDER BY a
: a integer, _col1 bigint
> [1, 30]
> [2, 5]
> [3, null]

-- any and all of nothing
SELECT 1 > ALL (SELECT 1 WHERE false), 1 = ANY (SELECT 1 WHERE false)
: _col0 boolean, _col1 boolean
> [true, false]

-- in a union
SELECT 2 IN (SELECT 1 UNION ALL SELECT 2), 'x' IN ((SELECT 'x'))
: _col0 boolean, _col1 boolean
> [true, true]

-- numbers in texts
SELECT 'a' || CAST(1 AS varchar) || 'b', concat('n', CAST(1.5 AS varchar))
: _col0 varchar, _col1 varchar
> ["a1b", "n1.5"]

-- keywords as names
SELECT t.date, t.year, t."order" FROM (VALUES (1, 2, 3)) AS t (date, year, "order")
: date integer, year integer, order integer
> [1, 2, 3]

-- words that are functions as names
SELECT count, first, last, type, "user", filter FROM (VALUES (1, 2, 3, 4, 5, 6)) AS t (count, first, last, type, "user", filter)
: count integer, first integer, last integer, type integer, user integer, filter integer
> [1, 2, 3, 4, 5, 6]

-- an interval as a name
SELECT interval, day, zone FROM (VALUES (1, 2, 3)) AS t (interval, day, zone)
: interval integer, day integer, zone integer
> [1, 2, 3]

-- a quote in a name
SELECT "a""b" FROM (VALUES 1) AS t ("a""b")
: a"b integer
> [1]

-- a dollar in a name
SELECT "$x" FROM (VALUES 1) AS t ("$x")
: $x integer
> [1]

-- all columns of both
SELECT t.*, u.* FROM (VALUES (1, 2)) AS t (a, b) CROSS JOIN (VALUES 3) AS u (a)
: a integer, b integer, a integer
> [1, 2, 3]

-- all columns and one more
SELECT *, a + 1 AS c FROM (VALUES (1, 2)) AS t (a, b)
: a integer, b integer, c integer
> [1, 2, 2]

-- all columns of a group
SELECT * FROM (SELECT a, count(*) AS n FROM (VALUES 1) AS t (a) GROUP BY a) AS u
: a integer, n bigint
> [1, 1]

-- a group of no rows
SELECT a, count(*) FROM (SELECT 1 AS a WHERE false) AS t GROUP BY a
: a integer, _col1 bigint

-- no groups of no rows
SELECT count(*) FROM (SELECT 1 AS a WHERE false) AS t GROUP BY ()
: _col0 bigint
> [0]

-- having with an alias
SELECT a, count(*) AS n FROM (VALUES 1, 1) AS t (a) GROUP BY a HAVING n > 1
! COLUMN_NOT_FOUND: line 1:71: Column 'n' cannot be resolved

-- a column of the outer query in having
SELECT a FROM (VALUES 1, 2) AS t (a) WHERE (SELECT count(*) FROM (VALUES 1, 2, 3) AS u (b) HAVING count(*) > a) > 2 ORDER BY 1
: a integer
> [1]
> [2]

-- a window in order by
SELECT a FROM (VALUES 1, 2) AS t (a) ORDER BY row_number() OVER (ORDER BY a DESC)
: a integer
> [2]
> [1]

-- the newest of each by a window
SELECT k, v FROM (SELECT k, v, rank() OVER (PARTITION BY k ORDER BY v DESC) AS r FROM (VALUES ('a', 1), ('a', 2), ('b', 3)) AS t (k, v)) AS u WHERE r = 1 ORDER BY k
: k varchar, v integer
> ["a", 2]
> ["b", 3]

-- the newest of each by max_by
SELECT k, max_by(v, n), min_by(v, n) FROM (VALUES ('a', 'x', 1), ('a', 'y', 2)) AS t (k, v, n) GROUP BY k
: k varchar, _col1 varchar, _col2 varchar
> ["a", "y", "x"]

-- aggregates of a join
SELECT t.k, count(u.v), sum(u.v) FROM (VALUES 'a', 'b') AS t (k) LEFT JOIN (VALUES ('a', 1), ('a', 2)) AS u (k, v) ON t.k = u.k GROUP BY t.k ORDER BY 1
: k varchar, _col1 bigint, _col2 bigint
> ["a", 2, 3]
> ["b", 0, null]

-- a pivot by if
SELECT k, sum(IF(v = 'x', 1, 0)) AS xs, count_if(v = 'y') AS ys, max(CASE WHEN v = 'x' THEN v END) FROM (VALUES ('a', 'x'), ('a', 'y'), ('b', 'x')) AS t (k, v) GROUP BY k ORDER BY k
: k varchar, xs bigint, ys bigint, _col3 varchar
> ["a", 1, 1, "x"]
> ["b", 1, 0, "x"]

-- distinct sums
SELECT sum(DISTINCT a), avg(DISTINCT a), count(DISTINCT b) FROM (VALUES (1, 'x'), (1, 'y'), (2, 'x')) AS t (a, b)
: _col0 bigint, _col1 double, _col2 bigint
> [3, 1.5, 2]

-- an aggregate of a case with null
SELECT sum(CASE WHEN a > 5 THEN a END), min(CASE WHEN a > 5 THEN a END), count(CASE WHEN a > 5 THEN 1 END) FROM (VALUES 1, 2) AS t (a)
: _col0 bigint, _col1 integer, _col2 bigint
> [null, null, 0]

-- percentages of a group by a window
SELECT k, round(100e0 * count(*) / sum(count(*)) OVER (), 1) AS pct FROM (VALUES 'a', 'a', 'b') AS t (k) GROUP BY k ORDER BY pct DESC
: k varchar, pct double
> ["a", 66.7]
> ["b", 33.3]

-- running totals by day
SELECT d, sum(n) OVER (ORDER BY d ROWS UNBOUNDED PRECEDING) FROM (VALUES (DATE '2026-01-01', 1), (DATE '2026-01-02', 2)) AS t (d, n) ORDER BY d
: d date, _col1 bigint
> ["2026-01-01", 1]
> ["2026-01-02", 3]

-- a window over an hour
SELECT t, count(*) OVER (ORDER BY t RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM (VALUES TIMESTAMP '2026-01-01 10:00:00', TIMESTAMP '2026-01-01 10:30:00', TIMESTAMP '2026-01-01 12:00:00') AS x (t) ORDER BY t
: t timestamp(0), _col1 bigint
> [2026-01-01T10:00:00Z, 1]
> [2026-01-01T10:30:00Z, 2]
> [2026-01-01T12:00:00Z, 1]

-- sessions by gaps
SELECT u, s, count(*) FROM (SELECT u, sum(g) OVER (PARTITION BY u ORDER BY t) AS s FROM (SELECT u, t, IF(date_diff('minute', lag(t) OVER (PARTITION BY u ORDER BY t), t) > 30, 1, 0) AS g FROM (VALUES ('a', TIMESTAMP '2026-01-01 10:00:00'), ('a', TIMESTAMP '2026-01-01 10:10:00'), ('a', TIMESTAMP '2026-01-01 11:00:00')) AS x (u, t)) AS y) AS z GROUP BY u, s ORDER BY 1, 2
: u varchar, s bigint, _col2 bigint
> ["a", 0, 2]
> ["a", 1, 1]

-- a table function
SELECT * FROM TABLE(sequence(1, 3))
~ a table function
: sequential_number bigint
> [1]
> [2]
> [3]

-- a select without a list
SELECT
! SYNTAX_ERROR: line 1:7: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>

-- a where without a condition
SELECT 1 WHERE
! SYNTAX_ERROR: line 1:15: mismatched input '<EOF>'. Expecting: <expression>

-- a function of a schema
SELECT system.builtin.abs(1)
~ a schema before a function's name
: _col0 integer
> [1]

-- a current user
SELECT current_user
~ CURRENT_USER
: _col0 varchar
> ["test"]

-- a json object
SELECT json_object('a' VALUE 1)
~ function json_object
: _col0 varchar
> ["{\"a\":1}"]

-- try of a cast
SELECT try(CAST('x' AS bigint)), try(CAST('5' AS bigint)), try(1 / 0), coalesce(try(1 / 0), -1), try(ARRAY[1][5])
: _col0 bigint, _col1 bigint, _col2 integer, _col3 integer, _col4 integer
> [null, 5, null, -1, null]

-- try of an aggregate
SELECT try(sum(a) / 0) FROM (VALUES 1) AS t (a)
~ TRY of an aggregate or a window function
: _col0 bigint
> [null]
