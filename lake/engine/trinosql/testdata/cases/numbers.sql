# See cases_test.go. The answers are a Trino server's.

-- integers are divided towards zero
SELECT 7/2, -7/2, 7/-2, a/b FROM (VALUES (9, 4), (-9, 4)) AS t (a, b) ORDER BY a
: _col0 integer, _col1 integer, _col2 integer, _col3 integer
> [3, -3, -3, -2]
> [3, -3, -3, 2]

-- a remainder has the sign of the dividend
SELECT 7 % 3, -7 % 3, 7 % -3, mod(-7, 3)
: _col0 integer, _col1 integer, _col2 integer, _col3 integer
> [1, -1, 1, -1]

-- an integer divided by zero is an error
SELECT a / b FROM (VALUES (1, 0)) AS t (a, b)
! DIVISION_BY_ZERO: Division by zero

-- a remainder by zero is an error
SELECT 1 % a FROM (VALUES 0) AS t (a)
! DIVISION_BY_ZERO: Division by zero

-- only the rows that are reached can divide by zero
SELECT CASE WHEN b <> 0 THEN a / b END FROM (VALUES (1, 0), (4, 2)) AS t (a, b) ORDER BY 1
: _col0 integer
> [2]
> [null]

-- a filter guards a division
SELECT a / b FROM (VALUES (1, 0), (4, 2)) AS t (a, b) WHERE b <> 0
: _col0 integer
> [2]

-- a double divided by zero is infinite
SELECT 1e0 / 0, -1e0 / 0, 0e0 / 0
: _col0 double, _col1 double, _col2 double
> ["Infinity", "-Infinity", "NaN"]

-- a sum of integers overflows
SELECT a + 1 FROM (VALUES 2147483647) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1

-- a product of bigints overflows
SELECT a * a FROM (VALUES 9223372036854775807) AS t (a)
! NUMERIC_VALUE_OUT_OF_RANGE: bigint multiplication overflow: 9223372036854775807 * 9223372036854775807

-- a literal beyond integer is a bigint
SELECT 2147483647, 2147483648, -2147483648, -9223372036854775808
: _col0 integer, _col1 bigint, _col2 integer, _col3 bigint
> [2147483647, 2147483648, -2147483648, -9223372036854775808]

-- small integers grow no further
SELECT a + a, a * TINYINT '2' FROM (VALUES TINYINT '60') AS t (a)
: _col0 tinyint, _col1 tinyint
> [120, 120]

-- a tinyint and a literal are integers
SELECT a + 100 FROM (VALUES TINYINT '100') AS t (a)
: _col0 integer
> [200]

-- literals with a point are decimals
SELECT 1.5, 0.5, .5, 1., 00.10, 100.00
: _col0 decimal(2,1), _col1 decimal(1,1), _col2 decimal(1,1), _col3 decimal(1,0), _col4 decimal(2,2), _col5 decimal(5,2)
> ["1.5", "0.5", "0.5", "1", "0.10", "100.00"]

-- literals with an exponent are doubles
SELECT 1.5e0, 1e3, 1E-2
: _col0 double, _col1 double, _col2 double
> [1.5, 1000, 0.01]

-- decimals are added with a digit more
SELECT 1.5 + 2.25, 9.9 + 0.1, 1.5 - 10
: _col0 decimal(4,2), _col1 decimal(3,1), _col2 decimal(12,1)
> ["3.75", "10.0", "-8.5"]

-- decimals are multiplied digit by digit
SELECT 1.5 * 2.25, 3 * 0.1
: _col0 decimal(5,3), _col1 decimal(11,1)
> ["3.375", "0.3"]

-- decimals are divided to the larger scale, half up
SELECT 10.0 / 3, 1.0 / 3.000, 2.0 / 3, -2.0 / 3, 1 / 3.0
: _col0 decimal(3,1), _col1 decimal(7,3), _col2 decimal(2,1), _col3 decimal(2,1), _col4 decimal(12,1)
> ["3.3", "0.333", "0.7", "-0.7", "0.3"]

-- a share in percent is a decimal
SELECT 100.0 * a / b FROM (VALUES (BIGINT '1', BIGINT '3'), (2, 3)) AS t (a, b) ORDER BY 1
: _col0 decimal(23,1)
> ["33.3"]
> ["66.7"]

-- a decimal divided by zero is an error
SELECT 1.0 / a FROM (VALUES 0) AS t (a)
! DIVISION_BY_ZERO: Division by zero

-- the remainder of decimals
SELECT 5.5 % 2, -5.5 % 2.0, 5 % 1.50
: _col0 decimal(2,1), _col1 decimal(2,1), _col2 decimal(3,2)
> ["1.5", "-1.5", "0.50"]

