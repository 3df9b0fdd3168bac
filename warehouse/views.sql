-- The mart: what analysts read. Views over the ledger, re-created when their text has changed and
-- materialised as tables in the published replica. Every view, macro and column carries a comment.

CREATE OR REPLACE MACRO mart.claim_words(actor, predicate, verb, slot, unit, place) AS
    -- "Microsoft: invest, amount in USD, JP"
    coalesce(actor, 'someone') || ': '
    || CASE WHEN predicate = 'other' THEN coalesce(verb, 'other')
            ELSE replace(predicate, '_', ' ') END || ', '
    || CASE slot WHEN 'level' THEN 'amount' WHEN 'count' THEN 'number'
                 WHEN 'change_abs' THEN 'change' WHEN 'change_rel' THEN 'relative change'
                 WHEN 'previous' THEN 'earlier value' ELSE replace(slot, '_', ' ') END
    || CASE WHEN unit IS NULL OR unit = 'x' OR slot = 'period' THEN ''
            WHEN slot = 'count' THEN ' of ' || CASE unit WHEN 'person' THEN 'people'
                                                         ELSE unit END
            ELSE ' in ' || unit END
    || coalesce(', ' || place, '');

CREATE OR REPLACE MACRO mart.teller(outlet, url, document) AS
    coalesce(outlet, nullif(regexp_extract(url, '^[a-z]+://(?:www[.])?([^/:?#]+)', 1), ''),
             document);

-- ---------------------------------------------------------------- documents

CREATE OR REPLACE VIEW mart.documents AS
WITH met AS (
    SELECT o.source, o.document, o.version_id, max(o.fetched_at) AS seen_at,
           max(r.started_at) AS met_at
    FROM ops.outcomes o JOIN ops.runs r USING (run_id) GROUP BY ALL
)
SELECT d.document, d.article_id, d.version_id, r.report_id, d.source, d.outlet, d.url,
       v.title, v.languages, v.kept_lines, v.removed_lines, v.outcome, v.message,
       d.found_at, d.published_at, d.date_basis, d.modified_at, d.authors, d.declared_lang,
       d.extraction
FROM news.current_documents d
JOIN news.versions v USING (version_id)
JOIN news.reports r USING (version_id)
JOIN met m USING (source, document, version_id)
QUALIFY row_number() OVER (PARTITION BY d.source, d.document ORDER BY
    m.seen_at DESC NULLS LAST, m.met_at DESC,
    coalesce(d.published_at, d.fetched_at) DESC NULLS LAST, d.version_id) = 1;

CREATE OR REPLACE VIEW mart.removals AS
SELECT d.document, d.article_id, d.version_id, x.line, x.start_char, x.end_char, x.rule,
       x.reason, x.text
FROM news.removals x JOIN news.version_documents d USING (version_id);

CREATE OR REPLACE VIEW mart.passages AS
SELECT d.document, d.article_id, d.version_id, p.passage, p.lang, p.confidence, p.start_char,
       p.end_char, p.translation_of
FROM news.passages p JOIN news.version_documents d USING (version_id);

CREATE OR REPLACE VIEW mart.copies AS
SELECT d.document, o.document AS canonical_document, c.kind, c.containment, c.jaccard,
       c.numbers_differ, c.residue_chars, d.article_id,
       o.article_id AS canonical_article_id, c.recorded_from
FROM news.copies c
JOIN news.version_documents d ON d.version_id = c.version_id
JOIN news.version_documents o ON o.version_id = c.canonical_id
WHERE c.recorded_to IS NULL;

-- ---------------------------------------------------------------- what was retrieved

CREATE OR REPLACE MACRO mart.outcome_words(outcome) AS
    CASE outcome
        WHEN 'loaded' THEN 'read for the first time'
        WHEN 'paywalled' THEN 'read, but the page shows the beginning of the article only'
        WHEN 'live' THEN 'read; a ticker whose entries are of different times'
        WHEN 'unchanged' THEN 'the same text as before'
        WHEN 'revision' THEN 'a known article with another text'
        WHEN 'copy' THEN 'read for the first time; it repeats another article'
        WHEN 'listing' THEN 'teasers of other pages, a search or category page'
        WHEN 'forum' THEN 'a thread of several people''s posts'
        WHEN 'blocked' THEN 'the site refused it, or sent a wall in place of the page'
        WHEN 'gone' THEN 'there is no such page, or no longer'
        WHEN 'empty' THEN 'no bytes, or nothing but white space'
        WHEN 'unreadable' THEN 'not text in any character set that we know'
        WHEN 'too_large' THEN 'over the limit of size'
        WHEN 'no_article' THEN 'a page of menus, listings or forms only'
        WHEN 'invalid' THEN 'a row or sidecar that breaks its format'
        WHEN 'error' THEN 'our own failure'
        WHEN 'robots' THEN 'robots.txt asks us to stay away; nothing was requested'
        WHEN 'refused' THEN 'an address that we do not go to'
        WHEN 'rate_limited' THEN 'the host asks for fewer requests'
        WHEN 'unreachable' THEN 'no connection, or no answer in time'
        WHEN 'failed' THEN 'the host failed, or sent a broken answer'
        WHEN 'polled' THEN 'a source''s own document, read for what it names'
        WHEN 'not_a_feed' THEN 'a source''s own document that is something else'
        WHEN 'pending' THEN 'captured, waiting to be read'
        ELSE outcome END;

CREATE OR REPLACE VIEW mart.captures AS
SELECT c.capture_id, c.source, c.via, c.found_in, c.url, c.final_url, c.article_url, c.article_id,
       c.fetched_at, c.seconds, c.status, c.media_type, c.charset, c.size, c.body_digest, c.ending,
       coalesce(o.outcome, 'pending') AS outcome, coalesce(o.message, c.message) AS message,
       o.version_id, c.hints, c.archive, c.archive_offset, c.is_listing, c.run_id
FROM ops.captures c LEFT JOIN ops.capture_outcomes o USING (capture_id);

CREATE OR REPLACE VIEW mart.polls AS
SELECT source, polled_at, ending, message, seconds, entries, entries_new, interval_seconds,
       next_at, failures, state, failing, since_refresh, last_new_at, capture_id, run_id
FROM ops.polls;

CREATE OR REPLACE VIEW mart.outcomes AS
WITH read_from_captures AS (
    SELECT DISTINCT run_id, version_id FROM ops.capture_outcomes WHERE version_id IS NOT NULL
), ended AS (
    SELECT o.run_id, o.source, o.document, o.outcome, o.message, o.fetched_at,
           NULL::UUID AS capture_id
    FROM ops.outcomes o ANTI JOIN read_from_captures USING (run_id, version_id)
    UNION ALL
    SELECT coalesce(o.run_id, c.run_id), c.source, c.url, coalesce(o.outcome, 'pending'),
           coalesce(o.message, c.message), c.fetched_at, c.capture_id
    FROM ops.captures c LEFT JOIN ops.capture_outcomes o USING (capture_id)
)
SELECT e.run_id, r.kind AS run_kind, r.started_at, e.source, e.document, e.outcome,
       mart.outcome_words(e.outcome) AS words, e.message, e.fetched_at, e.capture_id
FROM ended e JOIN ops.runs r USING (run_id);

CREATE OR REPLACE VIEW mart.source_health AS
WITH clock AS (
    SELECT max(moment) AS moment FROM (
        SELECT max(polled_at) AS moment FROM ops.polls
        UNION ALL SELECT max(fetched_at) FROM ops.captures)
), newest AS (
    FROM ops.polls QUALIFY row_number() OVER (PARTITION BY source ORDER BY polled_at DESC) = 1
), recent AS (
    SELECT source, avg((ending IN ('polled', 'not_modified'))::INTEGER) AS success_share,
           median(seconds) AS median_seconds, sum(entries_new) AS entries_new,
           sum(entries - entries_new) AS entries_known
    FROM (FROM ops.polls
          QUALIFY row_number() OVER (PARTITION BY source ORDER BY polled_at DESC) <= 30)
    GROUP BY source
), bad AS (
    SELECT source, max(polled_at) AS last_error_at, arg_max(ending, polled_at) AS ending,
           arg_max(message, polled_at) AS message
    FROM ops.polls WHERE ending NOT IN ('polled', 'not_modified') GROUP BY source
), good AS (
    SELECT source, max(polled_at) AS answered_at FROM ops.polls
    WHERE ending IN ('polled', 'not_modified') GROUP BY source
), dated AS (
    SELECT source, max(least(coalesce(published_at, fetched_at), fetched_at)) AS newest_article_at
    FROM news.documents
    WHERE version_id IN (SELECT version_id FROM news.versions
                         WHERE outcome IN ('loaded', 'paywalled', 'live'))
    GROUP BY source
), articles AS (
    SELECT c.source, count(*) FILTER (c.fetched_at > k.moment - INTERVAL 1 DAY) AS articles_day,
           count(*) AS articles_week
    FROM clock k
    JOIN ops.captures c ON c.fetched_at > k.moment - INTERVAL 7 DAY AND c.via <> 'recheck'
    JOIN ops.capture_outcomes o USING (capture_id)
    WHERE o.outcome IN ('loaded', 'paywalled', 'live', 'copy', 'revision')
    GROUP BY c.source
)
SELECT n.source, n.state, n.failing, n.polled_at AS last_poll, n.next_at AS next_poll,
       d.newest_article_at,
       date_diff('minute', d.newest_article_at, k.moment) / 60.0 AS freshness_hours,
       r.success_share, r.median_seconds, r.entries_new::BIGINT AS entries_new,
       r.entries_known::BIGINT AS entries_known,
       coalesce(a.articles_day, 0) AS articles_day, coalesce(a.articles_week, 0) AS articles_week,
       n.failures, n.interval_seconds,
       mart.outcome_words(b.ending) || coalesce(': ' || nullif(b.message, ''), '') AS last_error,
       b.last_error_at,
       CASE WHEN n.ending NOT IN ('polled', 'not_modified')
            THEN coalesce(g.answered_at, (SELECT min(polled_at) FROM ops.polls p
                                          WHERE p.source = n.source)) END AS silent_since,
       k.moment AS as_of
