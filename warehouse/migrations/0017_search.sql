-- What mart.find reads, made from title and body of each version (search.py); it takes the place of
-- the folded text that each version held. `number` counts arrivals, and means nothing else.
ALTER TABLE news.versions DROP COLUMN search_text;

CREATE TABLE news.search_versions (
    number INTEGER NOT NULL,
    version_id UUID NOT NULL
);

-- Pieces of the text that overlap. `place` is where one begins in the body; the title's, with the
-- body's beginning, are before it (negative). Not compressed: of a text that is one can only read
-- all that was written with it.
CREATE TABLE news.search_pieces (
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    text VARCHAR NOT NULL USING COMPRESSION uncompressed
);

-- Which of a block of 2048 texts have some character, pair or triple: a bit each, by its number.
-- The last texts, until they fill a block, have no marks.
CREATE TABLE news.search_marks (
    block INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    texts BIT NOT NULL
);
