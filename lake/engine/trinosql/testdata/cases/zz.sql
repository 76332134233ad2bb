
-- json/documents with odd letters
SELECT json_extract_scalar(a, '$.k'), json_extract(a, '$') FROM (VALUES '{"k": "\u00e9\ud83d\ude00\t\"\\"}', '{"k":"é/\/"}', '{"K": 1}', '{ "k" : [ ] }', '{"k":""}') AS t (a) ORDER BY a
: _col0 varchar, _col1 json
> [null, "{\"k\":[]}"]
> [null, "{\"K\":1}"]
> ["é😀\t\"\\", "{\"k\":\"é\\uD83D\\uDE00\\t\\\"\\\\\"}"]
> ["", "{\"k\":\"\"}"]
> ["é//", "{\"k\":\"é//\"}"]

-- json/numbers of all kinds
SELECT json_parse('[0, -1, 1.0, 1e2, 1E-2, 123456789012345678901234567890, 0.1, 1.7976931348623157e308, 12345678.9, 0.00012]'), json_extract('[1.0, 1e2, 100]', '$'), json_extract_scalar('[1.0, 1e2]', '$[1]')
: _col0 json, _col1 json, _col2 varchar
> ["[0,-1,1.0,100.0,0.01,123456789012345678901234567890,0.1,1.7976931348623157E308,1.23456789E7,1.2E-4]", "[1.0,100.0,100]", "1e2"]

-- json/casts of odd values
SELECT CAST(JSON '"x"' AS json), CAST(json_parse('"1.5"') AS double), CAST(JSON '"true"' AS boolean), CAST(JSON 'false' AS bigint), CAST(JSON '1e2' AS varchar), CAST(JSON '0' AS boolean), CAST(JSON 'null' AS bigint)
: _col0 json, _col1 double, _col2 boolean, _col3 bigint, _col4 varchar, _col5 boolean, _col6 bigint
> ["\"x\"", 1.5, true, 0, "1.0E2", false, null]

-- json/a text that is no number
SELECT CAST(JSON '"x"' AS bigint)
! INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT

