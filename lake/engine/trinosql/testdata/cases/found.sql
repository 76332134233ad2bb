# See cases_test.go. What hostile statements found, of all kinds.

-- texts of numbers of single precision, and of the least ones
SELECT CAST(a AS varchar), CAST(CAST(a AS double) AS varchar), CAST(4.9e-324 AS varchar) FROM (VALUES REAL '1', REAL '12345678.9', REAL '3.4028235e38', REAL '1.4e-45', REAL '0.1', REAL '10000005') AS t (a)
: _col0 varchar, _col1 varchar, _col2 varchar
> ["1.0E0", "1.0E0", "4.9E-324"]
> ["1.234568E7", "1.2345679E7", "4.9E-324"]
> ["3.402823E38", "3.4028234663852886E38", "4.9E-324"]
> ["1.4E-45", "1.401298464324817E-45", "4.9E-324"]
> ["1.0E-1", "1.0000000149011612E-1", "4.9E-324"]
> ["1.000001E7", "1.0000005E7", "4.9E-324"]

-- signs of all kinds of numbers
SELECT sign(-2), sign(0e0), sign(-3.5e0), sign(DECIMAL '-1.5'), sign(nan()), sign(REAL '-2')
: _col0 integer, _col1 double, _col2 double, _col3 decimal(1,0), _col4 double, _col5 real
> [-1, 0, -1, "-1", "NaN", -1]

-- decimals without some of their digits
SELECT truncate(DECIMAL '12.99'), truncate(DECIMAL '-12.99', 1), truncate(DECIMAL '12.99', -1), truncate(DECIMAL '12.99', -5), truncate(DECIMAL '12.99', 5)
: _col0 decimal(2,0), _col1 decimal(4,2), _col2 decimal(4,2), _col3 decimal(4,2), _col4 decimal(4,2)
> ["12", "-12.90", "10.00", "0.00", "12.99"]

-- NaN is another number than itself
SELECT a <> b, NOT a = b, a IS DISTINCT FROM b FROM (VALUES (nan(), nan()), (nan(), 1e0), (nan(), NULL), (NULL, nan()), (1e0, 1e0)) AS t (a, b)
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, true, false]
> [true, true, true]
> [null, null, true]
> [null, null, true]
> [false, false, false]

-- numbers in hexadecimal digits
SELECT TRY_CAST(a AS double) FROM (VALUES CAST('0x1p3' AS varchar), '0x1.8p-1', '0x.8p1f', '0x', '0x1', '0X1P1', '-0x1p1024', '0x1p-1080') AS t (a)
: _col0 double
> [8]
> [0.75]
> [1]
> [null]
> [null]
> [2]
> ["-Infinity"]
> [0]

-- ports that are no integers
SELECT url_extract_host(a), url_extract_port(a), url_extract_path(a) FROM (VALUES 'http://x:99999999999/p', 'http://x:65536/', 'http://x:2147483648/', 'http://x:/') AS t (a)
: _col0 varchar, _col1 bigint, _col2 varchar
> ["", null, "/p"]
> ["x", 65536, "/"]
> ["", null, "/"]
> ["x", null, "/"]

-- seconds beyond all instants
SELECT from_unixtime(2251799813685.248)
! GENERIC_INTERNAL_ERROR: Millis overflow: 2251799813685248

-- days of two places that refer to one expression
WITH x AS (SELECT * FROM aws_cloudtrail) SELECT a.day, b.day, count(*) FROM x AS a CROSS JOIN x AS b WHERE a.day = '2026-01-02' AND b.day >= '2026-01-03' GROUP BY 1, 2 ORDER BY 1, 2
: day varchar, day varchar, _col2 bigint
> ["2026-01-02", "2026-01-03", 4]

-- days of groups around which there is a condition
WITH x AS (SELECT day, count(*) AS n FROM aws_cloudtrail GROUP BY day) SELECT day, n, (SELECT count(*) FROM x WHERE day < '2026-01-02') FROM x WHERE day >= '2026-01-02' ORDER BY 1
: day varchar, n bigint, _col2 bigint
> ["2026-01-02", 4, 1]
> ["2026-01-03", 1, 1]

-- an expression that nothing refers to
WITH x AS (SELECT * FROM aws_vpcflow), y AS (SELECT day FROM x) SELECT count(*) FROM aws_cloudtrail
: _col0 bigint
> [7]

-- aggregates of floating point numbers, none of which is NaN
SELECT max(a), max(b), max(a) FILTER (WHERE a < 2), max(a) OVER (ORDER BY max(a)), max_by(b, a), max(a, 2), approx_percentile(a, 0.5) FROM (VALUES (1e0, REAL '2'), (2e0, REAL '3')) AS t (a, b) GROUP BY a ORDER BY 1
: _col0 double, _col1 real, _col2 double, _col3 double, _col4 real, _col5 array(double), _col6 double
> [1, 2, 1, 1, 2, [1], 1]
> [2, 3, null, 2, 3, [2], 2]

