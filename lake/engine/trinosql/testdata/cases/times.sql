# See cases_test.go. The answers are a Trino server's.

-- a date and days is a date
SELECT DATE '2026-01-31' + INTERVAL '1' DAY, DATE '2026-01-31' + INTERVAL '1' MONTH, DATE '2024-02-29' - INTERVAL '1' YEAR, INTERVAL '2' DAY + DATE '2026-01-01'
: _col0 date, _col1 date, _col2 date, _col3 date
> ["2026-02-01", "2026-02-28", "2023-02-28", "2026-01-03"]

-- a date and hours is an error
SELECT DATE '2026-01-31' + INTERVAL '1' HOUR
! INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date

-- a timestamp and intervals
SELECT TIMESTAMP '2026-01-31 10:00:00' + INTERVAL '1' MONTH, TIMESTAMP '2026-01-31 10:00:00' - INTERVAL '36' HOUR, TIMESTAMP '2026-01-31 10:00:00' + INTERVAL '1 02:03:04.005' DAY TO SECOND, TIMESTAMP '2026-01-01 00:00:00' + 2 * INTERVAL '1' DAY, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL '1-2' YEAR TO MONTH, TIMESTAMP '2026-01-01 00:00:00' - INTERVAL '-90' MINUTE
: _col0 timestamp(0), _col1 timestamp(3), _col2 timestamp(3), _col3 timestamp(3), _col4 timestamp(0), _col5 timestamp(3)
> [2026-02-28T10:00:00Z, 2026-01-29T22:00:00Z, 2026-02-01T12:03:04.005Z, 2026-01-03T00:00:00Z, 2027-03-01T00:00:00Z, 2026-01-01T01:30:00Z]

-- differences of times compare with intervals
SELECT TIMESTAMP '2026-01-02 00:00:00' - TIMESTAMP '2026-01-01 00:00:00' > INTERVAL '23' HOUR, DATE '2026-01-03' - DATE '2026-01-01' = INTERVAL '2' DAY, INTERVAL '1' DAY = INTERVAL '24' HOUR
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, true, true]

-- an interval as a column
SELECT TIMESTAMP '2026-01-02 00:00:00' - TIMESTAMP '2026-01-01 00:00:00'
~ a column of the type interval day to second
: _col0 INTERVAL DAY TO SECOND
> ["1 00:00:00.000"]

-- date_diff counts whole units
SELECT date_diff('day', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:00:00'), date_diff('hour', TIMESTAMP '2026-01-01 23:59:00', TIMESTAMP '2026-01-02 00:01:00'), date_diff('month', DATE '2026-01-31', DATE '2026-02-28'), date_diff('year', DATE '2024-02-29', DATE '2025-02-28'), date_diff('week', DATE '2026-01-01', DATE '2026-01-14'), date_diff('day', DATE '2026-01-10', DATE '2026-01-01'), date_diff('second', TIMESTAMP '2026-01-01 00:00:00.900', TIMESTAMP '2026-01-01 00:00:02.100'), date_diff('millisecond', TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:01')
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint, _col6 bigint, _col7 bigint
> [0, 0, 1, 1, 1, -9, 1, 1000]

-- months between ends of months
SELECT a, b, date_diff('month', a, b), date_diff('quarter', a, b), date_diff('year', a, b) FROM (VALUES (DATE '2026-02-28', DATE '2026-01-31'), (DATE '2026-03-31', DATE '2026-02-28'), (DATE '2026-01-30', DATE '2026-02-28'), (DATE '2026-03-30', DATE '2026-02-28'), (DATE '2025-12-31', DATE '2026-02-28'), (DATE '2026-01-15', DATE '2026-04-14'), (DATE '2026-04-15', DATE '2026-01-14'), (DATE '2028-02-29', DATE '2024-02-29'), (DATE '2027-02-28', DATE '2024-02-29'), (DATE '2024-02-29', DATE '2027-02-28')) AS t (a, b) ORDER BY a, b
: a date, b date, _col2 bigint, _col3 bigint, _col4 bigint
> ["2024-02-29", "2027-02-28", 36, 12, 3]
> ["2025-12-31", "2026-02-28", 2, 0, 0]
> ["2026-01-15", "2026-04-14", 2, 0, 0]
> ["2026-01-30", "2026-02-28", 1, 0, 0]
> ["2026-02-28", "2026-01-31", -1, 0, 0]
> ["2026-03-30", "2026-02-28", -1, 0, 0]
> ["2026-03-31", "2026-02-28", -1, 0, 0]
> ["2026-04-15", "2026-01-14", -3, -1, 0]
> ["2027-02-28", "2024-02-29", -36, -12, -3]
> ["2028-02-29", "2024-02-29", -48, -16, -4]