-- json/an array that is none
SELECT CAST(json_parse(a) AS array(varchar)) FROM (VALUES '{"a":1}') AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast to array(varchar). Expected a json array, but got { {"a":1}

-- json/elements of several kinds as texts
SELECT CAST(JSON '[1, "a", true, null, 1.5]' AS array(varchar)), CAST(JSON '{"a": 1, "b": "x", "c": null, "d": false}' AS map(varchar, varchar))
: _col0 array(varchar), _col1 map(varchar, varchar)
> [["1", "a", "true", null, "1.5E0"], {"a": "1", "b": "x", "c": null, "d": "false"}]

-- json/an object among texts
SELECT CAST(json_parse(a) AS array(varchar)) FROM (VALUES '[{"a":1}]') AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast to array(varchar). Unexpected token when cast to varchar: { [{"a":1}]

-- json/records of CloudTrail
SELECT json_extract_scalar(r, '$.eventName'), json_extract_scalar(r, '$.userIdentity.arn'), json_extract(r, '$.requestParameters') FROM (VALUES '{"Records":[{"eventName":"GetObject","userIdentity":{"arn":"a"},"requestParameters":{"bucketName":"b", "key": null}},{"eventName":"PutObject"}]}') AS t (j) CROSS JOIN UNNEST(CAST(json_extract(j, '$.Records') AS array(json))) AS u (r) ORDER BY 1
: _col0 varchar, _col1 varchar, _col2 json
> ["GetObject", "a", "{\"bucketName\":\"b\",\"key\":null}"]
> ["PutObject", null, null]

-- json/sizes of nothing
SELECT json_size('{}', '$'), json_size('[]', '$'), json_size('{"a":1}', '$.b'), json_array_length('[]'), json_array_length(NULL), json_size(CAST(NULL AS varchar), '$')
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint
> [0, 0, null, 0, null, null]

-- json/a map of maps
SELECT CAST(JSON '{"a": {"b": [1]}}' AS map(varchar, map(varchar, array(integer))))['a']['b'][1]
: _col0 integer
> [1]

-- json/keys of numbers
SELECT CAST(JSON '{"1": "a"}' AS map(bigint, varchar))
: _col0 map(bigint, varchar)
> [{"1": "a"}]

-- json/text is no json
SELECT json_format('{}')
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(2)) for function json_format. Expected: json_format(json)

-- json/json from texts and back
SELECT json_format(CAST('x' AS json)), CAST(CAST('x' AS json) AS varchar), json_format(CAST(MAP(ARRAY['k'], ARRAY[ARRAY[1, NULL]]) AS json)), json_format(CAST(TIMESTAMP '2026-01-01 00:00:00' AS json))
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["\"x\"", "x", "{\"k\":[1,null]}", "\"2026-01-01 00:00:00\""]

-- json/grouped by json
SELECT json_extract(a, '$.k'), count(*) FROM (VALUES '{"k":1}') AS t (a) GROUP BY json_extract(a, '$.k')
~ GROUP BY of JSON
: _col0 json, _col1 bigint
> ["1", 1]

-- json/a path with a wildcard
SELECT json_extract(a, '$.k[*]') FROM (VALUES '{"k":[1]}') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.k[*]'

-- arrays/positions of nulls
SELECT array_position(ARRAY[NULL, 1], 1), array_position(CAST(NULL AS array(integer)), 1), element_at(ARRAY[NULL, 1], 1), cardinality(CAST(NULL AS array(integer)))
: _col0 bigint, _col1 bigint, _col2 integer, _col3 bigint
> [2, null, null, null]

-- arrays/sorting texts and booleans
SELECT array_sort(ARRAY['b', 'B', 'a', NULL, 'é']), array_sort(ARRAY[true, false]), array_sort(ARRAY[1.5, 1]), array_distinct(ARRAY['a', 'A', 'a'])
: _col0 array(varchar), _col1 array(boolean), _col2 array(decimal(11,1)), _col3 array(varchar)
> [["B", "a", "b", "é", null], [false, true], ["1.0", "1.5"], ["a", "A"]]

-- arrays/slices at edges
SELECT slice(ARRAY[1, 2, 3], 1, 0), slice(ARRAY[1, 2, 3], 3, 5), slice(ARRAY[1, 2, 3], -1, 5), slice(ARRAY[1, 2, 3], 4, 1), slice(CAST(NULL AS array(integer)), 1, 1)
: _col0 array(integer), _col1 array(integer), _col2 array(integer), _col3 array(integer), _col4 array(integer)
> [[], [3], [3], [], null]

-- arrays/a slice from zero
SELECT slice(a, 0, 1) FROM (VALUES ARRAY[1]) AS t (a)
! INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1

-- arrays/reduction with nulls
SELECT reduce(ARRAY[1, NULL, 2], 0, (s, x) -> s + coalesce(x, 0), s -> s), reduce(ARRAY[1, NULL], 0, (s, x) -> s + x, s -> s), reduce(CAST(NULL AS array(integer)), 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5, 6, 10], CAST(ROW(0.0, 0) AS row(sum double, count integer)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS row(sum double, count integer)), s -> IF(s.count = 0, NULL, s.sum / s.count))
: _col0 integer, _col1 integer, _col2 integer, _col3 double
> [3, null, null, 7]

-- arrays/filters that keep nothing
SELECT filter(ARRAY[1, 2], x -> x > 5), filter(ARRAY[NULL, 1], x -> x IS NULL), filter(CAST(ARRAY[] AS array(integer)), x -> true), transform(CAST(ARRAY[] AS array(integer)), x -> x + 1)
: _col0 array(integer), _col1 array(integer), _col2 array(integer), _col3 array(integer)
> [[], [null], [], []]

-- arrays/a lambda with the name of a column
SELECT filter(a, b -> b > 1), b FROM (VALUES (ARRAY[1, 2], 7)) AS t (a, b)
: _col0 array(integer), b integer
> [[2], 7]

-- arrays/a lambda over a row's fields
SELECT transform(ARRAY[CAST(ROW(1, 'a') AS row(x integer, y varchar))], r -> r.y || CAST(r.x AS varchar))
: _col0 array(varchar)
> [["a1"]]

-- arrays/a lambda with a subquery
SELECT filter(ARRAY[1], x -> x IN (SELECT 1))
~ a subquery in a lambda expression
! NOT_SUPPORTED: line 1:32: Lambda expression cannot contain subqueries

