# See cases_test.go. The answers are a Trino server's.

-- regexp_like finds anywhere
SELECT regexp_like('1a 2b', '\d+b'), regexp_like('abc', '^b'), regexp_like('abc', '(?i)B'), regexp_like(NULL, 'a')
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean
> [true, false, true, null]

-- regexp_extract gives null for no match
SELECT regexp_extract('abc', 'x'), regexp_extract('1a 2b', '\d+'), regexp_extract('1a 2b', '(\d+)([a-z]+)', 2), regexp_extract('a', 'x*')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar
> [null, "1", "a", ""]

-- a group that takes no part is null
SELECT regexp_extract('http://h/x', '^(\w+)://([^/:]+)(:\d+)?', 3), regexp_extract('http://h:80/x', '^(\w+)://([^/:]+)(:\d+)?', 3)
: _col0 varchar, _col1 varchar
> [null, ":80"]

-- a group that may be empty
SELECT regexp_extract('a=', 'a=(.*)', 1), regexp_extract('b', 'a=(.*)', 1)
: _col0 varchar, _col1 varchar
> ["", null]

-- regexp_extract of a group that is not there
SELECT regexp_extract('a', 'a', 1)
! INVALID_FUNCTION_ARGUMENT: Pattern has 0 groups. Cannot access group 1

-- regexp_replace replaces all
SELECT regexp_replace('aXbX', 'X'), regexp_replace('aXbX', 'X', 'y'), regexp_replace('new York', '(\w)(\w*)', '$2$1'), regexp_replace('a.b', '\.', '\$'), regexp_replace('ab', '(?<x>a)', '[${x}]')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["ab", "ayby", "ewn orkY", "a$b", "[a]b"]

-- regexp_replace of what matches nothing
SELECT regexp_replace('abc', 'x*', '-'), regexp_replace('', 'x*', '-'), regexp_replace('abc', '', '-')
: _col0 varchar, _col1 varchar, _col2 varchar
> ["-a-b-c-", "-", "-a-b-c-"]

-- regexp_replace with a lambda
SELECT regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || x[2])
~ regexp_replace with a lambda
: _col0 varchar
> ["New York"]

-- regexp_extract_all
SELECT regexp_extract_all('1a 2b 14m', '\d+'), regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2), regexp_extract_all('a', 'x')
: _col0 array(varchar), _col1 array(varchar), _col2 array(varchar)
> [["1", "2", "14"], ["a", "b", "m"], []]

-- regexp_split
SELECT regexp_split('1a 2b 14m', '\s*[a-z]+\s*'), regexp_split('a', ',')
: _col0 array(varchar), _col1 array(varchar)
> [["1", "2", "14", ""], ["a"]]

-- regexp_count
SELECT regexp_count('1a 2b 14m', '\d+'), regexp_count('abc', 'x')
: _col0 bigint, _col1 bigint
> [3, 0]

-- a dollar stands before the last line break too
SELECT regexp_like('a' || chr(10), 'a$'), regexp_like('a' || chr(10) || 'b', 'a$'), regexp_extract('ab' || chr(10), 'b$'), regexp_replace('ab' || chr(10), 'b$', 'c'), regexp_like('a' || chr(10), 'a\z')
: _col0 boolean, _col1 boolean, _col2 varchar, _col3 varchar, _col4 boolean
> [true, false, "b", "ac\n", false]

-- a dollar at the end of a group
SELECT regexp_like('ab', '(b$|c)'), regexp_extract('/a/b', '([^/]+)$', 1)
: _col0 boolean, _col1 varchar
> [true, "b"]

-- blanks with the vertical tab
SELECT regexp_like(chr(11), '\s'), regexp_like(chr(160), '\s'), regexp_like('é', '\w'), regexp_like(chr(2407), '\d'), regexp_like(chr(11), '\S')
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [true, false, false, false, false]

-- a word boundary
SELECT regexp_like('an error here', '\berror\b'), regexp_like('terrors', '\berror\b')
: _col0 boolean, _col1 boolean
> [true, false]

-- a point is no line break
SELECT regexp_like('a' || chr(10) || 'b', 'a.b'), regexp_like('a' || chr(10) || 'b', '(?s)a.b'), regexp_like('a' || chr(10) || 'b', '(?m)^b')
: _col0 boolean, _col1 boolean, _col2 boolean
> [false, true, true]