FROM newest n
CROSS JOIN clock k
JOIN recent r USING (source)
LEFT JOIN bad b USING (source)
LEFT JOIN good g USING (source)
LEFT JOIN dated d USING (source)
LEFT JOIN articles a USING (source);

-- ---------------------------------------------------------------- facts

CREATE OR REPLACE VIEW mart.facts AS
SELECT s.fact_id, s.statement_id, s.role_in_statement, m.claim_id, s.document, s.article_id,
       s.report_id, s.outlet, d.url, s.passage, s.lang, s.kind, s.predicate, s.slot, s.value,
       s.value_low, s.value_high, s.quantum, s.bound, s.unit, s.currency, s.distributive, s.per,
       s.scope, s.phase, s.direction, s.measurer, s.population, a.entity AS actor, s.target,
       s.place, s.period_months, s.date_start, s.date_end, s.as_of, s.event_date_start AS event_date,
       s.attribution, s.sentence, s.surface, s.start_char, s.end_char, s.published_at,
       d.date_basis, s.confidence, s.rule,
       s.version_id, s.timex, s.hedge, s.anchor, s.verb, s.event_date_end, s.correction,
       s.implied_rate, s.value_text, s.actors, s.sentence_start, s.sentence_end,
       s.quantity_rule, s.quantity_confidence, s.origin
FROM news.sides s
JOIN news.version_documents d USING (version_id)
LEFT JOIN news.claim_members m ON m.statement_id = s.statement_id AND m.recorded_to IS NULL
LEFT JOIN (SELECT fact_id, min_by(entity, position) AS entity FROM news.participants
           WHERE role = 'actor' GROUP BY fact_id) a ON a.fact_id = s.fact_id;

CREATE OR REPLACE VIEW mart.fact_participants AS
SELECT fact_id, role, entity, family, position FROM news.participants;

CREATE OR REPLACE VIEW mart.statements AS
SELECT f.statement_id, f.claim_id, f.fact_id, f.document, f.report_id, f.outlet, f.published_at,
       f.actor, f.predicate, f.verb, f.slot, f.value, f.unit, f.currency, f.place, f.surface,
       n.mentions, mart.teller(f.outlet, f.url, f.document) AS teller, f.article_id, f.url, f.lang,
       f.origin, f.kind, f.phase, f.quantum, f.date_start, f.date_end,
       coalesce(f.as_of, f.event_date, f.published_at::DATE) AS stands_for_day, n.languages
FROM mart.facts f
JOIN (SELECT statement_id, count(*) AS mentions, list_sort(list(DISTINCT lang)) AS languages
      FROM mart.facts GROUP BY statement_id) n
    USING (statement_id)
QUALIFY row_number() OVER (PARTITION BY f.statement_id ORDER BY
    f.role_in_statement <> 'native', f.start_char, f.fact_id) = 1;

-- ---------------------------------------------------------------- verdicts and claims

CREATE OR REPLACE VIEW mart.verdicts AS
WITH stated AS (
    SELECT claim_id, value, coalesce(currency, unit) AS unit, date_start,
           count(DISTINCT origin) AS voices
    FROM mart.facts WHERE role_in_statement = 'native' GROUP BY ALL
), weighed AS (
    SELECT v.*, a.claim_id,
           coalesce(x.voices, 1) + coalesce(y.voices, 1) AS voices
    FROM news.verdicts v
    JOIN mart.facts a ON a.fact_id = v.fact_id
    JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
    LEFT JOIN stated x ON x.claim_id = a.claim_id AND x.value IS NOT DISTINCT FROM a.value
        AND x.unit IS NOT DISTINCT FROM coalesce(a.currency, a.unit)
        AND x.date_start IS NOT DISTINCT FROM a.date_start
    LEFT JOIN stated y ON y.claim_id = b.claim_id AND y.value IS NOT DISTINCT FROM b.value
        AND y.unit IS NOT DISTINCT FROM coalesce(b.currency, b.unit)
        AND y.date_start IS NOT DISTINCT FROM b.date_start
    WHERE v.recorded_to IS NULL
)
SELECT fact_id, earlier_fact_id, claim_id, verdict, reason, rule, relative_difference,
       CASE WHEN verdict IN ('conflicts', 'mistranslated') THEN relative_difference * voices
            WHEN verdict = 'supersedes' THEN 0.5 * relative_difference * voices
            WHEN verdict = 'stale' THEN 0.25 * relative_difference * voices
            WHEN verdict = 'differs' THEN 0.25 * greatest(relative_difference, 0.1) * voices
       END AS severity,
       dependence, recorded_from AS detected_at
FROM weighed;

CREATE OR REPLACE VIEW mart.verdict_history AS
SELECT fact_id, earlier_fact_id, verdict, reason, rule, relative_difference, dependence,
       recorded_from, recorded_to
FROM news.verdicts;

CREATE OR REPLACE VIEW mart.claims AS
WITH natives AS (
    SELECT f.*, coalesce(f.currency, f.unit) AS measured_in,
           row_number() OVER (PARTITION BY claim_id ORDER BY published_at NULLS LAST, document,
                              start_char, fact_id) AS turn
    FROM mart.facts f
    WHERE fact_id IN (SELECT fact_id FROM mart.statements)
), outdated AS (
    SELECT earlier_fact_id AS fact_id FROM mart.verdicts
    WHERE verdict = 'supersedes'
    UNION
    SELECT fact_id FROM mart.verdicts WHERE verdict = 'stale'
), latest AS (
    SELECT claim_id, arg_max(value, (coalesce(published_at, '-infinity'::TIMESTAMPTZ), document,
                                     start_char)) AS latest_value
    FROM natives
    WHERE fact_id NOT IN (SELECT fact_id FROM outdated) AND phase IS DISTINCT FROM 'denied'
    GROUP BY claim_id
), counted AS (
    SELECT claim_id, count(DISTINCT report_id) AS n_reports, count(DISTINCT origin) AS n_voices,
           count(DISTINCT article_id) AS n_articles,
           count(DISTINCT (value, measured_in, date_start, date_end)) AS n_values,
           min(published_at) AS first_reported, max(published_at) AS last_reported
    FROM natives GROUP BY claim_id
)
SELECT c.claim_id, h.actor, h.predicate, h.slot, h.measured_in AS unit, c.n_reports, c.n_voices,
       c.n_values, c.first_reported, l.latest_value, h.place, h.verb, c.n_articles,
       c.last_reported, mart.claim_words(h.actor, h.predicate, h.verb, h.slot, h.measured_in,
                                         h.place) AS claim
FROM counted c
JOIN natives h ON h.claim_id = c.claim_id AND h.turn = 1
LEFT JOIN latest l ON l.claim_id = c.claim_id;

CREATE OR REPLACE VIEW mart.disagreements AS
SELECT mart.claim_words(b.actor, b.predicate, b.verb, b.slot, coalesce(b.currency, b.unit),
                        b.place) AS claim,
       v.verdict, v.reason, v.severity,
       a.value, b.value AS earlier_value,
       coalesce(a.currency, a.unit) AS unit, coalesce(b.currency, b.unit) AS earlier_unit,
       a.surface, b.surface AS earlier_surface,
       a.sentence, b.sentence AS earlier_sentence,
       a.document, b.document AS earlier_document,
       a.outlet, b.outlet AS earlier_outlet,
       a.url, b.url AS earlier_url,
       v.relative_difference, v.dependence, v.rule, v.detected_at, v.claim_id, v.fact_id,
       v.earlier_fact_id, a.published_at, b.published_at AS earlier_published_at
FROM mart.verdicts v
JOIN mart.facts a ON a.fact_id = v.fact_id
JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
WHERE v.verdict IN ('differs', 'conflicts', 'supersedes', 'stale', 'mistranslated');

CREATE OR REPLACE VIEW mart.new_facts AS
SELECT s.fact_id, s.statement_id, s.claim_id, s.document, s.outlet, s.published_at, s.actor,
       s.predicate, s.slot, s.value, coalesce(s.currency, s.unit) AS unit, s.surface
FROM mart.statements s
WHERE s.statement_id NOT IN (
    SELECT a.statement_id
    FROM news.verdicts v
    JOIN news.facts a ON a.fact_id = v.fact_id
    JOIN news.facts b ON b.fact_id = v.earlier_fact_id
    WHERE v.recorded_to IS NULL AND a.version_id <> b.version_id
      AND v.verdict NOT IN ('not_comparable', 'follows'));

CREATE OR REPLACE VIEW mart.first_reports AS
SELECT claim_id, fact_id, document, outlet, published_at, actor, predicate, slot, value, unit,
       surface
FROM mart.new_facts
QUALIFY row_number() OVER (PARTITION BY claim_id ORDER BY published_at NULLS LAST, document,
                           fact_id) = 1;

-- ---------------------------------------------------------------- what users corrected

CREATE OR REPLACE VIEW mart.overrides AS
WITH known AS (
    SELECT fact_id, version_id, surface FROM news.facts
    UNION SELECT fact_id, version_id, surface FROM news.original_facts
)
SELECT o.kind, o.content, o.reason, o.dated, d.document, f.surface, w.changed, w.original, w.given,
       w.fact_id, w.earlier_fact_id, o.entry_id, o.recorded_from
FROM news.overrides o
LEFT JOIN news.overridden w ON w.entry_id = o.entry_id AND w.recorded_to IS NULL
LEFT JOIN known f ON f.fact_id = w.fact_id
LEFT JOIN news.version_documents d ON d.version_id = f.version_id
WHERE o.recorded_to IS NULL;

-- ---------------------------------------------------------------- what was known before

