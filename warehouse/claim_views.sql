-- The mart's views of claims: what holds now, what became of what was said, what changed.

-- What a later report has put out of date. An edit concerns the article that was edited, an update
-- or a correction all that had stated the same value by then: verdicts name the first of them only.
CREATE OR REPLACE VIEW mart.fates AS
WITH ended AS (
    SELECT b.claim_id, b.article_id, b.value, coalesce(b.currency, b.unit) AS measured_in,
           b.date_start, v.reason, a.published_at AS ended_at, v.fact_id
    FROM mart.verdicts v
    JOIN mart.facts a ON a.fact_id = v.fact_id
    JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
    WHERE v.verdict = 'supersedes'
), found AS (
    SELECT s.statement_id, e.reason AS fate, e.fact_id AS by_fact_id, e.ended_at
    FROM mart.statements s
    JOIN ended e ON e.claim_id = s.claim_id AND e.value IS NOT DISTINCT FROM s.value
        AND e.measured_in IS NOT DISTINCT FROM coalesce(s.currency, s.unit)
        AND e.date_start IS NOT DISTINCT FROM s.date_start AND e.fact_id <> s.fact_id
    WHERE (s.published_at <= e.ended_at OR s.published_at IS NULL OR e.ended_at IS NULL)
      AND (s.article_id = e.article_id OR e.reason IN ('update', 'correction'))
    UNION ALL
    SELECT a.statement_id, 'stale', v.earlier_fact_id, a.published_at
    FROM mart.verdicts v JOIN mart.facts a ON a.fact_id = v.fact_id
    WHERE v.verdict = 'stale'
)
FROM found
QUALIFY row_number() OVER (PARTITION BY statement_id ORDER BY
    list_position(['correction', 'silent_edit', 'revision', 'update', 'stale'], fate),
    ended_at NULLS LAST, by_fact_id) = 1;

CREATE OR REPLACE VIEW mart.claim_current AS
WITH standing AS (
    SELECT s.*, coalesce(s.currency, s.unit) AS measured_in
    FROM mart.statements s ANTI JOIN mart.fates USING (statement_id)
    WHERE s.phase IS DISTINCT FROM 'denied'
), stated AS (
    SELECT claim_id, value, measured_in, date_start, date_end, count(DISTINCT origin) AS voices,
           max(published_at) AS told_at, min(quantum) AS quantum, max(stands_for_day) AS as_of,
           list_sort(list_distinct(flatten(list(languages)))) AS languages,
           min_by(surface, (published_at, document, fact_id)) AS surface
    FROM standing GROUP BY ALL
), best AS (
    FROM stated
    QUALIFY row_number() OVER (PARTITION BY claim_id ORDER BY
        voices DESC, told_at DESC NULLS LAST, quantum NULLS LAST, value, measured_in,
        date_start) = 1
), spread AS (
    SELECT claim_id, measured_in, min(value) AS lowest, max(value) AS highest,
           count(*) AS n_values
    FROM stated GROUP BY ALL
), opposed AS (
    SELECT v.claim_id, bool_or(v.verdict = 'conflicts') AS is_disputed,
           max(v.severity) AS severity
    FROM mart.verdicts v
    JOIN mart.facts a ON a.fact_id = v.fact_id
    JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
    WHERE v.verdict IN ('conflicts', 'differs')
      AND a.statement_id IN (SELECT statement_id FROM standing)
      AND b.statement_id IN (SELECT statement_id FROM standing)
    GROUP BY v.claim_id
), outdated AS (
    SELECT claim_id, count(*) AS n_outdated
    FROM mart.statements JOIN mart.fates USING (statement_id) GROUP BY claim_id
)
SELECT c.claim_id, c.claim, c.actor, c.predicate, c.slot, c.place,
       b.value AS best_value, b.measured_in AS unit, b.date_start, b.date_end, b.surface,
       b.voices, b.languages, b.as_of, p.lowest, p.highest, p.n_values,
       mart.apart(p.lowest, p.highest) AS spread,
       CASE WHEN o.is_disputed THEN 'disputed' WHEN o.claim_id IS NOT NULL THEN 'differs'
            WHEN b.voices > 1 THEN 'agreed' WHEN b.voices = 1 THEN 'single'
            ELSE 'outdated' END AS status,
       coalesce(t.n_outdated, 0) AS n_outdated, o.severity