-- sets
SELECT regexp_like('b', '[^a]'), regexp_like(']', '[]a]'), regexp_like('-', '[a-]'), regexp_like('x', '[\w.]'), regexp_like('[', '[\[]')
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [true, true, true, true, true]

-- codes and properties
SELECT regexp_like('A', '\x41'), regexp_like('A', '\u0041'), regexp_like('é', '\p{L}'), regexp_like('a.b', '\Qa.b\E'), regexp_like('axb', '\Qa.b\E')
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean
> [true, true, true, true, false]

-- look-ahead
SELECT regexp_like('ab', 'a(?=b)')
~ look-around (?=) in a regular expression
: _col0 boolean
> [true]

-- look-behind
SELECT regexp_like('ab', '(?<!x)b')
~ look-around (?<!) in a regular expression
: _col0 boolean
> [true]

-- a back reference
SELECT regexp_like('aa', '(a)\1')
~ a back reference (\1) in a regular expression
: _col0 boolean
> [true]

-- a possessive quantifier
SELECT regexp_like('aa', 'a++')
~ the regular expression
: _col0 boolean
> [true]

-- a set in a set
SELECT regexp_like('b', '[a-z&&[^b]]')
~ an intersection of sets (&&) in a regular expression
: _col0 boolean
> [false]

-- a pattern that is a column
SELECT regexp_like('abc', p) FROM (VALUES 'b') AS t (p)
~ a regular expression that is no constant
: _col0 boolean
> [true]

-- a hash sign and braces
SELECT regexp_like('#a', '^#a'), regexp_like('a{', 'a\{'), regexp_like('aaa', '^a{3}$')
: _col0 boolean, _col1 boolean, _col2 boolean
> [true, true, true]

-- expressions over nothing
SELECT regexp_extract_all(NULL, 'a'), regexp_extract('abc', NULL), regexp_like('', ''), regexp_like('a', ''), regexp_replace('a', 'b', 'c'), regexp_replace(NULL, 'a'), regexp_extract('ab12', '[a-z]+(\d+)', 0)
~ a regular expression that is no constant
: _col0 array(varchar), _col1 varchar, _col2 boolean, _col3 boolean, _col4 varchar, _col5 varchar, _col6 varchar
> [null, null, true, true, "a", null, "ab12"]

-- references in replacements
SELECT regexp_replace('abc', '(b)', '<$1>'), regexp_replace('abc', 'b', '$0$0'), regexp_replace('a$b', '\$', '\\'), regexp_replace('aaa', 'a{2}', 'x'), regexp_replace('foo.bar', '[.]', '_')
: _col0 varchar, _col1 varchar, _col2 varchar, _col3 varchar, _col4 varchar
> ["a<b>c", "abbc", "a\\b", "xa", "foo_bar"]

-- a reference to a group that is not there
SELECT regexp_replace('abc', 'b', '$2')
! INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: unknown group 2

-- what logs are searched for
SELECT regexp_extract('user=alice ip=10.0.0.1', 'ip=([0-9.]+)', 1), regexp_extract('arn:aws:iam::123456789012:user/bob', 'arn:aws:iam::(\d{12}):(user|role)/(.+)$', 3), regexp_like('i-0123456789abcdef0', '^i-[0-9a-f]{8,17}$')
: _col0 varchar, _col1 varchar, _col2 boolean
> ["10.0.0.1", "bob", true]

-- flags and line breaks
SELECT regexp_like('ABC', '(?i)abc'), regexp_like('aBc', '(?i:b)'), regexp_like('line1' || chr(10) || 'line2', '^line2'), regexp_like('tab' || chr(9), '\t'), regexp_like('x-y', '[a-z-]+$'), regexp_like('a/b', 'a\/b'), regexp_like('a|b', 'a[|]b')
: _col0 boolean, _col1 boolean, _col2 boolean, _col3 boolean, _col4 boolean, _col5 boolean, _col6 boolean
> [true, true, false, true, true, true, true]

-- an expression with blanks in it
SELECT regexp_like('a', '(?x) a # c')
~ (?x in a regular expression
: _col0 boolean
> [true]

-- splitting at edges
SELECT regexp_split('a,b;c', '[,;]'), regexp_split('', ','), regexp_split(',a,', ',')
: _col0 array(varchar), _col1 array(varchar), _col2 array(varchar)
> [["a", "b", "c"], [""], ["", "a", ""]]

-- an expression that is none
SELECT regexp_like('a', '*')
~ the regular expression
! INVALID_FUNCTION_ARGUMENT: target of repeat operator is not specified