CREATE OR REPLACE VIEW mart.fact_history AS
WITH known AS (
    SELECT f.*, r.started_at AS recorded_from, NULL::TIMESTAMPTZ AS recorded_to
    FROM news.facts f JOIN ops.runs r USING (run_id)
    UNION ALL BY NAME FROM news.past_facts
), actors AS (
    SELECT p.fact_id, r.started_at AS recorded_from, list(p.entity ORDER BY p.position) AS actors
    FROM news.participants p
    JOIN news.facts f USING (fact_id) JOIN ops.runs r USING (run_id)
    WHERE p.role = 'actor' GROUP BY ALL
    UNION ALL
    SELECT fact_id, recorded_from, list(entity ORDER BY position)
    FROM news.past_participants WHERE role = 'actor' GROUP BY ALL
)
SELECT k.fact_id, d.document, d.outlet, d.published_at, k.kind, k.predicate, k.slot,
       coalesce(a.actors, []) AS actors, k.value, coalesce(k.currency, k.unit) AS unit,
       k.date_start, k.date_end, k.place, k.phase, k.surface, k.sentence, k.rule, k.confidence,
       k.version_id, k.run_id, k.recorded_from, k.recorded_to
FROM known k
JOIN news.version_documents d USING (version_id)
LEFT JOIN actors a ON a.fact_id = k.fact_id AND a.recorded_from = k.recorded_from;

-- ---------------------------------------------------------------- what was told

CREATE OR REPLACE VIEW mart.events AS
SELECT e.event_id, e.name, e.subject, e.occurred_at, e.payload, e.run_id, r.kind AS run_kind
FROM ops.outbox e LEFT JOIN ops.runs r USING (run_id);

CREATE OR REPLACE VIEW mart.deliveries AS
WITH told AS (
    SELECT event_id, channel, key, state, recorded_at, next_at, message,
           count(*) FILTER (state = 'sending') OVER every_row AS attempts,
           min(recorded_at) FILTER (state = 'sending') OVER every_row AS first_sent_at
    FROM ops.deliveries
    WINDOW every_row AS (PARTITION BY event_id, channel)
    QUALIFY row_number() OVER (PARTITION BY event_id, channel ORDER BY number DESC) = 1
), wanted AS (
    SELECT event_id, unnest(from_json(payload -> 'channels', '["VARCHAR"]')) AS channel
    FROM ops.outbox WHERE name IN ('newsledger.watch.matched', 'newsledger.watch.retracted')
    UNION SELECT event_id, channel FROM told
)
SELECT e.event_id, e.name, e.subject, e.occurred_at, w.channel,
       CASE t.state WHEN 'sending' THEN 'unknown' ELSE coalesce(t.state, 'waiting') END AS state,
       coalesce(t.attempts, 0) AS attempts, t.first_sent_at, t.recorded_at AS last_at, t.next_at,
       coalesce(t.message, '') AS message, t.key
FROM wanted w
JOIN ops.outbox e USING (event_id)
LEFT JOIN told t ON t.event_id = w.event_id AND t.channel = w.channel;

-- ---------------------------------------------------------------- macros for analysts

CREATE OR REPLACE MACRO mart.facts_known_at(ts) AS TABLE
SELECT * EXCLUDE (recorded_to) FROM mart.fact_history
WHERE recorded_from <= ts::TIMESTAMPTZ
  AND (recorded_to IS NULL OR recorded_to > ts::TIMESTAMPTZ);

CREATE OR REPLACE MACRO mart.known_fact(x) AS
    -- The id of a fact, or an error that says what is wrong with it.
    CASE WHEN try_cast(x AS UUID) IS NULL
             THEN error('not the id of a fact: ' || coalesce(x::VARCHAR, 'NULL')
                        || ' (see fact_id of mart.facts)')::UUID
         WHEN NOT EXISTS (FROM news.facts f WHERE f.fact_id = try_cast(x AS UUID))
             THEN error('no fact has the id ' || x::VARCHAR || ' (see fact_id of mart.facts)')::UUID
         ELSE try_cast(x AS UUID) END;

CREATE OR REPLACE MACRO mart.compare_facts(x, y) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT mart.known_fact(x) AS x, mart.known_fact(y) AS y
), pair AS (
    SELECT CASE WHEN p.position > q.position THEN p ELSE q END AS a,
           CASE WHEN p.position > q.position THEN q ELSE p END AS b
    FROM asked JOIN news.sides p ON p.fact_id = asked.x JOIN news.sides q ON q.fact_id = asked.y
), related AS MATERIALIZED (
    SELECT a, b, mart.full_relation(a, b, mart.relate(a.r, b.r)) AS m,
           news.dependence(a, b) AS dependence
    FROM pair
), grounded AS MATERIALIZED (
    SELECT *, mart.grounds(a, b, m) AS g FROM related
), judged AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict(a, b, m, g) AS v,
           mart.is_parted(a, b, g) AS is_parted
    FROM grounded
), decided AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict_settled(
        mart.verdict_across(a, b, m, dependence, v), is_parted, false, false) AS v
    FROM judged
)
-- what is on record has seen the rest of both reports, and what users corrected
SELECT coalesce(o.verdict, v.verdict) AS verdict, coalesce(o.reason, v.reason) AS reason,
       coalesce(o.rule, v.rule) AS rule, m.relation AS value_relation,
       m.difference AS relative_difference, d.dependence AS dependence,
       a.fact_id AS fact_id, b.fact_id AS earlier_fact_id, a.surface AS surface,
       b.surface AS earlier_surface
FROM decided d
LEFT JOIN (FROM news.verdicts WHERE recorded_to IS NULL) o
    ON o.fact_id = d.a.fact_id AND o.earlier_fact_id = d.b.fact_id;

CREATE OR REPLACE MACRO mart.pairs(claim := NULL) AS TABLE
WITH mention AS (
    SELECT s.*, v.value_id, m.claim_id
    FROM news.sides s
    JOIN news.stated_values v ON v.fact_id = s.stands_for
    LEFT JOIN news.claim_members m ON m.statement_id = s.statement_id AND m.recorded_to IS NULL
), compared AS (
    SELECT x.value_id AS x, y.value_id AS y, bool_or(
               v.relation IN ('equal', 'rounded', 'bound', 'derived', 'converted')
               AND v.verdict <> 'not_comparable') AS is_match
    FROM news.verdicts v
    JOIN news.stated_values x ON x.fact_id = v.fact_id
    JOIN news.stated_values y ON y.fact_id = v.earlier_fact_id
    WHERE v.recorded_to IS NULL AND x.version_id <> y.version_id
    GROUP BY ALL
), met AS MATERIALIZED (
    SELECT x, y, bool_or(is_match) AS is_match
    FROM (FROM compared UNION ALL SELECT y, x, is_match FROM compared
          UNION ALL SELECT value_id, value_id, true FROM mention)
    GROUP BY ALL
), related AS MATERIALIZED (
    SELECT a, b, mart.full_relation(a, b, mart.relate(a.r, b.r)) AS m,
           news.dependence(a, b) AS dependence
    FROM mention a
    JOIN met ON met.x = a.value_id
    JOIN mention b ON b.value_id = met.y AND a.version_id <> b.version_id
        AND a.position > b.position
    WHERE claim IS NULL OR claim::UUID IN (a.claim_id, b.claim_id)
), grounded AS MATERIALIZED (
    SELECT *, mart.grounds(a, b, m) AS g FROM related WHERE mart.is_asked(a, b, m)
), judged AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict(a, b, m, g) AS v,
           mart.is_parted(a, b, g) AS is_parted
    FROM grounded
), decided AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict_across(a, b, m, dependence, v) AS v, is_parted
    FROM judged
), agreeing AS MATERIALIZED (  -- as in warehouse/context.py
    SELECT DISTINCT a.statement_id AS x, a.version_id AS x_version, b.statement_id AS y,
           b.version_id AS y_version,
           m.relation = 'converted'
               OR 'conversion' IN (a.role_in_statement, b.role_in_statement) AS is_converted
    FROM decided
    WHERE m.relation IN ('equal', 'rounded', 'bound', 'derived', 'converted')
      AND v.verdict <> 'not_comparable' AND a.role_in_statement <> 'quoted_old'
), elsewhere AS MATERIALIZED (
    SELECT x, y, y_version, is_converted FROM agreeing
    UNION SELECT y, x, x_version, is_converted FROM agreeing
), outdone AS MATERIALIZED (
    SELECT x, y
    FROM (
        SELECT a.fact_id AS x, b.fact_id AS y, a AS mine, b AS theirs FROM decided
        WHERE mart.is_opposed(a, m, v)
        UNION ALL SELECT a.fact_id, b.fact_id, b, a FROM decided WHERE mart.is_opposed(a, m, v)
    ) d
    JOIN mention o ON o.version_id = mine.version_id AND o.block = mine.block
        AND mart.is_nearer(o, mine, theirs)
), shared AS MATERIALIZED (
    SELECT DISTINCT p.x, p.y, s.predicate, unnest(s.actors) AS actor
    FROM (SELECT DISTINCT a.version_id AS x, b.version_id AS y FROM decided WHERE is_parted) p
    JOIN mention s ON s.version_id = p.x AND mart.is_telling(s)
    JOIN met ON met.x = s.value_id AND met.is_match
    JOIN mention t ON t.version_id = p.y AND t.value_id = met.y
), retold AS MATERIALIZED (
    SELECT DISTINCT d.a.fact_id AS x, d.b.fact_id AS y
    FROM decided d
    JOIN met ON met.x = d.a.value_id
    JOIN mention c ON c.value_id = met.y AND c.position < d.b.position AND c.r.v = d.a.r.v
        AND c.version_id <> d.a.version_id AND c.role_in_statement = 'native'
        AND date_diff('day', c.position.t, d.b.position.t) <= 14
    WHERE mart.may_be_retold(d.a, d.b, d.m, d.v)
), settled AS (
    SELECT d.a, d.b, d.m, d.dependence, mart.verdict_settled(
        d.v, d.is_parted,
        mart.is_refutable(d.a, d.m.difference) AND EXISTS (
            FROM shared s WHERE s.x = d.a.version_id AND s.y = d.b.version_id
                AND s.predicate = d.a.predicate AND list_contains(d.a.actors, s.actor)),
        r.x IS NOT NULL) AS v
    FROM decided d
    LEFT JOIN retold r ON r.x = d.a.fact_id AND r.y = d.b.fact_id
    WHERE NOT (mart.is_opposed(d.a, d.m, d.v) AND (
        EXISTS (FROM elsewhere e WHERE e.x = d.a.statement_id AND e.y_version = d.b.version_id
                AND (NOT e.is_converted
                     OR (e.y <> d.b.statement_id AND NOT mart.is_close(d.a, d.b, d.m))))
        OR EXISTS (FROM elsewhere e WHERE e.x = d.b.statement_id AND e.y_version = d.a.version_id
                   AND (NOT e.is_converted
                        OR (e.y <> d.a.statement_id AND NOT mart.is_close(d.a, d.b, d.m))))
        OR (d.a.fact_id, d.b.fact_id) IN (FROM outdone)))
)
SELECT a.fact_id AS fact_id, b.fact_id AS earlier_fact_id,
       coalesce(o.verdict, v.verdict) AS verdict, coalesce(o.reason, v.reason) AS reason,
       coalesce(o.rule, v.rule) AS rule, m.relation AS value_relation,
       m.difference AS relative_difference, settled.dependence AS dependence,
       a.document AS document, b.document AS earlier_document, a.surface AS surface,
       b.surface AS earlier_surface, a.claim_id AS claim_id