-- arrays of floating point numbers, none of which is NaN
SELECT array_max(a), contains(a, b), array_position(a, b), array_remove(a, b) FROM (VALUES (ARRAY[1e0, 2e0], 2e0), (ARRAY[1e0, NULL], 3e0), (ARRAY[1e0], NULL)) AS t (a, b)
: _col0 double, _col1 boolean, _col2 bigint, _col3 array(double)
> [2, true, 2, [1]]
> [null, null, 0, [1, null]]
> [1, null, null, null]

-- correlations have the type of what they are of
SELECT corr(a, b), covar_samp(a, b), covar_pop(a, b), corr(c, b), covar_samp(c, b) FROM (VALUES (1, 2, 1e0), (2, 4, 2e0), (4, 7, 4e0), (8, 1, 8e0)) AS t (a, b, c)
: _col0 real, _col1 real, _col2 real, _col3 double, _col4 double
> [-0.264536, -2.1666667, -1.625, -0.264536001456, -2.16666666667]

-- a correlation with what is the same always, and of one row
SELECT corr(a, b), corr(a, a) FILTER (WHERE a < 2) FROM (VALUES (1e0, 2e0), (2e0, 2e0)) AS t (a, b)
: _col0 double, _col1 double
> [null, null]

-- an offset before the row
SELECT lag(a, -1) OVER (ORDER BY a) FROM (VALUES 1, 2) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Offset must be at least 0

-- a row that is none
SELECT nth_value(a, 0) OVER (ORDER BY a) FROM (VALUES 1, 2) AS t (a)
! INVALID_FUNCTION_ARGUMENT: Offset must be at least 1

-- offsets that are
SELECT lag(a, 1) OVER (ORDER BY a), lead(a, b, 9) OVER (ORDER BY a), nth_value(a, 2) OVER (ORDER BY a), lag(a, 0) OVER (ORDER BY a) FROM (VALUES (1, 1), (2, 1), (3, 2)) AS t (a, b) ORDER BY a
: _col0 integer, _col1 integer, _col2 integer, _col3 integer
> [null, 2, null, 1]
> [1, 3, 2, 2]
> [2, 9, 2, 3]

-- one part that cannot be cast makes all of it null
SELECT TRY_CAST(ARRAY['1','x'] AS array(integer)), TRY_CAST(ARRAY['1','2'] AS array(integer)), TRY_CAST(MAP(ARRAY['1'], ARRAY['y']) AS map(integer, integer)), TRY_CAST(ROW('1', 'x') AS row(a integer, b integer)), TRY_CAST(CAST(NULL AS array(varchar)) AS array(integer))
: _col0 array(integer), _col1 array(integer), _col2 map(integer, integer), _col3 row(a integer, b integer), _col4 array(integer)
> [null, [1, 2], null, null, null]

-- what is cast may fail all the same
SELECT TRY_CAST(transform(a, x -> 1 / x) AS array(varchar)) FROM (VALUES ARRAY[0]) AS t (a)
! DIVISION_BY_ZERO: Division by zero

-- milliseconds are rounded to the digits of what they are added to
SELECT date_add('millisecond', 1500, TIMESTAMP '2026-01-01 10:00:00'), date_add('millisecond', 499, TIMESTAMP '2026-01-01 10:00:00'), date_add('millisecond', 1500, TIMESTAMP '2026-01-01 10:00:00 UTC')
: _col0 timestamp(0), _col1 timestamp(0), _col2 timestamp(0) with time zone
> [2026-01-01T10:00:02Z, 2026-01-01T10:00:00Z, 2026-01-01T10:00:02Z]

-- a time that the clocks never show
SELECT TIMESTAMP '2026-03-29 02:30:00 Europe/Berlin'
! INVALID_LITERAL: line 1:8: '2026-03-29 02:30:00 Europe/Berlin' is not a valid TIMESTAMP literal

-- times that they show twice
SELECT to_unixtime(TIMESTAMP '2026-10-25 02:30:00.5 Europe/Berlin'), to_unixtime(with_timezone(TIMESTAMP '2026-10-25 02:30:00', 'Europe/Berlin')), to_unixtime(TIMESTAMP '2026-04-05 01:45:00 Australia/Lord_Howe'), to_unixtime(TIMESTAMP '2026-03-29 03:00:00 Europe/Berlin')
: _col0 double, _col1 double, _col2 double, _col3 double
> [1792888200.5, 1792891800, 1775313900, 1774746000]

-- texts that are no ISO time at all
SELECT TRY(from_iso8601_timestamp(a)) FROM (VALUES 'x', '', '2026-01-01 10:00:00', '2026/01/01', '2026-13-01', '2026-01-01Tx') AS t (a)
: _col0 timestamp(3) with time zone
> [null]
> [null]
> [null]
> [null]
> [null]
> [null]