-- arrays/division in a lambda
SELECT transform(ARRAY[4, 6], x -> x / 2), filter(ARRAY[0, 2], x -> x <> 0 AND 4 / x > 1)
: _col0 array(integer), _col1 array(integer)
> [[2, 3], [2]]

-- arrays/an error in a lambda
SELECT transform(a, x -> 1 / x) FROM (VALUES ARRAY[1, 0]) AS t (a)
! DIVISION_BY_ZERO: Division by zero

-- arrays/all of several lists
SELECT flatten(ARRAY[split('a,b', ','), ARRAY['c']]), cardinality(flatten(CAST(ARRAY[] AS array(array(varchar))))), array_join(flatten(ARRAY[ARRAY['x'], ARRAY[NULL]]), '-')
: _col0 array(varchar), _col1 bigint, _col2 varchar
> [["a", "b", "c"], 0, "x"]

-- arrays/joins of lists with numbers
SELECT array_join(ARRAY[1.50, 2.5], ';'), array_join(ARRAY[DATE '2026-01-01'], ','), array_join(ARRAY[1e0, NULL], ',', 'x')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["1.50;2.50", "2026-01-01", "1.0E0,x"]

-- arrays/overlaps of texts
SELECT arrays_overlap(ARRAY['a', 'b'], ARRAY['b']), arrays_overlap(split('a,b', ','), ARRAY['c']), NOT arrays_overlap(ARRAY['a'], ARRAY['b'])
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, false, true]

-- arrays/an array in a row
SELECT ROW(1, ARRAY['a'])[2][1], CAST(ROW(1, 2) AS row(a integer, b integer)).a
: _col0 varchar, _col1 integer
> ["a", 1]

-- arrays/a row out of reach
SELECT ROW(1, 2)[3]
! INVALID_FUNCTION_ARGUMENT: line 1:18: Subscript index out of bounds: 3, max value is 2

-- arrays/rows as a column
SELECT CAST(ROW(1, 'x') AS row(a integer, b varchar)) AS r, ARRAY[CAST(ROW(1) AS row(a integer))]
: r row(a integer, b varchar), _col1 array(row(a integer))
> [[1, "x"], [[1]]]

-- arrays/arrays of arrays
SELECT ARRAY[ARRAY[1, 2], ARRAY[]], ARRAY[ARRAY['a']][1][1], cardinality(ARRAY[ARRAY[1], NULL])
: _col0 array(array(integer)), _col1 varchar, _col2 bigint
> [[[1, 2], []], "a", 2]

-- arrays/minimum of texts
SELECT array_min(ARRAY['b', 'a']), array_max(ARRAY[1.5, 2]), array_max(ARRAY[DATE '2026-01-01'])
: _col0 varchar, _col1 decimal(11,1), _col2 date
> ["a", "2.0", "2026-01-01"]

-- arrays/not any and not all
SELECT NOT any_match(ARRAY[1, NULL], x -> x = 2), a FROM (VALUES 1) AS t (a) WHERE NOT all_match(ARRAY[1, 2], x -> x > 1)
: _col0 boolean, a integer
> [null, 1]

-- maps/maps of nulls
SELECT MAP(ARRAY['a'], ARRAY[NULL])['a'], element_at(MAP(ARRAY['a'], ARRAY[1]), NULL), cardinality(CAST(NULL AS map(varchar, integer))), MAP(ARRAY[1, 2], ARRAY['x', NULL])
: _col0 unknown, _col1 integer, _col2 bigint, _col3 map(integer, varchar)
> [null, null, null, {"1": "x", "2": null}]

-- maps/a map with a null key
SELECT MAP(ARRAY[a], ARRAY[1]) FROM (VALUES CAST(NULL AS varchar)) AS t (a)
! INVALID_FUNCTION_ARGUMENT: map key cannot be null

-- maps/arrays of different lengths
SELECT MAP(a, ARRAY[1]) FROM (VALUES ARRAY['x', 'y']) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length

-- maps/filters over maps
SELECT map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, NULL]), (k, v) -> v IS NOT NULL), cardinality(map_filter(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k = 'x')), map_keys(transform_keys(MAP(ARRAY[1], ARRAY[2]), (k, v) -> k + v))
: _col0 map(varchar, integer), _col1 bigint, _col2 array(integer)
> [{"a": 1}, 0, [3]]

