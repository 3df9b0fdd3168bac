-- The mart's views of those who report: voices, order, contradiction, correction.
-- A teller is an outlet, or the host where none is named (mart.teller).

CREATE OR REPLACE VIEW mart.voices AS
WITH named AS (
    SELECT report_id, min_by(teller, (article_id, published_at, document)) AS teller
    FROM (
        SELECT s.report_id, s.teller, s.published_at, s.document, f.version_id <> s.report_id
               AS article_id
        FROM mart.statements s JOIN news.facts f USING (fact_id))
    GROUP BY report_id
)
SELECT s.claim_id, c.claim, s.value, coalesce(s.currency, s.unit) AS unit, s.date_start,
       CASE WHEN n.report_id IS NULL THEN s.origin ELSE n.teller END AS voice,
       n.report_id IS NULL AS is_cited, count(DISTINCT s.article_id) AS n_articles,
       list_sort(list(DISTINCT s.teller)) AS tellers,
       list_sort(list(DISTINCT s.document)) AS documents,
       list_sort(list_distinct(flatten(list(s.languages)))) AS languages,
       min(s.published_at) AS first_at,
       s.origin
FROM mart.statements s
JOIN mart.claims c USING (claim_id)
LEFT JOIN named n ON n.report_id = try_cast(s.origin AS UUID)
GROUP BY ALL;

CREATE OR REPLACE VIEW mart.contradictions AS
WITH named AS (
    SELECT mart.teller(d.outlet, d.url, d.document) AS teller,
           mart.teller(d.earlier_outlet, d.earlier_url, d.earlier_document) AS contradicted,
           claim_id, claim, verdict, severity, published_at
    FROM mart.disagreements d
    WHERE d.verdict IN ('conflicts', 'differs', 'mistranslated')
      AND d.dependence <> 'same_document'
), claimed AS (
    SELECT teller, contradicted, claim_id, min(claim) AS claim, max(severity) AS severity,
           bool_or(verdict = 'conflicts') AS is_conflict,
           bool_or(verdict = 'mistranslated') AS is_mistranslated,
           max(published_at) AS last_at
    FROM named WHERE teller <> contradicted GROUP BY ALL
)
SELECT teller, contradicted, count(*) AS n_claims, count(*) FILTER (is_conflict) AS n_conflicts,
       count(*) FILTER (NOT is_conflict AND NOT is_mistranslated) AS n_differs,
       count(*) FILTER (is_mistranslated) AS n_mistranslated, sum(severity) AS severity,
       arg_max(claim, (severity, claim)) AS worst_claim, max(last_at) AS last_at
FROM claimed GROUP BY ALL;

CREATE OR REPLACE VIEW mart.coverage AS
WITH told AS (
    SELECT claim_id, teller, count(*) AS statements,
           list_sort(list_distinct(flatten(list(languages)))) AS languages,
           min(published_at) AS first_at, max(published_at) AS last_at,
           arg_max(value, (published_at, document)) AS value,
           arg_max(coalesce(currency, unit), (published_at, document)) AS unit,
           min_by(report_id, (published_at, document)) AS report_id,
           min(document) AS document
    FROM mart.statements GROUP BY ALL
)
SELECT t.claim_id, c.claim, t.teller, t.first_at, t.last_at, t.value, t.unit, t.languages,
       t.statements, t.report_id,
       row_number() OVER in_order AS place,
       date_diff('minute', first_value(t.first_at) OVER in_order, t.first_at) / 60.0 AS hours_after,
       first_value(t.teller) OVER in_order AS first_teller,
       first_value(t.report_id) OVER in_order = t.report_id AS is_same_voice
FROM told t JOIN mart.claims c USING (claim_id)
WINDOW in_order AS (PARTITION BY t.claim_id
                    ORDER BY t.first_at NULLS LAST, t.document, t.teller);

