# See cases_test.go. The answers are a Trino server's.

-- json_parse puts keys in order
SELECT json_parse('{"b": 1, "a": [1, 2 ]}'), json_parse('[1.10, 1e5, -0, "a\u00e9\n/", true, null]'), json_parse('"x"')
: _col0 json, _col1 json, _col2 json
> ["{\"a\":[1,2],\"b\":1}", "[1.1,100000.0,0,\"aé\\n/\",true,null]", "\"x\""]

-- json_parse keeps a key's last value
SELECT json_parse('{"a": 1, "a": 2}')
: _col0 json
> ["{\"a\":2}"]

-- json_parse of what is none is an error
SELECT json_parse(a) FROM (VALUES '{a}') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{a}'

-- json_parse of two documents
SELECT json_parse(a) FROM (VALUES '1 2') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '1 2'

-- json_extract_scalar is null for objects
SELECT json_extract_scalar(j, '$.a'), json_extract_scalar(j, '$.o'), json_extract_scalar(j, '$.n'), json_extract_scalar(j, '$.x'), json_extract_scalar(j, '$.l[1]'), json_extract_scalar(j, '$.f'), json_extract_scalar(j, '$.b'), json_extract_scalar(j, '$.l') FROM (VALUES '{"a": "x", "o": {"p": 1}, "n": null, "l": [1, "two"], "f": 1.50e1, "b": true}') AS t (j)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar, _col7 varchar
> ["x", null, null, null, "two", "1.50e1", "true", null]

-- json_extract
SELECT json_extract(j, '$.o'), json_extract(j, '$.l[0]'), json_extract(j, '$.x'), json_extract(j, '$.n'), json_extract(j, '$') FROM (VALUES '{"o": {"q": 1, "p" : [1.50] }, "l": ["a"], "n": null}') AS t (j)
: _col0 json, _col1 json, _col2 json, _col3 json, _col4 json
> ["{\"q\":1,\"p\":[1.5]}", "\"a\"", null, "null", "{\"o\":{\"q\":1,\"p\":[1.5]},\"l\":[\"a\"],\"n\":null}"]

-- paths with brackets and quotes
SELECT json_extract_scalar('{"a b": {"c.d": 1}}', '$["a b"]["c.d"]'), json_extract_scalar('{"a-b": 2}', '$["a-b"]'), json_extract_scalar('{"a": [[1, 2]]}', '$.a[0][1]'), json_extract_scalar('{"a": [1]}', '$.a[5]'), json_extract_scalar('[7]', '$[0]')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["1", "2", "2", null, "7"]

-- a path that is none
SELECT json_extract_scalar('{}', a) FROM (VALUES 'a') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Invalid JSON path: 'a'

-- documents that are none have nothing
SELECT json_extract_scalar('nothing', '$.a'), json_extract_scalar('', '$.a'), json_extract_scalar('{"a": 1, x', '$.a'), json_extract('{"a"', '$.a'), json_extract_scalar(CAST(NULL AS varchar), '$.a')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 json, _col4 varchar
> [null, null, "1", null, null]

-- lengths and sizes
SELECT json_array_length('[1, 2]'), json_array_length('{}'), json_size('{"a": {"b": 1, "c": 2}}', '$.a'), json_size('{"a": 1}', '$.a'), json_size('{"a": [1, 2, 3]}', '$.a'), json_array_length('x')
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint
> [2, null, 2, 0, 3, null]

-- elements
SELECT json_array_get('["a", 2]', 0), json_array_get('["a", 2]', -1), json_array_get('["a"]', 5), json_array_contains('["a", 2]', 'a'), json_array_contains('["a"]', 'b'), json_format(json_array_get('[[1 ,2]]', 0))
~ function json_array_get
: _col0 json, _col1 json, _col2 json, _col3 boolean, _col4 boolean, _col5 varchar
> ["a", "2", null, true, false, "[1,2]"]

-- is_json_scalar
SELECT is_json_scalar(JSON '1'), is_json_scalar(JSON '[1]'), is_json_scalar('"a"')
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, false, true]

-- casts from json
SELECT CAST(JSON '"a"' AS varchar), CAST(JSON '1.5' AS varchar), CAST(JSON '12' AS varchar), CAST(JSON 'true' AS varchar), CAST(JSON 'null' AS varchar), CAST(JSON '12' AS bigint), CAST(JSON '"12"' AS bigint), CAST(JSON '1.5' AS double), CAST(JSON 'true' AS boolean), CAST(JSON '2.5' AS bigint)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 bigint, _col6 bigint, _col7 double, _col8 boolean, _col9 bigint
> ["a", "1.5E0", "12", "true", null, 12, 12, 1.5, true, 3]

-- an object is no text
SELECT CAST(json_parse(a) AS varchar) FROM (VALUES '{"a": 1}') AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast '{"a":1}' to varchar