-- maps/keys that become the same
SELECT transform_keys(MAP(ARRAY[1, 2], ARRAY[1, 1]), (k, v) -> v)
! INVALID_FUNCTION_ARGUMENT: Duplicate map keys (1) are not allowed

-- maps/grouped into maps
SELECT g, map_agg(k, v) FROM (VALUES (1, 'a', 5), (2, 'b', 6), (1, 'c', 7)) AS t (g, k, v) GROUP BY g ORDER BY g
: g integer, _col1 map(varchar, integer)
> [1, {"a": 5, "c": 7}]
> [2, {"b": 6}]

-- maps/map_agg of nulls
SELECT map_agg(k, v) FROM (VALUES ('a', NULL), ('b', 2)) AS t (k, v)
: _col0 map(varchar, integer)
> [{"a": null, "b": 2}]

-- maps/histograms of numbers
SELECT histogram(a), element_at(histogram(a), 1) FROM (VALUES 1, 1, 2) AS t (a)
: _col0 map(integer, bigint), _col1 bigint
> [{"1": 2, "2": 1}, 2]

-- maps/a map compared
SELECT MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1])
~ a comparison of values of the type map(varchar(1), integer)
: _col0 boolean
> [true]

-- maps/unnested with a position
SELECT k, v, n FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) WITH ORDINALITY AS t (k, v, n)
: k varchar, v integer, n bigint
> ["a", 1, 1]

-- maps/the entries as rows
SELECT e FROM UNNEST(map_entries(MAP(ARRAY['a'], ARRAY[1]))) AS t (e, f)
: e varchar
> ["a"]

-- maps/zipped maps
SELECT map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), (k, x, y) -> x + y)
~ function map_zip_with
: _col0 map(varchar, integer)
> [{"a": 3}]

-- nulls/filters in aggregates
SELECT count(*) FILTER (WHERE a > 1), count(*) FILTER (WHERE NOT a > 1), sum(a) FILTER (WHERE a IS NULL) FROM (VALUES 1, 2, NULL) AS t (a)
: _col0 bigint, _col1 bigint, _col2 bigint
> [1, 1, null]

-- nulls/exists and nulls
SELECT a FROM (VALUES 1, NULL) AS t (a) WHERE EXISTS (SELECT 1 FROM (VALUES 1, NULL) AS u (b) WHERE b = a)
: a integer
> [1]

-- nulls/not in with nulls
SELECT a FROM (VALUES 1, 2, NULL) AS t (a) WHERE a NOT IN (SELECT b FROM (VALUES 1) AS u (b))
: a integer
> [2]

-- nulls/not in with nulls in the query
SELECT a FROM (VALUES 1, 2) AS t (a) WHERE a NOT IN (SELECT b FROM (VALUES 1, NULL) AS u (b))
: a integer

-- nulls/a negated range
SELECT a FROM (VALUES 1, NULL, 5) AS t (a) WHERE NOT (a BETWEEN 2 AND NULL) OR a IS NULL ORDER BY a
: a integer
> [1]
> [null]

-- nulls/case without else
SELECT CASE a WHEN 1 THEN 'x' END, CASE WHEN a = 1 THEN 1.5 WHEN a = 2 THEN 2 END FROM (VALUES 1, 2, NULL) AS t (a) ORDER BY a
: _col0 varchar, _col1 decimal(11,1)
> ["x", "1.5"]
> [null, "2.0"]
> [null, null]

-- nulls/a condition in the list
SELECT a > 1, a > 1 AND a < 5, a > 1 OR a IS NULL, NOT (a > 1), a IN (1, 2), CAST('5' AS bigint) > a AND a > 0 FROM (VALUES 2, NULL) AS t (a) ORDER BY a
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean
> [true, true, true, false, true, true]
> [null, null, true, null, null, null]

-- nulls/conditions that may fail in the list
SELECT a <> '' AND CAST(a AS bigint) > 1, a = '' OR CAST(a AS bigint) > 1 FROM (VALUES '5', '', NULL) AS t (a) ORDER BY a
: _col0 boolean, _col1 boolean
> [false, true]
> [true, true]
> [null, null]
