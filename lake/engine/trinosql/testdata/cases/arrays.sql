# See cases_test.go. The answers are a Trino server's.

-- a subscript begins at one
SELECT ARRAY[1, 2, 3][2], a[1] FROM (VALUES ARRAY['x']) AS t (a)
: _col0 integer, _col1 varchar
> [2, "x"]

-- a subscript beyond the end is an error
SELECT a[9] FROM (VALUES ARRAY[1]) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 9 > 1

-- a subscript of zero is an error
SELECT a[0] FROM (VALUES ARRAY[1]) AS t (a)
! INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1

-- a subscript of null is null
SELECT a[1] FROM (VALUES CAST(NULL AS array(integer))) AS t (a)
: _col0 integer
> [null]

-- element_at is null beyond the end, and counts from it
SELECT element_at(ARRAY[1, 2], 9), element_at(ARRAY[1, 2], -1), element_at(ARRAY[1, 2], 1), element_at(ARRAY[1, 2], -5)
: _col0 integer, _col1 integer, _col2 integer, _col3 integer
> [null, 2, 1, null]

-- element_at of zero is an error
SELECT element_at(a, 0) FROM (VALUES ARRAY[1]) AS t (a)
! INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1

-- cardinality of arrays and maps
SELECT cardinality(ARRAY[1, NULL]), cardinality(MAP(ARRAY['a'], ARRAY[1])), cardinality(ARRAY[])
: _col0 bigint, _col1 bigint, _col2 bigint
> [2, 1, 0]

-- array_distinct keeps the first, and null
SELECT array_distinct(ARRAY[2, 1, NULL, 2, NULL])
: _col0 array(integer)
> [[2, 1, null]]

-- array_sort puts nulls last
SELECT array_sort(ARRAY[3, NULL, 1]), array_sort(ARRAY['b', 'a'])
: _col0 array(integer), _col1 array(varchar)
> [[1, 3, null], ["a", "b"]]

-- array_sort by a lambda
SELECT array_sort(ARRAY[3, 1], (x, y) -> IF(x < y, 1, -1))
~ array_sort with a lambda
: _col0 array(integer)
> [[3, 1]]

-- array_join leaves nulls out
SELECT array_join(ARRAY['a', NULL, 'b'], ','), array_join(ARRAY['a', NULL], ',', '?'), array_join(ARRAY[1, 2], '-'), array_join(ARRAY[], ','), array_join(ARRAY[1.5e0, 2e0], ','), array_join(ARRAY[true], ',')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar
> ["a,b", "a,?", "1-2", "", "1.5E0,2.0E0", "true"]

-- array_position
SELECT array_position(ARRAY['a', 'b'], 'b'), array_position(ARRAY['a'], 'x'), array_position(ARRAY['a', NULL], NULL)
: _col0 bigint, _col1 bigint, _col2 bigint
> [2, 0, null]

-- array_max and array_min are null with a null
SELECT array_max(ARRAY[1, 3]), array_max(ARRAY[1, NULL]), array_min(ARRAY[2, 1]), array_min(ARRAY[])
: _col0 integer, _col1 integer, _col2 integer, _col3 unknown
> [3, null, 1, null]

-- array_remove
SELECT array_remove(ARRAY[1, 2, 1], 1), array_remove(ARRAY[1, NULL, 2], 1)
: _col0 array(integer), _col1 array(integer)
> [[2], [null, 2]]

-- array_except, array_intersect and array_union
SELECT array_except(ARRAY[1, 2, 2, NULL], ARRAY[1]), array_sort(array_intersect(ARRAY[1, 2, 2, 3], ARRAY[3, 2])), array_union(ARRAY[1, 2], ARRAY[2, NULL])
: _col0 array(integer), _col1 array(integer), _col2 array(integer)
> [[2, null], [2, 3], [1, 2, null]]

-- flatten leaves null arrays out
SELECT flatten(ARRAY[ARRAY[1], NULL, ARRAY[2, NULL]])
: _col0 array(integer)
> [[1, 2, null]]