FROM settled
LEFT JOIN (FROM news.verdicts WHERE recorded_to IS NULL AND reason = 'override') o
    ON o.fact_id = a.fact_id AND o.earlier_fact_id = b.fact_id
WHERE o.fact_id IS NOT NULL OR mart.is_meant(a, b, v);

CREATE OR REPLACE MACRO mart.claim_history(claim) AS TABLE
SELECT f.published_at, f.document, f.outlet, f.surface, f.value, f.value_low, f.value_high,
       coalesce(f.currency, f.unit) AS unit, v.verdict, v.reason, f.fact_id
FROM mart.facts f
LEFT JOIN (
    SELECT v.fact_id, v.verdict, v.reason,
           row_number() OVER (PARTITION BY v.fact_id ORDER BY e.published_at DESC, e.document DESC,
                              e.start_char DESC, e.fact_id) AS nearest
    FROM mart.verdicts v JOIN mart.facts e ON e.fact_id = v.earlier_fact_id
    WHERE v.dependence NOT IN ('same_document') AND v.verdict NOT IN ('not_comparable', 'follows')
) v ON v.fact_id = f.fact_id AND v.nearest = 1
WHERE f.claim_id = claim::UUID AND f.role_in_statement = 'native'
ORDER BY f.published_at NULLS LAST, f.document, f.start_char;

CREATE OR REPLACE MACRO mart.as_known_at(ts) AS TABLE
SELECT fact_id, earlier_fact_id, verdict, reason, rule, relative_difference, dependence,
       recorded_from AS detected_at
FROM mart.verdict_history
WHERE recorded_from <= ts::TIMESTAMPTZ
  AND (recorded_to IS NULL OR recorded_to > ts::TIMESTAMPTZ);

-- The mark of a character, pair or triple (0 for those that it lacks), as search.py has it.
CREATE OR REPLACE MACRO mart.search_mark(a, b, c) AS
    (((a::BIGINT * 1566083941 + b::BIGINT * 1181783497 + c::BIGINT * 1026354271) >> 17)
     % 4096)::INTEGER;

-- A phrase is carried with the numbers of the texts that may hold it, so that pieces are compared
-- after they were joined and never before; of a long one the first 100 characters are sought in the
-- pieces, and the rest in the text that they make.
CREATE OR REPLACE MACRO mart.find(q) AS TABLE
WITH asked AS (
    SELECT lower(nfc_normalize(q::VARCHAR)) AS phrase
), letters AS (
    SELECT unnest(codes) AS a, unnest(codes[2:]) AS b, unnest(codes[3:]) AS c
    FROM (SELECT list_transform(regexp_extract_all(phrase, '(?s).'), lambda x: unicode(x)) AS codes
          FROM asked)
), wanted AS MATERIALIZED (
    SELECT mart.search_mark(a, 0, 0) AS mark FROM letters WHERE a >= 11904
    UNION SELECT mart.search_mark(a, b, 0) FROM letters WHERE a >= 11904 AND b >= 11904
    UNION SELECT mart.search_mark(a, b, c) FROM letters WHERE a < 11904 AND b < 11904 AND c < 11904
), blocks AS (
    SELECT block, bit_and(texts) AS texts FROM news.search_marks
    WHERE mark IN (SELECT mark FROM wanted) GROUP BY block
), possible AS MATERIALIZED (
    SELECT block * 2048 + place AS number, phrase
    FROM blocks, (SELECT unnest(range(2048))::INTEGER AS place), asked
    WHERE get_bit(texts, place) = 1
    UNION ALL
    SELECT number, phrase FROM news.search_versions, asked
    WHERE NOT EXISTS (FROM wanted)
       OR number >= coalesce((SELECT max(block) + 1 FROM news.search_marks), 0) * 2048
), seen AS (
    SELECT s.number, s.place, s.text, p.phrase,
           CASE WHEN p.phrase = upper(p.phrase) THEN s.text ELSE lower(s.text) END AS folded
    FROM news.search_pieces s JOIN possible p USING (number)
), met AS (
    SELECT number, place, phrase, left(text, 120) AS opening,
           strpos(folded, left(phrase, 100)) AS position, text
    FROM seen
    WHERE place = 0 OR contains(folded, left(phrase, 100))
), found AS (
    SELECT number, phrase,
           coalesce(
               min_by(substr(text, greatest(1, position - 40), 120), place)
                   FILTER (place >= 0 AND position > 0),
               any_value(opening) FILTER (place = 0)) AS excerpt
    FROM met GROUP BY number, phrase HAVING bool_or(position > 0)
), long AS (
    SELECT s.number
    FROM news.search_pieces s JOIN (FROM found WHERE length(phrase) > 100) f USING (number)
    GROUP BY s.number, f.phrase
    HAVING contains(lower(
        left(string_agg(left(s.text, 900), '' ORDER BY s.place) FILTER (s.place < 0),
             -min(s.place))
        || string_agg(left(s.text, 900), '' ORDER BY s.place) FILTER (s.place >= 0)), f.phrase)
)
SELECT d.document, d.outlet, d.published_at, v.title, d.url, f.excerpt
FROM (
    -- Through a list, of which one row is expected: so the joins look these up, not all versions.
    SELECT unnest(list({'number': number, 'phrase': phrase, 'excerpt': excerpt}),
                  recursive := true)
    FROM found
) f
JOIN news.search_versions s USING (number)
JOIN news.versions v USING (version_id)
JOIN news.version_documents d USING (version_id)
WHERE length(f.phrase) <= 100 OR f.number IN (SELECT number FROM long)
ORDER BY d.published_at NULLS LAST, d.document;

-- ---------------------------------------------------------------- comments

COMMENT ON VIEW mart.documents IS
    'One row a document, its newest version, with how its reading ended.';
COMMENT ON COLUMN mart.documents.document IS 'name of the document: file name, row id or URL';
COMMENT ON COLUMN mart.documents.article_id IS 'the canonical URL, or the name within its source';
COMMENT ON COLUMN mart.documents.version_id IS 'the captured text';
COMMENT ON COLUMN mart.documents.report_id IS
    'the voice it belongs to: the canonical version that it repeats or translates, or itself';
COMMENT ON COLUMN mart.documents.source IS 'source or replayed set that it came from';
COMMENT ON COLUMN mart.documents.outlet IS 'who published it';
COMMENT ON COLUMN mart.documents.url IS 'canonical URL, null where only a name is known';
COMMENT ON COLUMN mart.documents.title IS 'title without the site''s suffix';
COMMENT ON COLUMN mart.documents.languages IS 'languages of its passages in order';
COMMENT ON COLUMN mart.documents.kept_lines IS 'lines of the original that are article text';
COMMENT ON COLUMN mart.documents.removed_lines IS 'lines taken out, each in mart.removals';
COMMENT ON COLUMN mart.documents.outcome IS
    'how the reading ended: loaded, paywalled, live (read for facts), or listing, forum, blocked, '
    'gone, empty, unreadable, too_large, no_article, invalid, error';
COMMENT ON COLUMN mart.documents.message IS 'what went wrong or is missing, and the remedy; empty when loaded';
COMMENT ON COLUMN mart.documents.found_at IS 'when we learned of it';
COMMENT ON COLUMN mart.documents.published_at IS 'when it says it was published (UTC)';
COMMENT ON COLUMN mart.documents.date_basis IS
    'on what published_at rests: stated, inferred, guessed, fetched';
COMMENT ON COLUMN mart.documents.modified_at IS 'when the page says it was last changed (UTC)';
COMMENT ON COLUMN mart.documents.authors IS 'names as the page gives them';
COMMENT ON COLUMN mart.documents.declared_lang IS
    'language that the source or page claims; `languages` is what was found';
COMMENT ON COLUMN mart.documents.extraction IS
    'what told the article from the rest of its page (trafilatura, json-ld ...), empty for text';
COMMENT ON VIEW mart.outcomes IS
    'How each capture ended, exactly once, and each document of a file or folder in each run.';