-- months between times of ends of months
SELECT a, b, date_diff('month', a, b), date_diff('year', a, b) FROM (VALUES (TIMESTAMP '2026-01-31 10:00:00', TIMESTAMP '2026-02-28 09:00:00'), (TIMESTAMP '2026-02-28 09:00:00', TIMESTAMP '2026-01-31 10:00:00'), (TIMESTAMP '2026-01-31 10:00:00', TIMESTAMP '2026-02-28 11:00:00'), (TIMESTAMP '2026-02-28 11:00:00', TIMESTAMP '2026-01-31 10:00:00')) AS t (a, b) ORDER BY a, b
: a timestamp(0), b timestamp(0), _col2 bigint, _col3 bigint
> [2026-01-31T10:00:00Z, 2026-02-28T09:00:00Z, 0, 0]
> [2026-01-31T10:00:00Z, 2026-02-28T11:00:00Z, 1, 0]
> [2026-02-28T09:00:00Z, 2026-01-31T10:00:00Z, 0, 0]
> [2026-02-28T11:00:00Z, 2026-01-31T10:00:00Z, -1, 0]

-- date_add
SELECT date_add('day', 1, DATE '2026-01-31'), date_add('month', 1, DATE '2026-01-31'), date_add('hour', -25, TIMESTAMP '2026-01-31 10:00:00'), date_add('quarter', 1, DATE '2026-01-31'), date_add('week', 2, TIMESTAMP '2026-01-01 00:00:00'), date_add('second', 90, TIMESTAMP '2026-01-01 00:00:00'), date_add('millisecond', 5, TIMESTAMP '2026-01-01 00:00:00.000'), date_add('minute', 5, TIMESTAMP '2026-01-01 00:00:00'), date_add('year', 1, DATE '2024-02-29')
: _col0 date, _col1 date, _col2 timestamp(0), _col3 date, _col4 timestamp(0), _col5 timestamp(0), _col6 timestamp(3), _col7 timestamp(0), _col8 date
> ["2026-02-01", "2026-02-28", 2026-01-30T09:00:00Z, "2026-04-30", 2026-01-15T00:00:00Z, 2026-01-01T00:01:30Z, 2026-01-01T00:00:00.005Z, 2026-01-01T00:05:00Z, "2025-02-28"]

-- date_trunc keeps the type
SELECT date_trunc('month', DATE '2026-01-31'), date_trunc('week', DATE '2026-01-04'), date_trunc('hour', TIMESTAMP '2026-01-31 10:59:59.999'), date_trunc('day', TIMESTAMP '2026-01-31 10:59:59'), date_trunc('quarter', DATE '2026-05-31'), date_trunc('year', TIMESTAMP '2026-05-31 01:00:00'), date_trunc('second', TIMESTAMP '2026-01-01 00:00:00.999'), date_trunc('week', TIMESTAMP '2026-01-01 05:00:00')
: _col0 date, _col1 date, _col2 timestamp(3), _col3 timestamp(0), _col4 date, _col5 timestamp(0), _col6 timestamp(3), _col7 timestamp(0)
> ["2026-01-01", "2025-12-29", 2026-01-31T10:00:00Z, 2026-01-31T00:00:00Z, "2026-04-01", 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2025-12-29T00:00:00Z]

-- parts of a date
SELECT year(d), month(d), day(d), quarter(d), week(d), day_of_week(d), day_of_year(d), year_of_week(d), dow(d), last_day_of_month(d), extract(year FROM d), extract(dow FROM d) FROM (VALUES DATE '2026-01-04') AS t (d)
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint, _col6 bigint, _col7 bigint, _col8 bigint, _col9 date, _col10 bigint, _col11 bigint
> [2026, 1, 4, 1, 1, 7, 4, 2026, 7, "2026-01-31", 2026, 7]

-- parts of a time
SELECT hour(t), minute(t), second(t), millisecond(t), extract(hour FROM t), day(t), week(t) FROM (VALUES TIMESTAMP '2026-01-04 13:14:15.678') AS t (t)
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint, _col6 bigint
> [13, 14, 15, 678, 13, 4, 1]

-- parts in a time zone
SELECT hour(t), day(t), hour(t AT TIME ZONE 'UTC') FROM (SELECT TIMESTAMP '2026-01-04 23:14:15 America/New_York' AS t)
: _col0 bigint, _col1 bigint, _col2 bigint
> [23, 4, 4]

-- at time zone only shows the instant elsewhere
SELECT TIMESTAMP '2026-07-01 10:00:00' AT TIME ZONE 'Europe/Berlin' = TIMESTAMP '2026-07-01 10:00:00 UTC', CAST(TIMESTAMP '2026-07-01 10:00:00' AT TIME ZONE 'Europe/Berlin' AS varchar), hour(TIMESTAMP '2026-07-01 10:00:00' AT TIME ZONE 'Europe/Berlin'), CAST(at_timezone(TIMESTAMP '2026-07-01 10:00:00 UTC', 'America/New_York') AS timestamp), CAST(with_timezone(TIMESTAMP '2026-07-01 10:00:00', 'Europe/Berlin') AS varchar)
: _col0 boolean, _col1 varchar, _col2 bigint, _col3 timestamp(3), _col4 varchar
> [true, "2026-07-01 12:00:00 Europe/Berlin", 12, 2026-07-01T06:00:00Z, "2026-07-01 10:00:00 Europe/Berlin"]