FROM mart.claims c
LEFT JOIN best b USING (claim_id)
LEFT JOIN spread p ON p.claim_id = c.claim_id
    AND p.measured_in IS NOT DISTINCT FROM b.measured_in
LEFT JOIN opposed o ON o.claim_id = c.claim_id
LEFT JOIN outdated t ON t.claim_id = c.claim_id;

CREATE OR REPLACE VIEW mart.claim_spread AS
WITH told AS (
    SELECT s.claim_id, c.claim, c.unit, s.published_at::DATE AS day, s.value, s.origin
    FROM mart.statements s JOIN mart.claims c USING (claim_id)
    WHERE s.value IS NOT NULL AND s.published_at IS NOT NULL
      AND coalesce(s.currency, s.unit) IS NOT DISTINCT FROM c.unit
), daily AS (
    SELECT claim_id, claim, unit, day, count(*) AS statements, count(DISTINCT origin) AS voices,
           count(DISTINCT value) AS n_values, min(value) AS lowest, median(value) AS median,
           max(value) AS highest
    FROM told GROUP BY ALL
)
SELECT claim_id, claim, day, unit, statements, voices, n_values, lowest, median, highest,
       mart.apart(lowest, highest) AS spread,
       min(lowest) OVER earlier AS lowest_so_far, max(highest) OVER earlier AS highest_so_far
FROM daily
WINDOW earlier AS (PARTITION BY claim_id ORDER BY day);

CREATE OR REPLACE VIEW mart.single_source AS
SELECT c.claim_id, c.claim, s.teller, s.document, s.url, s.languages, s.published_at, s.value,
       coalesce(s.currency, s.unit) AS unit, s.surface, c.n_articles - 1 AS n_repeated,
       try_cast(s.origin AS UUID) IS NULL AS is_cited, s.fact_id
FROM mart.claims c
JOIN mart.statements s USING (claim_id)
LEFT JOIN mart.fates f ON f.statement_id = s.statement_id
WHERE c.n_voices = 1
QUALIFY row_number() OVER (PARTITION BY c.claim_id ORDER BY
    f.fate IS NOT NULL, s.published_at NULLS LAST, s.document, s.fact_id) = 1;

-- Facts that hold, that a newer reading has replaced, or that a user has dropped.
CREATE OR REPLACE VIEW news.known_facts AS
WITH every_reading AS (
    SELECT *, 0 AS age FROM news.facts
    UNION ALL BY NAME SELECT *, 1 AS age FROM news.original_facts
    UNION ALL BY NAME SELECT * EXCLUDE (recorded_from, recorded_to), 2 AS age FROM news.past_facts
)
SELECT k.fact_id, k.predicate, k.verb, k.slot, k.value, coalesce(k.currency, k.unit) AS unit,
       k.place, k.surface, d.document, p.actor
FROM every_reading k
JOIN news.version_documents d USING (version_id)
LEFT JOIN (
    SELECT fact_id, min_by(entity, position) AS actor
    FROM (SELECT fact_id, role, entity, position FROM news.participants
          UNION ALL SELECT fact_id, role, entity, position FROM news.past_participants)
    WHERE role = 'actor' GROUP BY fact_id
) p ON p.fact_id = k.fact_id
QUALIFY row_number() OVER (PARTITION BY k.fact_id ORDER BY age, d.document) = 1;

