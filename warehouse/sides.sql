-- What the comparison reads: documents, reports and facts as sides, for some versions or for all.
-- `versions` is the name of a table with a column version_id, `stated` of one with all facts of some
-- versions; the windows stay within a version, so the cost follows from the versions asked for.

-- One row a name of a version: with the metadata that were met last.
CREATE OR REPLACE VIEW news.current_documents AS
FROM news.documents
QUALIFY row_number() OVER (PARTITION BY version_id, source, document
                           ORDER BY found_at DESC, document_id) = 1;

-- One row a version: the document under which it was first published.
CREATE OR REPLACE MACRO news.documents_of(versions) AS TABLE
WITH met AS (
    FROM news.documents WHERE version_id IN (SELECT version_id FROM query_table(versions))
    QUALIFY row_number() OVER (PARTITION BY version_id, source, document
                               ORDER BY found_at DESC, document_id) = 1
)
SELECT *, coalesce(published_at, fetched_at) AS moment FROM met
QUALIFY row_number() OVER (PARTITION BY version_id ORDER BY
    coalesce(published_at, fetched_at) NULLS LAST, fetched_at NULLS FIRST, document, source) = 1;

-- Versions by row ids, since these tell which parts of the table may be left out: the texts are most
-- of the ledger, and what is new is last.
CREATE OR REPLACE MACRO news.versions_of(versions) AS TABLE
FROM news.versions WHERE rowid IN (
    SELECT rowid FROM news.versions
    WHERE version_id IN (SELECT version_id FROM query_table(versions)));

CREATE OR REPLACE VIEW news.version_documents AS FROM news.documents_of('news.versions');

CREATE OR REPLACE MACRO news.position(moment, fetched, document, version, first, last, fact) AS
    -- The order of facts: by publication, capture (what has none first), name, place in the text.
    {'t': coalesce(moment, 'infinity'::TIMESTAMPTZ),
     'c': coalesce(fetched, '-infinity'::TIMESTAMPTZ), 'd': document, 'v': version, 's': first,
     'e': last, 'f': fact};

-- Which report each version is: itself, or the canonical version that it repeats or translates.
-- A copy may repeat a translation; then its report is what that one translates.
CREATE OR REPLACE MACRO news.reports_of(versions) AS TABLE
SELECT v.version_id, coalesce(t.canonical_id, c.canonical_id, v.version_id) AS report_id,
       coalesce(t.kind, c.kind) IS NOT DISTINCT FROM 'translation' AS is_translation
FROM (SELECT DISTINCT version_id FROM query_table(versions)) v
LEFT JOIN news.copies c ON c.version_id = v.version_id AND c.recorded_to IS NULL
LEFT JOIN news.copies t ON t.version_id = c.canonical_id AND t.recorded_to IS NULL;

CREATE OR REPLACE VIEW news.reports AS FROM news.reports_of('news.versions');

-- The facts of the versions, without what only people read: those columns are most of the ledger.
-- By row ids, as versions are.
-- To be put into a table for `news.sides_of`, or its plan is made for the whole ledger (windows
-- over a few rows would be cut into as many parts as for all).
CREATE OR REPLACE MACRO news.facts_of(versions) AS TABLE
SELECT * EXCLUDE (value_text, timex, anchor, sentence, sentence_start, sentence_end, surface,
                  confidence, rule, quantity_confidence, quantity_rule, run_id)
FROM news.facts WHERE rowid IN (
    SELECT rowid FROM news.facts
    WHERE version_id IN (SELECT version_id FROM query_table(versions)));