-- a timestamp with an offset
SELECT CAST(TIMESTAMP '2026-07-01 10:00:00 +02:00' AS varchar)
~ the time zone +02:00
: _col0 varchar
> ["2026-07-01 10:00:00 +02:00"]

-- timestamps with a zone are shown in it
SELECT TIMESTAMP '2026-01-04 10:00:00.000 UTC', CAST(TIMESTAMP '2026-07-01 10:00:00.000 Europe/Berlin' AS varchar)
: _col0 timestamp(3) with time zone, _col1 varchar
> [2026-01-04T10:00:00Z, "2026-07-01 10:00:00.000 Europe/Berlin"]

-- truncation in a time zone
SELECT CAST(date_trunc('day', TIMESTAMP '2026-07-01 01:30:00 Europe/Berlin') AS varchar), CAST(date_trunc('hour', TIMESTAMP '2026-07-01 01:30:00 Asia/Kolkata') AS varchar)
: _col0 varchar, _col1 varchar
> ["2026-07-01 00:00:00 Europe/Berlin", "2026-07-01 01:00:00 Asia/Kolkata"]

-- a timestamp compares with an instant
SELECT TIMESTAMP '2026-01-01 10:00:00' = TIMESTAMP '2026-01-01 10:00:00 UTC', TIMESTAMP '2026-01-01 10:00:00' < TIMESTAMP '2026-01-01 10:30:00 Europe/Berlin', DATE '2026-01-01' < TIMESTAMP '2026-01-01 00:00:01', DATE '2026-01-01' = TIMESTAMP '2026-01-01 00:00:00'
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, false, true, true]

-- from_unixtime rounds to milliseconds
SELECT from_unixtime(1767225600), from_unixtime(1767225600.1235e0), CAST(from_unixtime(0) AS varchar), CAST(from_unixtime(0, 'Europe/Berlin') AS varchar), to_unixtime(TIMESTAMP '2026-01-01 00:00:00.500'), to_unixtime(from_unixtime(12.5e0))
: _col0 timestamp(3) with time zone, _col1 timestamp(3) with time zone, _col2 varchar, _col3 varchar, _col4 double, _col5 double
> [2026-01-01T00:00:00Z, 2026-01-01T00:00:00.124Z, "1970-01-01 00:00:00.000 UTC", "1970-01-01 01:00:00.000 Europe/Berlin", 1767225600.5, 12.5]

-- from_unixtime_nanos
SELECT from_unixtime_nanos(1767225600000000000)
~ function from_unixtime_nanos
: _col0 timestamp(9) with time zone
> [2026-01-01T00:00:00Z]

-- iso 8601
SELECT from_iso8601_timestamp('2026-01-04T10:00:00Z'), from_iso8601_timestamp('2026-01-04T10:00:00.123456Z'), from_iso8601_timestamp('2026-01-04'), from_iso8601_timestamp('2026-01-04T10:00'), from_iso8601_date('2026-01-04'), to_iso8601(DATE '2026-01-04'), to_iso8601(TIMESTAMP '2026-01-04 10:00:00'), to_iso8601(TIMESTAMP '2026-01-04 10:00:00.120 UTC'), from_iso8601_timestamp('2026')
: _col0 timestamp(3) with time zone, _col1 timestamp(3) with time zone, _col2 timestamp(3) with time zone, _col3 timestamp(3) with time zone, _col4 date, _col5 varchar, _col6 varchar, _col7 varchar, _col8 timestamp(3) with time zone
> [2026-01-04T10:00:00Z, 2026-01-04T10:00:00.123Z, 2026-01-04T00:00:00Z, 2026-01-04T10:00:00Z, "2026-01-04", "2026-01-04", "2026-01-04T10:00:00", "2026-01-04T10:00:00.120Z", 2026-01-01T00:00:00Z]

-- texts that are no iso 8601
SELECT try(from_iso8601_timestamp(a)), a FROM (VALUES '2026-01-04 10:00:00', '2026-1-4T1:2:3Z', '2026-13-01', '2026-02-30', 'x', '', '20260104T100000Z', '2026-01-04T24:00:00Z', '2026-01-04T', '2026-01-04T10:00:00z', '2026-01-04T10', '2026-01-04T10:00:00,5Z', '2026-01-04Z', '2026-01-04T10:00:60Z') AS t (a) ORDER BY a
: _col0 timestamp(3) with time zone, a varchar
> [null, ""]
> [null, 2026-01-04T10:00:00Z]
> [2026-01-04T00:00:00Z, "2026-01-04T"]
> [2026-01-04T10:00:00Z, "2026-01-04T10"]
> [2026-01-04T10:00:00.5Z, "2026-01-04T10:00:00,5Z"]
> [2026-01-04T10:00:00Z, "2026-01-04T10:00:00z"]
> [null, "2026-01-04T10:00:60Z"]
> [null, "2026-01-04T24:00:00Z"]
> [null, "2026-01-04Z"]
> [null, "2026-02-30"]
> [2026-01-04T01:02:03Z, "2026-1-4T1:2:3Z"]
> [null, "2026-13-01"]
> [null, "20260104T100000Z"]
> [null, "x"]

