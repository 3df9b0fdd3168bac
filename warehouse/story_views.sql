-- The mart's views of stories.

CREATE OR REPLACE VIEW mart.story_members AS
SELECT m.story_id, d.document, m.role,
       CASE WHEN r.report_id = d.version_id THEN 'report'
            WHEN r.is_translation THEN 'translation' ELSE 'copy' END AS part,
       d.outlet, v.title, v.languages, coalesce(d.moment, d.found_at) AS moment,
       CASE WHEN d.published_at IS NOT NULL THEN coalesce(d.date_basis, 'stated')
            WHEN d.fetched_at IS NOT NULL THEN 'fetched' ELSE 'found' END AS date_basis,
       j.document AS joined_by, m.score, d.article_id, d.version_id, r.report_id,
       m.recorded_from
FROM news.story_members m
JOIN news.reports r ON r.report_id = m.version_id
JOIN news.version_documents d ON d.version_id = r.version_id
JOIN news.versions v ON v.version_id = d.version_id
LEFT JOIN news.version_documents j ON j.version_id = m.joined_by
WHERE m.recorded_to IS NULL;

CREATE OR REPLACE VIEW mart.stories AS
WITH RECURSIVE chain AS (
    SELECT story_id, follows_id AS saga_id, 1 AS step
    FROM news.story_follows WHERE recorded_to IS NULL
    UNION ALL
    SELECT c.story_id, f.follows_id, step + 1
    FROM chain c JOIN news.story_follows f ON f.story_id = c.saga_id AND f.recorded_to IS NULL
), sagas AS (
    SELECT story_id, arg_max(saga_id, step) AS saga_id FROM chain GROUP BY story_id
), members AS (
    SELECT story_id, arg_min(title, (role <> 'primary', part <> 'report', joined_by IS NOT NULL,
                                     moment, document)) AS title,
           min(moment) FILTER (role = 'primary') AS first_seen,
           max(moment) FILTER (role = 'primary') AS last_seen,
           count(DISTINCT article_id) FILTER (role = 'primary') AS n_articles,
           count(DISTINCT report_id) FILTER (role = 'primary') AS n_reports,
           count(DISTINCT outlet) FILTER (role = 'primary') AS n_outlets,
           count(DISTINCT article_id) FILTER (role = 'mentions') AS n_mentions
    FROM mart.story_members GROUP BY story_id
), spoken AS (
    SELECT story_id, list_sort(list(DISTINCT lang)) AS languages
    FROM (SELECT story_id, unnest(languages) AS lang FROM mart.story_members
          WHERE role = 'primary')
    GROUP BY story_id
)
SELECT m.story_id, m.title, m.first_seen, m.last_seen, m.n_articles, m.n_reports, m.n_outlets,
       m.n_mentions, coalesce(s.languages, []) AS languages, f.follows_id,
       coalesce(g.saga_id, m.story_id) AS saga_id
FROM members m
LEFT JOIN spoken s USING (story_id)
LEFT JOIN sagas g USING (story_id)
LEFT JOIN news.story_follows f ON f.story_id = m.story_id AND f.recorded_to IS NULL;

CREATE OR REPLACE VIEW news.shown_links AS
WITH pairs AS (
    SELECT t.number, t.parent AS earlier, 'link' AS relation, false AS is_turned
    FROM news.story_texts t WHERE t.parent IS NOT NULL
    UNION ALL
    SELECT p.number, p.earlier, 'candidate', false
    FROM news.story_pairs p
    JOIN news.story_texts a ON a.number = p.number
    JOIN news.story_texts b ON b.number = p.earlier
    WHERE p.relation = 'candidate' AND a.root <> b.root
    UNION ALL
    SELECT t.number, o.number, 'mentions', o.moment > t.moment
    FROM news.story_members m
    JOIN news.story_texts t ON t.version_id = m.version_id
    JOIN news.story_texts o ON o.version_id = m.joined_by
    WHERE m.role = 'mentions' AND m.recorded_to IS NULL
    UNION ALL
    SELECT t.number, e.number, 'follow_up', false
    FROM news.story_follows f
    JOIN news.story_texts t ON t.root = t.number AND f.story_id = news.story_id(t.version_id)
    JOIN news.story_texts e ON e.root = e.number AND f.follows_id = news.story_id(e.version_id)
    WHERE f.recorded_to IS NULL
)
SELECT l.number, l.earlier, l.relation, news.story_id(ra.version_id) AS story_id,
       news.story_id(rb.version_id) AS other_story_id, da.document,
       db.document AS other_document, p.score