-- sequence
SELECT sequence(1, 4), sequence(4, 1), sequence(0, 10, 5), sequence(DATE '2026-01-30', DATE '2026-02-01'), sequence(DATE '2026-01-01', DATE '2026-01-10', INTERVAL '4' DAY), sequence(TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00', INTERVAL '1' HOUR)
: _col0 array(bigint), _col1 array(bigint), _col2 array(bigint), _col3 array(date), _col4 array(date), _col5 array(timestamp(0))
> [[1, 2, 3, 4], [4, 3, 2, 1], [0, 5, 10], ["2026-01-30", "2026-01-31", "2026-02-01"], ["2026-01-01", "2026-01-05", "2026-01-09"], [2026-01-01T00:00:00Z, 2026-01-01T01:00:00Z, 2026-01-01T02:00:00Z]]

-- a sequence that goes the wrong way
SELECT sequence(1, 4, a) FROM (VALUES -1) AS t (a)
! INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start

-- a sequence that is too long
SELECT sequence(1, a) FROM (VALUES 20000) AS t (a)
! INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries

-- a sequence of dates that goes the wrong way
SELECT sequence(DATE '2026-01-31', a, INTERVAL '1' DAY) FROM (VALUES DATE '2026-01-01') AS t (a)
! INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start

-- a sequence of dates by less than a day
SELECT sequence(DATE '2026-01-01', a, INTERVAL '1' HOUR) FROM (VALUES DATE '2026-01-31') AS t (a)
! INVALID_FUNCTION_ARGUMENT: sequence step must be a day interval if start and end values are dates

-- a sequence of dates that is too long
SELECT sequence(DATE '1970-01-02', a) FROM (VALUES DATE '9999-12-31') AS t (a)
! INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries

-- a sequence of times that is too long
SELECT sequence(TIMESTAMP '2026-01-01 00:00:00', a, INTERVAL '1' SECOND) FROM (VALUES TIMESTAMP '2026-01-02 00:00:00') AS t (a)
! INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries

-- a sequence of times that stands still
SELECT sequence(TIMESTAMP '2026-01-01 00:00:00', a, INTERVAL '0' SECOND) FROM (VALUES TIMESTAMP '2026-01-02 00:00:00') AS t (a)
! INVALID_FUNCTION_ARGUMENT: step must not be zero

-- sequences of dates and times backwards
SELECT sequence(a, DATE '2026-01-01', INTERVAL '-2' DAY), sequence(a, DATE '2026-01-04'), sequence(CAST(NULL AS date), a) FROM (VALUES DATE '2026-01-05') AS t (a)
: _col0 array(date), _col1 array(date), _col2 array(date)
> [["2026-01-05", "2026-01-03", "2026-01-01"], ["2026-01-05", "2026-01-04"], null]

-- a value that is repeated too often
SELECT repeat('a', a) FROM (VALUES 1000000000) AS t (a)
! INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or equal to 10000

-- a value that is repeated less than never
SELECT repeat('a', a) FROM (VALUES -1) AS t (a)
! INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be greater than or equal to 0

-- a long value that is repeated to more than a million bytes
SELECT repeat(rpad('a', a, 'b'), 10000) FROM (VALUES 1000) AS t (a)
! INVALID_FUNCTION_ARGUMENT: result of repeat function must not take more than 1000000 bytes

-- nulls that are repeated
SELECT repeat(CAST(NULL AS varchar), a), repeat(ARRAY['a', NULL], a), cardinality(repeat('a', CAST(NULL AS integer))) FROM (VALUES 2) AS t (a)
: _col0 array(varchar), _col1 array(array(varchar)), _col2 bigint
> [[null, null], [["a", null], ["a", null]], null]

-- slice
SELECT slice(ARRAY[1, 2, 3, 4], 2, 2), slice(ARRAY[1, 2, 3], -2, 2), slice(ARRAY[1, 2], 5, 1), slice(ARRAY[1, 2], -5, 1), slice(ARRAY[1, 2, 3], -2, 1), slice(ARRAY[1, 2], 1, 9)
: _col0 array(integer), _col1 array(integer), _col2 array(integer), _col3 array(integer), _col4 array(integer), _col5 array(integer)
> [[2, 3], [2, 3], [], [], [2], [1, 2]]

-- repeat, reverse and concatenation
SELECT repeat('a', 3), reverse(ARRAY[1, 2]), ARRAY[1] || ARRAY[2], ARRAY[1] || 2, 0 || ARRAY[1], concat(ARRAY[1], ARRAY[2], ARRAY[3]), repeat(1, 0)
: _col0 array(varchar), _col1 array(integer), _col2 array(integer), _col3 array(integer), _col4 array(integer), _col5 array(integer), _col6 array(integer)
> [["a", "a", "a"], [2, 1], [1, 2], [1, 2], [0, 1], [1, 2, 3], []]

-- an array of several types
SELECT ARRAY[1, 2.5], ARRAY[1, NULL], ARRAY[NULL, 'a'], ARRAY[1, BIGINT '2']
: _col0 array(decimal(11,1)), _col1 array(integer), _col2 array(varchar), _col3 array(bigint)
> [["1.0", "2.5"], [1, null], [null, "a"], [1, 2]]

-- filter, transform and reduce
SELECT filter(ARRAY[5, NULL, 7], x -> x > 5), transform(ARRAY[1, NULL], x -> x + 1), reduce(ARRAY[5, 20], 0, (s, x) -> s + x, s -> s), reduce(ARRAY['a', 'b'], '', (s, x) -> s || x, s -> length(s)), reduce(ARRAY[1, 2], 0e0, (s, x) -> s + x, s -> s / 2)
: _col0 array(integer), _col1 array(integer), _col2 integer, _col3 bigint, _col4 double
> [[7], [2, null], 25, 2, 1.5]

-- transform of strings
SELECT transform(ARRAY['a', 'b'], x -> upper(x) || '!'), transform(split('a=1,b=2', ','), x -> split_part(x, '=', 2))
: _col0 array(varchar), _col1 array(varchar)
> [["A!", "B!"], ["1", "2"]]

-- a lambda sees the columns around it
SELECT filter(a, x -> x > b) FROM (VALUES (ARRAY[1, 5], 3)) AS t (a, b)
: _col0 array(integer)
> [[5]]

-- lambdas in lambdas
SELECT transform(ARRAY[ARRAY[1, 2], ARRAY[3]], x -> transform(x, y -> y * cardinality(x)))
: _col0 array(array(bigint))
> [[[2, 4], [3]]]

-- zip_with goes on with nulls
SELECT zip_with(ARRAY[1, 2], ARRAY['a'], (x, y) -> coalesce(y, 'none') || CAST(x AS varchar))
: _col0 array(varchar)
> [["a1", "none2"]]

-- any_match over a lambda with a condition
SELECT any_match(ARRAY['a', 'b'], x -> x = 'b' OR x LIKE 'c%')
: _col0 boolean
> [true]

-- contains of a widened element
SELECT contains(ARRAY[BIGINT '1'], 1), contains(ARRAY[1.5], 1)
: _col0 boolean, _col1 boolean
> [true, false]

-- arrays compared
SELECT ARRAY[1, 2] = ARRAY[1, 2]
~ a comparison of values of the type array(integer)
: _col0 boolean
> [true]

-- an array that is distinct
SELECT DISTINCT a FROM (VALUES ARRAY[1], ARRAY[1], ARRAY[2]) AS t (a) ORDER BY cardinality(a), a[1]
! EXPRESSION_NOT_IN_DISTINCT: line 1:1: For SELECT DISTINCT, ORDER BY expressions must appear in select list

-- zip
SELECT zip(ARRAY[1], ARRAY['a'])
: _col0 array(row(integer, varchar))
> [[[1, "a"]]]

-- combinations
SELECT combinations(ARRAY[1, 2], 1)
~ function combinations
: _col0 array(array(integer))
> [[[1], [2]]]

-- positions of nulls
SELECT array_position(ARRAY[NULL, 1], 1), array_position(CAST(NULL AS array(integer)), 1), element_at(ARRAY[NULL, 1], 1), cardinality(CAST(NULL AS array(integer)))
: _col0 bigint, _col1 bigint, _col2 integer, _col3 bigint
> [2, null, null, null]

-- sorting texts and booleans
SELECT array_sort(ARRAY['b', 'B', 'a', NULL, 'é']), array_sort(ARRAY[true, false]), array_sort(ARRAY[1.5, 1]), array_distinct(ARRAY['a', 'A', 'a'])
: _col0 array(varchar), _col1 array(boolean), _col2 array(decimal(11,1)), _col3 array(varchar)
> [["B", "a", "b", "é", null], [false, true], ["1.0", "1.5"], ["a", "A"]]

-- slices at edges
SELECT slice(ARRAY[1, 2, 3], 1, 0), slice(ARRAY[1, 2, 3], 3, 5), slice(ARRAY[1, 2, 3], -1, 5), slice(ARRAY[1, 2, 3], 4, 1), slice(CAST(NULL AS array(integer)), 1, 1)
: _col0 array(integer), _col1 array(integer), _col2 array(integer), _col3 array(integer), _col4 array(integer)
> [[], [3], [3], [], null]

-- a slice from zero
SELECT slice(a, 0, 1) FROM (VALUES ARRAY[1]) AS t (a)
! INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1

-- reduction with nulls
SELECT reduce(ARRAY[1, NULL, 2], 0, (s, x) -> s + coalesce(x, 0), s -> s), reduce(ARRAY[1, NULL], 0, (s, x) -> s + x, s -> s), reduce(CAST(NULL AS array(integer)), 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5, 6, 10], CAST(ROW(0.0, 0) AS row(sum double, count integer)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS row(sum double, count integer)), s -> IF(s.count = 0, NULL, s.sum / s.count))
: _col0 integer, _col1 integer, _col2 integer, _col3 double
> [3, null, null, 7]