-- date_format
SELECT date_format(TIMESTAMP '2026-01-04 13:04:05.678', '%Y-%m-%d %H:%i:%s'), date_format(TIMESTAMP '2026-01-04 13:04:05.678', '%f %T %r %p'), date_format(TIMESTAMP '2026-01-04 03:04:05', '%a %W %b %M %c %e %k %l %h %j %y %v %x %%'), date_format(TIMESTAMP '2026-01-04 00:04:05', '%l %h %I %k'), date_format(DATE '2026-01-04', '%d.%m.%Y')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> [2026-01-04T13:04:05Z, "678000 13:04:05 01:04:05 PM PM", "Sun Sunday Jan January 1 4 3 3 03 004 26 01 2026 %", "12 12 12 0", "04.01.2026"]

-- date_format with weeks
SELECT date_format(TIMESTAMP '2026-01-04 13:04:05', '%U')
~ date_format with %U
! INVALID_FUNCTION_ARGUMENT: %U not supported in date format string

-- date_parse
SELECT date_parse('2026-01-04 13:04:05', '%Y-%m-%d %H:%i:%s'), date_parse('04/Jan/2026:13:04:05', '%d/%b/%Y:%H:%i:%s'), date_parse('2026-1-4', '%Y-%m-%d'), date_parse('1:02:03 PM', '%r'), date_parse('13:04:05.678', '%T.%f'), date_parse('70-01-01', '%y-%m-%d'), date_parse('69 january', '%y %M'), date_parse('2026', '%Y')
: _col0 timestamp(3), _col1 timestamp(3), _col2 timestamp(3), _col3 timestamp(3), _col4 timestamp(3), _col5 timestamp(3), _col6 timestamp(3), _col7 timestamp(3)
> [2026-01-04T13:04:05Z, 2026-01-04T13:04:05Z, 2026-01-04T00:00:00Z, 1970-01-01T13:02:03Z, 1970-01-01T13:04:05.678Z, 1970-01-01T00:00:00Z, 2069-01-01T00:00:00Z, 2026-01-01T00:00:00Z]

-- date_parse of what is none
SELECT a, try(date_parse(a, '%Y-%m-%d')) FROM (VALUES '2026-01-04', ' 2026-01-04', '2026-01-04 ', '2026-13-01', '2026-02-30', '26-01-04', '2026-01-4x', '', '2026/01/04') AS t (a) ORDER BY a
: a varchar, _col1 timestamp(3)
> ["", null]
> [" 2026-01-04", null]
> ["2026-01-04", 2026-01-04T00:00:00Z]
> ["2026-01-04 ", null]
> ["2026-01-4x", null]
> ["2026-02-30", null]
> ["2026-13-01", null]
> ["2026/01/04", null]
> ["26-01-04", 0026-01-04T00:00:00Z]

-- date_parse of hours
SELECT a, try(date_parse(a, '%h:%i %p')) FROM (VALUES '12:00 AM', '12:30 pm', '0:30 AM', '13:00 PM', '1:5 am') AS t (a) ORDER BY a
: a varchar, _col1 timestamp(3)
> ["0:30 AM", null]
> ["12:00 AM", 1970-01-01T00:00:00Z]
> ["12:30 pm", 1970-01-01T12:30:00Z]
> ["13:00 PM", null]
> ["1:5 am", 1970-01-01T01:05:00Z]

-- format_datetime
SELECT format_datetime(TIMESTAMP '2026-01-04 13:04:05.678', 'yyyy-MM-dd''T''HH:mm:ss.SSS'), format_datetime(TIMESTAMP '2026-01-04 03:04:05', 'EEE, d MMM yyyy h:m a'), format_datetime(TIMESTAMP '2026-01-04 03:04:05', 'yy M EEEE MMMM')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["2026-01-04T13:04:05.678", "Sun, 4 Jan 2026 3:4 AM", "26 1 Sunday January"]

-- format_datetime with a zone
SELECT format_datetime(TIMESTAMP '2026-01-04 03:04:05', 'Z')
~ format_datetime with Z
! INVALID_FUNCTION_ARGUMENT: format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information

-- parse_datetime
SELECT parse_datetime('2026-01-04', 'yyyy-MM-dd')
~ function parse_datetime
: _col0 timestamp(3) with time zone
> [2026-01-04T00:00:00Z]

-- date of things
SELECT date('2026-01-04'), date(TIMESTAMP '2026-01-04 23:00:00'), date(TIMESTAMP '2026-01-04 23:00:00 UTC')
: _col0 date, _col1 date, _col2 date
> ["2026-01-04", "2026-01-04", "2026-01-04"]

