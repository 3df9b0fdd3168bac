-- What was retrieved, when and how it ended; `ops` tables, since none of it is news.

-- One row a retrieval of one address. `url` as found, `final_url` after redirects, `article_url`
-- and `article_id` by the key under which addresses of one article meet; `archive` and
-- `archive_offset` say where its bytes are; `hints` is a JSON object; `is_listing` marks a source's
-- own document (its feed, its sitemap).
CREATE TABLE ops.captures (
    capture_id UUID NOT NULL PRIMARY KEY,
    article_id UUID NOT NULL,
    source VARCHAR NOT NULL,
    via VARCHAR NOT NULL,
    found_in VARCHAR,
    url VARCHAR NOT NULL,
    final_url VARCHAR NOT NULL,
    article_url VARCHAR NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    seconds DOUBLE NOT NULL,
    status INTEGER,
    media_type VARCHAR NOT NULL,
    charset VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    body_digest VARCHAR NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    ending VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    hints VARCHAR NOT NULL,
    archive VARCHAR,
    archive_offset BIGINT,
    is_listing BOOLEAN NOT NULL,
    run_id UUID NOT NULL
);

-- How each capture ended, once and for good; one that waits to be read has no row yet.
CREATE TABLE ops.capture_outcomes (
    capture_id UUID NOT NULL PRIMARY KEY,
    outcome VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    version_id UUID,
    run_id UUID NOT NULL
);

-- Append-only: the newest row of a source is its state.
CREATE TABLE ops.polls (
    source VARCHAR NOT NULL,
    polled_at TIMESTAMPTZ NOT NULL,
    capture_id UUID,
    ending VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL,
    entries INTEGER NOT NULL,
    entries_new INTEGER NOT NULL,
    interval_seconds DOUBLE NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    failures DOUBLE NOT NULL,
    state VARCHAR NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    body_digest VARCHAR,
    since_refresh INTEGER NOT NULL,
    last_new_at TIMESTAMPTZ,
    answered INTEGER NOT NULL,
    failing VARCHAR NOT NULL,
    run_id UUID NOT NULL
);

-- Events to be told, written with what they tell of; `payload` is a JSON object.
CREATE TABLE ops.outbox (
    event_id UUID NOT NULL PRIMARY KEY,
    name VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    payload VARCHAR NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);

-- Files of the archive whose captures are all landed.
CREATE TABLE ops.archives (
    file VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    landed_at TIMESTAMPTZ NOT NULL
);

-- When a document was last met in the run, where it was captured; of two versions of one article
-- the later captured one is the newer.
ALTER TABLE ops.outcomes ADD COLUMN fetched_at TIMESTAMPTZ;
ALTER TABLE news.texts ADD COLUMN fetched_at TIMESTAMPTZ;