-- filters that keep nothing
SELECT filter(ARRAY[1, 2], x -> x > 5), filter(ARRAY[NULL, 1], x -> x IS NULL), filter(CAST(ARRAY[] AS array(integer)), x -> true), transform(CAST(ARRAY[] AS array(integer)), x -> x + 1)
: _col0 array(integer), _col1 array(integer), _col2 array(integer), _col3 array(integer)
> [[], [null], [], []]

-- a lambda with the name of a column
SELECT filter(a, b -> b > 1), b FROM (VALUES (ARRAY[1, 2], 7)) AS t (a, b)
: _col0 array(integer), b integer
> [[2], 7]

-- a lambda over a row's fields
SELECT transform(ARRAY[CAST(ROW(1, 'a') AS row(x integer, y varchar))], r -> r.y || CAST(r.x AS varchar))
: _col0 array(varchar)
> [["a1"]]

-- a lambda with a subquery
SELECT filter(ARRAY[1], x -> x IN (SELECT 1))
~ a subquery in a lambda expression
! NOT_SUPPORTED: line 1:32: Lambda expression cannot contain subqueries

-- division in a lambda
SELECT transform(ARRAY[4, 6], x -> x / 2), filter(ARRAY[0, 2], x -> x <> 0 AND 4 / x > 1)
: _col0 array(integer), _col1 array(integer)
> [[2, 3], [2]]