-- literals keep their digits
SELECT TIMESTAMP '2026-01-04 10:00:00', TIMESTAMP '2026-01-04 10:00:00.5', TIMESTAMP '2026-01-04', TIMESTAMP '2026-01-04 1:2', TIMESTAMP '2026-01-04 10:00:00.123456'
: _col0 timestamp(0), _col1 timestamp(1), _col2 timestamp(0), _col3 timestamp(0), _col4 timestamp(6)
> [2026-01-04T10:00:00Z, 2026-01-04T10:00:00.5Z, 2026-01-04T00:00:00Z, 2026-01-04T01:02:00Z, 2026-01-04T10:00:00.123456Z]

-- literals that are none
SELECT DATE '2026-02-30'
! INVALID_LITERAL: line 1:8: '2026-02-30' is not a valid DATE literal

-- times of day
SELECT TIME '10:00:00'
~ the type time
: _col0 time(0)
> ["10:00:00"]

-- the current time does not move
SELECT now() = current_timestamp, current_date = CAST(now() AS date), localtimestamp = CAST(now() AS timestamp), current_timezone()
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 varchar
> [true, true, true, "UTC"]

-- an interval in other words
SELECT DATE '2026-03-31' - INTERVAL '1' MONTH, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL '1.5' SECOND, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL '10:20' HOUR TO MINUTE
: _col0 date, _col1 timestamp(3), _col2 timestamp(3)
> ["2026-02-28", 2026-01-01T00:00:01.5Z, 2026-01-01T10:20:00Z]

-- an interval that is none
SELECT INTERVAL 'x' DAY
! INVALID_LITERAL: line 1:8: 'x' is not a valid INTERVAL literal

-- a unit that is none
SELECT date_trunc('fortnight', DATE '2026-01-01')
! INVALID_FUNCTION_ARGUMENT: 'fortnight' is not a valid DATE field

-- a comparison of instants in two zones
SELECT TIMESTAMP '2026-07-01 10:00:00 Europe/Berlin' < TIMESTAMP '2026-07-01 10:00:00 UTC', TIMESTAMP '2026-07-01 12:00:00 Europe/Berlin' = TIMESTAMP '2026-07-01 10:00:00 UTC', TIMESTAMP '2026-07-01 12:00:00 Europe/Berlin' BETWEEN TIMESTAMP '2026-07-01 09:00:00 UTC' AND TIMESTAMP '2026-07-01 11:00:00'
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, true, true]

-- differences of instants in two zones
SELECT TIMESTAMP '2026-07-01 12:00:00 Europe/Berlin' - TIMESTAMP '2026-07-01 09:00:00 UTC' = INTERVAL '1' HOUR
: _col0 boolean
> [true]

-- a union of two zones
SELECT TIMESTAMP '2026-07-01 12:00:00 Europe/Berlin' AS a UNION ALL SELECT TIMESTAMP '2026-07-01 12:00:00 UTC'
~ a column of timestamps in several time zones
: a timestamp(0) with time zone
> [2026-07-01T12:00:00Z]
> [2026-07-01T10:00:00Z]

-- a union of a timestamp and an instant
SELECT TIMESTAMP '2026-07-01 12:00:00.000' AS a UNION ALL SELECT TIMESTAMP '2026-07-01 12:00:00.000 UTC'
: a timestamp(3) with time zone
> [2026-07-01T12:00:00Z]
> [2026-07-01T12:00:00Z]

-- a summer's night
SELECT CAST(TIMESTAMP '2026-03-29 01:30:00 Europe/Berlin' + INTERVAL '1' HOUR AS varchar), CAST(date_add('day', 1, TIMESTAMP '2026-03-28 12:00:00 Europe/Berlin') AS varchar), CAST(TIMESTAMP '2026-03-28 12:00:00 Europe/Berlin' + INTERVAL '1' DAY AS varchar), CAST(TIMESTAMP '2026-02-28 12:00:00 Europe/Berlin' + INTERVAL '1' MONTH AS varchar)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["2026-03-29 03:30:00.000 Europe/Berlin", "2026-03-29 12:00:00 Europe/Berlin", "2026-03-29 13:00:00.000 Europe/Berlin", "2026-03-28 12:00:00 Europe/Berlin"]

-- days between instants over a change of clocks
SELECT date_diff('day', TIMESTAMP '2026-03-28 12:00:00 Europe/Berlin', TIMESTAMP '2026-03-29 12:00:00 Europe/Berlin'), date_diff('hour', TIMESTAMP '2026-03-28 12:00:00 Europe/Berlin', TIMESTAMP '2026-03-29 12:00:00 Europe/Berlin')
: _col0 bigint, _col1 bigint
> [1, 23]

-- parts of weeks at ends of years
SELECT d, week(d), year_of_week(d), day_of_week(d), day_of_year(d) FROM (VALUES DATE '2024-12-30', DATE '2025-12-31', DATE '2027-01-01', DATE '2028-12-31', DATE '1969-12-31') AS t (d) ORDER BY d
: d date, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint
> ["1969-12-31", 1, 1970, 3, 365]
> ["2024-12-30", 1, 2025, 1, 365]
> ["2025-12-31", 1, 2026, 3, 365]
> ["2027-01-01", 53, 2026, 5, 1]
> ["2028-12-31", 52, 2028, 7, 366]

