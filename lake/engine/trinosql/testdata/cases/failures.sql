# See cases_test.go. The answers are a Trino server's; what fails as it runs has its kind here too.

-- split_part of a part before the first
SELECT split_part('a,b', ',', -1)
! INVALID_FUNCTION_ARGUMENT: Index must be greater than zero

-- a key that is missing, of numbers
SELECT m[3] FROM (SELECT MAP(ARRAY[1], ARRAY[2]) AS m)
! INVALID_FUNCTION_ARGUMENT: Key not present in map: 3

-- a key that is missing, of dates
SELECT m[DATE '2026-01-02'] FROM (SELECT MAP(ARRAY[DATE '2026-01-01'], ARRAY[2]) AS m)
! INVALID_FUNCTION_ARGUMENT: Key not present in map: 2026-01-02

-- from_base64 of what is none
SELECT from_base64(a) FROM (VALUES '!') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Input byte[] should at least have 2 bytes for base64 bytes

-- from_base of what is none
SELECT from_base(a, 10) FROM (VALUES 'x') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Not a valid base-10 number: x

-- from_base of a base that is none
SELECT from_base('1', a) FROM (VALUES 99) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36

-- url_decode of what is none
SELECT url_decode(a) FROM (VALUES '%zz') AS t (a)
! INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: "zz"

-- from_iso8601_timestamp of what is none
SELECT from_iso8601_timestamp(a) FROM (VALUES 'x') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Invalid format: "x"

-- from_iso8601_date of what is none
SELECT from_iso8601_date(a) FROM (VALUES 'x') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Invalid format: "x"

-- date_parse of what is none
SELECT date_parse(a, '%Y') FROM (VALUES 'x') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Invalid format: "x"

