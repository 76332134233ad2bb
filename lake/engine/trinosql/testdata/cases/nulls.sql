# See cases_test.go. The answers are a Trino server's.

-- contains is null where a null might be it
SELECT contains(ARRAY[1, NULL], 2), contains(ARRAY[1, NULL], 1), contains(ARRAY[1], 2), contains(ARRAY[1], NULL), contains(CAST(NULL AS array(integer)), 1)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [null, true, false, null, null]

-- a negated contains drops the row with a null
SELECT a FROM (VALUES ARRAY['x'], ARRAY['x', NULL], ARRAY['y']) AS t (a) WHERE NOT contains(a, 'y') ORDER BY 1
~ the order of values of the type array(varchar(1))
: a array(varchar)
> [["x"]]

-- a contains in a filter
SELECT cardinality(a) FROM (VALUES ARRAY['x'], ARRAY['y', NULL], ARRAY[NULL]) AS t (a) WHERE contains(a, 'y') OR cardinality(a) = 5
: _col0 bigint
> [2]

-- arrays_overlap is null where a null might be it
SELECT arrays_overlap(ARRAY[1, NULL], ARRAY[2]), arrays_overlap(ARRAY[1, NULL], ARRAY[1]), arrays_overlap(ARRAY[1], ARRAY[2]), arrays_overlap(ARRAY[NULL, 1], ARRAY[NULL, 2]), arrays_overlap(ARRAY[], ARRAY[1])
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [null, true, false, null, false]

-- any_match, all_match and none_match with nulls
SELECT any_match(ARRAY[1, NULL], x -> x > 1), any_match(ARRAY[2, NULL], x -> x > 1), all_match(ARRAY[2, NULL], x -> x > 1), all_match(ARRAY[0, NULL], x -> x > 1), none_match(ARRAY[0, NULL], x -> x > 1), none_match(ARRAY[2, NULL], x -> x > 1)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean
> [null, true, null, false, null, false]

-- matches of nothing
SELECT any_match(ARRAY[], x -> true), all_match(ARRAY[], x -> false), none_match(ARRAY[], x -> true), any_match(CAST(NULL AS array(integer)), x -> x > 1)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [false, true, true, null]

-- in with nulls
SELECT 1 IN (1, NULL), 1 IN (2, NULL), 1 NOT IN (2, NULL), NULL IN (1), 1 NOT IN (2, 3)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [true, null, null, null, true]

-- in with a subquery of nulls
SELECT 1 IN (SELECT a FROM (VALUES 2, NULL) AS t (a)), 1 NOT IN (SELECT a FROM (VALUES 2, 3) AS t (a)), 1 IN (SELECT 1 WHERE false)
: _col0 boolean, _col1 boolean, _col2 boolean
> [null, true, false]

-- rows compare with nulls
SELECT (1, 2) = (1, NULL), (1, 2) = (2, NULL), (1, 2) <> (1, 3), (1, 2) IN ((1, 2), (3, 4)), (1, NULL) IN ((1, 2))
~ a null without a type in a row
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [null, false, true, true, null]

-- is distinct from
SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL, 1 IS DISTINCT FROM 1, 'a' IS NOT DISTINCT FROM 'b'
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, true, false, false]

-- three values of logic
SELECT NULL AND false, NULL OR true, NOT CAST(NULL AS boolean), NULL = 1, NULL <> NULL
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [false, true, null, null, null]

-- coalesce, nullif and if
SELECT coalesce(NULL, 2, 3), nullif(1, 1), nullif(1, 2), if(NULL, 1, 2), if(true, 'a'), if(false, 'a'), coalesce(1, 2.5), nullif(1, 1.0)
: _col0 integer, _col1 integer, _col2 integer, _col3 integer, _col4 varchar, _col5 varchar, _col6 decimal(11,1), _col7 integer
> [2, null, 1, 2, "a", null, "1.0", null]

-- case
SELECT CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, CASE WHEN NULL THEN 1 ELSE 2 END, CASE 1 WHEN NULL THEN 1 ELSE 0 END, CASE 'x' WHEN 'x' THEN 1.5 ELSE 2 END
: _col0 varchar, _col1 integer, _col2 integer, _col3 decimal(11,1)
> ["b", 2, 0, "1.5"]