-- truncation before the epoch
SELECT date_trunc('hour', TIMESTAMP '1969-12-31 23:30:00'), date_trunc('day', TIMESTAMP '1969-12-31 23:30:00'), date_trunc('week', DATE '1969-12-31'), to_unixtime(TIMESTAMP '1969-12-31 23:59:59.500'), millisecond(TIMESTAMP '1969-12-31 23:59:59.250')
: _col0 timestamp(0), _col1 timestamp(0), _col2 date, _col3 double, _col4 bigint
> [1969-12-31T23:00:00Z, 1969-12-31T00:00:00Z, "1969-12-29", -0.5, 250]

-- truncation of null
SELECT date_trunc('day', CAST(NULL AS timestamp)), date_diff('day', NULL, DATE '2026-01-01'), year(CAST(NULL AS date)), date_add('day', NULL, DATE '2026-01-01')
: _col0 timestamp(3), _col1 bigint, _col2 bigint, _col3 date
> [null, null, null, null]

-- from_unixtime of halves
SELECT from_unixtime(0.0005e0), from_unixtime(-0.0005e0), from_unixtime(1.5), from_unixtime(-1)
: _col0 timestamp(3) with time zone, _col1 timestamp(3) with time zone, _col2 timestamp(3) with time zone, _col3 timestamp(3) with time zone
> [1970-01-01T00:00:00.001Z, 1970-01-01T00:00:00Z, 1970-01-01T00:00:01.5Z, 1969-12-31T23:59:59Z]

-- negative differences
SELECT date_diff('hour', TIMESTAMP '2026-01-01 01:30:00', TIMESTAMP '2026-01-01 00:00:00'), date_diff('minute', TIMESTAMP '2026-01-01 00:01:30', TIMESTAMP '2026-01-01 00:00:00'), date_diff('week', DATE '2026-01-20', DATE '2026-01-01'), date_diff('second', TIMESTAMP '2026-01-01 00:00:00.500', TIMESTAMP '2026-01-01 00:00:00')
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint
> [-1, -1, -2, 0]

-- date_add of many units
SELECT date_add('month', 13, DATE '2026-01-31'), date_add('year', -1, DATE '2024-02-29'), date_add('day', -400, TIMESTAMP '2026-01-01 10:00:00.5'), date_add('hour', a, TIMESTAMP '2026-01-01 00:00:00') FROM (VALUES 25, -25) AS t (a) ORDER BY 4
: _col0 date, _col1 date, _col2 timestamp(1), _col3 timestamp(0)
> ["2027-02-28", "2023-02-28", 2024-11-27T10:00:00.5Z, 2025-12-30T23:00:00Z]
> ["2027-02-28", "2023-02-28", 2024-11-27T10:00:00.5Z, 2026-01-02T01:00:00Z]

-- an hour is no unit of dates
SELECT date_add('hour', 1, DATE '2026-01-01')
! INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field

-- formats of edges
SELECT date_format(TIMESTAMP '2026-01-01 00:00:00', '%Y%m%d%H%i%s'), date_format(TIMESTAMP '2026-12-31 23:59:59.999', '%y-%c-%e %k:%i:%s.%f'), date_format(TIMESTAMP '2026-06-15 12:00:00', '%h%p %l%p %I'), date_format(TIMESTAMP '2025-12-29 12:00:00', '%x-%v'), date_format(CAST(NULL AS timestamp), '%Y')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["20260101000000", "26-12-31 23:59:59.999000", "12PM 12PM 12", "2026-01", null]

-- formats with text in them
SELECT date_format(TIMESTAMP '2026-01-01 00:00:00', 'on %d of %M, 100%% T'), date_format(TIMESTAMP '2026-01-01 10:00:00 Europe/Berlin', '%H')
: _col0 varchar, _col1 varchar
> ["on 01 of January, 100% T", "10"]

-- parsing what logs have
SELECT date_parse('10/Oct/2000:13:55:36', '%d/%b/%Y:%H:%i:%s'), date_parse('20260104T130405', '%Y%m%dT%H%i%s'), date_parse('2026-01-04 1:2:3 pm', '%Y-%m-%d %l:%i:%s %p'), date_parse('Jan 4 2026', '%b %e %Y'), date_parse('0104', '%m%d')
: _col0 timestamp(3), _col1 timestamp(3), _col2 timestamp(3), _col3 timestamp(3), _col4 timestamp(3)
> [2000-10-10T13:55:36Z, 2026-01-04T13:04:05Z, 2026-01-04T13:02:03Z, 2026-01-04T00:00:00Z, 2000-01-04T00:00:00Z]

-- parsing fractions
SELECT date_parse('00:00:00.5', '%H:%i:%s.%f'), date_parse('00:00:00.123456', '%H:%i:%s.%f'), date_parse('00:00:00.9999', '%H:%i:%s.%f')
: _col0 timestamp(3), _col1 timestamp(3), _col2 timestamp(3)
> [1970-01-01T00:00:00.5Z, 1970-01-01T00:00:00.123Z, 1970-01-01T00:00:00.999Z]