CREATE OR REPLACE VIEW mart.followers AS
WITH shared AS (
    FROM mart.coverage QUALIFY count(*) OVER (PARTITION BY claim_id) > 1
), total AS (
    SELECT teller, count(*) AS of_claims FROM shared GROUP BY teller
)
SELECT s.teller, s.first_teller AS follows, count(*) AS n_claims, t.of_claims,
       count(*) / t.of_claims AS share, median(s.hours_after) AS median_hours,
       count(*) FILTER (s.is_same_voice) AS n_copied, max(s.first_at) AS last_at
FROM shared s JOIN total t USING (teller)
WHERE s.place > 1 AND s.hours_after IS NOT NULL
GROUP BY s.teller, s.first_teller, t.of_claims;

CREATE OR REPLACE VIEW mart.silent_edits AS
SELECT mart.teller(outlet, url, document) AS teller, url, claim, earlier_value, value, unit,
       earlier_surface, surface, earlier_sentence, sentence, relative_difference, severity,
       detected_at, document, claim_id, fact_id, earlier_fact_id
FROM mart.disagreements WHERE verdict = 'supersedes' AND reason = 'silent_edit';

CREATE OR REPLACE VIEW mart.correctors AS
WITH articles AS (
    SELECT article_id, arg_max(mart.teller(outlet, url, document), (published_at, document))
               AS teller, count(DISTINCT version_id) AS n_versions
    FROM news.version_documents GROUP BY article_id
), edited AS (
    SELECT a.article_id, bool_or(v.reason = 'silent_edit') AS is_silent,
           bool_or(v.reason = 'correction') AS is_correction,
           count(*) FILTER (v.reason = 'silent_edit') AS silent_edits,
           count(*) FILTER (v.reason IN ('correction', 'revision')) AS open_edits
    FROM mart.verdicts v
    JOIN mart.facts a ON a.fact_id = v.fact_id
    JOIN mart.facts b ON b.fact_id = v.earlier_fact_id AND b.article_id = a.article_id
    WHERE v.verdict = 'supersedes' AND v.reason IN ('silent_edit', 'correction', 'revision')
    GROUP BY a.article_id
)
SELECT teller, count(*) AS n_articles, count(*) FILTER (n_versions > 1) AS n_revised,
       coalesce(sum(open_edits), 0)::BIGINT AS n_corrections,
       coalesce(sum(silent_edits), 0)::BIGINT AS n_silent_edits,
       sum(silent_edits) / nullif(sum(silent_edits) + sum(open_edits), 0) AS silent_share
FROM articles LEFT JOIN edited USING (article_id)
GROUP BY teller;

CREATE OR REPLACE VIEW mart.source_reliability AS
WITH said AS (
    SELECT s.statement_id, s.teller, s.claim_id, f.fate
    FROM mart.statements s LEFT JOIN mart.fates f USING (statement_id)
), opposed AS (
    SELECT DISTINCT unnest([a.statement_id, b.statement_id]) AS statement_id
    FROM mart.verdicts v
    JOIN mart.facts a ON a.fact_id = v.fact_id
    JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
    WHERE v.verdict = 'conflicts'
), first AS (
    SELECT DISTINCT claim_id, first_teller AS teller, true AS is_first
    FROM mart.coverage WHERE place = 2
)
SELECT s.teller, count(*) AS n_facts, count(DISTINCT s.claim_id) AS n_claims,
       count(s.fate) FILTER (s.fate <> 'stale') AS n_superseded,
       count(s.fate) FILTER (s.fate <> 'stale') / count(*) AS superseded_share,
       count(*) FILTER (s.fate = 'update') AS n_updated,
       count(*) FILTER (s.fate IN ('correction', 'revision')) AS n_corrected,
       count(*) FILTER (s.fate = 'silent_edit') AS n_silently_edited,
       count(*) FILTER (s.fate = 'stale') AS n_stale,
       count(o.statement_id) AS n_in_conflict, count(o.statement_id) / count(*) AS conflict_share,
       count(DISTINCT s.claim_id) FILTER (f.is_first) AS n_first
FROM said s
LEFT JOIN opposed o USING (statement_id)
LEFT JOIN first f ON f.claim_id = s.claim_id AND f.teller = s.teller
GROUP BY s.teller;