COMMENT ON COLUMN mart.outcomes.run_id IS 'the run';
COMMENT ON COLUMN mart.outcomes.run_kind IS 'what kind of run';
COMMENT ON COLUMN mart.outcomes.started_at IS 'when the run began';
COMMENT ON COLUMN mart.outcomes.source IS 'source of the document';
COMMENT ON COLUMN mart.outcomes.document IS 'name of the document; of a capture its address';
COMMENT ON COLUMN mart.outcomes.outcome IS
    'of reading: see mart.documents, refined to unchanged, revision, copy; of captures without '
    'reading: robots, refused, rate_limited, unreachable, failed; of a source''s own document: '
    'polled, not_a_feed; pending until it is read';
COMMENT ON COLUMN mart.outcomes.message IS 'what went wrong and the remedy';
COMMENT ON COLUMN mart.outcomes.words IS 'the outcome in words';
COMMENT ON COLUMN mart.outcomes.fetched_at IS 'when it was captured, null for files';
COMMENT ON COLUMN mart.outcomes.capture_id IS 'the capture, null for files';
COMMENT ON VIEW mart.captures IS
    'One row a retrieval of one address, with how it ended.';
COMMENT ON COLUMN mart.captures.capture_id IS 'follows from source, url and fetched_at';
COMMENT ON COLUMN mart.captures.source IS 'in whose service it was retrieved';
COMMENT ON COLUMN mart.captures.via IS
    'how the address was found: feed, sitemap, page list, homepage, folder, archive, recheck';
COMMENT ON COLUMN mart.captures.found_in IS 'what named it, null for a source''s own document';
COMMENT ON COLUMN mart.captures.url IS 'address as found';
COMMENT ON COLUMN mart.captures.final_url IS 'address after redirects';
COMMENT ON COLUMN mart.captures.article_url IS
    'canonical address, under which captures of one article meet';
COMMENT ON COLUMN mart.captures.article_id IS 'id of the article at article_url';
COMMENT ON COLUMN mart.captures.fetched_at IS 'when (UTC)';
COMMENT ON COLUMN mart.captures.seconds IS 'how long it took';
COMMENT ON COLUMN mart.captures.status IS 'HTTP status, null where there was no answer';
COMMENT ON COLUMN mart.captures.media_type IS 'as the server stated it';
COMMENT ON COLUMN mart.captures.charset IS 'as the server stated it';
COMMENT ON COLUMN mart.captures.size IS 'bytes of the decompressed body';
COMMENT ON COLUMN mart.captures.body_digest IS 'SHA-256 of the decompressed body';
COMMENT ON COLUMN mart.captures.ending IS
    'how the retrieval ended: fetched, not_modified, robots, refused, blocked, gone, rate_limited, '
    'too_large, unreachable, failed';
COMMENT ON COLUMN mart.captures.outcome IS
    'what came of it, exactly one; mart.outcomes has it in words';
COMMENT ON COLUMN mart.captures.message IS 'what went wrong and the remedy';
COMMENT ON COLUMN mart.captures.version_id IS 'the text that was read from it';
COMMENT ON COLUMN mart.captures.hints IS 'what was known of the article from outside, as JSON';
COMMENT ON COLUMN mart.captures.archive IS 'file of the archive that holds it';
COMMENT ON COLUMN mart.captures.archive_offset IS 'of its response record in that file';
COMMENT ON COLUMN mart.captures.is_listing IS 'whether it is a source''s own document';
COMMENT ON COLUMN mart.captures.run_id IS 'run that landed it';
COMMENT ON VIEW mart.polls IS
    'Every poll of a source, and what was decided after it.';
COMMENT ON COLUMN mart.polls.source IS 'name of the source';
COMMENT ON COLUMN mart.polls.polled_at IS 'when (UTC)';
COMMENT ON COLUMN mart.polls.ending IS
    'polled, not_a_feed, or how the retrieval ended (mart.captures)';
COMMENT ON COLUMN mart.polls.message IS 'what went wrong and the remedy';
COMMENT ON COLUMN mart.polls.seconds IS 'how long the answer took';
COMMENT ON COLUMN mart.polls.entries IS 'articles that it named';
COMMENT ON COLUMN mart.polls.entries_new IS 'those that had not been captured before';
COMMENT ON COLUMN mart.polls.interval_seconds IS 'time between polls while all goes well';
COMMENT ON COLUMN mart.polls.next_at IS 'when the next poll was due after it';
COMMENT ON COLUMN mart.polls.failures IS 'weighted number of failures in a row';
COMMENT ON COLUMN mart.polls.state IS 'active, or disabled (tried once a day)';
COMMENT ON COLUMN mart.polls.failing IS 'which assertions did not hold, in words; empty while all do';
COMMENT ON COLUMN mart.polls.since_refresh IS 'conditional polls since the last unconditional one';
COMMENT ON COLUMN mart.polls.last_new_at IS 'the last poll that named something new';
COMMENT ON COLUMN mart.polls.capture_id IS 'capture of the source''s own document';
COMMENT ON COLUMN mart.polls.run_id IS 'run that landed it';
COMMENT ON VIEW mart.source_health IS
    'How each polled source is doing, as of the newest poll or capture in the ledger (as_of), '
    'which is its clock: it says nothing of the time since the monitor last ran.';
COMMENT ON COLUMN mart.source_health.source IS 'name of the source';
COMMENT ON COLUMN mart.source_health.state IS 'active, or disabled (tried once a day)';
COMMENT ON COLUMN mart.source_health.failing IS
    'which assertions do not hold, in words; empty while all do';
COMMENT ON COLUMN mart.source_health.last_poll IS 'when it was last polled';
COMMENT ON COLUMN mart.source_health.next_poll IS 'when it is due';
COMMENT ON COLUMN mart.source_health.newest_article_at IS
    'publication (no later than capture) of its newest article';
COMMENT ON COLUMN mart.source_health.freshness_hours IS 'age of that article at as_of';
COMMENT ON COLUMN mart.source_health.success_share IS 'share of its last 30 polls that were answered';
COMMENT ON COLUMN mart.source_health.median_seconds IS 'median time that these polls took';
COMMENT ON COLUMN mart.source_health.entries_new IS 'entries of these polls not captured before';
COMMENT ON COLUMN mart.source_health.entries_known IS 'entries of these polls captured before';
COMMENT ON COLUMN mart.source_health.articles_day IS 'articles read in the 24 hours before as_of';
COMMENT ON COLUMN mart.source_health.articles_week IS 'articles read in the 7 days before as_of';
COMMENT ON COLUMN mart.source_health.failures IS 'weighted number of failures in a row';
COMMENT ON COLUMN mart.source_health.interval_seconds IS 'time between polls while all goes well';
COMMENT ON COLUMN mart.source_health.last_error IS 'the last failure in words, null without any';
COMMENT ON COLUMN mart.source_health.last_error_at IS 'when that was';
COMMENT ON COLUMN mart.source_health.silent_since IS
    'last answer (first poll, if none) of a source that does not answer now, null of one that does';
COMMENT ON COLUMN mart.source_health.as_of IS 'the newest poll or capture in the ledger';
COMMENT ON MACRO mart.outcome_words IS 'an outcome of mart.outcomes in words';
COMMENT ON VIEW mart.removals IS
    'Every line taken out of an article, with rule and reason.';
COMMENT ON COLUMN mart.removals.document IS 'name of the document';
COMMENT ON COLUMN mart.removals.article_id IS 'see mart.documents';
COMMENT ON COLUMN mart.removals.version_id IS 'the captured text';
COMMENT ON COLUMN mart.removals.line IS 'index of the line in the original, from 0';
COMMENT ON COLUMN mart.removals.start_char IS 'first character in the original';
COMMENT ON COLUMN mart.removals.end_char IS 'character after the last';
COMMENT ON COLUMN mart.removals.rule IS 'id of the rule';
COMMENT ON COLUMN mart.removals.reason IS 'why, in words';
COMMENT ON COLUMN mart.removals.text IS 'the line';
COMMENT ON VIEW mart.passages IS
    'Consecutive lines in one language.';
COMMENT ON COLUMN mart.passages.document IS 'name of the document';
COMMENT ON COLUMN mart.passages.article_id IS 'see mart.documents';
COMMENT ON COLUMN mart.passages.version_id IS 'the captured text';
COMMENT ON COLUMN mart.passages.passage IS 'index within the document, from 0';
COMMENT ON COLUMN mart.passages.lang IS 'language, BCP 47';
COMMENT ON COLUMN mart.passages.confidence IS '0..1';
COMMENT ON COLUMN mart.passages.start_char IS 'first character in the original';
COMMENT ON COLUMN mart.passages.end_char IS 'character after the last';
COMMENT ON COLUMN mart.passages.translation_of IS
    'index of the passage that this one renders in another language';
COMMENT ON VIEW mart.copies IS
    'Documents that repeat or translate another; they add no voice.';
COMMENT ON COLUMN mart.copies.document IS 'the copy';
COMMENT ON COLUMN mart.copies.canonical_document IS 'the earliest document of the group';
COMMENT ON COLUMN mart.copies.kind IS
    'exact, near, excerpt, revision (same URL, or near with other figures) or translation';
COMMENT ON COLUMN mart.copies.containment IS
    'share of the smaller text''s shingles found in the other';
COMMENT ON COLUMN mart.copies.jaccard IS
    'share of all shingles of both texts that they have in common';
COMMENT ON COLUMN mart.copies.numbers_differ IS 'whether the two state different figures';
COMMENT ON COLUMN mart.copies.residue_chars IS
    'characters of its sentences that the canonical document does not have';
COMMENT ON COLUMN mart.copies.article_id IS 'of the copy';
COMMENT ON COLUMN mart.copies.canonical_article_id IS 'of the canonical document';
COMMENT ON COLUMN mart.copies.recorded_from IS 'when this was found';
COMMENT ON VIEW mart.facts IS
    'Every quantity that a document states, bound to who, what, where and when: one row a mention.';
