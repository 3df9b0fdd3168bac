-- Embeddings of leads, where a ledger links stories with a model of them; without one, empty.

-- The model that stories are linked with, and what its cosines mean: at most one row.
CREATE TABLE news.story_model (
    model VARCHAR NOT NULL,
    revision VARCHAR NOT NULL,
    floor DOUBLE NOT NULL,
    weight DOUBLE NOT NULL,
    agrees DOUBLE NOT NULL,
    link DOUBLE NOT NULL,
    candidate DOUBLE NOT NULL,
    least DOUBLE NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);

-- One row a lead (by its hash, `news.story_texts.lead`) and revision of a model; vectors of whole
-- numbers, of one length, and empty where a lead has none.
CREATE TABLE news.embeddings (
    lead UBIGINT NOT NULL,
    model VARCHAR NOT NULL,
    revision VARCHAR NOT NULL,
    vector SMALLINT[] NOT NULL
);

ALTER TABLE news.story_texts ADD COLUMN lead UBIGINT;