-- casts of dates that are none
SELECT TRY_CAST(a AS date), TRY_CAST(a AS timestamp), a FROM (VALUES '2026-01-04', '2026-01-04 10', '20260104', '2026-01', '2026-1-4', '2026-01-04T00:00:00', '2026-01-04 10:00:00.', '2026-01-04 10:00:00 UTC', '2026-01-04  10:00:00', '2026-01-04 10:00:00 Europe/Berlin', '2026-01-04 10:00:00 nowhere', '02026-01-04', '+2026-01-04', '2026-01-04 24:00:00', '2026-01-04 10:60:00', '2026-02-29', '') AS t (a) ORDER BY a
: _col0 date, _col1 timestamp(3), a varchar
> [null, null, ""]
> ["2026-01-04", 2026-01-04T00:00:00Z, "+2026-01-04"]
> ["2026-01-04", 2026-01-04T00:00:00Z, "02026-01-04"]
> [null, null, "2026-01"]
> ["2026-01-04", 2026-01-04T00:00:00Z, "2026-01-04"]
> [null, null, 2026-01-04T10:00:00Z]
> [null, null, "2026-01-04 10"]
> [null, 2026-01-04T10:00:00Z, "2026-01-04 10:00:00 Europe/Berlin"]
> [null, 2026-01-04T10:00:00Z, "2026-01-04 10:00:00 UTC"]
> [null, null, "2026-01-04 10:00:00 nowhere"]
> [null, null, "2026-01-04 10:00:00."]
> [null, null, "2026-01-04 10:60:00"]
> [null, null, "2026-01-04 24:00:00"]
> [null, null, "2026-01-04T00:00:00"]
> [null, null, "2026-02-29"]
> ["2026-01-04", 2026-01-04T00:00:00Z, "2026-1-4"]
> [null, null, "20260104"]

-- instants from texts
SELECT CAST('2026-01-04 10:00:00 UTC' AS timestamp with time zone), CAST('2026-01-04 10:00:00' AS timestamp with time zone), CAST('2026-01-04' AS timestamp with time zone)
: _col0 timestamp(3) with time zone, _col1 timestamp(3) with time zone, _col2 timestamp(3) with time zone
> [2026-01-04T10:00:00Z, 2026-01-04T10:00:00Z, 2026-01-04T00:00:00Z]

-- instants from texts of another zone
SELECT CAST(CAST('2026-01-04 10:00:00 Europe/Berlin' AS timestamp with time zone) AS varchar)
: _col0 varchar
> ["2026-01-04 10:00:00.000 Europe/Berlin"]

-- rounding to fewer digits
SELECT CAST(TIMESTAMP '2026-01-04 10:00:00.999' AS timestamp(0)), CAST(TIMESTAMP '2026-01-04 10:00:00.4999' AS timestamp(3)), CAST(TIMESTAMP '2026-01-04 10:00:00.5' AS timestamp(0)), CAST(TIMESTAMP '2026-01-04 10:00:00.123456' AS timestamp(3)), CAST(TIMESTAMP '1969-12-31 23:59:59.9995' AS timestamp(3))
: _col0 timestamp(0), _col1 timestamp(3), _col2 timestamp(0), _col3 timestamp(3), _col4 timestamp(3)
> [2026-01-04T10:00:01Z, 2026-01-04T10:00:00.5Z, 2026-01-04T10:00:01Z, 2026-01-04T10:00:00.123Z, 1970-01-01T00:00:00Z]

-- timestamps of microseconds
SELECT TIMESTAMP '2026-01-04 10:00:00.123456', CAST(TIMESTAMP '2026-01-04 10:00:00.123456' AS varchar), date_trunc('second', TIMESTAMP '2026-01-04 10:00:00.123456'), TIMESTAMP '2026-01-04 10:00:00.123456' = TIMESTAMP '2026-01-04 10:00:00.123'
: _col0 timestamp(6), _col1 varchar, _col2 timestamp(6), _col3 boolean
> [2026-01-04T10:00:00.123456Z, 2026-01-04T10:00:00.123456Z, 2026-01-04T10:00:00Z, false]

-- extraction by name
SELECT EXTRACT(DAY FROM d), EXTRACT(WEEK FROM d), EXTRACT(QUARTER FROM d), EXTRACT(DOY FROM d), EXTRACT(YOW FROM d), EXTRACT(DAY_OF_WEEK FROM d) FROM (VALUES DATE '2026-05-06') AS t (d)
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint, _col4 bigint, _col5 bigint
> [6, 19, 2, 126, 2026, 3]

-- extraction of an hour of a date
SELECT EXTRACT(HOUR FROM DATE '2026-05-06')
! TYPE_MISMATCH: line 1:26: Cannot extract HOUR from date

-- ISO texts of midnight
SELECT to_iso8601(TIMESTAMP '2026-01-01 00:00:00.000'), to_iso8601(TIMESTAMP '2026-01-01 00:00:00 UTC'), to_iso8601(from_unixtime(0)), to_iso8601(current_date) = CAST(current_date AS varchar)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 boolean
> ["2026-01-01T00:00:00.000", "2026-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", true]

