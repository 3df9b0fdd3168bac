-- The mart's sums: every claim once, by its best value, and what is a part of another not at all.

-- Claims that can be added up. Prices, rates, readings, polls and votes cannot.
CREATE OR REPLACE VIEW mart.addends AS
WITH parts AS (
    SELECT CASE WHEN a.value < b.value THEN a.claim_id ELSE b.claim_id END AS claim_id,
           min(CASE WHEN a.value < b.value THEN b.claim_id ELSE a.claim_id END) AS part_of
    FROM mart.verdicts v
    JOIN mart.facts a ON a.fact_id = v.fact_id
    JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
    WHERE v.verdict = 'not_comparable' AND v.reason = 'part_of' AND a.claim_id <> b.claim_id
    GROUP BY ALL
), told_in AS (
    SELECT claim_id, list_sort(list(DISTINCT surface)) AS stated_conversions
    FROM mart.facts WHERE role_in_statement = 'conversion' GROUP BY claim_id
)
SELECT c.claim_id, c.claim, c.actor, c.predicate, c.slot, c.place, c.best_value AS value, c.unit,
       c.lowest, c.highest, c.voices, c.status, c.as_of, p.part_of,
       CASE WHEN c.slot = 'level' THEN x.per_usd END AS per_usd,
       CASE WHEN c.slot = 'level' THEN c.best_value / x.per_usd END AS in_usd,
       coalesce(t.stated_conversions, []) AS stated_conversions
FROM mart.claim_current c
LEFT JOIN parts p ON p.claim_id = c.claim_id
LEFT JOIN told_in t ON t.claim_id = c.claim_id
LEFT JOIN news.fx x ON x.currency = c.unit AND x.month = date_trunc('month', c.as_of)::DATE
WHERE c.best_value IS NOT NULL AND c.unit IS NOT NULL AND c.unit <> '%'
  AND (c.slot = 'count' OR c.slot = 'level' AND c.unit IN (SELECT currency FROM news.fx))
  AND c.predicate NOT IN ('trade_at', 'set_rate', 'measure', 'poll', 'vote', 'other');

CREATE OR REPLACE VIEW mart.totals AS
SELECT actor, predicate, slot, unit, count(*) FILTER (part_of IS NULL) AS n_claims,
       sum(value) FILTER (part_of IS NULL) AS total,
       sum(lowest) FILTER (part_of IS NULL) AS lowest,
       sum(highest) FILTER (part_of IS NULL) AS highest,
       round(sum(in_usd) FILTER (part_of IS NULL), 0)::DECIMAL(38, 0) AS total_in_usd,
       coalesce(list({'value': value, 'unit': unit, 'per_usd': per_usd, 'as_of': as_of,
                      'in_usd': round(in_usd, 0)} ORDER BY value DESC, claim_id)
           FILTER (part_of IS NULL AND unit <> 'USD' AND in_usd IS NOT NULL), []) AS conversions,
       count(*) FILTER (part_of IS NULL AND slot = 'level' AND in_usd IS NULL) AS n_unconverted,
       count(part_of) AS n_parts_left_out,
       list_sort(list_distinct(flatten(list(stated_conversions)))) AS stated_conversions
FROM mart.addends
GROUP BY actor, predicate, slot, unit
HAVING n_claims > 0;

-- Amounts of all currencies in one, by the dated table: what has no rate is counted apart.
CREATE OR REPLACE MACRO mart.totals_in(money) AS TABLE
WITH wanted AS (
    SELECT a.*, upper(money) AS wanted_unit FROM mart.addends a
    WHERE a.slot = 'level' AND a.part_of IS NULL
), into_it AS (
    SELECT w.*, CASE WHEN w.unit = w.wanted_unit THEN w.value
                     ELSE w.in_usd * x.per_usd END AS converted,
           x.per_usd / w.per_usd AS rate
    FROM wanted w
    LEFT JOIN news.fx x ON x.currency = w.wanted_unit
        AND x.month = date_trunc('month', w.as_of)::DATE
)
SELECT actor, predicate, wanted_unit AS unit, count(converted) AS n_claims,
       round(sum(converted), 0)::DECIMAL(38, 0) AS total,
       coalesce(list({'value': value, 'unit': i.unit, 'rate': round(rate, 6), 'as_of': as_of,
                      'converted': round(converted, 0)} ORDER BY value DESC, claim_id)
           FILTER (i.unit <> wanted_unit AND converted IS NOT NULL), []) AS conversions,
       count(*) FILTER (converted IS NULL) AS n_unconverted
FROM into_it i
GROUP BY actor, predicate, wanted_unit
ORDER BY actor, predicate;

COMMENT ON VIEW mart.addends IS
    'Claims that can be added up: each once, with the rate by which it is converted.';
COMMENT ON COLUMN mart.addends.claim_id IS 'the claim';
COMMENT ON COLUMN mart.addends.claim IS 'the claim in words';
COMMENT ON COLUMN mart.addends.actor IS 'who';
COMMENT ON COLUMN mart.addends.predicate IS 'what happened';
COMMENT ON COLUMN mart.addends.slot IS 'which figure';
COMMENT ON COLUMN mart.addends.place IS 'where';
COMMENT ON COLUMN mart.addends.value IS 'best value, see mart.claim_current';
COMMENT ON COLUMN mart.addends.unit IS 'currency or unit';
COMMENT ON COLUMN mart.addends.lowest IS 'lowest value that still stands';
COMMENT ON COLUMN mart.addends.highest IS 'highest value that still stands';
COMMENT ON COLUMN mart.addends.voices IS 'voices for the value';
COMMENT ON COLUMN mart.addends.status IS 'see mart.claim_current';
COMMENT ON COLUMN mart.addends.as_of IS 'day for which it stands';
COMMENT ON COLUMN mart.addends.part_of IS
    'the claim of which it is a part, and so not added beside it';
COMMENT ON COLUMN mart.addends.per_usd IS
    'units of the currency for a dollar in that month, by the dated table';
COMMENT ON COLUMN mart.addends.in_usd IS 'the value in dollars by that rate';
COMMENT ON COLUMN mart.addends.stated_conversions IS 'conversions in the words of the reports';
COMMENT ON VIEW mart.totals IS
    'Sums per actor without double counting: each claim once, parts of another claim and '
    'conversions not at all.';
COMMENT ON COLUMN mart.totals.actor IS 'who';
COMMENT ON COLUMN mart.totals.predicate IS 'what happened';
COMMENT ON COLUMN mart.totals.slot IS 'which figure';
COMMENT ON COLUMN mart.totals.unit IS 'currency or unit';
COMMENT ON COLUMN mart.totals.n_claims IS 'claims added';
COMMENT ON COLUMN mart.totals.total IS 'sum of their best values';
COMMENT ON COLUMN mart.totals.lowest IS 'sum of the lowest that still stand';
COMMENT ON COLUMN mart.totals.highest IS 'sum of the highest';
COMMENT ON COLUMN mart.totals.total_in_usd IS 'sum in dollars by the dated table';
COMMENT ON COLUMN mart.totals.conversions IS 'value, rate, day and result of each conversion';
COMMENT ON COLUMN mart.totals.n_unconverted IS 'amounts for whose month the table has no rate';
COMMENT ON COLUMN mart.totals.n_parts_left_out IS 'claims left out as parts of another';
COMMENT ON COLUMN mart.totals.stated_conversions IS
    'conversions in the words of the reports, which are never added';
COMMENT ON MACRO TABLE mart.totals_in IS
    'sums of money per actor and predicate in one currency (ISO 4217), with every '
    'conversion shown';
