-- The bits of news.search_marks uncompressed: a query reads a few rows of each block, and unpacked
-- all that were written with them.
CREATE TABLE news.search_marks_uncompressed (
    block INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    texts BIT NOT NULL USING COMPRESSION uncompressed
);
INSERT INTO news.search_marks_uncompressed FROM news.search_marks ORDER BY block, mark;
DROP TABLE news.search_marks;
ALTER TABLE news.search_marks_uncompressed RENAME TO search_marks;
