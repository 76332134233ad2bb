# See cases_test.go. The answers are a Trino server's.

-- concatenation with null is null
SELECT 'a' || 'b', 'a' || CAST(NULL AS varchar), concat('a', 'b', 'c'), concat('a', CAST(NULL AS varchar))
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["ab", null, "abc", null]

-- concat_ws leaves nulls out
SELECT concat_ws(',', 'a', NULL, 'b'), concat_ws(',', ARRAY['a', NULL, 'b']), concat_ws(',', NULL, NULL)
: _col0 varchar, _col1 varchar, _col2 varchar
> ["a,b", "a,b", ""]

-- length counts code points
SELECT length('é'), length('👍🏽'), length('')
: _col0 bigint, _col1 bigint, _col2 bigint
> [1, 2, 0]

-- reverse turns code points
SELECT reverse('abc'), reverse('👍🏽a')
: _col0 varchar, _col1 varchar
> ["cba", "a🏽👍"]

-- upper and lower go letter by letter
SELECT upper('straße'), lower('ÄÖ'), upper('ŉ'), lower('İ')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["STRAßE", "äö", "ŉ", "i"]

-- trim takes all blanks
SELECT trim(U&'\0009 a \3000'), trim(a) FROM (VALUES chr(9) || ' a' || chr(12288)) AS t (a)
~ a Unicode string (U&'…')
: _col0 varchar, _col1 varchar
> ["a", "a"]

-- trim takes all blanks of both ends
SELECT trim(a) || '|', ltrim(a) || '|', rtrim(a) || '|' FROM (VALUES chr(9) || ' a' || chr(12288) || chr(10)) AS t (a)
: _col0 varchar, _col1 varchar, _col2 varchar
> ["a|", "a　\n|", "\t a|"]

-- trim of characters
SELECT trim(BOTH 'x' FROM 'xxaxx'), trim(LEADING 'x' FROM 'xxaxx'), trim(TRAILING FROM 'a  '), trim('xaxx', 'x')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["a", "axx", "a", "a"]

-- substr counts from the end
SELECT substr('abcdef', -2), substr('abcdef', -4, 2), substring('abcdef' FROM 2 FOR 3), substr('abcdef', 3)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["ef", "cd", "bcd", "cdef"]

-- substr from nowhere is empty
SELECT substr('abc', 0), substr('abc', -5), substr('abc', 9), substr('abc', 0, 2), substr('abc', 2, -1), substr('abc', 4)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar
> ["", "", "", "", "", ""]

-- substr of columns
SELECT substr(a, b), substr(a, b, 2) FROM (VALUES ('abcdef', -3), ('abcdef', 0), ('abcdef', 2)) AS t (a, b) ORDER BY b
: _col0 varchar, _col1 varchar
> ["def", "de"]
> ["", ""]
> ["bcdef", "bc"]

-- strpos counts from one
SELECT strpos('abcabc', 'c'), strpos('abc', 'x'), strpos('abc', ''), position('b' IN 'abc')
: _col0 bigint, _col1 bigint, _col2 bigint, _col3 bigint
> [3, 0, 1, 2]

-- strpos of another occurrence
SELECT strpos('abcabc', 'c', 2), strpos('abcabc', 'c', -1), strpos('abcabc', 'c', 3)
: _col0 bigint, _col1 bigint, _col2 bigint
> [6, 6, 0]

-- replace
SELECT replace('aXbX', 'X'), replace('aXbX', 'X', 'yy')
: _col0 varchar, _col1 varchar
> ["ab", "ayybyy"]

-- replace of nothing
SELECT replace('abc', '', '-')
~ replace of what is no constant string, or an empty one
: _col0 varchar
> ["-a-b-c-"]

-- split
SELECT split('a,b,,c', ','), split('', ','), split('a', ',')
: _col0 array(varchar), _col1 array(varchar), _col2 array(varchar)
> [["a", "b", "", "c"], [""], ["a"]]

-- split with a limit
SELECT split('a,b,c', ',', 2), split('a,b,c', ',', 1)
: _col0 array(varchar), _col1 array(varchar)
> [["a", "b,c"], ["a,b,c"]]

