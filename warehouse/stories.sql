-- How much evidence reports share. Re-created with the rules.

CREATE OR REPLACE MACRO news.story_block(day) AS day // 28;

CREATE OR REPLACE MACRO news.story_id(first_version) AS
    md5('story|' || first_version::VARCHAR)::UUID;

CREATE OR REPLACE MACRO news.story_score(sum, size_a, size_b) AS
    -- Of what is shared, damped by how much each report states: 2 x sum / (size x size) ^ 0.2.
    round(2 * sum / pow(greatest(size_a, 8) * greatest(size_b, 8), 0.2), 3);

-- The score of evidence that is looked at; less where a model of embeddings adds to it.
CREATE OR REPLACE MACRO news.story_least(least) AS
    least(least, (SELECT min(m.least) FROM news.story_model m));

-- Vectors of reports, of the model that the ledger is linked with and no other.
CREATE OR REPLACE VIEW news.story_vectors AS
SELECT t.number, e.vector::FLOAT[] AS vector
FROM news.story_texts t
JOIN news.embeddings e ON e.lead = t.lead AND len(e.vector) > 0
JOIN news.story_model m ON m.model = e.model AND m.revision = e.revision;

-- Cosine of two vectors of length 2,000: their entries are whole numbers, the sum is exact.
CREATE OR REPLACE MACRO news.likeness(one, other) AS
    round(list_inner_product(one, other) / 4e6, 4);

-- All pairs of the asked reports and reports within reach whose evidence reaches the floor; of two
-- asked reports one row, the later one first. `asked` is the name of a table with a column number.
-- A model of embeddings adds to the score of their evidence by how alike the leads are, or takes
-- away, and is a kind of evidence of its own.
-- Sums are of whole numbers, so that no order of adding shows.
CREATE OR REPLACE MACRO news.story_scores(asked, days, least) AS TABLE
WITH own AS (
    SELECT t.number, t.day, e.key, e.script, e.place, k.bit,
           k.weight * coalesce(c.rarity, -ln(k.share)) AS now_weight,
           k.weight * coalesce(d.rarity, -ln(k.share)) AS next_weight
    FROM query_table(asked) a
    JOIN news.story_texts t USING (number)
    JOIN news.evidence e USING (number)
    JOIN news.evidence_kinds k USING (kind)
    LEFT JOIN news.common_evidence c ON c.block = news.story_block(t.day) AND c.key = e.key
    LEFT JOIN news.common_evidence d ON d.block = news.story_block(t.day) + 1 AND d.key = e.key
    WHERE t.is_report
), met AS (
    SELECT o.number, e.number AS other, bit_or(o.bit) AS bits,
           -- of a pair across two blocks, those of the later one
           sum((1000 * o.place * e.place
                * CASE WHEN news.story_block(e.day) > news.story_block(o.day)
                       THEN next_weight ELSE now_weight END)::BIGINT) / 1000 AS shared
    FROM own o JOIN news.evidence e
        ON e.key = o.key AND e.number <> o.number AND abs(e.day - o.day) <= days
        AND (o.script = '' OR o.script <> e.script)
    WHERE e.day BETWEEN (SELECT min(day) - days FROM own) AND (SELECT max(day) + days FROM own)
    GROUP BY ALL
    HAVING shared * 2 >= news.story_least(least)
), ordered AS (
    SELECT DISTINCT CASE WHEN later THEN a.number ELSE b.number END AS number,
           CASE WHEN later THEN b.number ELSE a.number END AS earlier,
           news.story_score(shared, a.size, b.size) AS evidence, bits
    FROM met m
    JOIN news.story_texts a ON a.number = m.number
    JOIN news.story_texts b ON b.number = m.other AND b.is_report
    CROSS JOIN LATERAL (SELECT (a.moment, a.document, a.version_id)
                               > (b.moment, b.document, b.version_id) AS later)
    WHERE abs(epoch(a.moment) - epoch(b.moment)) <= days * 86400
), likened AS (
    SELECT o.*, news.likeness(a.vector, b.vector) AS alike
    FROM ordered o
    LEFT JOIN news.story_vectors a ON a.number = o.number
    LEFT JOIN news.story_vectors b ON b.number = o.earlier
    WHERE evidence >= news.story_least(least)
)
SELECT l.number, l.earlier, evidence + coalesce(round(m.weight * (alike - m.floor), 3), 0) AS score,
       bits | CASE WHEN alike >= m.agrees THEN 32 ELSE 0 END AS bits
FROM likened l LEFT JOIN news.story_model m ON true;

-- What two reports share, key by key: one row a pair of the table and key, after its columns. Both
-- sides of a pair are looked up before their keys meet, whichever comes first, since each way to say
-- that keys are equal needs the pair: joined by key alone, all reports of the ledger would meet.
CREATE OR REPLACE MACRO news.shared_evidence(pairs) AS TABLE
SELECT p.*, k.kind, k.grp, k.bit, a.value, a.surface, a.start_char,
       b.surface AS earlier_surface, b.start_char AS earlier_start_char,
       k.weight * coalesce(c.rarity, -ln(k.share)) AS weight,
       a.place, b.place AS earlier_place
FROM query_table(pairs) p
JOIN (FROM news.evidence WHERE number IN (SELECT number FROM query_table(pairs))) a
    ON a.number = p.number
JOIN (FROM news.evidence WHERE number IN (SELECT earlier FROM query_table(pairs))) b
    ON b.number = p.earlier
    AND xor(b.key, b.number::UBIGINT) = xor(a.key, p.earlier::UBIGINT)
    AND xor(a.key, a.number::UBIGINT) = xor(b.key, p.number::UBIGINT)
    AND (a.script = '' OR a.script <> b.script)
JOIN news.evidence_kinds k ON k.kind = a.kind
LEFT JOIN news.common_evidence c
    ON c.block = news.story_block(greatest(a.day, b.day)) AND c.key = a.key;