COMMENT ON COLUMN mart.facts.fact_id IS 'version, span, kind and ordinal; never changes';
COMMENT ON COLUMN mart.facts.statement_id IS 'mentions of one document that say the same';
COMMENT ON COLUMN mart.facts.role_in_statement IS
    'native, echo (rounded), conversion, quoted_old (an earlier figure quoted for contrast)';
COMMENT ON COLUMN mart.facts.claim_id IS 'what makes it comparable with other reports';
COMMENT ON COLUMN mart.facts.document IS 'name of the document';
COMMENT ON COLUMN mart.facts.article_id IS 'see mart.documents';
COMMENT ON COLUMN mart.facts.report_id IS 'the voice, copies and translations collapsed';
COMMENT ON COLUMN mart.facts.outlet IS 'who published it';
COMMENT ON COLUMN mart.facts.url IS 'canonical URL';
COMMENT ON COLUMN mart.facts.passage IS 'index into mart.passages';
COMMENT ON COLUMN mart.facts.lang IS 'language of the passage';
COMMENT ON COLUMN mart.facts.kind IS
    'money, percent, count, ratio, duration, date, year, ordinal, superlative, age';
COMMENT ON COLUMN mart.facts.predicate IS 'what happened, closed vocabulary; other has its verb';
COMMENT ON COLUMN mart.facts.slot IS
    'which figure of the event this is: level, share, period, start, ...';
COMMENT ON COLUMN mart.facts.value IS
    'stated value in units of unit or currency; null for dates and superlatives';
COMMENT ON COLUMN mart.facts.value_low IS 'lower end of the meant interval';
COMMENT ON COLUMN mart.facts.value_high IS 'upper end, exclusive';
COMMENT ON COLUMN mart.facts.quantum IS 'unit of the last digit written (2.9 billion: 100000000)';
COMMENT ON COLUMN mart.facts.bound IS '= ~ < <= > >=';
COMMENT ON COLUMN mart.facts.unit IS 'singular English noun or symbol, null for money';
COMMENT ON COLUMN mart.facts.currency IS 'ISO 4217';
COMMENT ON COLUMN mart.facts.distributive IS 'each or total, where stated';
COMMENT ON COLUMN mart.facts.per IS 'year, person, ... of a per-unit amount';
COMMENT ON COLUMN mart.facts.scope IS 'inclusive, additional, part_of';
COMMENT ON COLUMN mart.facts.phase IS
    'rumoured, proposed, planned, forecast, approved, done, denied';
COMMENT ON COLUMN mart.facts.direction IS 'up or down';
COMMENT ON COLUMN mart.facts.measurer IS 'who measured (an agency, a pollster)';
COMMENT ON COLUMN mart.facts.population IS 'whom a count or share is about';
COMMENT ON COLUMN mart.facts.actor IS 'first participant in the role of actor';
COMMENT ON COLUMN mart.facts.target IS 'what it is for';
COMMENT ON COLUMN mart.facts.place IS 'ISO 3166 code, a city after a dash';
COMMENT ON COLUMN mart.facts.period_months IS 'length of the period that the figure covers';
COMMENT ON COLUMN mart.facts.date_start IS 'first day of a date';
COMMENT ON COLUMN mart.facts.date_end IS 'last day of a date';
COMMENT ON COLUMN mart.facts.as_of IS 'day a moving figure stands for';
COMMENT ON COLUMN mart.facts.event_date IS 'first day of the event';
COMMENT ON COLUMN mart.facts.attribution IS 'who says so';
COMMENT ON COLUMN mart.facts.sentence IS 'the sentence that states it';
COMMENT ON COLUMN mart.facts.surface IS
    'the words of the quantity: original[start_char:end_char]';
COMMENT ON COLUMN mart.facts.start_char IS 'offset in characters of the decoded original';
COMMENT ON COLUMN mart.facts.end_char IS 'offset after the last character';
COMMENT ON COLUMN mart.facts.published_at IS 'publication time of its document';
COMMENT ON COLUMN mart.facts.date_basis IS 'on what that rests';
COMMENT ON COLUMN mart.facts.confidence IS '0..1, lowered at each step from grammar to discourse';
COMMENT ON COLUMN mart.facts.rule IS 'id of the binding rule';
COMMENT ON COLUMN mart.facts.version_id IS 'the captured text';
COMMENT ON COLUMN mart.facts.timex IS 'ISO 8601 form of a date or duration';
COMMENT ON COLUMN mart.facts.hedge IS 'about, nearly, over, at_least, under, up_to, range';
COMMENT ON COLUMN mart.facts.anchor IS 'since, from, until, next, past, over';
COMMENT ON COLUMN mart.facts.verb IS 'lemma where the predicate is other';
COMMENT ON COLUMN mart.facts.event_date_end IS 'last day of the event';
COMMENT ON COLUMN mart.facts.correction IS 'whether its sentence acknowledges a correction';
COMMENT ON COLUMN mart.facts.implied_rate IS
    'units of its currency per unit of the native one, on conversions';
COMMENT ON COLUMN mart.facts.value_text IS 'exact value where it does not fit DECIMAL(28,6)';
COMMENT ON COLUMN mart.facts.actors IS 'families of all actors, sorted';
COMMENT ON COLUMN mart.facts.sentence_start IS 'offset of the sentence';
COMMENT ON COLUMN mart.facts.sentence_end IS 'offset after the sentence';
COMMENT ON COLUMN mart.facts.quantity_rule IS 'id of the grammar rule that found the quantity';
COMMENT ON COLUMN mart.facts.quantity_confidence IS '0..1, below 1 where a reading was chosen';
COMMENT ON COLUMN mart.facts.origin IS 'the voice: a cited news agency, else report_id';
COMMENT ON VIEW mart.fact_participants IS
    'Everyone who takes part in a fact.';
COMMENT ON COLUMN mart.fact_participants.fact_id IS 'the fact';
COMMENT ON COLUMN mart.fact_participants.role IS
    'actor, counterpart, beneficiary, speaker, measurer';
COMMENT ON COLUMN mart.fact_participants.entity IS 'canonical name';
COMMENT ON COLUMN mart.fact_participants.family IS
    'root of its group: a subsidiary''s ultimate parent';
COMMENT ON COLUMN mart.fact_participants.position IS 'order of mention within the fact, from 0';
COMMENT ON VIEW mart.statements IS
    'One row a statement: its native mention.';
COMMENT ON COLUMN mart.statements.statement_id IS 'see mart.facts';
COMMENT ON COLUMN mart.statements.claim_id IS 'the claim it belongs to';
COMMENT ON COLUMN mart.statements.fact_id IS 'its native mention';
COMMENT ON COLUMN mart.statements.document IS 'name of the document';
COMMENT ON COLUMN mart.statements.report_id IS 'the voice';
COMMENT ON COLUMN mart.statements.outlet IS 'who published it';
COMMENT ON COLUMN mart.statements.published_at IS 'when';
COMMENT ON COLUMN mart.statements.actor IS 'first actor';
COMMENT ON COLUMN mart.statements.predicate IS 'what happened';
COMMENT ON COLUMN mart.statements.verb IS 'lemma where other';
COMMENT ON COLUMN mart.statements.slot IS 'which figure';
COMMENT ON COLUMN mart.statements.value IS 'native value';
COMMENT ON COLUMN mart.statements.unit IS 'unit';
COMMENT ON COLUMN mart.statements.currency IS 'currency';
COMMENT ON COLUMN mart.statements.place IS 'where';
COMMENT ON COLUMN mart.statements.surface IS 'the words';
COMMENT ON COLUMN mart.statements.mentions IS
    'number of mentions, echoes and conversions included';
COMMENT ON COLUMN mart.statements.teller IS
    'who says so: the outlet, else the host of the URL, else the name of the document';
COMMENT ON COLUMN mart.statements.article_id IS 'the article, in any of its versions';
COMMENT ON COLUMN mart.statements.url IS 'where it was published';
COMMENT ON COLUMN mart.statements.lang IS 'language of its native mention';
COMMENT ON COLUMN mart.statements.origin IS 'the voice: agency that is cited, or report';
COMMENT ON COLUMN mart.statements.kind IS 'kind of figure';
COMMENT ON COLUMN mart.statements.phase IS 'planned, done, denied and so on, null if not said';
COMMENT ON COLUMN mart.statements.quantum IS 'unit of the last digit that was written';
COMMENT ON COLUMN mart.statements.date_start IS 'of a date its first day';
COMMENT ON COLUMN mart.statements.date_end IS 'of a date its last day';
COMMENT ON COLUMN mart.statements.stands_for_day IS
    'day for which the figure stands: as-of day, else day of the event, else of publication';
COMMENT ON COLUMN mart.statements.languages IS 'languages in which the document says so';
COMMENT ON VIEW mart.verdicts IS
    'One row a compared pair of facts: what the later report is to the earlier one.';
COMMENT ON COLUMN mart.verdicts.fact_id IS
    'the later fact, by publication time and document name';
COMMENT ON COLUMN mart.verdicts.earlier_fact_id IS 'the earlier fact';
COMMENT ON COLUMN mart.verdicts.claim_id IS 'claim of the later fact';
COMMENT ON COLUMN mart.verdicts.verdict IS
    'agrees, restates, refines, coarsens, differs, fulfils, follows, supersedes, stale, conflicts, mistranslated, not_comparable';
COMMENT ON COLUMN mart.verdicts.reason IS
    'why in one word: equal, rounded, bound, derived, converted, update, correction, revision, silent_edit, who_pays, not_stated, magnitude, ...';
COMMENT ON COLUMN mart.verdicts.rule IS 'number and name of the rule that decided';
COMMENT ON COLUMN mart.verdicts.relative_difference IS
    'difference of the values relative to the larger';
COMMENT ON COLUMN mart.verdicts.severity IS
    'relative difference x number of voices on both sides; supersedes weighs half, stale and differs a quarter (differs at least 0.1); null for the rest';
COMMENT ON COLUMN mart.verdicts.dependence IS
    'same_document, copy, translation, cites:<agency> or independent';