-- a decimal and a double are doubles
SELECT 1.5 + 1e0, 2 * 1.5e0, 1.5e0 / 2
: _col0 double, _col1 double, _col2 double
> [2.5, 3, 0.75]

-- comparisons are made in the wider type
SELECT 1 = 1.0, 1.5 > 1, 2 = 2e0, BIGINT '3' < 3.5
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, true, true, true]

-- abs and sign
SELECT abs(-5), abs(-1.5), abs(-1.5e0), sign(-3), sign(2.5e0)
: _col0 integer, _col1 decimal(2,1), _col2 double, _col3 integer, _col4 double
> [5, "1.5", 1.5, -1, 1]

-- rounding is half away from zero
SELECT round(2.5), round(-2.5), round(2.5e0), round(-2.5e0), round(2.45, 1), round(-2.45, 1), round(1234, 0)
: _col0 decimal(2,0), _col1 decimal(2,0), _col2 double, _col3 double, _col4 decimal(4,2), _col5 decimal(4,2), _col6 integer
> ["3", "-3", 3, -3, "2.50", "-2.50", 1234]

-- rounding a double to digits
SELECT round(2.345e0, 2), round(-2.345e0, 2), round(1234.5e0, -2), round(0.285e0, 2)
: _col0 double, _col1 double, _col2 double, _col3 double
> [2.35, -2.35, 1200, 0.28]

-- rounding an integer to digits
SELECT round(1234, -2)
~ round of integer to a number of digits
: _col0 integer
> [1200]

-- floor and ceiling keep their types
SELECT floor(1.5), ceil(1.2), floor(-1.5e0), ceiling(1.2e0), floor(3), ceil(-0.5)
: _col0 decimal(2,0), _col1 decimal(2,0), _col2 double, _col3 double, _col4 integer, _col5 decimal(1,0)
> ["1", "2", -2, 2, 3, "0"]

-- truncate
SELECT truncate(-1.9e0), truncate(1.9e0)
: _col0 double, _col1 double
> [-1, 1]

-- powers and roots
SELECT power(2, 10), pow(2, 0.5), sqrt(16), sqrt(-1), cbrt(27)
: _col0 double, _col1 double, _col2 double, _col3 double, _col4 double
> [1024, 1.41421356237, 4, "NaN", 3]

-- logarithms
SELECT ln(e()), log10(1000), log2(8), log(2, 8), ln(0), ln(-1)
: _col0 double, _col1 double, _col2 double, _col3 double, _col4 double, _col5 double
> [1, 3, 3, 3, "-Infinity", "NaN"]

-- constants and kinds
SELECT pi(), is_nan(nan()), is_infinite(infinity()), is_finite(1e0)
: _col0 double, _col1 boolean, _col2 boolean, _col3 boolean
> [3.14159265359, true, true, true]

-- no comparison with NaN holds
SELECT nan() = nan(), nan() > 1, nan() < 1, nan() <> 1, a = a, a > 1, 1 < a, a >= a FROM (VALUES nan()) AS t (a)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean, _col6 boolean, _col7 boolean
> [false, false, false, true, false, false, false, false]

-- NaN is not between
SELECT nan() BETWEEN 0 AND 1, NOT nan() > 1
: _col0 boolean, _col1 boolean
> [false, true]

-- bits
SELECT bitwise_and(12, 10), bitwise_or(12, 10), bitwise_xor(12, 10), bitwise_not(12)
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint
> [8, 14, 6, -13]

-- other bases
SELECT to_base(255, 16), from_base('ff', 16), from_base('-101', 2)
: _col0 varchar, _col1 bigint, _col2 bigint
> ["ff", 255, -5]

-- greatest and least are null where one is
SELECT greatest(1, 3, 2), least(1.5, 2), greatest(1, NULL), least('a', 'b')
: _col0 integer, _col1 decimal(11,1), _col2 integer, _col3 varchar
> [3, "1.5", null, "a"]

-- greatest of a bigint and a literal
SELECT greatest(a, 0) FROM (VALUES BIGINT '-3') AS t (a)
: _col0 bigint
> [0]

-- trigonometry
SELECT round(sin(1), 6), round(cos(1), 6), round(atan2(1, 2), 6), degrees(pi()), round(radians(90), 6)
: _col0 double, _col1 double, _col2 double, _col3 double, _col4 double
> [0.841471, 0.540302, 0.463648, 180, 1.570796]

-- numbers of single precision
SELECT CAST(1e0 AS real) / 3, REAL '1.5' + 1, REAL '1.1' = 1.1, REAL '0.1' + 0.2e0, -REAL '1.5', abs(REAL '-2.5')
: _col0 real, _col1 real, _col2 boolean, _col3 double, _col4 real, _col5 real
> [0.33333334, 2.5, true, 0.30000000149, -1.5, 2.5]