-- an error in a lambda
SELECT transform(a, x -> 1 / x) FROM (VALUES ARRAY[1, 0]) AS t (a)
! DIVISION_BY_ZERO: Division by zero

-- all of several lists
SELECT flatten(ARRAY[split('a,b', ','), ARRAY['c']]), cardinality(flatten(CAST(ARRAY[] AS array(array(varchar))))), array_join(flatten(ARRAY[ARRAY['x'], ARRAY[NULL]]), '-')
: _col0 array(varchar), _col1 bigint, _col2 varchar
> [["a", "b", "c"], 0, "x"]

-- joins of lists with numbers
SELECT array_join(ARRAY[1.50, 2.5], ';'), array_join(ARRAY[DATE '2026-01-01'], ','), array_join(ARRAY[1e0, NULL], ',', 'x')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["1.50;2.50", "2026-01-01", "1.0E0,x"]

-- overlaps of texts
SELECT arrays_overlap(ARRAY['a', 'b'], ARRAY['b']), arrays_overlap(split('a,b', ','), ARRAY['c']), NOT arrays_overlap(ARRAY['a'], ARRAY['b'])
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, false, true]

-- an array in a row
SELECT ROW(1, ARRAY['a'])[2][1], CAST(ROW(1, 2) AS row(a integer, b integer)).a
: _col0 varchar, _col1 integer
> ["a", 1]

