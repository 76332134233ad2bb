#!/usr/bin/env python3
"""Asks a lake through the clients of Athena that people use, unchanged: they are told AWS_ENDPOINT_URL and no more. What
they read is compared with the rows that the program's own query command reads.

Usage: clients.py HINDCAST_BINARY, by the Python in which requirements.txt is installed
"""
import datetime, json, os, signal, subprocess, sys, tempfile, traceback

BINARY = os.path.abspath(sys.argv[1])
AWS = os.path.join(os.path.dirname(sys.executable), "aws")
TABLE = "aws_cloudtrail"
COLUMNS = ("event_id", "timestamp", "user_name", "source_ip", "log_offset", "related_ip", "event_action", "error_code")
SQL = 'SELECT event_id, "timestamp", user_name, source_ip, log_offset, related_ip, event_action, error_code FROM %s' % TABLE
failures = []

def check(what, ok, detail=""):
    print("%s %s%s" % ("ok    " if ok else "FAILED", what, "" if ok else ": %s" % (detail,)), flush=True)
    if not ok:
        failures.append(what)

def attempt(what, client):
    """A client that raises has failed, and the next has its turn."""
    try:
        client()
    except Exception:
        check(what, False, traceback.format_exc(limit=-6))

def plain(row):
    """A row as text, whatever the client made of it."""
    return tuple(text(v) for v in row)

def text(v):
    if hasattr(v, "tolist"):  # an array of numpy's
        v = v.tolist()
    if isinstance(v, list):
        return "[" + ", ".join(v) + "]"
    if v is None or str(v) in ("nan", "NaT", "<NA>"):  # by which pandas says null
        return ""
    if isinstance(v, datetime.datetime):
        return v.strftime("%Y-%m-%d %H:%M:%S.") + "%03d" % (v.microsecond // 1000)
    if isinstance(v, float) and v.is_integer():
        return str(int(v))
    return str(v)

def same(what, rows, want):
    got = sorted(plain(r) for r in rows)
    differs = next((pair for pair in zip(got, want) if pair[0] != pair[1]), (len(got), len(want)))
    check("%s: %d rows" % (what, len(want)), got == want, differs)

def of_frame(frame):
    return frame[list(COLUMNS)].itertuples(index=False, name=None)

def cli(*args):
    p = subprocess.run([sys.executable, AWS, *args], capture_output=True, text=True, timeout=120)
    if p.returncode:
        raise RuntimeError("aws %s: %s" % (" ".join(args[:2]), p.stderr.strip()))
    return p.stdout

def aws_cli(want, dir):
    started = json.loads(cli("athena", "start-query-execution", "--query-string", SQL, "--query-execution-context", "Database=hindcast",
                             "--result-configuration", "OutputLocation=s3://cli-results/x/"))["QueryExecutionId"]
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        execution = json.loads(cli("athena", "get-query-execution", "--query-execution-id", started))["QueryExecution"]
        state = execution["Status"]["State"]
    check("AWS CLI: the execution succeeds, and says what it read", state == "SUCCEEDED" and execution["Statistics"]["DataScannedInBytes"] > 0, execution)
    results = json.loads(cli("athena", "get-query-results", "--query-execution-id", started))
    rows = [[d.get("VarCharValue") for d in r["Data"]] for r in results["ResultSet"]["Rows"]]
    check("AWS CLI: the first row is the header", rows[0] == list(COLUMNS), rows[0])
    same("AWS CLI, get-query-results", rows[1:], want)
    local = os.path.join(dir, "result.csv")
    cli("s3", "cp", execution["ResultConfiguration"]["OutputLocation"], local)
    with open(local) as f:
        check("AWS CLI: s3 cp brings the result", len(f.readlines()) == len(want) + 1)

def boto(want):
    import boto3
    client = boto3.client("athena")
    def run(sql, **more):
        id = client.start_query_execution(QueryString=sql, QueryExecutionContext={"Database": "hindcast"}, **more)["QueryExecutionId"]
        while True:
            execution = client.get_query_execution(QueryExecutionId=id)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return id, execution
    id, execution = run(SQL)
    pages = client.get_paginator("get_query_results").paginate(QueryExecutionId=id, PaginationConfig={"PageSize": 100})
    rows = [[d.get("VarCharValue") for d in r["Data"]] for page in pages for r in page["ResultSet"]["Rows"]]
    same("boto3, in pages", rows[1:], want)
    where, key = execution["ResultConfiguration"]["OutputLocation"][len("s3://"):].split("/", 1)
    body = boto3.client("s3").get_object(Bucket=where, Key=key)["Body"].read()
    check("boto3: the result is an object", body.startswith(b'"event_id","timestamp"'), body[:50])
    name = want[0][0]
    id, execution = run("SELECT count(*) AS n FROM %s WHERE event_id = ?" % TABLE, ExecutionParameters=["'%s'" % name])
    got = client.get_query_results(QueryExecutionId=id)["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"]
    check("boto3: a parameter is taken", got == "1", got)
    client.create_prepared_statement(StatementName="by_id", WorkGroup="primary", QueryStatement="SELECT event_action FROM %s WHERE event_id = ?" % TABLE)
    id, _ = run("EXECUTE by_id USING '%s'" % name)
    got = client.get_query_results(QueryExecutionId=id)["ResultSet"]["Rows"]
    check("boto3: a prepared statement is executed", len(got) == 2, got)
    _, execution = run("SELECT absent FROM %s" % TABLE)
    check("boto3: a failure is the user's", execution["Status"].get("AthenaError", {}).get("ErrorCategory") == 2, execution["Status"])
    tables = [t["Name"] for t in client.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="hindcast")["TableMetadataList"]]
    check("boto3: tables are listed", TABLE in tables, tables)