-- Claims that others report and a group does not. A group is of outlets, of languages or of both.
CREATE OR REPLACE MACRO mart.left_out(outlets := []::VARCHAR[], langs := []::VARCHAR[]) AS TABLE
WITH told AS (
    SELECT claim_id, bool_or(list_contains(outlets, s.teller)
                             OR list_has_any(s.languages, langs)) AS is_told,
           count(DISTINCT origin) AS voices, list_sort(list(DISTINCT teller)) AS tellers,
           list_sort(list_distinct(flatten(list(s.languages)))) AS told_in,
           min(published_at) AS first_at
    FROM mart.statements s GROUP BY claim_id
), placed AS (
    SELECT DISTINCT claim_id, story_id
    FROM mart.story_facts JOIN mart.facts USING (fact_id)
), covered AS (
    SELECT story_id FROM mart.story_members m
    WHERE list_contains(outlets, m.outlet) OR list_has_any(m.languages, langs)
    UNION
    SELECT story_id FROM placed p JOIN told t USING (claim_id) WHERE t.is_told
)
SELECT c.claim, t.voices, c.best_value AS value, c.unit, c.surface, t.tellers,
       t.told_in AS languages, t.first_at,
       c.claim_id IN (SELECT claim_id FROM placed WHERE story_id IN (FROM covered))
           AS is_in_their_story,
       c.claim_id
FROM told t JOIN mart.claim_current c USING (claim_id)
WHERE NOT t.is_told
ORDER BY is_in_their_story DESC, t.voices DESC, c.claim, c.claim_id;

CREATE OR REPLACE VIEW mart.language_coverage AS
WITH told AS (
    SELECT DISTINCT y.story_id, f.claim_id, f.lang
    FROM mart.story_facts y JOIN mart.facts f USING (fact_id)
    WHERE f.claim_id IS NOT NULL AND f.lang IS NOT NULL
), counted AS (
    SELECT story_id, claim_id, count(*) AS n_languages FROM told GROUP BY ALL
), whole AS (
    SELECT story_id, count(*) AS of_claims FROM counted GROUP BY story_id
), spoken AS (
    SELECT story_id, lang, count(DISTINCT article_id) AS n_articles, count(DISTINCT report_id)
               AS n_reports
    FROM (SELECT story_id, unnest(languages) AS lang, article_id, report_id
          FROM mart.story_members)
    GROUP BY ALL
), heard AS (
    SELECT t.story_id, t.lang, count(*) AS n_claims,
           count(*) FILTER (c.n_languages = 1) AS only_here
    FROM told t JOIN counted c USING (story_id, claim_id) GROUP BY ALL
)
SELECT s.story_id, y.title AS story, s.lang, s.n_articles, s.n_reports,
       coalesce(h.n_claims, 0) AS n_claims, coalesce(w.of_claims, 0) AS of_claims,
       coalesce(h.only_here, 0) AS only_here,
       coalesce(w.of_claims, 0) - coalesce(h.n_claims, 0) AS missing
FROM spoken s
JOIN mart.stories y USING (story_id)
LEFT JOIN whole w USING (story_id)
LEFT JOIN heard h ON h.story_id = s.story_id AND h.lang = s.lang;

COMMENT ON VIEW mart.voices IS
    'Who stands behind each value: one row a voice, with all who pass it on. Ten outlets '
    'citing one agency are one voice.';
COMMENT ON COLUMN mart.voices.claim_id IS 'the claim';
COMMENT ON COLUMN mart.voices.claim IS 'the claim in words';
COMMENT ON COLUMN mart.voices.value IS 'native value';
COMMENT ON COLUMN mart.voices.unit IS 'currency or unit';
COMMENT ON COLUMN mart.voices.date_start IS 'of a date its first day';
COMMENT ON COLUMN mart.voices.voice IS
    'the agency that is cited, or who published the report that others repeat';
