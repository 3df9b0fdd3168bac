-- Reading again: what a reading takes besides the text, and the states that readings and
-- corrections have ended. `news.versions`, `facts` and their like hold what is known now.

-- Title and place as given from outside or by the page: headline is '' where none was given, and
-- null in rows from before this migration (the version's title stands in for it).
ALTER TABLE news.documents ADD COLUMN headline VARCHAR;
ALTER TABLE news.documents ADD COLUMN place VARCHAR;
-- Seconds that the clock of published_at is ahead of UTC; the local day decides what "today" is.
ALTER TABLE news.documents ADD COLUMN published_offset INTEGER;

CREATE TABLE news.past_readings (
    version_id UUID NOT NULL,
    outcome VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    body VARCHAR NOT NULL USING COMPRESSION zstd,
    content_hash VARCHAR NOT NULL,
    languages VARCHAR[] NOT NULL,
    kept_lines INTEGER NOT NULL,
    removed_lines INTEGER NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ NOT NULL
);

CREATE TABLE news.past_removals AS
SELECT *, NULL::TIMESTAMPTZ AS recorded_from, NULL::TIMESTAMPTZ AS recorded_to
FROM news.removals LIMIT 0;

CREATE TABLE news.past_passages AS
SELECT *, NULL::TIMESTAMPTZ AS recorded_from, NULL::TIMESTAMPTZ AS recorded_to
FROM news.passages LIMIT 0;

-- Facts as they were known; a fact that is known began with its run.
CREATE TABLE news.past_facts AS
SELECT *, NULL::TIMESTAMPTZ AS recorded_from, NULL::TIMESTAMPTZ AS recorded_to
FROM news.facts LIMIT 0;

CREATE TABLE news.past_participants AS
SELECT *, NULL::TIMESTAMPTZ AS recorded_from, NULL::TIMESTAMPTZ AS recorded_to
FROM news.participants LIMIT 0;
