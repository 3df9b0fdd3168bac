-- What copies and translations are found by. These tables follow from the versions alone, and
-- are made anew when the method changes (`copies.METHOD`).

-- One row a version with text. `number` counts arrivals, stays with the version, and means nothing
-- else; `moment` is
-- publication, else capture, infinity where neither is known; `day` is the day (since 1970) of
-- the moment, or else of when it was found; `stamp` is the largest hash of the sketch,
-- which stands for the text where shingles are counted per cluster of copies; `size` is the number
-- of distinct 3-unit shingles.
CREATE TABLE news.texts (
    number INTEGER NOT NULL,
    version_id UUID NOT NULL,
    article_id UUID NOT NULL,
    content_hash VARCHAR NOT NULL,
    moment TIMESTAMPTZ NOT NULL,
    document VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    day INTEGER NOT NULL,
    stamp UBIGINT NOT NULL,
    size INTEGER NOT NULL,
    method INTEGER NOT NULL
);

-- The bottom-k sketches by hash.
DROP TABLE news.sketches;
CREATE TABLE news.postings (
    hash UBIGINT NOT NULL,
    number INTEGER NOT NULL,
    day INTEGER NOT NULL,
    stamp UBIGINT NOT NULL
);

-- The numbers and Latin names of each passage that tell most, by hash.
CREATE TABLE news.marker_postings (
    hash UBIGINT NOT NULL,
    number INTEGER NOT NULL,
    passage INTEGER NOT NULL,
    lang VARCHAR NOT NULL,
    day INTEGER NOT NULL
);

-- Versions and the earlier ones that they may repeat. `relation` is text (containment, jaccard)
-- or translation (both null). A row goes when its pair is no longer a candidate. Both are numbers
-- of news.texts.
DROP TABLE news.likenesses;
CREATE TABLE news.likenesses (
    number INTEGER NOT NULL,
    earlier INTEGER NOT NULL,
    relation VARCHAR NOT NULL,
    containment DOUBLE,
    jaccard DOUBLE
);

-- Characters in sentences that the canonical version does not have.
ALTER TABLE news.copies ADD COLUMN residue_chars INTEGER;