-- small integers overflow
SELECT SMALLINT '7' / TINYINT '2', SMALLINT '32767' + SMALLINT '1'
! NUMERIC_VALUE_OUT_OF_RANGE: smallint addition overflow: 32767 + 1

-- a remainder of doubles
SELECT a % b FROM (VALUES (1.5e0, 0e0), (-5.5e0, 2e0), (5.5e0, -2e0)) AS t (a, b) ORDER BY a
: _col0 double
> [-1.5]
> ["NaN"]
> [1.5]

-- a literal beyond bigint
SELECT 99999999999999999999999999999999999999 
! SYNTAX_ERROR: line 1:1: Invalid numeric literal: 99999999999999999999999999999999999999

-- decimals of many digits
SELECT 12345678901234567890.12 * 10, 0.1 * 0.01, 1.10 = 1.1, 1.5 < 1.55
: _col0 decimal(32,2), _col1 decimal(3,3), _col2 boolean, _col3 boolean
> ["123456789012345678901.20", "0.001", true, true]

-- a quotient of wide decimals
SELECT CAST(1 AS decimal(38,0)) / CAST(3 AS decimal(38,10))
: _col0 decimal(38,10)
> ["0.3333333333"]

-- sums and products of narrow decimals
SELECT CAST(99 AS decimal(2,0)) + CAST(1 AS decimal(2,0)), CAST(9.99 AS decimal(3,2)) * CAST(9.99 AS decimal(3,2))
: _col0 decimal(3,0), _col1 decimal(6,4)
> ["100", "99.8001"]

-- a remainder of an integer and a decimal
SELECT -7 / 2.0, 7.0 % -2, mod(7, 2.5), 2 / 3e0
: _col0 decimal(12,1), _col1 decimal(2,1), _col2 decimal(2,1), _col3 double
> ["-3.5", "1.0", "2.0", 0.666666666667]

-- rounding decimals to digits
SELECT round(1.005, 2), round(-1.5), round(1.25, 1), round(12.345, -1), round(99.9, 0), ceil(1.01), floor(-1.01), round(1e0/3, 3), round(REAL '1.25', 1)
: _col0 decimal(5,3), _col1 decimal(2,0), _col2 decimal(4,2), _col3 decimal(6,3), _col4 decimal(4,1), _col5 decimal(2,0), _col6 decimal(2,0), _col7 double, _col8 real
> ["1.010", "-2", "1.30", "10.000", "100.0", "2", "-2", 0.333, 1.3]

-- lists of numbers of several types
SELECT 5 BETWEEN 1 AND 10.5, 1.5 IN (1, 1.50), 2 IN (2e0), BIGINT '1' IN (1, 2)
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, true, true, true]

-- doubles are not exact
SELECT 0.1e0 + 0.2e0 = 0.3e0, 1e0 / 3, 1e-7, 123456789.0e0, 1e22
: _col0 boolean, _col1 double, _col2 double, _col3 double, _col4 double
> [false, 0.333333333333, 1e-07, 123456789, 1e+22]

-- bits of negative numbers
SELECT bitwise_and(a, 7), bitwise_xor(a, -1) FROM (VALUES 12, -1) AS t (a) ORDER BY 1
: _col0 bigint, _col1 bigint
> [4, -13]
> [7, 0]

-- random numbers lie between 0 and 1
SELECT count(*) FROM (SELECT rand() AS r FROM UNNEST(sequence(1, 100)) AS t (i)) AS u WHERE r >= 0 AND r < 1
: _col0 bigint
> [100]

-- roots and logarithms of zero and less
SELECT sqrt(a), ln(a), power(a, 0.5) FROM (VALUES 4, 0, -1) AS t (a) ORDER BY a
: _col0 double, _col1 double, _col2 double
> ["NaN", "NaN", "NaN"]
> [0, "-Infinity", 0]
> [2, 1.38629436112, 2]

-- null is nothing to calculate with
SELECT 1 + NULL, -CAST(NULL AS integer), CAST(NULL AS date) + INTERVAL '1' DAY
: _col0 integer, _col1 integer, _col2 date
> [null, null, null]

-- greatest of several types
SELECT greatest(1.5, 2, 3e0), least(DATE '2026-01-01', DATE '2025-01-01'), greatest('b', 'a', 'c')
: _col0 double, _col1 date, _col2 varchar
> [3, "2025-01-01", "c"]

-- truncation of decimals
SELECT truncate(1.99), exp(1), cbrt(-8e0), sign(0), sign(-0.5e0)
: _col0 decimal(1,0), _col1 double, _col2 double, _col3 integer, _col4 double
> ["1", 2.71828182846, -2, 0, -1]

-- a product of integers overflows
SELECT 2147483647 * 2, 2147483647 + 1
! NUMERIC_VALUE_OUT_OF_RANGE: integer multiplication overflow: 2147483647 * 2