def pyathena_client(want):
    import pyathena
    from pyathena.cursor import DictCursor
    from pyathena.pandas.cursor import PandasCursor
    def cursor(**more):
        return pyathena.connect(s3_staging_dir="s3://pyathena-results/x/", schema_name="hindcast", poll_interval=0.05, **more).cursor()
    def lists(rows, at):  # PyAthena gives arrays as lists in its cursors and as text in data frames
        return [tuple(r[:at]) + (text(r[at]),) + tuple(r[at + 1:]) for r in rows]
    same("PyAthena", lists(cursor().execute(SQL).fetchall(), 5), want)
    rows = cursor(cursor_class=DictCursor).execute(SQL).fetchall()
    same("PyAthena, DictCursor", [[r[c] for c in COLUMNS] for r in rows], want)
    same("PyAthena, PandasCursor", of_frame(cursor(cursor_class=PandasCursor).execute(SQL).as_pandas()), want)
    frame = cursor(cursor_class=PandasCursor, cursor_kwargs={"unload": True}).execute(SQL).as_pandas()
    same("PyAthena, PandasCursor by UNLOAD", of_frame(frame), want)
    named = cursor().execute("SELECT count(*) FROM %s WHERE event_id = %%(id)s" % TABLE, {"id": want[0][0]}).fetchone()
    check("PyAthena: a named parameter is taken", named == (1,), named)
    tables = [r[0] for r in cursor().execute("SHOW TABLES").fetchall()]
    check("PyAthena: SHOW TABLES", TABLE in tables, tables)

def sqlalchemy(want):
    from sqlalchemy import MetaData, Table, create_engine, inspect, select, text as sql
    engine = create_engine("awsathena+rest://:@athena.us-east-1.amazonaws.com:443/hindcast?s3_staging_dir=s3://sqlalchemy-results/x/&poll_interval=0.05")
    seen = inspect(engine)
    check("SQLAlchemy: tables and the view", TABLE in seen.get_table_names() and seen.get_view_names() == ["events"], (seen.get_table_names(), seen.get_view_names()))
    view = seen.get_view_definition("events")
    check("SQLAlchemy: the view's statement", view.startswith('CREATE OR REPLACE VIEW "events" AS\nSELECT'), view[:80])
    table = Table(TABLE, MetaData(), autoload_with=engine)
    with engine.connect() as c:
        rows = c.execute(select(*(table.c[name] for name in COLUMNS))).fetchall()
        same("SQLAlchemy, by a reflected table", [tuple(r[:5]) + (text(r[5]),) + tuple(r[6:]) for r in rows], want)
        asked = c.execute(sql("SELECT column_name FROM information_schema.columns WHERE table_schema = 'hindcast' AND table_name = :of ORDER BY ordinal_position"), {"of": TABLE})
        names = [r[0] for r in asked]
        check("SQLAlchemy: information_schema.columns has what was reflected", names == [c.name for c in table.columns], (len(names), len(table.columns)))
        kinds = dict(c.execute(sql("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'hindcast'")).fetchall())
        check("SQLAlchemy: information_schema.tables", kinds.get("events") == "VIEW" and kinds.get(TABLE) == "BASE TABLE", kinds)
        files = c.execute(sql('SELECT DISTINCT "$path" FROM %s' % TABLE)).fetchall()
        check("SQLAlchemy: the paths of files", len(files) > 0 and all(os.path.exists(r[0][len("file://"):]) for r in files), files)

