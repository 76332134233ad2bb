-- How many bytes of a file each of its columns takes, so that a question's cost is known without opening files.

-- +goose Up
-- Package catalog/embedded says how it is packed; NULL of files that earlier versions wrote, and of what is no table's file.
ALTER TABLE files ADD COLUMN column_sizes BYTEA;
ALTER TABLE trash ADD COLUMN column_sizes BYTEA;

-- +goose Down
ALTER TABLE trash DROP COLUMN column_sizes;
ALTER TABLE files DROP COLUMN column_sizes;