-- What the ledger has learned, whenever the reports themselves are of.
CREATE OR REPLACE VIEW mart.changes AS
SELECT detected_at, 'detected' AS change, claim, verdict, reason, severity, value, earlier_value,
       unit, surface, earlier_surface, document, earlier_document, claim_id, fact_id,
       earlier_fact_id
FROM mart.disagreements
UNION ALL
SELECT v.recorded_to, 'withdrawn',
       mart.claim_words(b.actor, b.predicate, b.verb, b.slot, b.unit, b.place),
       v.verdict, v.reason, NULL, a.value, b.value, a.unit, a.surface, b.surface, a.document,
       b.document, coalesce(c.claim_id, d.claim_id), v.fact_id, v.earlier_fact_id
FROM mart.verdict_history v
JOIN news.known_facts a ON a.fact_id = v.fact_id
JOIN news.known_facts b ON b.fact_id = v.earlier_fact_id
LEFT JOIN mart.facts c ON c.fact_id = v.fact_id
LEFT JOIN mart.facts d ON d.fact_id = v.earlier_fact_id
ANTI JOIN mart.verdicts n ON n.fact_id = v.fact_id AND n.earlier_fact_id = v.earlier_fact_id
    AND n.verdict = v.verdict
WHERE v.recorded_to IS NOT NULL
  AND v.verdict IN ('differs', 'conflicts', 'supersedes', 'stale', 'mistranslated')
UNION ALL
SELECT r.started_at, 'new claim', c.claim, 'new', NULL, NULL, s.value, NULL, s.unit, s.surface,
       NULL, s.document, NULL, s.claim_id, s.fact_id, NULL
FROM mart.first_reports s
JOIN mart.claims c USING (claim_id)
JOIN news.facts f USING (fact_id)
JOIN ops.runs r USING (run_id);

CREATE OR REPLACE MACRO mart.changed_since(ts := now() - INTERVAL 1 DAY) AS TABLE
FROM mart.changes WHERE detected_at >= ts::TIMESTAMPTZ
ORDER BY severity DESC NULLS LAST, detected_at, claim, document, earlier_document, fact_id;

CREATE OR REPLACE VIEW mart.story_claims AS
WITH placed AS (
    SELECT DISTINCT story_id, claim_id
    FROM mart.story_facts JOIN mart.facts USING (fact_id) WHERE claim_id IS NOT NULL
), told AS (
    SELECT claim_id, list_sort(list(DISTINCT teller)) AS tellers,
           list_sort(list_distinct(flatten(list(languages)))) AS languages,
           count(DISTINCT origin) AS voices,
           min(published_at) AS first_reported, max(published_at) AS last_reported
    FROM mart.statements GROUP BY claim_id
)
SELECT p.story_id, y.title AS story, p.claim_id, c.claim, c.status, c.best_value, c.unit,
       c.surface, c.lowest, c.highest, t.voices, t.tellers, t.languages, c.severity,
       t.first_reported, t.last_reported
FROM placed p
JOIN mart.stories y USING (story_id)
JOIN mart.claim_current c ON c.claim_id = p.claim_id
JOIN told t ON t.claim_id = p.claim_id;

COMMENT ON VIEW mart.fates IS
    'What became of statements that no longer hold: one row each, for the weightiest '
    'reason.';
COMMENT ON COLUMN mart.fates.statement_id IS 'the statement, see mart.statements';
COMMENT ON COLUMN mart.fates.fate IS
    'correction, silent_edit, revision, update (the world moved) or stale (old when it was '
    'told)';
COMMENT ON COLUMN mart.fates.by_fact_id IS
    'the later mention that put it out of date; of what is stale the newer one told before';
COMMENT ON COLUMN mart.fates.ended_at IS
    'when that was published; of what is stale when it was told itself';
COMMENT ON VIEW mart.claim_current IS
    'What holds now: per claim the value that most voices state, of what nothing later has '
    'put out of date.';