def wrangler(want):
    import awswrangler as wr
    def read(**more):
        return wr.athena.read_sql_query(SQL, database="hindcast", **more)
    same("awswrangler", of_frame(read(ctas_approach=False)), want)
    same("awswrangler by CREATE TABLE AS", of_frame(read(ctas_approach=True)), want)
    same("awswrangler by UNLOAD", of_frame(read(ctas_approach=False, unload_approach=True, s3_output="s3://wrangler-results/x/")), want)
    chunks = list(read(ctas_approach=False, chunksize=len(want) // 2 + 1))
    check("awswrangler in two chunks", [len(c) for c in chunks] == [len(want) // 2 + 1, len(want) - len(want) // 2 - 1], [len(c) for c in chunks])
    whole = wr.athena.read_sql_table(TABLE, database="hindcast", ctas_approach=False)
    check("awswrangler reads a whole table with all columns", len(whole) == len(want) and "day" in whole, whole.shape)
    view = wr.athena.read_sql_query(SQL.replace("FROM " + TABLE, "FROM events WHERE dataset = '%s'" % TABLE), database="hindcast", ctas_approach=False)
    same("awswrangler by the view", of_frame(view), want)
    tables = wr.catalog.tables(database="hindcast")
    check("awswrangler: wr.catalog.tables()", TABLE in list(tables["Table"]), tables)
    described = wr.athena.describe_table(table=TABLE, database="hindcast")
    check("awswrangler: describe_table", "event_id" in list(described["Column Name"]), described)
    kept = wr.catalog.tables(database="hindcast")
    check("awswrangler leaves no table behind", len(kept) == len(tables), list(kept["Table"]))

def own_rows(lake):
    """The same rows, by the program's own command and DuckDB."""
    sql = SQL.replace('"timestamp"', "strftime(\"timestamp\", '%Y-%m-%d %H:%M:%S.%g') AS \"timestamp\"")
    out = subprocess.run([BINARY, "query", "--dir", lake, "--json", "--limit", "0", sql], capture_output=True, text=True, check=True).stdout
    rows = [json.loads(line) for line in out.splitlines()]
    return sorted(plain(r[c] for c in COLUMNS) for r in rows)

def main(dir):
    subprocess.run([BINARY, "demo", "--dir", os.path.join(dir, "demo"), "--days", "2", "--scale", "0.3"], check=True, capture_output=True)
    lake = os.path.join(dir, "demo", "lake")
    want = own_rows(lake)
    check("there are rows to compare, with nulls and lists among them",
          len(want) > 1000 and any(r[7] == "" for r in want) and any(r[7] for r in want) and any(", " in r[5] for r in want), len(want))
    p = subprocess.Popen([BINARY, "serve", "--dir", lake, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--athena", "127.0.0.1:0"],
                         stderr=subprocess.PIPE, text=True)
    try:
        words = dict(w.split("=", 1) for w in p.stderr.readline().split() if "=" in w)
        os.environ.update(AWS_ENDPOINT_URL="http://" + words["athena"], AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="any",
                          AWS_SECRET_ACCESS_KEY="any", AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_PAGER="")
        attempt("AWS CLI", lambda: aws_cli(want, dir))
        attempt("boto3", lambda: boto(want))
        attempt("PyAthena", lambda: pyathena_client(want))
        attempt("SQLAlchemy", lambda: sqlalchemy(want))
        attempt("awswrangler", lambda: wrangler(want))
    finally:
        p.send_signal(signal.SIGTERM)
        rest = p.stderr.read()
        check("SIGTERM ends the service gracefully", p.wait(30) == 0, rest[-500:])

with tempfile.TemporaryDirectory() as dir:
    main(dir)
print("%d checks failed" % len(failures))
sys.exit(1 if failures else 0)