-- split_part that is not there is null
SELECT split_part('a,b', ',', 2), split_part('a,b', ',', 3), split_part('a', ',', 1), split_part('', ',', 1)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["b", null, "a", ""]

-- split_part of part zero is an error
SELECT split_part('a,b', ',', 0)
! INVALID_FUNCTION_ARGUMENT: Index must be greater than zero

-- split_to_map
SELECT split_to_map('a=1,b=2', ',', '=')
: _col0 map(varchar, varchar)
> [{"a": "1", "b": "2"}]

-- padding cuts too
SELECT lpad('abc', 2, 'x'), lpad('a', 5, 'xy'), rpad('a', 4, 'xy')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["ab", "xyxya", "axyx"]

-- codes
SELECT chr(65), codepoint('A'), chr(8364)
: _col0 varchar, _col1 integer, _col2 varchar
> ["A", 65, "€"]

-- codepoint of two letters is an error
SELECT codepoint(a) FROM (VALUES CAST('ab' AS varchar)) AS t (a)
! FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar) for function codepoint. Expected: codepoint(varchar(1))

-- starts_with
SELECT starts_with('abc', 'ab'), starts_with('abc', 'b')
: _col0 boolean, _col1 boolean
> [true, false]

-- translate
SELECT translate('abcd', 'ab', 'xy'), translate('abcd', 'ab', 'x')
: _col0 varchar, _col1 varchar
> ["xycd", "xcd"]

-- distances
SELECT levenshtein_distance('kitten', 'sitting'), hamming_distance('abc', 'abd')
: _col0 bigint, _col1 bigint
> [3, 1]

-- a distance of texts that are too long
SELECT levenshtein_distance(rpad('a', 1001, 'b'), rpad('c', 1001, 'd'))
! INVALID_FUNCTION_ARGUMENT: The combined inputs for Levenshtein distance are too large

-- like
SELECT 'abc' LIKE 'a%', 'abc' LIKE '_b_', 'a%' LIKE 'a\%' ESCAPE '\', 'a\b' LIKE 'a\b', 'ABC' LIKE 'abc', NULL LIKE 'a'
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean
> [true, true, true, true, false, null]

-- not like
SELECT 'abc' NOT LIKE 'b%', 'é' LIKE '_'
: _col0 boolean, _col1 boolean
> [true, true]

-- texts compare by bytes
SELECT 'a' < 'B', 'Z' < 'a', 'é' > 'z', 'a' < 'ab'
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [false, true, true, true]

-- format
SELECT format('%s is %d', 'x', 5), format('%5d|%-5d|%05d', 1, 2, 3), format('%s%%', 1.50), format('%s', true), format('%s', NULL)
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["x is 5", "    1|2    |00003", "1.50%", "true", "null"]

-- format of a double
SELECT format('%.2f', 0.125e0)
~ format with %.2f
: _col0 varchar
> ["0.13"]

-- a string with quotes
SELECT 'it''s', '"', 'a\n'
: _col0 varchar, _col1 varchar, _col2 varchar
> ["it's", "\"", "a\\n"]

-- md5 and its like
SELECT to_hex(md5(to_utf8('a'))), to_hex(sha1(to_utf8('a'))), to_hex(sha256(to_utf8('a'))), length(sha512(to_utf8('a'))), crc32(to_utf8('a'))
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 bigint, _col4 bigint
> ["0CC175B9C0F1B6A831C399E269772661", "86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8", "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB", 64, 3904355907]

-- binaries
SELECT X'6162', to_hex(X'0aff'), from_hex('0A'), to_base64(to_utf8('ab')), from_base64('YWI='), from_utf8(X'6162'), from_utf8(X'61ff62'), X'61' || X'62', length(X'616263')
: _col0 varbinary, _col1 varchar, _col2 varbinary, _col3 varchar, _col4 varbinary, _col5 varchar, _col6 varchar, _col7 varbinary, _col8 bigint
> ["YWI=", "0AFF", "Cg==", "YWI=", "YWI=", "ab", "a�b", "YWI=", 3]

-- urls
SELECT url_extract_host(u), url_extract_port(u), url_extract_path(u), url_extract_query(u), url_extract_protocol(u), url_extract_fragment(u), url_extract_parameter(u, 'b') FROM (VALUES 'https://user@example.com:8443/a%20b/c?x=1&b=2%203#frag') AS t (u)
: _col0 varchar, _col1 bigint, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar
> ["example.com", 8443, "/a b/c", "x=1&b=2 3", "https", "frag", "2 3"]

