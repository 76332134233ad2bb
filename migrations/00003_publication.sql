-- The lake as another catalog shows it: which version of each partition is published there, and by which manifest.

-- +goose Up
CREATE TABLE publication (
    id     BIGINT NOT NULL PRIMARY KEY, -- always 1: a lake is published to one place
    target TEXT   NOT NULL,
    since  BIGINT NOT NULL
);

ALTER TABLE partitions ADD COLUMN published_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE partitions ADD COLUMN manifest TEXT NOT NULL DEFAULT ''; -- empty while the partition is not shown
CREATE INDEX partitions_to_publish ON partitions (table_name, day) WHERE version <> published_version;
CREATE INDEX partitions_by_manifest ON partitions (manifest) WHERE manifest <> '';

-- The version of its partition that shows a file no more; 0 of one that none has shown.
ALTER TABLE trash ADD COLUMN left_version BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE trash DROP COLUMN left_version;
DROP INDEX partitions_by_manifest;
DROP INDEX partitions_to_publish;
ALTER TABLE partitions DROP COLUMN manifest;
ALTER TABLE partitions DROP COLUMN published_version;
DROP TABLE publication;