-- json arrays and maps
SELECT CAST(JSON '[1, 2, null]' AS array(integer)), CAST(JSON '["a"]' AS array(varchar)), CAST(JSON '{"b": 1, "a": 2}' AS map(varchar, integer)), CAST(JSON '[{"a": 1}]' AS array(json)), CAST(JSON '{"a": [1, 2]}' AS map(varchar, array(bigint))), CAST(JSON '{"a": null}' AS map(varchar, json)), CAST(JSON 'null' AS array(integer))
: _col0 array(integer), _col1 array(varchar), _col2 map(varchar, integer), _col3 array(json), _col4 map(varchar, array(bigint)), _col5 map(varchar, json), _col6 array(integer)
> [[1, 2, null], ["a"], {"a": 2, "b": 1}, ["{\"a\":1}"], {"a": [1, 2]}, {"a": "null"}, null]

-- members of a document
SELECT k, json_format(v) FROM (VALUES '{"b": {"y": 1, "x": 2}, "a": "t", "c": null}') AS t (j) CROSS JOIN UNNEST(CAST(json_parse(j) AS map(varchar, json))) AS m (k, v) ORDER BY k
: k varchar, _col1 varchar
> ["a", "\"t\""]
> ["b", "{\"x\":2,\"y\":1}"]
> ["c", "null"]

-- casts to json
SELECT CAST('a"b' AS json), CAST(1 AS json), CAST(1.50 AS json), CAST(true AS json), CAST(ARRAY['a', NULL] AS json), CAST(MAP(ARRAY['b', 'a'], ARRAY[1, NULL]) AS json), CAST(1.5e0 AS json), CAST(NULL AS json), CAST(DATE '2026-01-01' AS json), CAST(1e10 AS json)
: _col0 json, _col1 json, _col2 json, _col3 json, _col4 json, _col5 json, _col6 json, _col7 json, _col8 json, _col9 json
> ["\"a\\\"b\"", "1", "1.50", "true", "[\"a\",null]", "{\"a\":null,\"b\":1}", "1.5", null, "\"2026-01-01\"", "1.0E10"]

-- json_format
SELECT json_format(JSON '{"b": 1, "a": "x"}'), json_format(CAST(ARRAY['a', 'b'] AS json))
: _col0 varchar, _col1 varchar
> ["{\"a\":\"x\",\"b\":1}", "[\"a\",\"b\"]"]

-- a row from json
SELECT CAST(JSON '{"a": 1}' AS row(a integer))
~ a cast of JSON to row(a integer)
: _col0 row(a integer)
> [[1]]

-- json compared
SELECT JSON '1' = JSON '1'
~ a comparison of values of the type json
: _col0 boolean
> [true]

-- an array of json objects
SELECT json_extract_scalar(x, '$.k') FROM (VALUES '[{"k": 1}, {"k": 2}]') AS t (j) CROSS JOIN UNNEST(CAST(json_extract(j, '$') AS array(json))) AS u (x) ORDER BY 1
: _col0 varchar
> ["1"]
> ["2"]

-- standard functions of json
SELECT json_value('{"a": 1}', 'lax $.a')
~ function json_value
: _col0 varchar
> ["1"]

-- documents with odd letters
SELECT json_extract_scalar(a, '$.k'), json_extract(a, '$') FROM (VALUES '{"k": "\u00e9\ud83d\ude00\t\"\\"}', '{"k":"é/\/"}', '{"K": 1}', '{ "k" : [ ] }', '{"k":""}') AS t (a) ORDER BY a
: _col0 varchar, _col1 json
> [null, "{\"k\":[]}"]
> [null, "{\"K\":1}"]
> ["é😀\t\"\\", "{\"k\":\"é\\uD83D\\uDE00\\t\\\"\\\\\"}"]
> ["", "{\"k\":\"\"}"]
> ["é//", "{\"k\":\"é//\"}"]

-- numbers of all kinds
SELECT json_parse('[0, -1, 1.0, 1e2, 1E-2, 123456789012345678901234567890, 0.1, 1.7976931348623157e308, 12345678.9, 0.00012]'), json_extract('[1.0, 1e2, 100]', '$'), json_extract_scalar('[1.0, 1e2]', '$[1]')
: _col0 json, _col1 json, _col2 varchar
> ["[0,-1,1.0,100.0,0.01,123456789012345678901234567890,0.1,1.7976931348623157E308,1.23456789E7,1.2E-4]", "[1.0,100.0,100]", "1e2"]

-- casts of odd values
SELECT CAST(JSON '"x"' AS json), CAST(json_parse('"1.5"') AS double), CAST(JSON '"true"' AS boolean), CAST(JSON 'false' AS bigint), CAST(JSON '1e2' AS varchar), CAST(JSON '0' AS boolean), CAST(JSON 'null' AS bigint)
: _col0 json, _col1 double, _col2 boolean, _col3 bigint, _col4 varchar, _col5 boolean, _col6 bigint
> ["\"x\"", 1.5, true, 0, "1.0E2", false, null]

-- a text that is no number
SELECT CAST(JSON '"x"' AS bigint)
! INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT

-- an array that is none
SELECT CAST(json_parse(a) AS array(varchar)) FROM (VALUES '{"a":1}') AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast to array(varchar). Expected a json array, but got { {"a":1}

-- elements of several kinds as texts
SELECT CAST(JSON '[1, "a", true, null, 1.5]' AS array(varchar)), CAST(JSON '{"a": 1, "b": "x", "c": null, "d": false}' AS map(varchar, varchar))
: _col0 array(varchar), _col1 map(varchar, varchar)
> [["1", "a", "true", null, "1.5E0"], {"a": "1", "b": "x", "c": null, "d": "false"}]

-- an object among texts
SELECT CAST(json_parse(a) AS array(varchar)) FROM (VALUES '[{"a":1}]') AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast to array(varchar). Unexpected token when cast to varchar: { [{"a":1}]

-- records of CloudTrail
SELECT json_extract_scalar(r, '$.eventName'), json_extract_scalar(r, '$.userIdentity.arn'), json_extract(r, '$.requestParameters') FROM (VALUES '{"Records":[{"eventName":"GetObject","userIdentity":{"arn":"a"},"requestParameters":{"bucketName":"b", "key": null}},{"eventName":"PutObject"}]}') AS t (j) CROSS JOIN UNNEST(CAST(json_extract(j, '$.Records') AS array(json))) AS u (r) ORDER BY 1
: _col0 varchar, _col1 varchar, _col2 json
> ["GetObject", "a", "{\"bucketName\":\"b\",\"key\":null}"]
> ["PutObject", null, null]

-- sizes of nothing
SELECT json_size('{}', '$'), json_size('[]', '$'), json_size('{"a":1}', '$.b'), json_array_length('[]'), json_array_length(NULL), json_size(CAST(NULL AS varchar), '$')
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint
> [0, 0, null, 0, null, null]

-- a map of maps
SELECT CAST(JSON '{"a": {"b": [1]}}' AS map(varchar, map(varchar, array(integer))))['a']['b'][1]
: _col0 integer
> [1]

-- keys of numbers
SELECT CAST(JSON '{"1": "a"}' AS map(bigint, varchar))
: _col0 map(bigint, varchar)
> [{"1": "a"}]

-- text is no json
SELECT json_format('{}')
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(2)) for function json_format. Expected: json_format(json)

-- json from texts and back
SELECT json_format(CAST('x' AS json)), CAST(CAST('x' AS json) AS varchar), json_format(CAST(MAP(ARRAY['k'], ARRAY[ARRAY[1, NULL]]) AS json)), json_format(CAST(TIMESTAMP '2026-01-01 00:00:00' AS json))
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["\"x\"", "x", "{\"k\":[1,null]}", "\"2026-01-01 00:00:00\""]

-- grouped by json
SELECT json_extract(a, '$.k'), count(*) FROM (VALUES '{"k":1}') AS t (a) GROUP BY json_extract(a, '$.k')
~ GROUP BY of JSON
: _col0 json, _col1 bigint
> ["1", 1]

-- a path with a wildcard
SELECT json_extract(a, '$.k[*]') FROM (VALUES '{"k":[1]}') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '$.k[*]'

-- JSON in an array to JSON
SELECT CAST(ARRAY[json_parse('{"b": 1, "a": [2, 3.50]}'), NULL, JSON 'null', CAST('x/y' AS JSON)] AS JSON)
: _col0 json
> ["[{\"a\":[2,3.5],\"b\":1},null,null,\"x/y\"]"]

-- texts to JSON one by one, and their array
SELECT json_format(CAST(transform(ARRAY['a"b', NULL, '', '😀' || chr(10)], x -> CAST(x AS JSON)) AS JSON))
: _col0 varchar
> ["[\"a\\\"b\",null,\"\",\"\\uD83D\\uDE00\\n\"]"]

-- JSON in a map to JSON
SELECT json_format(CAST(MAP(ARRAY['b', 'a'], ARRAY[CAST(1.5 AS JSON), CAST(ARRAY[1, NULL] AS JSON)]) AS JSON))
: _col0 varchar
> ["{\"a\":[1,null],\"b\":1.5}"]

-- JSON to JSON
SELECT CAST(CAST('x' AS JSON) AS JSON), CAST(CAST(NULL AS JSON) AS JSON), TRY_CAST(JSON '[1]' AS JSON)
: _col0 json, _col1 json, _col2 json
> ["\"x\"", null, "[1]"]

-- lists as PyAthena's SQLAlchemy asks for them
SELECT json_format(CAST(MAP(ARRAY['_pyathena_array'], ARRAY[CAST(transform(related_ip, x -> CAST(CAST(x AS VARCHAR) AS JSON)) AS JSON)]) AS JSON)) AS related_ip FROM events WHERE dataset IN ('doors', 'aws_cloudtrail') AND day = '2026-01-02' ORDER BY event_id
: related_ip varchar
> ["{\"_pyathena_array\":[\"203.0.113.9\"]}"]
> ["{\"_pyathena_array\":[\"203.0.113.9\"]}"]
> ["{\"_pyathena_array\":[\"203.0.113.9\"]}"]
> ["{\"_pyathena_array\":[\"203.0.113.9\",\"10.0.0.5\"]}"]
> ["{\"_pyathena_array\":null}"]

-- an array of JSON that is null
SELECT CAST(CAST(NULL AS array(json)) AS JSON)
: _col0 json
> [null]