-- urls that are none
SELECT u, url_extract_host(u), url_extract_path(u), url_extract_query(u), url_extract_protocol(u), url_extract_port(u) FROM (VALUES 'http://exa mple.com/', 'not a url', '/path?q=1', 'mailto:a@b', '', 'http://example.com', 'http://a_b.example/', 'http://[::1]:80/x', 'http://10.0.0.1/', 'http://h/a|b', 'http://h/%zz', 'a.b.c', 'http://h?x', 'http://-a/', 'http://h:x/') AS t (u) ORDER BY u
: u varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 bigint
> ["", "", "", "", "", null]
> ["/path?q=1", "", "/path", "q=1", "", null]
> ["a.b.c", "", "a.b.c", "", "", null]
> ["http://-a/", "", "/", "", "http", null]
> ["http://10.0.0.1/", "10.0.0.1", "/", "", "http", null]
> ["http://[::1]:80/x", "[::1]", "/x", "", "http", 80]
> ["http://a_b.example/", "", "/", "", "http", null]
> ["http://exa mple.com/", null, null, null, null, null]
> ["http://example.com", "example.com", "", "", "http", null]
> ["http://h/%zz", null, null, null, null, null]
> ["http://h/a|b", null, null, null, null, null]
> ["http://h:x/", "", "/", "", "http", null]
> ["http://h?x", "h", "", "x", "http", null]
> ["mailto:a@b", "", "", "", "mailto", null]
> ["not a url", null, null, null, null, null]

-- url parameters
SELECT url_extract_parameter('http://h/?a=1&a=2&b&c=', 'a'), url_extract_parameter('http://h/?a=1&b&c=', 'b'), url_extract_parameter('http://h/?c=', 'c'), url_extract_parameter('http://h/', 'a')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> ["1", "", "", null]

-- url encoding
SELECT url_encode('a b/é*~'), url_decode('a%20b+c%2F')
: _col0 varchar, _col1 varchar
> ["a+b%2F%C3%A9*%7E", "a b c/"]

-- letters beyond ASCII count once
SELECT substr('héllo', 2, 3), strpos('héllo', 'l'), lpad('é', 3, 'ü'), reverse('héllo'), upper('héllo')
: _col0 varchar, _col1 bigint, _col2 varchar, _col3 varchar, _col4 varchar
> ["éll", 3, "üüé", "olléh", "HÉLLO"]

-- functions of null are null
SELECT split(NULL, ','), split_part(NULL, ',', 1), length(CAST(NULL AS varchar)), 'x' || NULL
: _col0 array(varchar), _col1 varchar, _col2 bigint, _col3 array(varchar)
> [null, null, null, null]

-- concatenation and comparison
SELECT concat('a', 'b') || 'c', concat(CAST('a' AS varchar(1)), 'b'), 'a' || 'b' = 'ab'
: _col0 varchar, _col1 varchar, _col2 boolean
> ["abc", "ab", true]

-- more likes
SELECT 'abc' LIKE '%', '' LIKE '%', '' LIKE '_', 'a%b' LIKE 'a!%b' ESCAPE '!', 'a_b' LIKE 'a!_b' ESCAPE '!', 'axb' LIKE 'a!_b' ESCAPE '!', 'a\b' LIKE 'a\_', 'aXb' LIKE '%X%'
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean, _col6 boolean, _col7 boolean
> [true, true, false, true, true, false, true, true]

-- an escape before nothing is an error
SELECT 'a' LIKE 'a!' ESCAPE '!'
! INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%', '_' or the escape character itself

-- patterns that are columns
SELECT a LIKE b FROM (VALUES ('abc', 'a%'), ('a.c', 'a.c'), ('abc', 'a.c'), ('[a]', '[a]')) AS t (a, b) ORDER BY 1
: _col0 boolean
> [false]
> [true]
> [true]
> [true]

-- functions of nothing
SELECT lower(NULL), trim(''), replace(NULL, 'a', 'b'), reverse(''), strpos('', ''), strpos('', 'a')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 bigint, _col5 bigint
> [null, "", null, "", 1, 0]