-- Facts as sides of a comparison.
CREATE OR REPLACE MACRO news.sides_of(stated) AS TABLE
WITH heads AS (
    SELECT statement_id, min_by(currency, (role_in_statement <> 'native', start_char)) AS currency
    FROM query_table(stated) GROUP BY statement_id
), rates AS (
    SELECT f.version_id, list_sort(list(DISTINCT {'native': h.currency, 'other': f.currency,
                                                  'rate': f.implied_rate})) AS rates
    FROM query_table(stated) f JOIN heads h USING (statement_id)
    WHERE f.implied_rate > 0 AND f.currency <> h.currency
    GROUP BY f.version_id
), actors AS (
    SELECT fact_id, list_sort(list(DISTINCT family)) AS actors,
           list_sort(list(DISTINCT entity)) AS names
    FROM news.participants
    WHERE role = 'actor' AND fact_id IN (SELECT fact_id FROM query_table(stated))
    GROUP BY fact_id
), placed AS (
    SELECT f.*, d.article_id, d.document, d.outlet, d.published_at, p.lang, r.report_id,
           r.is_translation, p.translation_of,
           news.position(d.moment, d.fetched_at, d.document, f.version_id, f.start_char,
                         f.end_char, f.fact_id) AS position
    FROM query_table(stated) f
    JOIN news.documents_of(stated) d USING (version_id)
    JOIN news.reports_of(stated) r USING (version_id)
    LEFT JOIN news.passages p ON p.version_id = f.version_id AND p.passage = f.passage
), read AS (
    SELECT f.*, mart.reading(f) AS r, mart.motion_of(f) AS motion,
           -- a figure without a place stands where the report's first one does
           coalesce(place, first_value(place) OVER (
               PARTITION BY version_id, predicate, slot
               ORDER BY role_in_statement <> 'native', start_char, fact_id)) AS home
    FROM placed f
), olds AS (
    SELECT statement_id, list_sort(list(DISTINCT r.v)) AS old_values
    FROM read WHERE role_in_statement = 'quoted_old' AND r.v IS NOT NULL GROUP BY statement_id
)
SELECT f.*,
       CASE WHEN predicate = 'found' AND r.dim IN ('date', 'months') THEN 'found|age'
            WHEN predicate = 'other' THEN 'other|' || slot || '|' || verb
            ELSE predicate || '|' || slot END AS block,
       -- "the largest in 46 years" may count the years since its actor came
       slot = 'rank' AND r.dim = 'months' AS is_record,
       list_filter(string_split_regex(lower(target), '[^\pL\pN]+'),
                   lambda word: length(word) > 2) AS target_words,
       coalesce(a.actors, []::VARCHAR[]) AS actors,
       coalesce(a.names, []::VARCHAR[]) AS names,
       -- whether no larger figure of the same stands in the report for another place
       coalesce(place = arg_max(place, r.v) FILTER (role_in_statement = 'native') OVER (
           PARTITION BY f.version_id, predicate, slot, r.dim), true) AS is_main,
       -- whether it is the report's first figure of the same for its place, give or take a tenth
       coalesce(mart.apart(r.v, first_value(r.v) OVER (
           PARTITION BY f.version_id, predicate, slot, r.dim, home
           ORDER BY role_in_statement <> 'native', start_char, fact_id)) <= 0.1, true) AS is_lead,
       coalesce(o.old_values, []::DECIMAL(28,6)[]) AS old_values,
       coalesce(t.rates,
                []::STRUCT("native" VARCHAR, other VARCHAR, rate DECIMAL(28,6))[]) AS rates,
       x.per_usd,
       -- the figure as a number to measure distances with: dates in days, others by their ratio,
       -- amounts in dollars
       CASE WHEN r.dim = 'date' THEN (r.since - DATE '1900-01-01')::DOUBLE
            WHEN r.v > 0
                THEN ln(r.v::DOUBLE / CASE r.dim WHEN 'money' THEN x.per_usd ELSE 1 END)
            END AS gauge,
       coalesce(g.name, f.report_id::VARCHAR) AS origin,
       g.name AS agency,
       -- the mention that stands for this one: a statement's first native figure, or the first
       -- mention of each other value
       first_value(f.fact_id) OVER (
           PARTITION BY f.statement_id, f.role_in_statement,
                        CASE WHEN f.role_in_statement <> 'native'
                             THEN {'v': f.r.v, 'open': f.r.open, 'hedged': f.r.hedged,
                                   'since': f.r.since} END
           ORDER BY f.start_char, f.fact_id) AS stands_for
