-- What a user corrected, and what the corrections changed.

-- One row an entry of overrides.toml; one that is taken away or changed is closed.
CREATE TABLE news.overrides (
    entry_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    dated DATE NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

-- What each entry changed: one row a column of a fact, or a pair of facts.
CREATE TABLE news.overridden (
    entry_id UUID NOT NULL,
    fact_id UUID NOT NULL,
    earlier_fact_id UUID,
    changed VARCHAR NOT NULL,
    original VARCHAR,
    given VARCHAR,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

-- The facts that entries have changed, as the reading gave them, with their participants.
CREATE TABLE news.original_facts AS FROM news.facts LIMIT 0;
CREATE TABLE news.original_participants AS FROM news.participants LIMIT 0;
