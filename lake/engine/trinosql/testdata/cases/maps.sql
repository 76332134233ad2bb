# See cases_test.go. The answers are a Trino server's.

-- a map by its arrays
SELECT MAP(ARRAY['a', 'b'], ARRAY[1, 2]), MAP(ARRAY['a'], ARRAY[1])['a'], map()
: _col0 map(varchar, integer), _col1 integer, _col2 map(unknown, unknown)
> [{"a": 1, "b": 2}, 1, {}]

-- a key that is missing is an error
SELECT m['b'] FROM (SELECT MAP(ARRAY['a'], ARRAY[1]) AS m)
! INVALID_FUNCTION_ARGUMENT: Key not present in map: b

-- element_at of a key that is missing is null
SELECT element_at(MAP(ARRAY['a'], ARRAY[1]), 'a'), element_at(MAP(ARRAY['a'], ARRAY[1]), 'x'), element_at(MAP(ARRAY[1], ARRAY['x']), 1)
: _col0 integer, _col1 integer, _col2 varchar
> [1, null, "x"]

-- keys, values and entries
SELECT map_keys(MAP(ARRAY['a'], ARRAY[1])), map_values(MAP(ARRAY['a'], ARRAY[1])), map_entries(MAP(ARRAY['a'], ARRAY[1])), map_from_entries(ARRAY[ROW('a', 1), ROW('b', 2)])
: _col0 array(varchar), _col1 array(integer), _col2 array(row(varchar, integer)), _col3 map(varchar, integer)
> [["a"], [1], [["a", 1]], {"a": 1, "b": 2}]

-- maps joined
SELECT map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a', 'b'], ARRAY[2, 3]))
: _col0 map(varchar, integer)
> [{"a": 2, "b": 3}]

-- maps filtered and transformed
SELECT map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1), transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k || CAST(v AS varchar)), transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k || '!')
: _col0 map(varchar, integer), _col1 map(varchar, varchar), _col2 map(varchar, integer)
> [{"b": 2}, {"a": "a1"}, {"a!": 1}]

-- a map with a key twice is an error
SELECT MAP(ARRAY[a, a], ARRAY[1, 2]) FROM (VALUES 'x') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Duplicate map keys (x) are not allowed

-- map_agg keeps one value of a key
SELECT map_agg(k, v) FROM (VALUES ('a', 1), ('b', 2), ('a', 1), (NULL, 3)) AS t (k, v)
: _col0 map(varchar, integer)
> [{"a": 1, "b": 2}]

-- map_agg of nothing is null
SELECT map_agg(k, v) FROM (SELECT 1 AS k, 2 AS v WHERE false)
: _col0 map(integer, integer)
> [null]

-- multimap_agg
SELECT transform_values(multimap_agg(k, v), (k, v) -> array_sort(v)) FROM (VALUES ('a', 1), ('b', 2), ('a', 3), (NULL, 3)) AS t (k, v)
: _col0 map(varchar, array(integer))
> [{"a": [1, 3], "b": [2]}]

-- histogram
SELECT histogram(a) FROM (VALUES 'x', 'y', 'x', NULL) AS t (a)
: _col0 map(varchar, bigint)
> [{"x": 2, "y": 1}]

-- a map of arrays
SELECT MAP(ARRAY['a'], ARRAY[ARRAY[1, 2]])['a'][2]
: _col0 integer
> [2]

-- maps of nulls
SELECT MAP(ARRAY['a'], ARRAY[NULL])['a'], element_at(MAP(ARRAY['a'], ARRAY[1]), NULL), cardinality(CAST(NULL AS map(varchar, integer))), MAP(ARRAY[1, 2], ARRAY['x', NULL])
: _col0 unknown, _col1 integer, _col2 bigint, _col3 map(integer, varchar)
> [null, null, null, {"1": "x", "2": null}]

-- a map with a null key
SELECT MAP(ARRAY[a], ARRAY[1]) FROM (VALUES CAST(NULL AS varchar)) AS t (a)
! INVALID_FUNCTION_ARGUMENT: map key cannot be null

-- arrays of different lengths
SELECT MAP(a, ARRAY[1]) FROM (VALUES ARRAY['x', 'y']) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length

-- filters over maps
SELECT map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, NULL]), (k, v) -> v IS NOT NULL), cardinality(map_filter(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k = 'x')), map_keys(transform_keys(MAP(ARRAY[1], ARRAY[2]), (k, v) -> k + v))
: _col0 map(varchar, integer), _col1 bigint, _col2 array(integer)
> [{"a": 1}, 0, [3]]

-- keys that become the same
SELECT transform_keys(MAP(ARRAY[1, 2], ARRAY[1, 1]), (k, v) -> v)
! INVALID_FUNCTION_ARGUMENT: Duplicate map keys (1) are not allowed

-- grouped into maps
SELECT g, map_agg(k, v) FROM (VALUES (1, 'a', 5), (2, 'b', 6), (1, 'c', 7)) AS t (g, k, v) GROUP BY g ORDER BY g
: g integer, _col1 map(varchar, integer)
> [1, {"a": 5, "c": 7}]
> [2, {"b": 6}]

-- map_agg of nulls
SELECT map_agg(k, v) FROM (VALUES ('a', NULL), ('b', 2)) AS t (k, v)
: _col0 map(varchar, integer)
> [{"a": null, "b": 2}]

-- histograms of numbers
SELECT histogram(a), element_at(histogram(a), 1) FROM (VALUES 1, 1, 2) AS t (a)
: _col0 map(integer, bigint), _col1 bigint
> [{"1": 2, "2": 1}, 2]

-- a map compared
SELECT MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1])
~ a comparison of values of the type map(varchar(1), integer)
: _col0 boolean
> [true]

-- unnested with a position
SELECT k, v, n FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) WITH ORDINALITY AS t (k, v, n)
: k varchar, v integer, n bigint
> ["a", 1, 1]

-- the entries as rows
SELECT e FROM UNNEST(map_entries(MAP(ARRAY['a'], ARRAY[1]))) AS t (e, f)
: e varchar
> ["a"]

-- zipped maps
SELECT map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), (k, x, y) -> x + y)
~ function map_zip_with
: _col0 map(varchar, integer)
> [{"a": 3}]

-- a map joined to null
SELECT map_concat(MAP(ARRAY['a'], ARRAY[1]), a) FROM (VALUES CAST(NULL AS map(varchar, integer))) AS t (a)
: _col0 map(varchar, integer)
> [null]