COMMENT ON COLUMN mart.voices.is_cited IS 'whether it is an agency that the reports cite';
COMMENT ON COLUMN mart.voices.n_articles IS 'articles that state the value on this voice';
COMMENT ON COLUMN mart.voices.tellers IS 'who published them';
COMMENT ON COLUMN mart.voices.documents IS 'their names';
COMMENT ON COLUMN mart.voices.languages IS 'languages in which it is said';
COMMENT ON COLUMN mart.voices.first_at IS 'when it was first said';
COMMENT ON COLUMN mart.voices.origin IS 'key of the voice: agency or report_id';
COMMENT ON VIEW mart.contradictions IS
    'Who contradicts whom: the tellers later report differs from the contradicted ones, '
    'claims counted once.';
COMMENT ON COLUMN mart.contradictions.teller IS 'who reports later';
COMMENT ON COLUMN mart.contradictions.contradicted IS 'who had reported otherwise';
COMMENT ON COLUMN mart.contradictions.n_claims IS 'claims on which they are apart';
COMMENT ON COLUMN mart.contradictions.n_conflicts IS
    'of these with values that exclude each other';
COMMENT ON COLUMN mart.contradictions.n_differs IS 'of these with other qualifiers only';
COMMENT ON COLUMN mart.contradictions.n_mistranslated IS
    'of these with a translation that changes the value';
COMMENT ON COLUMN mart.contradictions.severity IS 'sum of the gravest of each claim';
COMMENT ON COLUMN mart.contradictions.worst_claim IS 'the gravest of them in words';
COMMENT ON COLUMN mart.contradictions.last_at IS
    'when the later report of the newest was published';
COMMENT ON VIEW mart.coverage IS 'Who reported which claim, in order of time.';
COMMENT ON COLUMN mart.coverage.claim_id IS 'the claim';
COMMENT ON COLUMN mart.coverage.claim IS 'the claim in words';
COMMENT ON COLUMN mart.coverage.teller IS 'who';
COMMENT ON COLUMN mart.coverage.first_at IS 'its first report of the claim';
COMMENT ON COLUMN mart.coverage.last_at IS 'its last one';
COMMENT ON COLUMN mart.coverage.value IS 'value of its last one';
COMMENT ON COLUMN mart.coverage.unit IS 'currency or unit';
COMMENT ON COLUMN mart.coverage.languages IS 'languages in which it is said';
COMMENT ON COLUMN mart.coverage.statements IS 'how many statements';
COMMENT ON COLUMN mart.coverage.report_id IS 'the voice of its first one';
COMMENT ON COLUMN mart.coverage.place IS '1 for the first to report, and so on';
COMMENT ON COLUMN mart.coverage.hours_after IS 'hours after the first to report';
COMMENT ON COLUMN mart.coverage.first_teller IS 'who that was';
COMMENT ON COLUMN mart.coverage.is_same_voice IS
    'whether it repeats or translates that ones report';
COMMENT ON VIEW mart.followers IS
    'Who follows whom: claims that one reported first and the other later.';
COMMENT ON COLUMN mart.followers.teller IS 'who reports later';
COMMENT ON COLUMN mart.followers.follows IS 'who was first';
COMMENT ON COLUMN mart.followers.n_claims IS 'claims on which it was so';
COMMENT ON COLUMN mart.followers.of_claims IS 'claims that it shares with anybody';
COMMENT ON COLUMN mart.followers.share IS 'part of these';
COMMENT ON COLUMN mart.followers.median_hours IS 'median delay in hours';
COMMENT ON COLUMN mart.followers.n_copied IS 'of these passed on as a copy or translation';
COMMENT ON COLUMN mart.followers.last_at IS 'newest of the later reports';
COMMENT ON VIEW mart.silent_edits IS
    'Figures that a publisher changed at the same address without saying so.';