COMMENT ON COLUMN mart.verdicts.detected_at IS 'when we first recorded this verdict';
COMMENT ON VIEW mart.verdict_history IS
    'Every verdict ever recorded, also those replaced since.';
COMMENT ON COLUMN mart.verdict_history.fact_id IS 'the later fact';
COMMENT ON COLUMN mart.verdict_history.earlier_fact_id IS 'the earlier fact';
COMMENT ON COLUMN mart.verdict_history.verdict IS 'see mart.verdicts';
COMMENT ON COLUMN mart.verdict_history.reason IS 'see mart.verdicts';
COMMENT ON COLUMN mart.verdict_history.rule IS 'see mart.verdicts';
COMMENT ON COLUMN mart.verdict_history.relative_difference IS 'see mart.verdicts';
COMMENT ON COLUMN mart.verdict_history.dependence IS 'see mart.verdicts';
COMMENT ON COLUMN mart.verdict_history.recorded_from IS 'when it was recorded';
COMMENT ON COLUMN mart.verdict_history.recorded_to IS 'when it was replaced, null while it holds';
COMMENT ON VIEW mart.claims IS
    'What reports can be compared on: one row a claim.';
COMMENT ON COLUMN mart.claims.claim_id IS 'derived from its earliest statement';
COMMENT ON COLUMN mart.claims.actor IS 'actor of its earliest statement';
COMMENT ON COLUMN mart.claims.predicate IS 'what happened';
COMMENT ON COLUMN mart.claims.slot IS 'which figure';
COMMENT ON COLUMN mart.claims.unit IS 'currency or unit';
COMMENT ON COLUMN mart.claims.n_reports IS
    'reports that state it, copies and translations collapsed';
COMMENT ON COLUMN mart.claims.n_voices IS
    'distinct origins: reports that cite one agency count once';
COMMENT ON COLUMN mart.claims.n_values IS 'distinct native values';
COMMENT ON COLUMN mart.claims.first_reported IS 'earliest publication time';
COMMENT ON COLUMN mart.claims.latest_value IS
    'value of the latest statement that is neither superseded, stale nor denied';
COMMENT ON COLUMN mart.claims.place IS 'where';
COMMENT ON COLUMN mart.claims.verb IS 'lemma where the predicate is other';
COMMENT ON COLUMN mart.claims.n_articles IS 'articles that state it, copies included';
COMMENT ON COLUMN mart.claims.last_reported IS 'latest publication time';
COMMENT ON COLUMN mart.claims.claim IS 'the claim in words';
COMMENT ON VIEW mart.disagreements IS
    'Pairs of reports that do not say the same, with both sides'' evidence.';
COMMENT ON COLUMN mart.disagreements.claim IS 'what it is about, in words';
COMMENT ON COLUMN mart.disagreements.verdict IS
    'differs, conflicts, supersedes, stale, mistranslated';
COMMENT ON COLUMN mart.disagreements.reason IS 'why';
COMMENT ON COLUMN mart.disagreements.severity IS 'see mart.verdicts';
COMMENT ON COLUMN mart.disagreements.value IS 'value of the later report';
COMMENT ON COLUMN mart.disagreements.earlier_value IS 'value of the earlier report';
COMMENT ON COLUMN mart.disagreements.unit IS 'its currency or unit';
COMMENT ON COLUMN mart.disagreements.earlier_unit IS 'currency or unit of the earlier value';
COMMENT ON COLUMN mart.disagreements.surface IS 'words of the later report';
COMMENT ON COLUMN mart.disagreements.earlier_surface IS 'words of the earlier report';
COMMENT ON COLUMN mart.disagreements.sentence IS 'sentence of the later report';
COMMENT ON COLUMN mart.disagreements.earlier_sentence IS 'sentence of the earlier report';
COMMENT ON COLUMN mart.disagreements.document IS 'the later document';
COMMENT ON COLUMN mart.disagreements.earlier_document IS 'the earlier document';
COMMENT ON COLUMN mart.disagreements.outlet IS 'outlet of the later report';
COMMENT ON COLUMN mart.disagreements.earlier_outlet IS 'outlet of the earlier report';
COMMENT ON COLUMN mart.disagreements.url IS 'URL of the later report';
COMMENT ON COLUMN mart.disagreements.earlier_url IS 'URL of the earlier report';
COMMENT ON COLUMN mart.disagreements.relative_difference IS 'relative to the larger value';
COMMENT ON COLUMN mart.disagreements.dependence IS 'see mart.verdicts';
COMMENT ON COLUMN mart.disagreements.rule IS 'rule that decided';
COMMENT ON COLUMN mart.disagreements.detected_at IS 'when we first recorded it';
COMMENT ON COLUMN mart.disagreements.claim_id IS 'the claim';
COMMENT ON COLUMN mart.disagreements.fact_id IS 'the later fact';
COMMENT ON COLUMN mart.disagreements.earlier_fact_id IS 'the earlier fact';
COMMENT ON COLUMN mart.disagreements.published_at IS 'of the later report';
COMMENT ON COLUMN mart.disagreements.earlier_published_at IS 'of the earlier report';
COMMENT ON VIEW mart.fact_history IS
    'Facts as they are known now and as they were before another reading or a correction.';
COMMENT ON COLUMN mart.fact_history.fact_id IS 'see mart.facts; the same through all its states';
COMMENT ON COLUMN mart.fact_history.document IS 'name of the document';
COMMENT ON COLUMN mart.fact_history.outlet IS 'who published it';
COMMENT ON COLUMN mart.fact_history.published_at IS 'when it says it was published (UTC)';
COMMENT ON COLUMN mart.fact_history.kind IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.predicate IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.slot IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.actors IS 'all who act, in order';
COMMENT ON COLUMN mart.fact_history.value IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.unit IS 'unit, or ISO 4217 currency of money';
COMMENT ON COLUMN mart.fact_history.date_start IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.date_end IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.place IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.phase IS 'see mart.facts';
COMMENT ON COLUMN mart.fact_history.surface IS 'the words in the text';
COMMENT ON COLUMN mart.fact_history.sentence IS 'the sentence that states it';
COMMENT ON COLUMN mart.fact_history.rule IS 'rule that bound it';
COMMENT ON COLUMN mart.fact_history.confidence IS 'of the binding, 0..1';
COMMENT ON COLUMN mart.fact_history.version_id IS 'the captured text';
COMMENT ON COLUMN mart.fact_history.run_id IS 'run that read or corrected it';
COMMENT ON COLUMN mart.fact_history.recorded_from IS 'since when it was known so';
COMMENT ON COLUMN mart.fact_history.recorded_to IS 'until when it was known so, null for now';
COMMENT ON VIEW mart.events IS
    'What was to be told, one row a batch and name, written with what it tells of.';
COMMENT ON COLUMN mart.events.event_id IS 'follows from what it tells: one thing is one event';
COMMENT ON COLUMN mart.events.name IS
    'newsledger.batch.landed, article.loaded, article.changed, fact.new, fact.conflicts, '
    'fact.supersedes, fact.differs, fact.retracted, source.failing, source.recovered, '
    'watch.matched, watch.retracted';
COMMENT ON COLUMN mart.events.subject IS 'what it happened to: a plan, a source, a watch';
COMMENT ON COLUMN mart.events.occurred_at IS 'when (UTC)';
COMMENT ON COLUMN mart.events.payload IS
    'JSON object: counts, and up to 50 ids; all of them are in the tables, under the run';
COMMENT ON COLUMN mart.events.run_id IS 'run that found it';
COMMENT ON COLUMN mart.events.run_kind IS 'what kind of run';
COMMENT ON VIEW mart.deliveries IS
    'What became of each event on each channel that it is sent over.';
COMMENT ON COLUMN mart.deliveries.event_id IS 'the event, in mart.events';
COMMENT ON COLUMN mart.deliveries.name IS 'of the event';
COMMENT ON COLUMN mart.deliveries.subject IS 'of the event';
COMMENT ON COLUMN mart.deliveries.occurred_at IS 'when it happened (UTC)';
COMMENT ON COLUMN mart.deliveries.channel IS
    'a channel of watches.toml; prefect: published on the server; process: handled in process';
COMMENT ON COLUMN mart.deliveries.state IS
    'waiting, sent, failed (tried again at next_at), dead (given up), or unknown: begun, and cut '
    'off before its end was on record; it is sent again under the same key';
COMMENT ON COLUMN mart.deliveries.attempts IS 'how often it was begun';
COMMENT ON COLUMN mart.deliveries.first_sent_at IS 'when it was first begun (UTC)';
COMMENT ON COLUMN mart.deliveries.last_at IS 'when its state was written (UTC)';
COMMENT ON COLUMN mart.deliveries.next_at IS 'when it is tried again, null where it did not fail';
COMMENT ON COLUMN mart.deliveries.message IS 'why the last attempt failed';
COMMENT ON COLUMN mart.deliveries.key IS
    'what the receiver is shown, the same in every attempt: act once a key; null before the first';
COMMENT ON VIEW mart.overrides IS
    'What users corrected: one row a change, or one without a fact for an entry that fits nothing.';
COMMENT ON COLUMN mart.overrides.kind IS
    'fact, alias or verdict';
COMMENT ON COLUMN mart.overrides.content IS
    'the entry of overrides.toml as JSON';
COMMENT ON COLUMN mart.overrides.reason IS
    'why, in the user''s words';
COMMENT ON COLUMN mart.overrides.dated IS
    'when the user said so';
COMMENT ON COLUMN mart.overrides.document IS
    'document of the changed fact, null where the entry fits nothing';
COMMENT ON COLUMN mart.overrides.surface IS
    'the figure in the words of the report';
COMMENT ON COLUMN mart.overrides.changed IS
    'column or role that was changed; fact where it was dropped; verdict';
COMMENT ON COLUMN mart.overrides.original IS
    'what the reading or the rules gave';
