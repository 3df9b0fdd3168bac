-- What sites repeat from page to page, as learned from the ledger; a snapshot never changes.

CREATE TABLE news.frequent_lines (
    snapshot_id UUID NOT NULL,
    site VARCHAR NOT NULL,
    line_key VARCHAR NOT NULL,
    reports INTEGER NOT NULL,
    days INTEGER NOT NULL
);

CREATE TABLE news.line_snapshots (
    snapshot_id UUID NOT NULL PRIMARY KEY,
    learned_at TIMESTAMPTZ NOT NULL,
    documents INTEGER NOT NULL,
    run_id UUID NOT NULL
);
