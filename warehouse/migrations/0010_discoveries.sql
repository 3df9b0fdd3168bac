-- Every address that a source named, once a source; those not captured yet wait to be.
-- `skipped` says why an address is not retrieved, '' where it is.
CREATE TABLE ops.discoveries (
    discovery_id UUID NOT NULL PRIMARY KEY,
    article_id UUID NOT NULL,
    source VARCHAR NOT NULL,
    via VARCHAR NOT NULL,
    found_in VARCHAR,
    url VARCHAR NOT NULL,
    article_url VARCHAR NOT NULL,
    hints VARCHAR NOT NULL,
    skipped VARCHAR NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);