COMMENT ON COLUMN mart.overrides.given IS
    'what the user gives';
COMMENT ON COLUMN mart.overrides.fact_id IS
    'the changed fact; of a verdict the later one';
COMMENT ON COLUMN mart.overrides.earlier_fact_id IS
    'of a verdict the earlier fact';
COMMENT ON COLUMN mart.overrides.entry_id IS
    'follows from all that the entry says';
COMMENT ON COLUMN mart.overrides.recorded_from IS
    'when the entry was first applied';
COMMENT ON VIEW mart.new_facts IS
    'Statements on which no earlier report had said anything comparable.';
COMMENT ON COLUMN mart.new_facts.fact_id IS 'its native mention';
COMMENT ON COLUMN mart.new_facts.statement_id IS 'the statement';
COMMENT ON COLUMN mart.new_facts.claim_id IS 'its claim';
COMMENT ON COLUMN mart.new_facts.document IS 'name of the document';
COMMENT ON COLUMN mart.new_facts.outlet IS 'who published it';
COMMENT ON COLUMN mart.new_facts.published_at IS 'when';
COMMENT ON COLUMN mart.new_facts.actor IS 'who';
COMMENT ON COLUMN mart.new_facts.predicate IS 'what happened';
COMMENT ON COLUMN mart.new_facts.slot IS 'which figure';
COMMENT ON COLUMN mart.new_facts.value IS 'native value';
COMMENT ON COLUMN mart.new_facts.unit IS 'currency or unit';
COMMENT ON COLUMN mart.new_facts.surface IS 'the words';
COMMENT ON VIEW mart.first_reports IS
    'Who reported each claim first.';
COMMENT ON COLUMN mart.first_reports.claim_id IS 'the claim';
COMMENT ON COLUMN mart.first_reports.fact_id IS 'the first mention';
COMMENT ON COLUMN mart.first_reports.document IS 'name of the document';
COMMENT ON COLUMN mart.first_reports.outlet IS 'who published it';
COMMENT ON COLUMN mart.first_reports.published_at IS 'when';
COMMENT ON COLUMN mart.first_reports.actor IS 'who';
COMMENT ON COLUMN mart.first_reports.predicate IS 'what happened';
COMMENT ON COLUMN mart.first_reports.slot IS 'which figure';
COMMENT ON COLUMN mart.first_reports.value IS 'native value';
COMMENT ON COLUMN mart.first_reports.unit IS 'currency or unit';
COMMENT ON COLUMN mart.first_reports.surface IS 'the words';
COMMENT ON MACRO mart.last_digit IS 'unit of the last non-zero digit of a whole number';
COMMENT ON MACRO mart.dimension IS
    'what can be compared with what: money, months, days, date, or kind and unit';
COMMENT ON MACRO mart.unit_factor IS
    'factor from the unit of a duration to that of its dimension';
COMMENT ON MACRO mart.reading IS
    'how a fact''s value may be read: value, precision, hedges, bounds, dates';
COMMENT ON MACRO mart.apart IS 'difference relative to the larger';
COMMENT ON MACRO mart.is_slip IS 'whether two values differ by a power of ten';
COMMENT ON MACRO mart.finest IS 'coarsest step at which a reading may be taken';
COMMENT ON MACRO mart.rounds_to IS 'whether a finer reading lies in a coarser one''s interval';
COMMENT ON MACRO mart.within_bound IS 'whether a value satisfies a one-sided one';
COMMENT ON MACRO mart.relate_dates IS 'relation of two dates';
COMMENT ON MACRO mart.relate_age IS 'relation of a founding date and a length of time';
COMMENT ON MACRO mart.relate_amounts IS 'relation of two amounts of one unit';
COMMENT ON MACRO mart.relate IS 'relation of two readings';
COMMENT ON MACRO mart.value_relation IS
    'relation of the values of two rows of mart.facts: equal, rounded, bound, derived, disjoint, currency, incomparable';
COMMENT ON MACRO mart.stated_rate IS 'exchange rate that either text states or implies';
COMMENT ON MACRO mart.table_rate IS 'exchange rate by the dated table';
COMMENT ON MACRO mart.rate IS 'exchange rate, stated or from the dated table';
COMMENT ON MACRO mart.slack IS 'half the written precision relative to the value';
COMMENT ON MACRO mart.convert IS 'relation of amounts in two currencies';
COMMENT ON MACRO mart.is_multiplied IS 'whether one is a yearly amount and the other its total';
COMMENT ON MACRO mart.full_relation IS 'relation of the values with rates and multiplication';
COMMENT ON MACRO mart.motion IS 'how a figure moves, see mart.motion_of';
COMMENT ON MACRO mart.is_within IS 'whether one place lies inside another';
COMMENT ON MACRO mart.is_part IS 'whether a smaller amount is a part of the other';
COMMENT ON MACRO mart.has_spread IS
    'whether a later toll for a country follows one for its region';
COMMENT ON MACRO mart.stage IS 'talk, plan or fact, from the phase';
COMMENT ON MACRO mart.excluded IS 'why two facts cannot be compared, or null';
COMMENT ON MACRO mart.starts IS 'first day of the event or as-of day';
COMMENT ON MACRO mart.ends IS 'last day of the event or as-of day';
COMMENT ON MACRO mart.days_apart IS 'days between two stated events';
COMMENT ON MACRO mart.report_gap IS 'days between two reports';
COMMENT ON MACRO mart.is_other_event IS 'whether the two are different events of one series';
COMMENT ON MACRO mart.moment IS 'day for which a moving figure stands';
COMMENT ON MACRO mart.time_explains IS
    'whether time explains a difference: update, older_as_of or null';
COMMENT ON MACRO mart.attribute_difference IS 'stated qualifier that differs while values agree';
COMMENT ON MACRO mart.at_most_differs IS 'qualifier that may explain a difference of values';
COMMENT ON MACRO mart.grounds IS 'what the rules ask of a pair of rows of news.sides';
COMMENT ON MACRO mart.verdict IS
    'verdict, reason and rule for two rows of news.sides, their relation and grounds';
COMMENT ON MACRO mart.teller IS
    'who says so: the outlet, else the host of the URL, else the name of the document';
COMMENT ON MACRO mart.claim_words IS 'a claim in words';
COMMENT ON MACRO mart.other_target IS
    'whether two facts say what they are for, and share no word of it';
COMMENT ON MACRO mart.is_asked IS 'whether two mentions of two reports are set beside each other';
COMMENT ON MACRO mart.is_one_toll IS
    'whether two tallies of one place and time are of one disaster though one does not name it';
COMMENT ON MACRO mart.verdict_across IS
    'the verdict on two reports, with conversions and translations heeded';
COMMENT ON MACRO mart.is_meant IS 'whether a verdict is kept: a conversion only supports';
COMMENT ON MACRO mart.is_distant IS 'whether two differing figures lie years apart';
COMMENT ON MACRO mart.times IS 'how many times the smaller of two numbers the larger is';
COMMENT ON MACRO mart.is_decade IS 'whether a figure runs from its stated number up to the next';
COMMENT ON MACRO mart.motion_of IS
    'how the figures of a predicate move: growing, varying, offer, series, event';
COMMENT ON MACRO mart.is_one_count IS 'whether a toll of a region is the one of its country';
COMMENT ON MACRO mart.are_siblings IS 'whether two are about different members of one family';
COMMENT ON MACRO mart.is_scale_word IS 'whether millions stand for billions of one offer';
COMMENT ON MACRO mart.is_out_of_size IS 'whether two figures are too far apart to be of one thing';
COMMENT ON MACRO mart.is_dated_state IS 'whether a date only says when a count or a reading holds';
COMMENT ON MACRO mart.is_far IS 'whether the time between two reports speaks for two events';
COMMENT ON MACRO mart.is_only_each IS 'whether only one of two amounts is said to be for each';
COMMENT ON MACRO mart.is_fulfilled IS
    'whether the later one reports as done what the earlier one planned';
COMMENT ON MACRO mart.is_nearer IS
    'whether another figure of one report is closer to that of the other';
COMMENT ON MACRO mart.is_toll IS 'whether a figure counts the victims of a disaster';
COMMENT ON MACRO mart.is_aside IS 'whether a toll is said in passing';
COMMENT ON MACRO mart.is_close IS
    'whether two amounts of one currency are near each other';
COMMENT ON MACRO mart.is_opposed IS
    'whether two reports seem to differ, so that their other figures have a say';
COMMENT ON MACRO mart.is_parted IS 'whether only the time between two reports parts their events';
COMMENT ON MACRO mart.is_refutable IS
    'whether another shared figure may bring two reports together';
COMMENT ON MACRO mart.is_telling IS 'whether an event is known again by a figure';
COMMENT ON MACRO mart.may_be_retold IS 'whether a tally may be one from before the other';
COMMENT ON MACRO mart.verdict_settled IS 'the verdict with what other figures and reports say';
COMMENT ON MACRO mart.known_fact IS 'the id of a fact, or an error that says what is wrong with it';
COMMENT ON MACRO mart.verdict_within IS 'verdict on two mentions of one statement';
COMMENT ON MACRO TABLE mart.compare_facts IS 'verdict for any two facts by id';
COMMENT ON MACRO TABLE mart.pairs IS
    'every two mentions of different reports about the same thing, judged pair by pair; of one '
    'claim, or of all. mart.verdicts holds the pairs with the first report of each value only';
COMMENT ON MACRO TABLE mart.claim_history IS
    'every report of a claim in order, with its verdict against the one before';
COMMENT ON MACRO TABLE mart.as_known_at IS 'the verdicts that we knew at a point in time';
COMMENT ON MACRO TABLE mart.facts_known_at IS 'the facts as we knew them at a point in time';
COMMENT ON MACRO mart.search_mark IS
    'number to which one, two or three code points are hashed in news.search_marks';
COMMENT ON MACRO TABLE mart.find IS 'documents whose text contains a phrase, in any script';