-- intervals multiplied
SELECT DATE '2026-01-01' + 3 * INTERVAL '1' DAY, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL '1' HOUR * 25, DATE '2026-01-01' - INTERVAL '3' MONTH, INTERVAL '1' HOUR * 24 = INTERVAL '1' DAY, INTERVAL '1' YEAR = INTERVAL '12' MONTH, INTERVAL '-1' DAY < INTERVAL '0' DAY, - INTERVAL '1' DAY = INTERVAL '-1' DAY
: _col0 date, _col1 timestamp(3), _col2 date, _col3 boolean, _col4 boolean, _col5 boolean, _col6 boolean
> ["2026-01-04", 2026-01-02T01:00:00Z, "2025-10-01", true, true, true, true]

-- an interval of halves
SELECT TIMESTAMP '2026-01-01 00:00:00' + INTERVAL '1' DAY * 0.5
~ an interval times or divided by a number that is no integer
: _col0 timestamp(3)
> [2026-01-01T12:00:00Z]

-- a date minus a number
SELECT DATE '2026-01-01' - 1
! TYPE_MISMATCH: line 1:26: Cannot apply operator: date - integer

-- dates and texts do not compare
SELECT DATE '2026-01-01' = '2026-01-01'
! TYPE_MISMATCH: line 1:26: Cannot apply operator: date = varchar(10)

-- a difference of dates in days
SELECT date_diff('day', DATE '2026-01-01', current_date) >= 0, DATE '2026-01-05' - DATE '2026-01-01' > INTERVAL '3' DAY, TIMESTAMP '2026-01-02 00:00:00' - DATE '2026-01-01' = INTERVAL '1' DAY
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, true, true]

-- min and max of times
SELECT min(a), max(a), count(DISTINCT a) FROM (VALUES TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-02 00:00:00', NULL) AS t (a)
: _col0 timestamp(0), _col1 timestamp(0), _col2 bigint
> [2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z, 2]

-- times in arrays
SELECT ARRAY[DATE '2026-01-01', DATE '2026-01-02'], contains(ARRAY[TIMESTAMP '2026-01-01 00:00:00'], TIMESTAMP '2026-01-01 00:00:00.000'), array_max(ARRAY[DATE '2026-01-01', DATE '2026-01-02'])
: _col0 array(date), _col1 boolean, _col2 date
> [["2026-01-01", "2026-01-02"], true, "2026-01-02"]

-- sequence of days as rows
SELECT d FROM UNNEST(sequence(DATE '2026-02-27', DATE '2026-03-02', INTERVAL '1' DAY)) AS t (d) ORDER BY d
: d date
> ["2026-02-27"]
> ["2026-02-28"]
> ["2026-03-01"]
> ["2026-03-02"]

-- sequence backwards
SELECT sequence(DATE '2026-03-01', DATE '2026-02-26', INTERVAL '-1' DAY), sequence(DATE '2026-02-02', DATE '2026-01-31')
: _col0 array(date), _col1 array(date)
> [["2026-03-01", "2026-02-28", "2026-02-27", "2026-02-26"], ["2026-02-02", "2026-02-01", "2026-01-31"]]

-- sequence by months
SELECT sequence(DATE '2026-01-31', DATE '2026-03-31', INTERVAL '1' MONTH)
~ sequence by months
: _col0 array(date)
> [["2026-01-31", "2026-02-28", "2026-03-31"]]

-- the hour of the day in Tokyo
SELECT hour(TIMESTAMP '2026-01-01 20:00:00' AT TIME ZONE 'Asia/Tokyo'), date_trunc('day', TIMESTAMP '2026-01-01 20:00:00' AT TIME ZONE 'Asia/Tokyo') = TIMESTAMP '2026-01-01 15:00:00 UTC', CAST(TIMESTAMP '2026-01-01 20:00:00' AT TIME ZONE 'Asia/Tokyo' AS date), date_format(TIMESTAMP '2026-01-01 20:00:00' AT TIME ZONE 'Asia/Tokyo', '%Y-%m-%d %H')
: _col0 bigint, _col1 boolean, _col2 date, _col3 varchar
> [5, true, "2026-01-02", "2026-01-02 05"]

-- a zone that is none
SELECT TIMESTAMP '2026-01-01 20:00:00' AT TIME ZONE 'Nowhere/Land'
! INVALID_FUNCTION_ARGUMENT: 'Nowhere/Land' is not a valid time zone

-- grouped by days
SELECT CAST(a AS date) AS d, count(*) FROM (VALUES TIMESTAMP '2026-01-01 20:00:00', TIMESTAMP '2026-01-01 21:00:00', TIMESTAMP '2026-01-02 01:00:00') AS t (a) GROUP BY CAST(a AS date) ORDER BY d
: d date, _col1 bigint
> ["2026-01-01", 2]
> ["2026-01-02", 1]