COMMENT ON COLUMN mart.claim_current.claim_id IS 'the claim';
COMMENT ON COLUMN mart.claim_current.claim IS 'the claim in words';
COMMENT ON COLUMN mart.claim_current.actor IS 'who';
COMMENT ON COLUMN mart.claim_current.predicate IS 'what happened';
COMMENT ON COLUMN mart.claim_current.slot IS 'which figure';
COMMENT ON COLUMN mart.claim_current.place IS 'where';
COMMENT ON COLUMN mart.claim_current.best_value IS
    'value that most voices state; of equals the one told last, then the finest';
COMMENT ON COLUMN mart.claim_current.unit IS 'currency or unit';
COMMENT ON COLUMN mart.claim_current.date_start IS 'of a date its first day';
COMMENT ON COLUMN mart.claim_current.date_end IS 'of a date its last day';
COMMENT ON COLUMN mart.claim_current.surface IS 'the words of the first report that states it';
COMMENT ON COLUMN mart.claim_current.voices IS 'independent voices that state it';
COMMENT ON COLUMN mart.claim_current.languages IS 'languages in which it is stated';
COMMENT ON COLUMN mart.claim_current.as_of IS 'latest day for which somebody states it';
COMMENT ON COLUMN mart.claim_current.lowest IS 'lowest value that still stands';
COMMENT ON COLUMN mart.claim_current.highest IS 'highest value that still stands';
COMMENT ON COLUMN mart.claim_current.n_values IS 'how many different values still stand';
COMMENT ON COLUMN mart.claim_current.spread IS 'difference of the two relative to the larger';
COMMENT ON COLUMN mart.claim_current.status IS
    'disputed (a conflict stands), differs (in what is counted, say), agreed, single (one '
    'voice), outdated (nothing stands)';
COMMENT ON COLUMN mart.claim_current.n_outdated IS 'statements that no longer hold';
COMMENT ON COLUMN mart.claim_current.severity IS 'of the gravest disagreement that stands';
COMMENT ON VIEW mart.claim_spread IS
    'How far apart the reports of a claim are, day by day. Dates and values of other units '
    'are left out.';
COMMENT ON COLUMN mart.claim_spread.claim_id IS 'the claim';
COMMENT ON COLUMN mart.claim_spread.claim IS 'the claim in words';
COMMENT ON COLUMN mart.claim_spread.day IS 'day of publication (UTC)';
COMMENT ON COLUMN mart.claim_spread.unit IS 'currency or unit';
COMMENT ON COLUMN mart.claim_spread.statements IS 'statements of the day';
COMMENT ON COLUMN mart.claim_spread.voices IS 'independent voices among them';
COMMENT ON COLUMN mart.claim_spread.n_values IS 'different values of the day';
COMMENT ON COLUMN mart.claim_spread.lowest IS 'lowest value of the day';
COMMENT ON COLUMN mart.claim_spread.median IS 'median of the day';
COMMENT ON COLUMN mart.claim_spread.highest IS 'highest value of the day';
COMMENT ON COLUMN mart.claim_spread.spread IS 'difference of the two relative to the larger';
COMMENT ON COLUMN mart.claim_spread.lowest_so_far IS 'lowest value up to the day';
COMMENT ON COLUMN mart.claim_spread.highest_so_far IS 'highest value up to the day';
COMMENT ON VIEW mart.single_source IS
    'Claims that rest on one voice, however often it is repeated.';
