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
