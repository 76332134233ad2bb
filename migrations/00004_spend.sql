-- What statements at a service that charges for them have read and cost, by UTC day.

-- +goose Up
CREATE TABLE spend (
    day        TEXT   NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL, -- of statements that are running what they may read, of the others what they have read
    micro_usd  BIGINT NOT NULL, -- their price in millionths of a US dollar, likewise
    executions BIGINT NOT NULL  -- that have ended
);

-- Statements that are running, or whose end nobody has told.
CREATE TABLE spend_reservations (
    id         TEXT   NOT NULL PRIMARY KEY,
    day        TEXT   NOT NULL,
    size_bytes BIGINT NOT NULL,
    micro_usd  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE spend_reservations;
DROP TABLE spend;
