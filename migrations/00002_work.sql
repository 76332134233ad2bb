-- Workers that share planned batches, merged generations, and retention.

-- +goose Up
ALTER TABLE batches ADD COLUMN batch_rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN is_retry BOOLEAN NOT NULL DEFAULT FALSE; -- of quarantined records
UPDATE batches SET is_retry = TRUE WHERE EXISTS (SELECT 1 FROM quarantine WHERE quarantine.retry_batch = batches.id);
DROP INDEX batches_by_state;
CREATE INDEX batches_to_claim ON batches (state, is_retry, batch_rank, planned_at, id);
CREATE INDEX batches_by_commit ON batches (committed_at);
CREATE INDEX leases_by_expiry ON leases (expires_at);

-- Files that no table shows, with all that is needed to show them again.
CREATE TABLE trash (
    path         TEXT    NOT NULL PRIMARY KEY,
    table_name   TEXT    NOT NULL,
    day          TEXT    NOT NULL,
    generation   BIGINT  NOT NULL,
    batch_id     TEXT    NOT NULL,
    row_count    BIGINT  NOT NULL,
    size_bytes   BIGINT  NOT NULL,
    sha256       TEXT    NOT NULL,
    min_time     BIGINT  NOT NULL,
    max_time     BIGINT  NOT NULL,
    why          TEXT    NOT NULL,
    since        BIGINT  NOT NULL,
    due          BIGINT  NOT NULL,
    collected    BOOLEAN NOT NULL, -- its deletion may have begun: it never comes back
    expired_from BIGINT  NOT NULL  -- the generation that it expired with; 0 if it did not
);
CREATE INDEX trash_by_due ON trash (collected, due);
CREATE INDEX trash_by_day ON trash (table_name, day);

CREATE TABLE merges (
    id           TEXT   NOT NULL PRIMARY KEY,
    table_name   TEXT   NOT NULL,
    day          TEXT   NOT NULL,
    generation   BIGINT NOT NULL, -- that it made
    row_count    BIGINT NOT NULL,
    files_before BIGINT NOT NULL,
    files_now    BIGINT NOT NULL,
    bytes_before BIGINT NOT NULL,
    bytes_now    BIGINT NOT NULL,
    merged_at    BIGINT NOT NULL
);
CREATE INDEX merges_by_time ON merges (merged_at);

CREATE TABLE retention_policies (
    table_name    TEXT   NOT NULL PRIMARY KEY, -- empty is all others
    keep_days     BIGINT NOT NULL,
    parquet_moves TEXT   NOT NULL, -- JSON
    raw_moves     TEXT   NOT NULL, -- JSON
    set_at        BIGINT NOT NULL
);

CREATE TABLE retention_holds (
    id         TEXT   NOT NULL PRIMARY KEY,
    table_name TEXT   NOT NULL, -- empty is all
    account    TEXT   NOT NULL, -- empty is all
    from_time  BIGINT NOT NULL,
    to_time    BIGINT NOT NULL, -- that of year 1 is unbounded
    reason     TEXT   NOT NULL,
    owner      TEXT   NOT NULL,
    set_at     BIGINT NOT NULL
);

-- What was taken out of partitions, so that the books balance when the files are gone.
CREATE TABLE expirations (
    table_name TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    generation BIGINT  NOT NULL, -- of the partition when it expired
    version    BIGINT  NOT NULL, -- the same
    row_count  BIGINT  NOT NULL,
    size_bytes BIGINT  NOT NULL,
    file_count BIGINT  NOT NULL,
    expired_at BIGINT  NOT NULL,
    due        BIGINT  NOT NULL,
    restored   BOOLEAN NOT NULL,
    PRIMARY KEY (table_name, day, generation)
);

-- +goose Down
DROP TABLE expirations;
DROP TABLE retention_holds;
DROP TABLE retention_policies;
DROP TABLE merges;
DROP TABLE trash;
DROP INDEX leases_by_expiry;
DROP INDEX batches_by_commit;
DROP INDEX batches_to_claim;
CREATE INDEX batches_by_state ON batches (state);
ALTER TABLE batches DROP COLUMN is_retry;
ALTER TABLE batches DROP COLUMN batch_rank;