-- date of what is none
SELECT date(a) FROM (VALUES CAST('x' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Value cannot be cast to date: x

-- a timestamp that is none
SELECT CAST(a AS timestamp) FROM (VALUES CAST('x' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: x

-- a boolean that is none
SELECT CAST(a AS boolean) FROM (VALUES CAST('x' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast 'x' to BOOLEAN

-- a number that is too large for its type
SELECT CAST(a AS tinyint) FROM (VALUES 300) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 300

-- a floating point number that is too large for its type
SELECT CAST(a AS bigint) FROM (VALUES 1e300) AS t (a)
! INVALID_CAST_ARGUMENT: Unable to cast 1.0E300 to bigint

-- a text that is too large a number
SELECT CAST(a AS integer) FROM (VALUES CAST('3000000000' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast '3000000000' to INT

-- a decimal that is too large for its type
SELECT CAST(a AS decimal(3,1)) FROM (VALUES 1000) AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast INTEGER '1000' to DECIMAL(3, 1)

-- a code point that is none
SELECT chr(a) FROM (VALUES -1) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: -1

-- a length that is none
SELECT lpad('a', a, 'b') FROM (VALUES -1) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]

-- a delimiter that is empty
SELECT split('a', a, 2) FROM (VALUES '') AS t (a)
! INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string

-- an occurrence that is none
SELECT strpos('a', 'a', a) FROM (VALUES 0) AS t (a)
! INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number.

-- texts of other lengths
SELECT hamming_distance('a', a) FROM (VALUES 'bc') AS t (a)
! INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length

-- split_to_map of an entry without a key
SELECT split_to_map(a, ',', '=') FROM (VALUES 'a') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Key-value delimiter must appear exactly once in each entry. Bad input: 'a'

-- split_to_map of a key twice
SELECT split_to_map(a, ',', '=') FROM (VALUES 'a=1,a=2') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Duplicate keys (a) are not allowed

-- the negative of the least bigint
SELECT -a FROM (VALUES -9223372036854775807 - 1) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: bigint negation overflow: -9223372036854775808

-- the absolute value of the least integer
SELECT abs(a) FROM (VALUES -2147483647 - 1) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: Value -2147483648 is out of range for abs(integer)

-- map_from_entries of a key twice
SELECT map_from_entries(ARRAY[ROW(a, 1), ROW(a, 2)]) FROM (VALUES 'x') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Duplicate map keys (x) are not allowed

-- an index of a row that is none
SELECT r[3] FROM (SELECT ROW(1, 2) AS r)
! INVALID_FUNCTION_ARGUMENT: line 1:10: Subscript index out of bounds: 3, max value is 2

-- a floating point number that is too large an integer
SELECT CAST(a AS integer) FROM (VALUES 1e10) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 1.0E10

-- a number of single precision that is too large an integer
SELECT CAST(a AS integer) FROM (VALUES REAL '1e10') AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 1.0E10

-- a number that is none as an integer
SELECT CAST(a AS bigint) FROM (VALUES nan()) AS t (a)
! INVALID_CAST_ARGUMENT: Unable to cast NaN to bigint

-- a text that is too large a small number
SELECT CAST(a AS tinyint) FROM (VALUES CAST('200' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast '200' to TINYINT

-- from_iso8601_date of a month that is none
SELECT from_iso8601_date(a) FROM (VALUES '2026-13-01') AS t (a)
! INVALID_FUNCTION_ARGUMENT: Cannot parse "2026-13-01": Value 13 for monthOfYear must be in the range [1,12]

-- a percentile below none
SELECT approx_percentile(a, -0.5) FROM (VALUES 1, 2) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1

-- a percentile above all
SELECT approx_percentile(a, 1.5) FROM (VALUES 1, 2) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1

-- a sum of decimals overflows
SELECT sum(a) FROM (VALUES DECIMAL '99999999999999999999999999999999999999', DECIMAL '1') AS t (a)
! GENERIC_INTERNAL_ERROR: Decimal overflow

-- decimals that are added overflow
SELECT a + DECIMAL '1' FROM (VALUES DECIMAL '99999999999999999999999999999999999999') AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow

-- sums of decimals to the last digit
SELECT sum(a), sum(b), sum(DISTINCT b), sum(c) FROM (VALUES (DECIMAL '99999999999999999999999999999999999998', -1.25, CAST(NULL AS decimal(3,1))), (DECIMAL '1', -1.25, NULL)) AS t (a, b, c)
: _col0 decimal(38,0), _col1 decimal(38,2), _col2 decimal(38,2), _col3 decimal(38,1)
> ["99999999999999999999999999999999999999", "-2.50", "-1.25", null]

-- sums of decimals in a window
SELECT sum(b) OVER (ORDER BY a), sum(b) OVER () FROM (VALUES (1, 0.25), (2, -0.50)) AS t (a, b) ORDER BY a
: _col0 decimal(38,2), _col1 decimal(38,2)
> ["0.25", "-0.25"]
> ["-0.25", "-0.25"]

-- several percentiles, one of them below none
SELECT approx_percentile(a, ARRAY[0.5, -0.5]) FROM (VALUES 1, 2) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1

-- several percentiles of texts
SELECT approx_percentile(a, ARRAY[0.5]) FROM (VALUES 'x') AS t (a)
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1), array(decimal(1,1))) for function approx_percentile. Expected: approx_percentile(bigint, array(double)), approx_percentile(bigint, double), approx_percentile(bigint, double, array(double)), approx_percentile(bigint, double, double), approx_percentile(bigint, double, double, double), approx_percentile(double, array(double)), approx_percentile(double, double), approx_percentile(double, double, array(double)), approx_percentile(double, double, double), approx_percentile(double, double, double, double), approx_percentile(real, array(double)), approx_percentile(real, double), approx_percentile(real, double, array(double)), approx_percentile(real, double, double), approx_percentile(real, double, double, double)

-- several percentiles of numbers of all types
SELECT approx_percentile(a, ARRAY[0.0, 0.25, 0.5, 0.75, 1.0]), approx_percentile(b, ARRAY[0.5e0, 1e0]), approx_percentile(CAST(b AS real), ARRAY[0.5]), approx_percentile(a, ARRAY[0.5]) FILTER (WHERE a > 9) FROM (VALUES (5, 0.5e0), (1, 1.5e0), (3, 2.5e0), (NULL, NULL)) AS t (a, b)
: _col0 array(bigint), _col1 array(double), _col2 array(real), _col3 array(bigint)
> [[1, 1, 3, 5, 5], [1.5, 2.5], [1.5], null]

-- several percentiles by groups
SELECT g, approx_percentile(a, ARRAY[0.0, 1.0])[2] FROM (VALUES ('x', 1), ('x', 2), ('y', 9)) AS t (g, a) GROUP BY g ORDER BY g
: g varchar, _col1 bigint
> ["x", 2]
> ["y", 9]
