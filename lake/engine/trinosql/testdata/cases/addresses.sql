# See cases_test.go. The answers are a Trino server's.

-- an address in a range
SELECT contains('10.0.0.0/8', IPADDRESS '10.1.2.3'), contains('10.0.0.0/8', IPADDRESS '11.0.0.1'), contains('2001:db8::/32', IPADDRESS '2001:db8::1'), contains('192.0.2.0/25', IPADDRESS '192.0.2.128'), contains('0.0.0.0/0', IPADDRESS '8.8.8.8')
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [true, false, true, false, true]

-- addresses of the other family
SELECT contains('10.0.0.0/8', IPADDRESS '::ffff:10.0.0.1'), contains('::/0', IPADDRESS '10.0.0.1'), contains('10.0.0.0/8', IPADDRESS 'a00::')
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, true, false]

-- a range that does not begin at its network
SELECT contains('10.1.2.3/8', IPADDRESS '10.9.9.9')
! INVALID_FUNCTION_ARGUMENT: Invalid CIDR

-- texts that are addresses
SELECT a, TRY_CAST(a AS ipaddress) FROM (VALUES '10.0.0.1', '010.0.0.1', '10.0.0', '2001:DB8:0:0::1', '::ffff:1.2.3.4', '1.2.3.4 ', '', '::1', 'fe80::1%eth0', '256.1.1.1', '1::2::3') AS t (a) ORDER BY a
: a varchar, _col1 ipaddress
> ["", null]
> ["010.0.0.1", null]
> ["1.2.3.4 ", null]
> ["10.0.0", null]
> ["10.0.0.1", "10.0.0.1"]
> ["1::2::3", null]
> ["2001:DB8:0:0::1", "2001:db8::1"]
> ["256.1.1.1", null]
> ["::1", "::1"]
> ["::ffff:1.2.3.4", "1.2.3.4"]
> ["fe80::1%eth0", "fe80::1"]

-- a text that is none is an error
SELECT CAST(a AS ipaddress) FROM (VALUES CAST('x' AS varchar)) AS t (a)
! INVALID_CAST_ARGUMENT: Cannot cast value to IPADDRESS: x

-- addresses compare by their bytes
SELECT IPADDRESS '10.0.0.2' < IPADDRESS '10.0.0.10', IPADDRESS '::1' = IPADDRESS '0:0::1', CAST(IPADDRESS '2001:db8:0:0::0001' AS varchar)
: _col0 boolean, _col1 boolean, _col2 varchar
> [true, true, "2001:db8::1"]

-- addresses grouped and sorted
SELECT CAST(a AS ipaddress) AS ip, count(*) FROM (VALUES '10.0.0.10', '10.0.0.9', '::ffff:10.0.0.9') AS t (a) GROUP BY 1 ORDER BY 1
: ip ipaddress, _col1 bigint
> ["10.0.0.9", 2]
> ["10.0.0.10", 1]

-- any address of a list in a range
SELECT any_match(ARRAY['192.0.2.1', 'x', NULL], x -> contains('192.0.2.0/24', TRY_CAST(x AS ipaddress)))
: _col0 boolean
> [true]

-- a range that is a column
SELECT contains(a, IPADDRESS '10.0.0.1') FROM (VALUES '10.0.0.0/8') AS t (a)
~ contains with a range of addresses that is no constant
: _col0 boolean
> [true]