COMMENT ON COLUMN mart.silent_edits.teller IS 'who';
COMMENT ON COLUMN mart.silent_edits.url IS 'where it was published';
COMMENT ON COLUMN mart.silent_edits.claim IS 'the claim in words';
COMMENT ON COLUMN mart.silent_edits.earlier_value IS 'value before';
COMMENT ON COLUMN mart.silent_edits.value IS 'value after';
COMMENT ON COLUMN mart.silent_edits.unit IS 'currency or unit';
COMMENT ON COLUMN mart.silent_edits.earlier_surface IS 'words before';
COMMENT ON COLUMN mart.silent_edits.surface IS 'words after';
COMMENT ON COLUMN mart.silent_edits.earlier_sentence IS 'sentence before';
COMMENT ON COLUMN mart.silent_edits.sentence IS 'sentence after';
COMMENT ON COLUMN mart.silent_edits.relative_difference IS 'difference relative to the larger';
COMMENT ON COLUMN mart.silent_edits.severity IS 'see mart.verdicts';
COMMENT ON COLUMN mart.silent_edits.detected_at IS 'when the ledger learned it';
COMMENT ON COLUMN mart.silent_edits.document IS 'name of the document';
COMMENT ON COLUMN mart.silent_edits.claim_id IS 'the claim';
COMMENT ON COLUMN mart.silent_edits.fact_id IS 'the mention after';
COMMENT ON COLUMN mart.silent_edits.earlier_fact_id IS 'the mention before';
COMMENT ON VIEW mart.correctors IS
    'Who changes figures after publication, and whether they say so.';
COMMENT ON COLUMN mart.correctors.teller IS 'who';
COMMENT ON COLUMN mart.correctors.n_articles IS 'articles read';
COMMENT ON COLUMN mart.correctors.n_revised IS 'of these with more than one text';
COMMENT ON COLUMN mart.correctors.n_corrections IS 'figures changed with a notice';
COMMENT ON COLUMN mart.correctors.n_silent_edits IS 'figures changed without one';
COMMENT ON COLUMN mart.correctors.silent_share IS
    'part without a notice, null where nothing was changed';
COMMENT ON VIEW mart.source_reliability IS
    'How what each one said has fared. Updates are no fault: the world moved.';
COMMENT ON COLUMN mart.source_reliability.teller IS 'who';
COMMENT ON COLUMN mart.source_reliability.n_facts IS 'statements';
COMMENT ON COLUMN mart.source_reliability.n_claims IS 'claims';
COMMENT ON COLUMN mart.source_reliability.n_superseded IS
    'statements later superseded, for any reason';
COMMENT ON COLUMN mart.source_reliability.superseded_share IS 'part of all';
COMMENT ON COLUMN mart.source_reliability.n_updated IS 'of these by an update';
COMMENT ON COLUMN mart.source_reliability.n_corrected IS
    'of these by a correction or a revision that says so';
COMMENT ON COLUMN mart.source_reliability.n_silently_edited IS 'of these by a silent edit';
COMMENT ON COLUMN mart.source_reliability.n_stale IS
    'statements that were out of date when they were made';
COMMENT ON COLUMN mart.source_reliability.n_in_conflict IS
    'statements that conflict with another report';
COMMENT ON COLUMN mart.source_reliability.conflict_share IS 'part of all';
COMMENT ON COLUMN mart.source_reliability.n_first IS
    'claims that it reported first and others after it';
COMMENT ON MACRO TABLE mart.left_out IS
    'claims that others report and a group of outlets or languages does not, those of '
    'stories that the group covers first';
COMMENT ON VIEW mart.language_coverage IS
    'Per story and language, how much of what is known is told in it.';
COMMENT ON COLUMN mart.language_coverage.story_id IS 'the story';
COMMENT ON COLUMN mart.language_coverage.story IS 'title of the story';
COMMENT ON COLUMN mart.language_coverage.lang IS 'language of a passage';
COMMENT ON COLUMN mart.language_coverage.n_articles IS 'articles with a passage in it';
COMMENT ON COLUMN mart.language_coverage.n_reports IS 'voices among these';
COMMENT ON COLUMN mart.language_coverage.n_claims IS 'claims of the story that are told in it';
COMMENT ON COLUMN mart.language_coverage.of_claims IS 'claims of the story in all languages';
COMMENT ON COLUMN mart.language_coverage.only_here IS 'claims told in no other language';
COMMENT ON COLUMN mart.language_coverage.missing IS 'claims that are told in others only';
