-- Files of the archive that were removed by policy, all of whose captures had been read: how many
-- captures each held, and from when to when they were made.
CREATE TABLE ops.pruned (
    file VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    captures BIGINT NOT NULL,
    oldest TIMESTAMPTZ,
    newest TIMESTAMPTZ,
    pruned_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);