-- a row out of reach
SELECT ROW(1, 2)[3]
! INVALID_FUNCTION_ARGUMENT: line 1:18: Subscript index out of bounds: 3, max value is 2

-- rows as a column
SELECT CAST(ROW(1, 'x') AS row(a integer, b varchar)) AS r, ARRAY[CAST(ROW(1) AS row(a integer))]
: r row(a integer, b varchar), _col1 array(row(a integer))
> [[1, "x"], [[1]]]

-- arrays of arrays
SELECT ARRAY[ARRAY[1, 2], ARRAY[]], ARRAY[ARRAY['a']][1][1], cardinality(ARRAY[ARRAY[1], NULL])
: _col0 array(array(integer)), _col1 varchar, _col2 bigint
> [[[1, 2], []], "a", 2]

-- minimum of texts
SELECT array_min(ARRAY['b', 'a']), array_max(ARRAY[1.5, 2]), array_max(ARRAY[DATE '2026-01-01'])
: _col0 varchar, _col1 decimal(11,1), _col2 date
> ["a", "2.0", "2026-01-01"]

-- not any and not all
SELECT NOT any_match(ARRAY[1, NULL], x -> x = 2), a FROM (VALUES 1) AS t (a) WHERE NOT all_match(ARRAY[1, 2], x -> x > 1)
: _col0 boolean, a integer
> [null, 1]

-- zip goes on with nulls
SELECT zip(ARRAY[1, 2, NULL], ARRAY['a'], ARRAY[]), zip(ARRAY[1], CAST(NULL AS array(integer))), zip(ARRAY[], ARRAY[])
: _col0 array(row(integer, varchar, unknown)), _col1 array(row(integer, integer)), _col2 array(row(unknown, unknown))
> [[[1, "a", null], [2, null, null], [null, null, null]], null, []]

-- zip of arrays in rows, unnested
SELECT a, b, c FROM (VALUES (ARRAY[1, 2], ARRAY['x', 'y', 'z'])) AS t (p, q), UNNEST(zip(p, q, p)) AS u (a, b, c) ORDER BY b
: a integer, b varchar, c integer
> [1, "x", 1]
> [2, "y", 2]
> [null, "z", null]

-- zip of rows by one field
SELECT transform(zip(a, b), x -> x[1] * x[2]) FROM (VALUES (ARRAY[1, 2], ARRAY[3, 4])) AS t (a, b)
: _col0 array(integer)
> [[3, 8]]

-- zip of what is no array
SELECT zip(ARRAY[1], 1)
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(integer), integer) for function zip. Expected: zip(array(T1), array(T2)) T1, T2, zip(array(T1), array(T2), array(T3)) T1, T2, T3, zip(array(T1), array(T2), array(T3), array(T4)) T1, T2, T3, T4, zip(array(T1), array(T2), array(T3), array(T4), array(T5)) T1, T2, T3, T4, T5

-- zip of one
SELECT zip(ARRAY[1])
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (array(integer)) for function zip. Expected: zip(array(T1), array(T2)) T1, T2, zip(array(T1), array(T2), array(T3)) T1, T2, T3, zip(array(T1), array(T2), array(T3), array(T4)) T1, T2, T3, T4, zip(array(T1), array(T2), array(T3), array(T4), array(T5)) T1, T2, T3, T4, T5