FROM pairs l
JOIN news.story_texts a ON a.number = l.number
JOIN news.story_texts b ON b.number = l.earlier
JOIN news.story_texts ra ON ra.number = a.root
JOIN news.story_texts rb ON rb.number = b.root
JOIN news.version_documents da ON da.version_id = a.version_id
JOIN news.version_documents db ON db.version_id = b.version_id
LEFT JOIN news.story_pairs p
    ON p.number = CASE WHEN l.is_turned THEN l.earlier ELSE l.number END
    AND p.earlier = CASE WHEN l.is_turned THEN l.number ELSE l.earlier END;

CREATE OR REPLACE VIEW mart.story_links AS
SELECT story_id, other_story_id, relation, document, other_document, kind, grp AS kind_group,
       value, surface, earlier_surface AS other_surface,
       round(weight * place * earlier_place, 4) AS weight, start_char,
       earlier_start_char AS other_start_char, score
FROM news.shared_evidence('news.shown_links')
UNION ALL
SELECT l.story_id, l.other_story_id, l.relation, l.document, l.other_document, 'embedding',
       'wording', news.likeness(va.vector, vb.vector)::VARCHAR, a.title, b.title,
       round(m.weight * (news.likeness(va.vector, vb.vector) - m.floor), 4), -1, -1, l.score
FROM news.shown_links l
JOIN news.story_vectors va ON va.number = l.number
JOIN news.story_vectors vb ON vb.number = l.earlier
JOIN news.story_texts ta ON ta.number = l.number
JOIN news.story_texts tb ON tb.number = l.earlier
JOIN news.versions a ON a.version_id = ta.version_id
JOIN news.versions b ON b.version_id = tb.version_id
CROSS JOIN news.story_model m
WHERE l.relation IN ('link', 'candidate');

-- Each fact of a report of several stories is of the one whose evidence stands around it.
CREATE OR REPLACE VIEW mart.story_facts AS
WITH several AS (
    SELECT version_id FROM news.story_members
    WHERE recorded_to IS NULL GROUP BY version_id HAVING count(*) > 1
), joined AS (
    SELECT m.version_id, m.story_id, m.role, t.number, o.number AS earlier
    FROM news.story_members m
    JOIN news.story_texts t ON t.version_id = m.version_id
    LEFT JOIN news.story_texts o ON o.version_id = m.joined_by
    WHERE m.recorded_to IS NULL AND m.version_id IN (FROM several)
), told AS (
    SELECT DISTINCT j.version_id, j.story_id, s.kind, s.value, s.start_char,
           s.weight * s.earlier_place AS weight
    FROM joined j JOIN news.shared_evidence('news.shown_links') s
        ON s.number = j.number AND s.earlier = j.earlier
), near AS (
    SELECT f.fact_id, t.story_id, sum(t.weight) AS weight
    FROM news.facts f JOIN told t USING (version_id)
    WHERE abs(f.start_char - t.start_char) <= 200
    GROUP BY ALL
)
SELECT f.fact_id, m.story_id, m.role, d.document
FROM news.facts f
JOIN news.reports r USING (version_id)
JOIN news.story_members m ON m.version_id = r.report_id AND m.recorded_to IS NULL
JOIN news.version_documents d ON d.version_id = f.version_id
LEFT JOIN near n ON n.fact_id = f.fact_id AND n.story_id = m.story_id
WHERE m.role = 'primary' OR n.weight >= 5
QUALIFY row_number() OVER (PARTITION BY f.fact_id ORDER BY
    coalesce(n.weight, 0) DESC, m.role DESC, m.story_id) = 1;

COMMENT ON VIEW mart.story_members IS
    'Which documents are of which story; a round-up is of several.';
COMMENT ON COLUMN mart.story_members.story_id IS 'follows from the first report of the story';
COMMENT ON COLUMN mart.story_members.document IS 'name of the document';
COMMENT ON COLUMN mart.story_members.role IS
    'primary, or mentions where only a section is of the story';
COMMENT ON COLUMN mart.story_members.part IS
    'report, or the copy or translation of one, which is in the story of what it repeats';