FROM read f
LEFT JOIN actors a USING (fact_id)
LEFT JOIN olds o USING (statement_id)
LEFT JOIN rates t USING (version_id)
LEFT JOIN news.fx x ON x.currency = f.currency
    AND x.month = date_trunc('month', f.published_at)::DATE
LEFT JOIN (SELECT lower(name) AS lowered, min(name) AS name FROM news.agencies GROUP BY ALL) g
    ON g.lowered = lower(f.attribution);

CREATE OR REPLACE VIEW news.sides AS FROM news.sides_of('news.facts');

CREATE OR REPLACE MACRO news.dependence(a, b) AS
    CASE WHEN a.version_id = b.version_id
             THEN CASE WHEN a.translation_of = b.passage OR b.translation_of = a.passage
                       THEN 'translation' ELSE 'same_document' END
         WHEN a.report_id = b.report_id AND a.article_id <> b.article_id
              AND (a.is_translation OR b.is_translation) AND a.lang <> b.lang THEN 'translation'
         WHEN a.report_id = b.report_id THEN 'copy'
         WHEN a.agency IS NOT NULL AND (a.agency = b.agency OR lower(a.agency) = lower(b.outlet))
             THEN 'cites:' || a.agency
         WHEN lower(b.agency) = lower(a.outlet) THEN 'cites:' || b.agency
         ELSE 'independent' END;

-- ---------------------------------------------------------------- looking up what to compare

CREATE OR REPLACE MACRO news.value_key(s) AS
    -- What a side says, whoever reports it and when: equal keys are one value of one thing.
    md5({'about': s.block, 'role': s.role_in_statement, 'dim': s.r.dim, 'actors': s.actors,
         'place': s.place, 'currency': s.currency, 'v': s.r.v, 'q': s.r.q, 'wide': s.r.wide,
         'low': CASE WHEN s.r.ranged THEN s.r.low END,
         'high': CASE WHEN s.r.ranged THEN s.r.high END, 'open': s.r.open,
         'hedged': s.r.hedged, 'exact': s.r.exact, 'since': s.r.since, 'until': s.r.until,
         'vague': s.r.vague, 'phase': s.phase, 'scope': s.scope, 'each': s.distributive,
         'per': s.per, 'population': s.population, 'measurer': s.measurer,
         'direction': s.direction, 'event': [s.event_date_start, s.event_date_end],
         'as_of': s.as_of, 'period': s.period_months, 'correction': s.correction,
         'old': s.old_values,
         -- "46 years" is counted at the year of its report
         'reported': CASE WHEN s.r.dim = 'months' AND (s.is_record OR s.block = 'found|age')
                          THEN s.r.reported END}::VARCHAR)::UUID;

CREATE OR REPLACE MACRO news.lookup_keys(s) AS
    -- Under what a value is looked up. A guest meets hosts only: a named side those that name
    -- nobody at its place, a record the founding dates of its actor.
    list_concat(
        list_transform(s.actors, lambda actor: {
            'key': md5_number_lower('actor|' || s.block || '|' || actor || '|'
                                    || CASE s.block WHEN 'found|age' THEN '' ELSE s.r.dim END),
            'guest': false, 'named': true}),
        list_transform(CASE WHEN s.is_record THEN s.actors ELSE [] END, lambda actor: {
            'key': md5_number_lower('actor|found|age|' || actor || '|'),
            'guest': true, 'named': true}),
        list_transform(list_filter([s.place], lambda place: place IS NOT NULL), lambda place: {
            'key': md5_number_lower('place|' || s.block || '|' || place || '|' || s.r.dim),
            'guest': len(s.actors) > 0, 'named': false}));