COMMENT ON COLUMN mart.single_source.claim_id IS 'the claim';
COMMENT ON COLUMN mart.single_source.claim IS 'the claim in words';
COMMENT ON COLUMN mart.single_source.teller IS 'who says so, first';
COMMENT ON COLUMN mart.single_source.document IS 'name of the document';
COMMENT ON COLUMN mart.single_source.url IS 'where it was published';
COMMENT ON COLUMN mart.single_source.languages IS 'languages in which it is said';
COMMENT ON COLUMN mart.single_source.published_at IS 'when it was first said';
COMMENT ON COLUMN mart.single_source.value IS 'native value';
COMMENT ON COLUMN mart.single_source.unit IS 'currency or unit';
COMMENT ON COLUMN mart.single_source.surface IS 'the words';
COMMENT ON COLUMN mart.single_source.n_repeated IS 'further articles that repeat the voice';
COMMENT ON COLUMN mart.single_source.is_cited IS 'whether the voice is an agency that is cited';
COMMENT ON COLUMN mart.single_source.fact_id IS 'its native mention';
COMMENT ON VIEW mart.changes IS
    'What the ledger has learned, one row a disagreement found or withdrawn and a claim met '
    'first.';
COMMENT ON COLUMN mart.changes.detected_at IS
    'when the ledger learned it, whatever the reports are dated';
COMMENT ON COLUMN mart.changes.change IS
    'detected, withdrawn (it no longer holds: a better reading, a correction by a user) or '
    'new claim';
COMMENT ON COLUMN mart.changes.claim IS 'the claim in words';
COMMENT ON COLUMN mart.changes.verdict IS 'see mart.verdicts; new for a new claim';
COMMENT ON COLUMN mart.changes.reason IS 'why';
COMMENT ON COLUMN mart.changes.severity IS 'as in mart.verdicts, null if withdrawn or new';
COMMENT ON COLUMN mart.changes.value IS 'value of the later report';
COMMENT ON COLUMN mart.changes.earlier_value IS 'value of the earlier one';
COMMENT ON COLUMN mart.changes.unit IS 'currency or unit of the later one';
COMMENT ON COLUMN mart.changes.surface IS 'words of the later one';
COMMENT ON COLUMN mart.changes.earlier_surface IS 'words of the earlier one';
COMMENT ON COLUMN mart.changes.document IS 'the later document';
COMMENT ON COLUMN mart.changes.earlier_document IS 'the earlier one';
COMMENT ON COLUMN mart.changes.claim_id IS 'the claim';
COMMENT ON COLUMN mart.changes.fact_id IS 'the later mention';
COMMENT ON COLUMN mart.changes.earlier_fact_id IS 'the earlier mention';
COMMENT ON MACRO TABLE mart.changed_since IS
    'what the ledger has learned since then, the gravest first; without an argument since '
    'yesterday';
COMMENT ON VIEW mart.story_claims IS
    'Per story what was reported, by whom and in which language, and whether they agree.';
COMMENT ON COLUMN mart.story_claims.story_id IS 'the story';
COMMENT ON COLUMN mart.story_claims.story IS 'title of the story';
COMMENT ON COLUMN mart.story_claims.claim_id IS 'the claim';
COMMENT ON COLUMN mart.story_claims.claim IS 'the claim in words';
COMMENT ON COLUMN mart.story_claims.status IS 'see mart.claim_current';
COMMENT ON COLUMN mart.story_claims.best_value IS 'see mart.claim_current';
COMMENT ON COLUMN mart.story_claims.unit IS 'currency or unit';
COMMENT ON COLUMN mart.story_claims.surface IS 'the words of the first report of that value';
COMMENT ON COLUMN mart.story_claims.lowest IS 'lowest value that still stands';
COMMENT ON COLUMN mart.story_claims.highest IS 'highest value that still stands';
COMMENT ON COLUMN mart.story_claims.voices IS
    'independent voices on the claim, whatever they state';
COMMENT ON COLUMN mart.story_claims.tellers IS 'who says so';
COMMENT ON COLUMN mart.story_claims.languages IS 'languages in which it is said';
COMMENT ON COLUMN mart.story_claims.severity IS 'of the gravest disagreement that stands';
COMMENT ON COLUMN mart.story_claims.first_reported IS 'when it was first reported';
COMMENT ON COLUMN mart.story_claims.last_reported IS 'and last';