COMMENT ON COLUMN mart.story_members.outlet IS 'who published it';
COMMENT ON COLUMN mart.story_members.title IS 'its headline';
COMMENT ON COLUMN mart.story_members.languages IS 'of its passages';
COMMENT ON COLUMN mart.story_members.moment IS 'when it was published, else captured or found';
COMMENT ON COLUMN mart.story_members.date_basis IS
    'what the moment rests on: stated, inferred, guessed, fetched or found';
COMMENT ON COLUMN mart.story_members.joined_by IS
    'the report that it shares most with and is linked to; null for the first of a story';
COMMENT ON COLUMN mart.story_members.score IS 'of that link; see mart.story_links';
COMMENT ON COLUMN mart.story_members.article_id IS 'the article';
COMMENT ON COLUMN mart.story_members.version_id IS 'the version';
COMMENT ON COLUMN mart.story_members.report_id IS 'the voice: itself, or what it repeats';
COMMENT ON COLUMN mart.story_members.recorded_from IS 'since when it is known to be so';
COMMENT ON VIEW mart.stories IS
    'Events that reports cover: one row a story, also of those with one report.';
COMMENT ON COLUMN mart.stories.story_id IS 'follows from its first report';
COMMENT ON COLUMN mart.stories.title IS 'headline of its first report';
COMMENT ON COLUMN mart.stories.first_seen IS 'moment of its first report';
COMMENT ON COLUMN mart.stories.last_seen IS 'moment of its last report';
COMMENT ON COLUMN mart.stories.n_articles IS 'articles, copies included';
COMMENT ON COLUMN mart.stories.n_reports IS 'reports, copies and translations collapsed';
COMMENT ON COLUMN mart.stories.n_outlets IS 'outlets that published one';
COMMENT ON COLUMN mart.stories.n_mentions IS 'articles of other stories with a section on it';
COMMENT ON COLUMN mart.stories.languages IS 'in which it is told';
COMMENT ON COLUMN mart.stories.follows_id IS
    'the earlier story, over a week before, that it goes on with';
COMMENT ON COLUMN mart.stories.saga_id IS
    'the first story of all that follow one another; its own id where it follows none';
COMMENT ON VIEW mart.story_links IS
    'Why reports are linked: one row a link and a piece of evidence that both have.';
COMMENT ON COLUMN mart.story_links.story_id IS 'story of the document';
COMMENT ON COLUMN mart.story_links.other_story_id IS 'story of the other document';
COMMENT ON COLUMN mart.story_links.relation IS
    'link (one story), candidate (not enough to be one), mentions (a section), follow_up';
COMMENT ON COLUMN mart.story_links.document IS 'the later document, or the one that mentions';
COMMENT ON COLUMN mart.story_links.other_document IS 'the other document';
COMMENT ON COLUMN mart.story_links.kind IS
    'amount, percent, count, number, date, year, event, place, name, word, sound; embedding where '
    'the ledger links with a model (docs/stories.md)';
COMMENT ON COLUMN mart.story_links.kind_group IS
    'figure, time, event, place, name or wording; a link rests on two of them at least';
COMMENT ON COLUMN mart.story_links.value IS
    'what both state, normalised; of a sound the consonants of a name, of an embedding the cosine';
COMMENT ON COLUMN mart.story_links.surface IS 'the words of the document';
COMMENT ON COLUMN mart.story_links.other_surface IS 'the words of the other';
COMMENT ON COLUMN mart.story_links.weight IS
    'how rare it is, how much its kind tells, and where it stands in both; of an embedding what it '
    'adds to the score';
COMMENT ON COLUMN mart.story_links.start_char IS
    'offset in the document, -1 in a headline apart';
COMMENT ON COLUMN mart.story_links.other_start_char IS 'offset in the other';
COMMENT ON COLUMN mart.story_links.score IS
    'of the pair: twice the sum of the weights, damped by how much each report states, and what an '
    'embedding adds';
COMMENT ON VIEW mart.story_facts IS
    'Of which story each fact is; in a round-up, the one whose evidence stands around it.';
COMMENT ON COLUMN mart.story_facts.fact_id IS 'the fact';
COMMENT ON COLUMN mart.story_facts.story_id IS 'its story';
COMMENT ON COLUMN mart.story_facts.role IS 'of the document in that story';
COMMENT ON COLUMN mart.story_facts.document IS 'name of the document';
