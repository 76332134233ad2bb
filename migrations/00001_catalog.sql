-- Times are milliseconds since 1970 in UTC, days are text like 2026-01-31.

-- +goose Up
CREATE TABLE lake_tables (
    name       TEXT   NOT NULL PRIMARY KEY,
    doc        TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE lake_columns (
    table_name  TEXT    NOT NULL REFERENCES lake_tables (name),
    ordinal     BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    ecs         TEXT    NOT NULL,
    column_type TEXT    NOT NULL,
    doc         TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    is_json     BOOLEAN NOT NULL,
    PRIMARY KEY (table_name, name)
);

CREATE TABLE batches (
    id              TEXT   NOT NULL PRIMARY KEY,
    table_name      TEXT   NOT NULL,
    mapping_version TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    planned_at      BIGINT NOT NULL,
    committed_at    BIGINT NOT NULL,
    events_out      BIGINT NOT NULL -- rows in its files when it was committed
);
CREATE INDEX batches_by_state ON batches (state);

-- The same key with another ETag is another object.
CREATE TABLE objects (
    object_key  TEXT   NOT NULL,
    etag        TEXT   NOT NULL,
    batch_id    TEXT   NOT NULL REFERENCES batches (id),
    size_bytes  BIGINT NOT NULL,
    mod_time    BIGINT NOT NULL,
    source      TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    raw_bytes   BIGINT NOT NULL,
    records_in  BIGINT NOT NULL,
    events_out  BIGINT NOT NULL,
    duplicates  BIGINT NOT NULL,
    rejected    BIGINT NOT NULL,
    problem     TEXT   NOT NULL,
    PRIMARY KEY (object_key, etag)
);
CREATE UNIQUE INDEX objects_by_batch ON objects (batch_id, object_key);

-- Files that a planned batch may have put into the lake.
CREATE TABLE staged_paths (
    batch_id TEXT NOT NULL REFERENCES batches (id),
    path     TEXT NOT NULL,
    PRIMARY KEY (batch_id, path)
);

CREATE TABLE partitions (
    table_name TEXT   NOT NULL REFERENCES lake_tables (name),
    day        TEXT   NOT NULL,
    generation BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    row_count  BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    file_count BIGINT NOT NULL,
    min_time   BIGINT NOT NULL,
    max_time   BIGINT NOT NULL,
    PRIMARY KEY (table_name, day)
);

CREATE TABLE files (
    path       TEXT   NOT NULL PRIMARY KEY,
    table_name TEXT   NOT NULL,
    day        TEXT   NOT NULL,
    generation BIGINT NOT NULL,
    batch_id   TEXT   NOT NULL,
    row_count  BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256     TEXT   NOT NULL,
    min_time   BIGINT NOT NULL,
    max_time   BIGINT NOT NULL,
    FOREIGN KEY (table_name, day) REFERENCES partitions (table_name, day)
);
CREATE INDEX files_by_day ON files (table_name, day);

CREATE TABLE quarantine (
    id            TEXT    NOT NULL PRIMARY KEY,
    batch_id      TEXT    NOT NULL REFERENCES batches (id),
    table_name    TEXT    NOT NULL,
    object_key    TEXT    NOT NULL,
    record_offset BIGINT  NOT NULL,
    record_length BIGINT  NOT NULL,
    reason        TEXT    NOT NULL,
    path          TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    committed_at  BIGINT  NOT NULL,
    retry_batch   TEXT    NOT NULL, -- that is trying it again, or released it; empty when none does
    is_duplicate  BOOLEAN NOT NULL  -- what a released record turned out to be
);
CREATE INDEX quarantine_by_batch ON quarantine (batch_id, object_key);
CREATE INDEX quarantine_by_retry ON quarantine (retry_batch);

-- A row stays when its lease is given back, so that tokens never repeat.
CREATE TABLE leases (
    name       TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL,
    token      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE leases;
DROP TABLE quarantine;
DROP TABLE files;
DROP TABLE partitions;
DROP TABLE staged_paths;
DROP TABLE objects;
DROP TABLE batches;
DROP TABLE lake_columns;
DROP TABLE lake_tables;
