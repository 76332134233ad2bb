package trinosql

// expr is an expression as it was written.
type expr interface{ at() int }

// pos is where a node begins, in bytes.
type pos int

func (p pos) at() int { return int(p) }

type (
	// literal is a value that is written out: its type's name is empty for plain strings, numbers, true, false and null.
	literal struct {
		pos
		kind literalKind
		text string
		typ  typ // of typed literals: DATE '2026-01-01'
	}
	// interval is INTERVAL '1' DAY.
	interval struct {
		pos
		negative bool
		text     string
		from, to string
	}
	// name is a bare or quoted name.
	name struct {
		pos
		text string
	}
	// field is x.name.
	field struct {
		pos
		of   expr
		name string
	}
	// subscript is x[i].
	subscript struct {
		pos
		of, index expr
	}
	// unary is -x, +x or NOT x.
	unary struct {
		pos
		op string
		x  expr
	}
	// binary is an arithmetic operator, ||, AND or OR, or a comparison.
	binary struct {
		pos
		op   string
		a, b expr
	}
	// predicate is what follows a value: [NOT] BETWEEN, LIKE, IN, IS NULL, IS DISTINCT FROM.
	predicate struct {
		pos
		op    string
		not   bool
		x     expr
		args  []expr
		query *query
	}
	// quantified is x op ALL|ANY (query).
	quantified struct {
		pos
		op    string
		all   bool
		x     expr
		query *query
	}
	// exists is EXISTS (query).
	exists struct {
		pos
		query *query
	}
	// scalar is a query that gives one value.
	scalar struct {
		pos
		query *query
	}
	// cases is CASE, with or without an operand.
	cases struct {
		pos
		operand expr
		when    []when
		orElse  expr
	}
	when struct{ condition, result expr }
	// cast is CAST or TRY_CAST.
	cast struct {
		pos
		x   expr
		to  typ
		try bool
	}
	// zoned is x AT TIME ZONE z.
	zoned struct {
		pos
		x, zone expr
	}
	// row is ROW(a, b) or (a, b).
	row struct {
		pos
		items []expr
	}
	// array is ARRAY[a, b].
	array struct {
		pos
		items []expr
	}
	// lambda is x -> e.
	lambda struct {
		pos
		params []string
		body   expr
	}
	// star is the argument of count(*).
	star struct{ pos }
	// call is a function's, an aggregate's or a window function's.
	call struct {
		pos
		name        string // in lower case
		distinct    bool
		args        []expr
		order       []sortItem
		filter      expr
		ignoreNulls bool
		over        *window
		extract     bool // was written EXTRACT(name FROM x)
	}
)

type literalKind uint8

const (
	nullLiteral literalKind = iota
	boolLiteral
	stringLiteral
	binaryLiteral
	integerLiteral
	decimalLiteral
	doubleLiteral
	typedLiteral
)

type sortItem struct {
	x          expr
	descending bool
	nullsFirst bool
}

// window is OVER (…), or OVER name when it has nothing else.
type window struct {
	pos
	base      string
	partition []expr
	order     []sortItem
	frame     *frame
}

type frame struct {
	pos
	unit       string
	start, end bound
}

type bound struct {
	kind string // UNBOUNDED PRECEDING, CURRENT ROW, PRECEDING, …
	x    expr
}

// query is a whole query, with what may stand before and after its body.
type query struct {
	pos
	with   []commonTable
	body   queryBody
	order  []sortItem
	offset expr
	limit  expr
}

type commonTable struct {
	pos
	name    string
	columns []string
	query   *query
}

type queryBody interface{ at() int }

type (
	selection struct {
		pos
		distinct bool
		items    []item
		from     []relation
		where    expr
		group    *grouping
		having   expr
		windows  map[string]*window
	}
	setOperation struct {
		pos
		op    string // UNION, INTERSECT, EXCEPT
		all   bool
		left  queryBody
		right queryBody
	}
	values struct {
		pos
		rows []expr
	}
	// nested is a query in brackets.
	nested struct {
		pos
		query *query
	}
)

// item is a column of a SELECT: an expression, * or x.*.
type item struct {
	pos
	x     expr
	alias string
	all   bool
}

type grouping struct {
	pos
	distinct bool
	elements []groupElement
}

// groupElement is one expression, or sets of them by ROLLUP, CUBE or GROUPING SETS.
type groupElement struct {
	pos
	kind string // empty, ROLLUP, CUBE, GROUPING SETS
	sets [][]expr
}

type relation interface{ at() int }

type (
	table struct {
		pos
		parts []string
	}
	derived struct {
		pos
		query *query
	}
	unnest struct {
		pos
		args       []expr
		ordinality bool
	}
	aliased struct {
		pos
		of      relation
		alias   string
		columns []string
	}
	join struct {
		pos
		kind        string // CROSS, INNER, LEFT, RIGHT, FULL
		left, right relation
		on          expr
		using       []string
		usingPos    int
	}
)