-- format of a date
SELECT format('%s %s', 'a', DATE '2026-01-01')
~ format with %s for date
: _col0 varchar
> ["a 2026-01-01"]

-- format of a whole double
SELECT format('%s', 1.5e0)
~ format with %s for double
: _col0 varchar
> ["1.5"]

-- format with separators
SELECT format('%,d', 1234567)
~ format with %,d
: _col0 varchar
> ["1,234,567"]

-- format in hexadecimal
SELECT format('%x', 255)
~ format with %x for integer
: _col0 varchar
> ["ff"]

-- format with widths
SELECT format('%s|%10s|%-10s|', 'a', 'b', 'c')
~ format with %10s for varchar(1)
: _col0 varchar
> ["a|         b|c         |"]

-- bytes that are no text
SELECT to_hex(from_base64('AP8=')), from_utf8(from_hex('c3a9')), to_base64(X''), length(X''), X'00' = X'00', X'01' < X'02'
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 bigint, _col4 boolean, _col5 boolean
> ["00FF", "é", "", 0, true, true]

-- the letter zero
SELECT chr(0)
: _col0 varchar
> ["\u0000"]

-- schemes and hosts of URLs
SELECT url_extract_host('HTTP://Example.COM/x'), url_extract_path('http://h'), url_extract_query('http://h?'), url_extract_host('//h/x'), url_extract_host('http://h:80:90/'), url_extract_path('a b'), url_extract_host('ftp://user:pw@h.x/')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar, _col5 varchar, _col6 varchar
> ["Example.COM", "", "", "h", "", null, "h.x"]

-- hosts that are none
SELECT url_extract_host(a), url_extract_port(a) FROM (VALUES 'http://127.0.0.1:8080', 'http://[2001:db8::1]:443/a', 'http://999.1.1.1/', 'http://h-/', 'http://h..x/', 'http://1.2.3/', 'http://é.com/', 'http://xn--a.com:65536/', 'http://h:/x', 'jdbc:postgresql://h:5/x', 'http:///x', 'http://h/?a=[1]', 'http://h/#a#b', '?x=1', '#f', ':', 'a:b', 'http:', 'http://user@/x', 'x://a b') AS t (a) ORDER BY a
: _col0 varchar, _col1 bigint
> ["", null]
> [null, null]
> ["", null]
> ["", null]
> [null, null]
> ["", null]
> ["", null]
> ["127.0.0.1", 8080]
> ["", null]
> ["[2001:db8::1]", 443]
> ["", null]
> ["", null]
> [null, null]
> ["h", null]
> ["h", null]
> ["", null]
> ["xn--a.com", 65536]
> ["", null]
> ["", null]
> [null, null]

-- escapes in URLs
SELECT url_extract_parameter('http://h/?a%20b=c%26d&e=f+g', 'a b'), url_extract_parameter('http://h/?a=b=c', 'a'), url_extract_parameter('?a=1', 'a'), url_extract_query('http://h/?a=%26b'), url_extract_fragment('http://h/#a%20b')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> [null, "b=c", "1", "a=&b", "a b"]

-- codes and beginnings
SELECT codepoint('é'), starts_with('', ''), starts_with(NULL, 'a'), normalize('é')
: _col0 integer, _col1 boolean, _col2 boolean, _col3 varchar
> [233, true, null, "é"]

-- translation to nothing
SELECT translate('hello', 'l', 'LX'), translate('hello', 'lo', ''), translate('aa', 'aa', 'bc')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["heLLo", "he", "bb"]

-- splitting by more than a letter
SELECT split('a||b', '||'), split('aXbXc', 'X')[2], split_part('a--b--c', '--', 3), array_join(split('a b', ' '), '-')
: _col0 array(varchar), _col1 varchar, _col2 varchar, _col3 varchar
> [["a", "b"], "b", "c", "a-b"]

-- stems of words
SELECT word_stem('running')
~ function word_stem
: _col0 varchar
> ["run"]

-- joining with nothing
SELECT concat_ws('', 'a', 'b'), concat_ws(', ', ARRAY['x']), concat_ws(',', 'a', '')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["ab", "x", "a,"]
