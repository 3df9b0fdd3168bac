-- The ledger. Portable subset on purpose: no foreign keys, enums, sequences, secondary
-- indexes or generated columns, so that the tables can move to DuckLake.
-- `news` is what was read and what follows from it, `ops` how, `mart` (views.sql) is for people.
-- Tables without recorded_from are append-only; the others close a row (recorded_to) and add one.

CREATE SCHEMA news;
CREATE SCHEMA ops;
CREATE SCHEMA mart;

CREATE TABLE ops.runs (
    run_id UUID NOT NULL PRIMARY KEY,
    kind VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    versions MAP(VARCHAR, VARCHAR) NOT NULL
);

CREATE TABLE ops.outcomes (
    run_id UUID NOT NULL,
    document_id UUID NOT NULL,
    version_id UUID NOT NULL,
    source VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    PRIMARY KEY (run_id, document_id)
);

-- What a canonical URL, or a name within a source, is about.
CREATE TABLE news.articles (
    article_id UUID NOT NULL PRIMARY KEY,
    url VARCHAR,
    source VARCHAR NOT NULL,
    run_id UUID NOT NULL
);

-- One distinct captured text of an article, or one failed attempt to read it.
CREATE TABLE news.versions (
    version_id UUID NOT NULL PRIMARY KEY,
    article_id UUID NOT NULL,
    outcome VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    original VARCHAR NOT NULL USING COMPRESSION zstd,
    body VARCHAR NOT NULL USING COMPRESSION zstd,
    search_text VARCHAR NOT NULL USING COMPRESSION zstd,
    content_hash VARCHAR NOT NULL,
    charset VARCHAR NOT NULL,
    charset_basis VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    languages VARCHAR[] NOT NULL,
    kept_lines INTEGER NOT NULL,
    removed_lines INTEGER NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);

-- Under which name and with which metadata a version was met; several names may meet one text.
CREATE TABLE news.documents (
    document_id UUID NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL,
    article_id UUID NOT NULL,
    source VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    url VARCHAR,
    outlet VARCHAR,
    published_at TIMESTAMPTZ,
    date_basis VARCHAR,
    fetched_at TIMESTAMPTZ,
    found_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);

CREATE TABLE news.removals (
    version_id UUID NOT NULL,
    line INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    rule VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    text VARCHAR NOT NULL
);

CREATE TABLE news.passages (
    version_id UUID NOT NULL,
    passage INTEGER NOT NULL,
    lang VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    translation_of INTEGER,
    markers VARCHAR[] NOT NULL
);

-- Bottom-k sketch of each version's text: two versions that share two hashes are compared.
CREATE TABLE news.sketches (
    version_id UUID NOT NULL,
    hash UBIGINT NOT NULL
);

CREATE TABLE news.facts (
    fact_id UUID NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL,
    statement_id UUID NOT NULL,
    role_in_statement VARCHAR NOT NULL,
    passage INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    predicate VARCHAR NOT NULL,
    verb VARCHAR,
    slot VARCHAR NOT NULL,
    value DECIMAL(28,6),
    value_low DECIMAL(28,6),
    value_high DECIMAL(28,6),
    quantum DECIMAL(28,6),
    value_text VARCHAR,
    bound VARCHAR NOT NULL,
    hedge VARCHAR,
    unit VARCHAR,
    currency VARCHAR,
    timex VARCHAR,
    date_start DATE,
    date_end DATE,
    anchor VARCHAR,
    distributive VARCHAR,
    per VARCHAR,
    scope VARCHAR,
    phase VARCHAR,
    direction VARCHAR,
    measurer VARCHAR,
    population VARCHAR,
    target VARCHAR,
    place VARCHAR,
    period_months INTEGER,
    event_date_start DATE,
    event_date_end DATE,
    as_of DATE,
    attribution VARCHAR,
    correction BOOLEAN NOT NULL,
    implied_rate DECIMAL(28,6),
    sentence VARCHAR NOT NULL USING COMPRESSION zstd,
    sentence_start INTEGER NOT NULL,
    sentence_end INTEGER NOT NULL,
    surface VARCHAR NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    confidence DOUBLE NOT NULL,
    rule VARCHAR NOT NULL,
    quantity_confidence DOUBLE NOT NULL,
    quantity_rule VARCHAR NOT NULL,
    run_id UUID NOT NULL
);

-- `family` is the root of the entity's group of companies or institutions.
CREATE TABLE news.participants (
    fact_id UUID NOT NULL,
    role VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    entity VARCHAR NOT NULL,
    family VARCHAR NOT NULL
);

-- How alike two versions are: a pure function of their texts, measured once.
-- `relation` is text (containment, jaccard) or translation (both null).
CREATE TABLE news.likenesses (
    version_a UUID NOT NULL,
    version_b UUID NOT NULL,
    relation VARCHAR NOT NULL,
    containment DOUBLE,
    jaccard DOUBLE,
    run_id UUID NOT NULL
);

CREATE TABLE news.copies (
    version_id UUID NOT NULL,
    canonical_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    containment DOUBLE,
    jaccard DOUBLE,
    numbers_differ BOOLEAN NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

CREATE TABLE news.claim_members (
    statement_id UUID NOT NULL,
    claim_id UUID NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

CREATE TABLE news.verdicts (
    fact_id UUID NOT NULL,
    earlier_fact_id UUID NOT NULL,
    verdict VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    relative_difference DOUBLE,
    dependence VARCHAR NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

-- Reference tables, filled from the package's CSV files and again when those change.
CREATE TABLE news.fx (
    currency VARCHAR NOT NULL,
    month DATE NOT NULL,
    per_usd DOUBLE NOT NULL
);

CREATE TABLE news.agencies (name VARCHAR NOT NULL);