-- nulls come last, whichever way
SELECT a FROM (VALUES 2, NULL, 1) AS t (a) ORDER BY a
: a integer
> [1]
> [2]
> [null]

-- nulls come last in descending order too
SELECT a FROM (VALUES 2, NULL, 1) AS t (a) ORDER BY a DESC
: a integer
> [2]
> [1]
> [null]

-- nulls first when that is said
SELECT a FROM (VALUES 2, NULL, 1) AS t (a) ORDER BY a DESC NULLS FIRST
: a integer
> [null]
> [2]
> [1]

-- between with nulls
SELECT 1 BETWEEN NULL AND 0, 1 BETWEEN 0 AND NULL, 1 NOT BETWEEN 2 AND 3
: _col0 boolean, _col1 boolean, _col2 boolean
> [false, null, true]

-- nan and null
SELECT nan() > a, a = nan() FROM (VALUES CAST(NULL AS double)) AS t (a)
: _col0 boolean, _col1 boolean
> [null, null]

-- filters in aggregates
SELECT count(*) FILTER (WHERE a > 1), count(*) FILTER (WHERE NOT a > 1), sum(a) FILTER (WHERE a IS NULL) FROM (VALUES 1, 2, NULL) AS t (a)
: _col0 bigint, _col1 bigint, _col2 bigint
> [1, 1, null]

-- exists and nulls
SELECT a FROM (VALUES 1, NULL) AS t (a) WHERE EXISTS (SELECT 1 FROM (VALUES 1, NULL) AS u (b) WHERE b = a)
: a integer
> [1]

-- not in with nulls
SELECT a FROM (VALUES 1, 2, NULL) AS t (a) WHERE a NOT IN (SELECT b FROM (VALUES 1) AS u (b))
: a integer
> [2]

-- not in with nulls in the query
SELECT a FROM (VALUES 1, 2) AS t (a) WHERE a NOT IN (SELECT b FROM (VALUES 1, NULL) AS u (b))
: a integer

-- a negated range
SELECT a FROM (VALUES 1, NULL, 5) AS t (a) WHERE NOT (a BETWEEN 2 AND NULL) OR a IS NULL ORDER BY a
: a integer
> [1]
> [null]

-- case without else
SELECT CASE a WHEN 1 THEN 'x' END, CASE WHEN a = 1 THEN 1.5 WHEN a = 2 THEN 2 END FROM (VALUES 1, 2, NULL) AS t (a) ORDER BY a
: _col0 varchar, _col1 decimal(11,1)
> ["x", "1.5"]
> [null, "2.0"]
> [null, null]

-- a condition in the list
SELECT a > 1, a > 1 AND a < 5, a > 1 OR a IS NULL, NOT (a > 1), a IN (1, 2), CAST('5' AS bigint) > a AND a > 0 FROM (VALUES 2, NULL) AS t (a) ORDER BY a
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean
> [true, true, true, false, true, true]
> [null, null, true, null, null, null]

-- conditions that may fail in the list
SELECT a <> '' AND CAST(a AS bigint) > 1, a = '' OR CAST(a AS bigint) > 1 FROM (VALUES '5', '', NULL) AS t (a) ORDER BY a
: _col0 boolean, _col1 boolean
> [false, true]
> [true, true]
> [null, null]

-- an array and a null element
SELECT ARRAY[1] || a, a || ARRAY[1], ARRAY[1] || ARRAY[a] FROM (VALUES 5, NULL) AS t (a) ORDER BY a
: _col0 array(integer), _col1 array(integer), _col2 array(integer)
> [[1, 5], [5, 1], [1, 5]]
> [null, null, [1, null]]

-- an empty array overlaps nothing
SELECT arrays_overlap(a, ARRAY['x', NULL]), arrays_overlap(ARRAY['x', NULL], a), arrays_overlap(a, NULL) FROM (VALUES CAST(ARRAY[] AS array(varchar))) AS t (a)
: _col0 boolean, _col1 boolean, _col2 boolean
> [false, false, null]
