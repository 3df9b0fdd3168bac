-- What was looked for on behalf of each watch of watches.toml, and what it was told.

-- One row a watch that has been looked for: what was detected before `begun_at` is not told.
CREATE TABLE ops.watches (
    watch VARCHAR NOT NULL PRIMARY KEY,
    begun_at TIMESTAMPTZ NOT NULL,
    looked_at TIMESTAMPTZ NOT NULL
);

-- One row a match that was told, append-only; written with the event in ops.outbox that tells it.
CREATE TABLE ops.alerts (
    event_id UUID NOT NULL,
    watch VARCHAR NOT NULL,
    fact_id UUID NOT NULL,
    earlier_fact_id UUID,
    verdict VARCHAR NOT NULL,
    claim_id UUID,
    detected_at TIMESTAMPTZ NOT NULL,
    alerted_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);
