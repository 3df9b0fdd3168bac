-- The verdict rules as scalar macros. `a` and `b` are rows of mart.facts (or structs with its
-- columns); where a direction matters, `a` is the later report. The rules are those of the claims
-- page; where two could apply, the order of the CASE arms below decides, and the name of the rule
-- and the reason are stored with every verdict.

-- ---------------------------------------------------------------- reading one value

CREATE OR REPLACE MACRO mart.last_digit(v) AS
    -- Unit of the last non-zero digit of a whole number (33000 -> 1000); 0 for fractions and 0.
    CASE WHEN v IS NULL OR v = 0 OR v <> trunc(v) THEN 0::DECIMAL(28,6)
         ELSE ('1' || repeat('0', length(abs(v)::DECIMAL(28,0)::VARCHAR)
               - length(rtrim(abs(v)::DECIMAL(28,0)::VARCHAR, '0'))))::DECIMAL(28,6) END;

CREATE OR REPLACE MACRO mart.dimension(f) AS
    CASE WHEN f.kind IN ('date', 'year') THEN 'date'
         WHEN f.kind = 'money' THEN 'money'
         WHEN f.kind = 'duration' THEN
             CASE WHEN f.unit IN ('month', 'quarter', 'year', 'decade', 'century') THEN 'months'
                  WHEN f.unit IN ('second', 'minute', 'hour') THEN 'seconds'
                  ELSE 'days' END
         -- people are hired into, work in and lose jobs
         WHEN f.predicate IN ('cut_jobs', 'hire', 'employ') AND f.unit = 'job' THEN 'count:person'
         ELSE f.kind || ':' || coalesce(f.unit, '') END;

CREATE OR REPLACE MACRO mart.unit_factor(f) AS
    CASE WHEN f.kind <> 'duration' THEN 1
         ELSE CASE f.unit WHEN 'quarter' THEN 3 WHEN 'year' THEN 12 WHEN 'decade' THEN 120
              WHEN 'century' THEN 1200 WHEN 'week' THEN 7 WHEN 'minute' THEN 60
              WHEN 'hour' THEN 3600 ELSE 1 END END;

CREATE OR REPLACE MACRO mart.is_decade(f) AS
    -- "in the 2 trillions": from the stated number up to the next.
    coalesce(f.hedge = 'about' AND f.value_low = f.value AND f.value_high > f.value, false);

CREATE OR REPLACE MACRO mart.reading(f) AS {
    'dim': mart.dimension(f),
    'currency': f.currency,
    'v': (coalesce(f.value, (f.value_low + f.value_high) * 0.5::DECIMAL(2,1))
          * mart.unit_factor(f))::DECIMAL(28,6),
    'low': (f.value_low * mart.unit_factor(f))::DECIMAL(28,6),
    -- "thousands" has no number of its own, and may be said of tens of thousands
    'high': least(f.value_high * mart.unit_factor(f)
                  * CASE WHEN f.value IS NULL AND f.hedge = 'about' THEN 10 ELSE 1 END,
                  1e21)::DECIMAL(28,6),
    -- written precision, and the precision read at the last non-zero digit
    'q': (coalesce(f.quantum, 0) * mart.unit_factor(f))::DECIMAL(28,6),
    'wide': (greatest(coalesce(f.quantum, 0), mart.last_digit(f.value))
             * mart.unit_factor(f))::DECIMAL(28,6),
    'scaled': coalesce(f.quantum, 0) >= 1000,
    'hedged': coalesce(f.hedge IN ('about', 'nearly'), f.bound = '~'),
    'ranged': coalesce(f.hedge = 'range' OR f.hedge = 'about' AND f.value IS NULL
                       OR mart.is_decade(f), false)
              AND f.value_low IS NOT NULL AND f.value_high IS NOT NULL,
    'decade': mart.is_decade(f),
    'open': CASE WHEN f.hedge IN ('about', 'nearly', 'range') THEN NULL
                 WHEN f.bound IN ('>', '>=') THEN 'up'
                 WHEN f.bound IN ('<', '<=') THEN 'down' END,
    -- unhedged tallies, prices, years and ordinals are exact, unless written with a scale word
    'exact': f.bound = '=' AND f.hedge IS NULL AND coalesce(f.quantum, 0) < 1000 AND (
        f.kind IN ('year', 'ordinal', 'age') OR f.predicate = 'trade_at'
        OR (f.kind = 'count' AND f.predicate IN ('kill', 'injure', 'missing', 'vote'))),
    'since': coalesce(f.date_start, CASE WHEN f.kind = 'year' AND f.value BETWEEN 1 AND 9998
                                    THEN make_date(f.value::INT, 1, 1) END),
    'until': coalesce(f.date_end, f.date_start, CASE WHEN f.kind = 'year'
                      AND f.value BETWEEN 1 AND 9998 THEN make_date(f.value::INT, 12, 31) END),
    'vague': f.bound = '~',
    'reported': year(f.published_at)
};

-- ---------------------------------------------------------------- relation of two values

CREATE OR REPLACE MACRO mart.apart(x, y) AS
    -- Relative difference of the larger, 0..2.
    CASE WHEN x = y THEN 0.0::DOUBLE
         ELSE abs(x::DOUBLE - y::DOUBLE) / greatest(abs(x::DOUBLE), abs(y::DOUBLE)) END;

CREATE OR REPLACE MACRO mart.times(x, y) AS
    -- How many times the smaller one the larger is.
    greatest(abs(x), abs(y))::DOUBLE / nullif(least(abs(x), abs(y)), 0)::DOUBLE;

CREATE OR REPLACE MACRO mart.is_slip(x, y, slack := 0.02) AS
    -- A ratio within 2 % of a power of ten that a misread scale word or a lost digit explains.
    coalesce(round(log10(mart.times(x, y))) BETWEEN 1 AND 4
             AND abs(mart.times(x, y) / 10 ** round(log10(mart.times(x, y))) - 1) <= slack, false);

CREATE OR REPLACE MACRO mart.finest(r) AS
    -- The coarsest step at which a value may be read.
    CASE WHEN r.exact THEN 0 WHEN r.hedged OR r.scaled THEN r.wide ELSE r.q END;

CREATE OR REPLACE MACRO mart.rounds_to(fine, coarse) AS
    -- Whether the finer reading lies in the coarser one's half-open interval, under the caps:
    -- 15 % of the larger, or 5 % where an unhedged value is read at its last non-zero digit.
    NOT coarse.exact AND mart.finest(coarse) > mart.finest(fine) AND (
        (2 * (fine.v - coarse.v) >= -coarse.q AND 2 * (fine.v - coarse.v) < coarse.q
         AND 100 * abs(fine.v - coarse.v) <= 15 * greatest(abs(fine.v), abs(coarse.v)))
     OR ((coarse.hedged OR coarse.scaled)
         AND 2 * (fine.v - coarse.v) >= -coarse.wide AND 2 * (fine.v - coarse.v) < coarse.wide
         AND 100 * abs(fine.v - coarse.v)
             <= (CASE WHEN coarse.hedged THEN 15 ELSE 5 END) * greatest(abs(fine.v), abs(coarse.v))));

CREATE OR REPLACE MACRO mart.within_bound(open, other) AS
    -- Whether a value satisfies a one-sided one within one step of its last stated digit.
    CASE open.open
        WHEN 'up' THEN other.v >= open.v AND other.v <= open.v + open.wide
        WHEN 'down' THEN other.v <= open.v AND other.v >= open.v - open.wide
        ELSE false END;

CREATE OR REPLACE MACRO mart.relate_dates(a, b) AS
    -- Up to a month ("this week", "early this month") a window counts as a hedged day.
    CASE WHEN a.since = b.since AND a.until = b.until
             THEN {'relation': 'equal', 'note': 'date', 'finer': NULL::VARCHAR, 'hedged': false,
                   'difference': 0.0::DOUBLE, 'magnitude': false}
         -- one evening in one time zone is the next day in another
         WHEN a.since = a.until AND b.since = b.until AND abs(a.since - b.since) <= 1
             THEN {'relation': 'equal', 'note': 'time_zone', 'finer': NULL, 'hedged': false,
                   'difference': 0.0, 'magnitude': false}
         WHEN a.since >= b.since AND a.until <= b.until
             THEN {'relation': 'rounded', 'note': 'date', 'finer': 'a',
                   'hedged': b.vague OR b.until - b.since < 31, 'difference': 0.0,
                   'magnitude': false}
         WHEN b.since >= a.since AND b.until <= a.until
             THEN {'relation': 'rounded', 'note': 'date', 'finer': 'b',
                   'hedged': a.vague OR a.until - a.since < 31, 'difference': 0.0,
                   'magnitude': false}
         WHEN a.since <= b.until AND b.since <= a.until
             THEN {'relation': 'bound', 'note': 'date', 'finer': NULL, 'hedged': true,
                   'difference': 0.0, 'magnitude': false}
         WHEN a.since IS NULL OR b.since IS NULL
             THEN {'relation': 'incomparable', 'note': 'unresolved_date', 'finer': NULL,
                   'hedged': false, 'difference': NULL, 'magnitude': false}
         ELSE {'relation': 'disjoint', 'note': 'date', 'finer': NULL, 'hedged': false,
               'difference': least(1.0, abs(a.since - b.since) / 365.0), 'magnitude': false} END;

CREATE OR REPLACE MACRO mart.relate_age(start, span) AS
    -- A founding date against a length of time, counted at the year of the latter's report.
    CASE WHEN abs(span.reported - year(start.since) - span.v::DOUBLE / 12) <= 1
             THEN {'relation': 'derived', 'note': 'years_since', 'finer': NULL::VARCHAR,
                   'hedged': false, 'difference': 0.0::DOUBLE, 'magnitude': false}
         WHEN span.hedged AND abs(span.reported - year(start.since) - span.v::DOUBLE / 12)
                              <= 0.15 * span.v::DOUBLE / 12
             THEN {'relation': 'rounded', 'note': 'years_since', 'finer': NULL, 'hedged': true,
                   'difference': mart.apart(span.reported - year(start.since), span.v / 12),
                   'magnitude': false}
         WHEN start.since IS NULL OR span.reported IS NULL OR span.v IS NULL
             THEN {'relation': 'incomparable', 'note': 'unresolved_date', 'finer': NULL,
                   'hedged': false, 'difference': NULL, 'magnitude': false}
         ELSE {'relation': 'disjoint', 'note': 'years_since', 'finer': NULL, 'hedged': false,
               'difference': mart.apart(span.reported - year(start.since), span.v / 12),
               'magnitude': false} END;

CREATE OR REPLACE MACRO mart.relate_amounts(a, b) AS
    CASE WHEN a.ranged AND b.ranged THEN
             CASE WHEN a.low = b.low AND a.high = b.high
                      THEN {'relation': 'equal', 'note': 'range', 'finer': NULL::VARCHAR,
                            'hedged': false, 'difference': 0.0::DOUBLE, 'magnitude': false}
                  WHEN a.low <= b.high AND b.low <= a.high
                      THEN {'relation': 'bound', 'note': 'range', 'finer': NULL, 'hedged': true,
                            'difference': mart.apart(a.v, b.v), 'magnitude': false}
                  ELSE {'relation': 'disjoint', 'note': 'range', 'finer': NULL, 'hedged': false,
                        'difference': mart.apart(a.v, b.v), 'magnitude': mart.is_slip(a.v, b.v)} END
         WHEN (a.ranged AND b.v BETWEEN a.low AND a.high)
              OR (b.ranged AND a.v BETWEEN b.low AND b.high)
             THEN {'relation': 'bound', 'note': 'range',
                   'finer': CASE WHEN a.decade AND NOT b.hedged THEN 'b'
                                 WHEN b.decade AND NOT a.hedged THEN 'a' END,
                   'hedged': true, 'difference': mart.apart(a.v, b.v), 'magnitude': false}
         WHEN a.ranged OR b.ranged
             THEN {'relation': 'disjoint', 'note': 'range', 'finer': NULL, 'hedged': false,
                   'difference': mart.apart(a.v, b.v), 'magnitude': mart.is_slip(a.v, b.v)}
         WHEN a.v = b.v AND a.open IS NOT DISTINCT FROM b.open
             THEN {'relation': 'equal', 'note': 'value', 'finer': NULL, 'hedged': false,
                   'difference': 0.0, 'magnitude': false}
         -- "up to 10" includes 10, so a plain 10 is the finer one; "over 10" only touches it
         WHEN a.v = b.v
             THEN {'relation': 'bound', 'note': 'limit',
                   'finer': CASE WHEN a.open = 'down' AND b.open IS NULL THEN 'b'
                                 WHEN b.open = 'down' AND a.open IS NULL THEN 'a' END,
                   'hedged': false, 'difference': 0.0, 'magnitude': false}
         WHEN CASE WHEN a.open IS NOT NULL AND b.open IS NULL THEN mart.within_bound(a, b)
                   WHEN b.open IS NOT NULL AND a.open IS NULL THEN mart.within_bound(b, a)
                   WHEN a.open = b.open THEN abs(a.v - b.v) <= greatest(a.wide, b.wide)
                   WHEN a.open = 'up' THEN a.v <= b.v
                   WHEN b.open = 'up' THEN b.v <= a.v
                   ELSE false END
             THEN {'relation': 'bound', 'note': 'one_sided', 'finer': NULL, 'hedged': true,
                   'difference': mart.apart(a.v, b.v), 'magnitude': false}
         WHEN mart.rounds_to(a, b)
             THEN {'relation': 'rounded', 'note': 'interval', 'finer': 'a', 'hedged': b.hedged,
                   'difference': mart.apart(a.v, b.v), 'magnitude': false}
         WHEN mart.rounds_to(b, a)
             THEN {'relation': 'rounded', 'note': 'interval', 'finer': 'b', 'hedged': a.hedged,
                   'difference': mart.apart(a.v, b.v), 'magnitude': false}
         ELSE {'relation': 'disjoint', 'note': 'value', 'finer': NULL, 'hedged': false,
               'difference': mart.apart(a.v, b.v),
               -- a single-digit tally may well grow tenfold
               'magnitude': mart.is_slip(a.v, b.v)
                            AND NOT (a.exact AND b.exact AND least(a.v, b.v) < 10)} END;

CREATE OR REPLACE MACRO mart.relate(a, b) AS
    CASE WHEN a.dim = 'date' AND b.dim = 'date' THEN mart.relate_dates(a, b)
         WHEN a.dim = 'date' AND b.dim = 'months' THEN mart.relate_age(a, b)
         WHEN a.dim = 'months' AND b.dim = 'date' THEN mart.relate_age(b, a)
         WHEN a.dim <> b.dim
             THEN {'relation': 'incomparable', 'note': CASE WHEN split_part(a.dim, ':', 1)
                       = split_part(b.dim, ':', 1) THEN 'unit' ELSE 'kind' END,
                   'finer': NULL::VARCHAR, 'hedged': false, 'difference': NULL::DOUBLE,
                   'magnitude': false}
         WHEN a.dim = 'money' AND a.currency IS DISTINCT FROM b.currency
             THEN {'relation': 'currency', 'note': 'currency', 'finer': NULL, 'hedged': false,
                   'difference': NULL, 'magnitude': false}
         WHEN a.v IS NULL AND b.v IS NULL
             THEN {'relation': 'equal', 'note': 'no_value', 'finer': NULL, 'hedged': false,
                   'difference': 0.0, 'magnitude': false}
         WHEN a.v IS NULL OR b.v IS NULL
             THEN {'relation': 'incomparable', 'note': 'no_value', 'finer': NULL, 'hedged': false,
                   'difference': NULL, 'magnitude': false}
         ELSE mart.relate_amounts(a, b) END;

CREATE OR REPLACE MACRO mart.value_relation(a, b) AS
    -- A lambda binds the readings once: macros are expanded in place, and nested twice would
    -- take seconds to bind.
    list_transform([{'x': mart.reading(a), 'y': mart.reading(b)}],
                   lambda p: mart.relate(p.x, p.y))[1];

-- ---------------------------------------------------------------- two currencies
-- From here on `a` and `b` are rows of news.sides: facts with their report, readings, rates.

CREATE OR REPLACE MACRO mart.stated_rate(a, b) AS
    -- Units of a's currency for one of b's, where either text states or implies it.
    coalesce(
        list_filter(list_concat(a.rates, b.rates),
            lambda r: r.native = b.currency AND r.other = a.currency)[1].rate::DOUBLE,
        1 / list_filter(list_concat(a.rates, b.rates),
            lambda r: r.native = a.currency AND r.other = b.currency)[1].rate::DOUBLE);

CREATE OR REPLACE MACRO mart.table_rate(a, b) AS
    -- Units of a's currency for one of b's by the dated table.
    a.per_usd / b.per_usd;

CREATE OR REPLACE MACRO mart.rate(a, b) AS
    -- A stated rate, unless the amounts fit by the table only: a report with a wrong figure
    -- implies a wrong rate.
    CASE WHEN mart.stated_rate(a, b) IS NOT NULL AND NOT coalesce(
                  mart.apart(a.r.v::DOUBLE, b.r.v::DOUBLE * mart.stated_rate(a, b)) > 0.03
                  AND mart.apart(a.r.v::DOUBLE, b.r.v::DOUBLE * mart.table_rate(a, b)) <= 0.03,
                  false)
             THEN {'rate': mart.stated_rate(a, b), 'basis': 'stated'}
         WHEN mart.table_rate(a, b) IS NOT NULL
             THEN {'rate': mart.table_rate(a, b), 'basis': 'table'} END;

CREATE OR REPLACE MACRO mart.slack(r) AS
    -- Half the written precision relative to the value, at most 15 %.
    CASE WHEN r.v = 0 THEN 0.0
         ELSE least(0.15, mart.finest(r)::DOUBLE / 2 / abs(r.v::DOUBLE)) END;

CREATE OR REPLACE MACRO mart.convert(a, b, rate) AS
    -- Natives in two currencies: 3 % on top of the coarser one's precision. The dated table is
    -- good enough to tie two amounts, not to set them against each other unless far apart.
    CASE WHEN rate IS NULL
             THEN {'relation': 'incomparable', 'note': 'no_rate', 'finer': NULL::VARCHAR,
                   'hedged': false, 'difference': NULL::DOUBLE, 'magnitude': false}
         WHEN mart.apart(a.v::DOUBLE, b.v::DOUBLE * rate.rate)
              <= 0.03 + greatest(mart.slack(a), mart.slack(b))
             THEN {'relation': 'converted', 'note': rate.basis || '_rate', 'finer': NULL,
                   'hedged': false, 'difference': mart.apart(a.v::DOUBLE, b.v::DOUBLE * rate.rate),
                   'magnitude': false}
         WHEN rate.basis = 'table' AND mart.apart(a.v::DOUBLE, b.v::DOUBLE * rate.rate) <= 0.10
             THEN {'relation': 'incomparable', 'note': 'no_rate', 'finer': NULL, 'hedged': false,
                   'difference': NULL, 'magnitude': false}
         ELSE {'relation': 'disjoint', 'note': rate.basis || '_rate', 'finer': NULL,
               'hedged': false, 'difference': mart.apart(a.v::DOUBLE, b.v::DOUBLE * rate.rate),
               'magnitude': mart.is_slip(a.v::DOUBLE, b.v::DOUBLE * rate.rate,
                                         CASE rate.basis WHEN 'table' THEN 0.05 ELSE 0.02 END)} END;

-- ---------------------------------------------------------------- amounts per year and totals

CREATE OR REPLACE MACRO mart.is_multiplied(a, b) AS
    -- 4 billion a year and 20 billion over five years, to within 5 %.
    CASE WHEN a.per = 'year' AND b.per IS NULL
             THEN mart.apart(a.r.v::DOUBLE
                             * coalesce(b.period_months, a.period_months)::DOUBLE / 12, b.r.v) <= 0.05
         WHEN b.per = 'year' AND a.per IS NULL
             THEN mart.apart(b.r.v::DOUBLE
                             * coalesce(a.period_months, b.period_months)::DOUBLE / 12, a.r.v) <= 0.05
         ELSE false END;

CREATE OR REPLACE MACRO mart.is_scale_word(a, b) AS
    -- Some thousand times as much offered for one thing at one place within weeks, in millions by
    -- one report and in billions by the other: a wrong word, whatever else changed in between.
    a.kind = 'money' AND b.kind = 'money' AND a.predicate = 'acquire' AND b.predicate = 'acquire'
    AND coalesce(a.place = b.place AND abs(date_diff('day', a.published_at, b.published_at)) <= 60
                 AND a.r.scaled AND b.r.scaled
                 AND mart.times(a.r.v / a.per_usd, b.r.v / b.per_usd) BETWEEN 500 AND 2000, false);

CREATE OR REPLACE MACRO mart.full_relation(a, b, m) AS
    -- The relation of the values with what needs the whole facts: rates, multiplication.
    CASE WHEN mart.is_scale_word(a, b)
             THEN {'relation': 'disjoint', 'note': 'value', 'finer': NULL::VARCHAR,
                   'hedged': false, 'difference': 0.999::DOUBLE, 'magnitude': true}
         WHEN m.relation = 'currency' THEN mart.convert(a.r, b.r, mart.rate(a, b))
         WHEN m.relation = 'disjoint' AND mart.is_multiplied(a, b)
             THEN {'relation': 'derived', 'note': 'per_year', 'finer': NULL::VARCHAR,
                   'hedged': false, 'difference': 0.0::DOUBLE, 'magnitude': false}
         ELSE m END;

-- ---------------------------------------------------------------- rule 1: not comparable

CREATE OR REPLACE MACRO mart.motion_of(f) AS
    -- How the figures of a predicate move: `growing` tallies, `varying` states, `offer`s,
    -- `series` of decisions or measurements, and announced `event`s.
    CASE WHEN f.kind = 'date' OR f.kind = 'year' THEN 'event'
         WHEN f.predicate IN ('kill', 'injure', 'vote', 'arrest', 'damage')
              AND f.slot IN ('level', 'count') THEN 'growing'
         WHEN f.predicate = 'measure' AND f.slot = 'count' AND f.unit <> 'magnitude' THEN 'growing'
         WHEN f.predicate IN ('missing', 'displace', 'employ')
              AND f.slot IN ('level', 'count') THEN 'varying'
         WHEN f.predicate IN ('acquire', 'sell')
              AND coalesce(f.phase, 'proposed') IN ('rumoured', 'proposed', 'planned')
              THEN 'offer'
         WHEN f.predicate IN ('set_rate', 'measure', 'poll', 'trade_at', 'earn', 'profit', 'lose')
              THEN 'series'
         ELSE 'event' END;

CREATE OR REPLACE MACRO mart.motion(f) AS f.motion;

CREATE OR REPLACE MACRO mart.is_within(part, whole) AS
    -- One place inside another: JP-Tokyo in JP.
    coalesce(starts_with(part.place, whole.place || '-'), false);

CREATE OR REPLACE MACRO mart.is_part(part, whole) AS
    -- A disjoint smaller amount of a part: of the place, of the participants, or so stated.
    part.kind IN ('money', 'count') AND part.r.v < whole.r.v AND (
        mart.is_within(part, whole)
        OR (part.scope = 'part_of' AND whole.scope IS DISTINCT FROM 'part_of')
        OR (len(part.actors) > 0 AND len(part.actors) < len(whole.actors)
            AND list_has_all(whole.actors, part.actors)));

CREATE OR REPLACE MACRO mart.is_one_count(part, whole) AS
    -- The toll for the country where a disaster happened is no whole of which the one for its
    -- region is a part: the country is where, not what was counted. Unless the report itself
    -- gives a larger one for somewhere else.
    mart.motion(part) IN ('growing', 'varying') AND part.predicate <> 'employ'
    AND mart.is_within(part, whole) AND NOT contains(whole.place, '-')
    AND part.scope IS DISTINCT FROM 'part_of' AND part.is_main;

CREATE OR REPLACE MACRO mart.has_spread(a, b) AS
    -- Such a pair of which the later one is the later state of affairs.
    (mart.is_one_count(b, a) OR mart.motion(a) = 'varying' AND mart.is_one_count(a, b));

CREATE OR REPLACE MACRO mart.are_siblings(a, b) AS
    -- Two members of one family, neither of them its head: two subsidiaries, two earthquakes.
    len(a.names) > 0 AND len(b.names) > 0 AND NOT list_has_any(a.names, b.names)
    AND NOT list_has_any(a.names, b.actors) AND NOT list_has_any(b.names, a.actors);

CREATE OR REPLACE MACRO mart.is_out_of_size(a, b, m) AS
    -- Twenty times as much, and no slip of a power of ten: figures of different things. A toll
    -- may grow that much in more than a week.
    a.kind IN ('money', 'count', 'percent') AND m.difference > 0.95 AND NOT m.magnitude
    AND (mart.motion(a) NOT IN ('growing', 'varying')
         OR (mart.report_gap(a, b) <= 7 AND least(a.r.v, b.r.v) >= 10));

CREATE OR REPLACE MACRO mart.is_dated_state(f) AS
    f.kind IN ('date', 'year')
    AND f.predicate IN ('kill', 'injure', 'missing', 'displace', 'employ', 'measure', 'poll',
                        'trade_at', 'earn', 'profit', 'lose');

CREATE OR REPLACE MACRO mart.stage(f) AS
    -- Whether a figure is talked of, intended or real; null where not stated. A plan and its
    -- outcome may differ without contradiction.
    CASE WHEN f.phase IN ('rumoured', 'proposed') THEN 'talk'
         WHEN f.phase IN ('planned', 'forecast', 'approved') THEN 'plan'
         WHEN f.phase = 'done' THEN 'fact' END;

CREATE OR REPLACE MACRO mart.excluded(a, b, m) AS
    -- Why two facts cannot be compared, or null.
    -- pairs that no lookup finds, asked for by name: another deed, or other people's
    CASE WHEN a.block IS DISTINCT FROM b.block AND 'found|age' NOT IN (a.block, b.block)
              THEN 'claim'
         WHEN len(a.actors) > 0 AND len(b.actors) > 0 AND NOT list_has_any(a.actors, b.actors)
              THEN 'participants'
         WHEN m.relation = 'incomparable' THEN m.note
         WHEN a.measurer <> b.measurer THEN 'measurer'
         WHEN a.predicate IN ('measure', 'poll') AND m.relation = 'disjoint'
              AND a.measurer IS DISTINCT FROM b.measurer THEN 'measurer'
         -- agencies differ by a few tenths, and reports leave the agency out
         WHEN a.unit = 'magnitude' AND m.relation = 'disjoint' AND NOT m.magnitude
              AND coalesce(a.measurer, b.measurer) IS NULL THEN 'measurer'
         WHEN a.predicate = 'trade_at' AND m.relation <> 'equal' AND (a.as_of <> b.as_of
              OR (a.as_of IS NULL AND b.as_of IS NULL AND a.published_at <> b.published_at))
              THEN 'moment'
         WHEN a.per <> b.per THEN 'per'
         WHEN m.relation <> 'disjoint' THEN NULL
         WHEN mart.are_siblings(a, b) THEN 'participants'
         -- the day of a count or reading is no figure that another day contradicts
         WHEN mart.is_dated_state(a) THEN 'moment'
         WHEN a.population <> b.population THEN 'population'
         WHEN mart.stage(a) <> mart.stage(b) THEN 'phase'
         WHEN coalesce(a.per, '') <> coalesce(b.per, '') AND coalesce(a.per, b.per) <> 'year'
              THEN 'per'
         WHEN mart.is_out_of_size(a, b, m) THEN 'size'
         WHEN a.predicate = 'measure' AND a.target <> b.target THEN 'measure'
         WHEN a.predicate = 'measure' AND a.kind = 'percent'
              AND (a.target IS NULL OR b.target IS NULL) THEN 'measure'
         WHEN (mart.is_part(a, b) OR mart.is_part(b, a)) AND NOT mart.has_spread(a, b)
              THEN 'part_of'
         WHEN a.kind NOT IN ('money', 'count') AND (mart.is_within(a, b) OR mart.is_within(b, a))
              THEN 'place'
         WHEN len(a.actors) > 0 AND len(b.actors) > 0 AND NOT list_has_all(a.actors, b.actors)
              AND NOT list_has_all(b.actors, a.actors) THEN 'participants'
         WHEN a.predicate IN ('earn', 'profit', 'lose') AND a.period_months <> b.period_months
              THEN 'fiscal_period' END;

-- ---------------------------------------------------------------- time

CREATE OR REPLACE MACRO mart.starts(f) AS coalesce(f.event_date_start, f.as_of);
CREATE OR REPLACE MACRO mart.ends(f) AS
    coalesce(f.event_date_end, f.event_date_start, f.as_of);

CREATE OR REPLACE MACRO mart.days_apart(a, b) AS
    -- Days between the stated event dates (0 where they overlap), null where one is not stated.
    greatest(0, mart.starts(a) - mart.ends(b), mart.starts(b) - mart.ends(a))
    + CASE WHEN mart.starts(a) IS NULL OR mart.starts(b) IS NULL THEN NULL ELSE 0 END;

CREATE OR REPLACE MACRO mart.report_gap(a, b) AS
    abs(date_diff('day', a.published_at, b.published_at));

CREATE OR REPLACE MACRO mart.is_other_event(a, b, relation) AS
    -- Another event of the same series: stated dates further apart than one event's reports
    -- (14 days; 3 for a series; a moving figure is one event while its event dates meet).
    CASE WHEN mart.motion(a) IN ('growing', 'varying', 'offer')
             THEN coalesce(greatest(a.event_date_start - b.event_date_end,
                                    b.event_date_start - a.event_date_end) > 14, false)
         WHEN a.r.dim = 'date' AND b.r.dim = 'date' AND a.slot IN ('event_date', 'start', 'end')
             -- a year or a quarter is another one from its first day
             THEN relation = 'disjoint' AND a.slot = 'event_date'
                  AND greatest(a.r.since - b.r.until, b.r.since - a.r.until)
                      > CASE WHEN greatest(a.r.until - a.r.since, b.r.until - b.r.since) > 31
                             THEN 0 ELSE 14 END
         WHEN mart.motion(a) = 'series'
             -- one result is told by the end of its quarter and by the day of its announcement
             THEN coalesce(mart.days_apart(a, b) > 3
                           AND NOT (relation <> 'disjoint' AND mart.report_gap(a, b) <= 14), false)
         ELSE coalesce(mart.days_apart(a, b) > 14, false) END;

CREATE OR REPLACE MACRO mart.is_far(a, b, m) AS
    -- Whether, of figures that do not fit and of which one has no date, the reports are so far
    -- apart that they are of different events, unless both state another figure of it.
    m.relation = 'disjoint' AND mart.days_apart(a, b) IS NULL
    AND (a.kind NOT IN ('date', 'year') OR a.slot = 'rank')
    AND CASE mart.motion(a) WHEN 'series' THEN mart.report_gap(a, b) > 20
                            WHEN 'event' THEN mart.report_gap(a, b) > 60
                            ELSE false END;

CREATE OR REPLACE MACRO mart.moment(f) AS coalesce(f.as_of, f.published_at::DATE);

CREATE OR REPLACE MACRO mart.time_explains(a, b, magnitude) AS
    -- `update`, `older_as_of` or null for disjoint values, a reported after b. A power of ten is
    -- never put down to time, save where the later text quotes the old figure itself.
    CASE WHEN list_contains(a.old_values, b.r.v) THEN 'update'
         WHEN magnitude THEN NULL
         WHEN mart.motion(a) = 'growing' THEN
             CASE WHEN a.r.v < b.r.v AND a.as_of < mart.moment(b) THEN 'older_as_of'
                  WHEN a.r.v > b.r.v AND NOT coalesce(a.as_of < b.as_of, false)
                       AND (mart.moment(a) > mart.moment(b)
                            OR a.published_at > b.published_at) THEN 'update' END
         WHEN mart.motion(a) = 'varying' THEN
             CASE WHEN a.as_of < mart.moment(b) THEN 'older_as_of'
                  WHEN mart.moment(a) > mart.moment(b)
                       OR (a.published_at > b.published_at
                           AND (a.as_of IS NULL OR b.as_of IS NULL)) THEN 'update' END
         WHEN mart.motion(a) = 'offer' THEN
             CASE WHEN a.as_of < b.as_of OR a.event_date_end < b.event_date_start
                      THEN 'older_as_of'
                  WHEN a.as_of > b.as_of OR a.event_date_start > b.event_date_end
                       OR mart.report_gap(a, b) > 14 THEN 'update' END
         WHEN mart.motion(a) = 'event' AND a.kind NOT IN ('date', 'year') THEN
             CASE WHEN a.as_of < b.as_of THEN 'older_as_of'
                  WHEN a.as_of > b.as_of OR a.event_date_start > b.event_date_end + 1
                      THEN 'update' END END;

-- ---------------------------------------------------------------- rule 3: attributes

CREATE OR REPLACE MACRO mart.is_only_each(a, b) AS
    -- Only one says "each"; of rates and shares that says nothing about the figure.
    a.kind <> 'percent'
    AND ((a.distributive = 'each' AND b.distributive IS NULL)
         OR (b.distributive = 'each' AND a.distributive IS NULL));

CREATE OR REPLACE MACRO mart.is_fulfilled(a, b) AS
    -- What was planned is reported as done. A decision on a rate that is told with its day, and
    -- not as planned, has been taken.
    a.kind NOT IN ('date', 'year', 'duration') AND a.slot <> 'previous'
    AND b.phase IN ('planned', 'forecast')
    AND (a.phase = 'done'
         OR coalesce(a.phase IS NULL AND a.predicate = 'set_rate'
                     AND a.event_date_end <= a.published_at::DATE, false));

CREATE OR REPLACE MACRO mart.attribute_difference(a, b) AS
    -- Which stated qualifier sets two reports apart whose values agree, or null. An unstated
    -- population, phase, total or per-unit lets the values decide; an unstated "each",
    -- "additional" or "including" does not, since it changes what the figure counts.
    CASE WHEN (a.phase = 'denied' AND b.phase IS DISTINCT FROM 'denied')
              OR (b.phase = 'denied' AND a.phase IS DISTINCT FROM 'denied') THEN 'denied'
         WHEN a.distributive <> b.distributive THEN 'distributive'
         WHEN mart.is_only_each(a, b) THEN 'not_stated'
         WHEN a.kind = 'money' AND a.predicate IN ('invest', 'fund', 'lend', 'acquire', 'spend')
              AND len(a.actors) > 0 AND len(b.actors) > 0 AND a.actors <> b.actors
              THEN 'who_pays'
         WHEN a.scope <> b.scope THEN 'scope'
         WHEN (a.scope IN ('additional', 'inclusive') AND b.scope IS NULL)
              OR (b.scope IN ('additional', 'inclusive') AND a.scope IS NULL) THEN 'not_stated'
         WHEN a.population <> b.population THEN 'population' END;

CREATE OR REPLACE MACRO mart.at_most_differs(a, b) AS
    -- For disjoint values: a qualifier that may itself explain the difference.
    CASE WHEN a.distributive <> b.distributive THEN 'distributive'
         WHEN mart.is_only_each(a, b) THEN 'not_stated'
         WHEN a.scope <> b.scope THEN 'scope'
         WHEN (a.scope IN ('additional', 'inclusive') AND b.scope IS NULL)
              OR (b.scope IN ('additional', 'inclusive') AND a.scope IS NULL) THEN 'not_stated'
         WHEN (a.per IS NULL) <> (b.per IS NULL) THEN 'not_stated' END;

-- ---------------------------------------------------------------- the verdict

CREATE OR REPLACE MACRO mart.grounds(a, b, m) AS {
    -- What the rules ask of a pair; worked out in a step of its own, see mart.value_relation.
    'excluded': mart.excluded(a, b, m),
    'other_event': mart.is_other_event(a, b, m.relation),
    'far': mart.is_far(a, b, m),
    'quoted': coalesce(list_contains(a.old_values, b.r.v), false),
    'attribute': mart.attribute_difference(a, b),
    'at_most': mart.at_most_differs(a, b),
    'time': mart.time_explains(a, b, m.magnitude)
};

CREATE OR REPLACE MACRO mart.verdict(a, b, m, g) AS
    -- Rules in order; `a` is the later report, `m` their full relation, `g` the grounds.
    CASE WHEN g.excluded IS NOT NULL
             THEN {'verdict': 'not_comparable', 'reason': g.excluded,
                   'rule': '1.' || g.excluded}
         WHEN m.relation <> 'disjoint' AND a.direction <> b.direction
             THEN {'verdict': 'conflicts', 'reason': 'direction', 'rule': '6.direction'}
         WHEN m.relation <> 'disjoint' AND mart.is_fulfilled(a, b) AND g.attribute IS NULL
             THEN {'verdict': 'fulfils', 'reason': 'planned_done', 'rule': '4.planned_done'}
         WHEN g.other_event
              AND NOT g.quoted
              AND NOT (a.correction AND m.relation = 'disjoint')
             THEN {'verdict': 'follows', 'reason': 'later_decision', 'rule': '5.other_event'}
         -- the later text itself says that the old figure has changed: time before rounding
         WHEN g.quoted AND m.relation IN ('rounded', 'bound') AND a.r.v <> b.r.v
             THEN {'verdict': 'supersedes',
                   'reason': CASE WHEN a.correction THEN 'correction' ELSE 'update' END,
                   'rule': '2.quoted_old'}
         -- a moving figure for another day: likewise
         WHEN m.relation IN ('rounded', 'bound') AND mart.motion(a) IN ('growing', 'varying')
              AND a.as_of IS NOT NULL AND a.as_of > b.as_of AND a.r.v <> b.r.v
             THEN {'verdict': 'supersedes', 'reason': 'update', 'rule': '2.moved.'
                   || mart.motion(a)}
         WHEN m.relation IN ('rounded', 'bound') AND mart.motion(a) IN ('growing', 'varying')
              AND a.as_of < b.as_of AND a.r.v <> b.r.v
             THEN {'verdict': 'stale', 'reason': 'older_as_of', 'rule': '2.moved.'
                   || mart.motion(a)}
         WHEN m.relation <> 'disjoint' AND g.attribute IS NOT NULL
             THEN {'verdict': 'differs', 'reason': g.attribute,
                   'rule': '3.' || g.attribute}
         WHEN m.relation = 'converted'
             THEN {'verdict': 'restates', 'reason': 'converted', 'rule': '4.converted.' || m.note}
         WHEN m.relation IN ('equal', 'derived') OR (m.relation = 'bound' AND m.finer IS NULL)
             THEN {'verdict': 'agrees', 'reason': m.relation,
                   'rule': '4.' || m.relation || '.' || m.note}
         WHEN m.relation = 'rounded' AND m.hedged
             THEN {'verdict': 'agrees', 'reason': 'rounded', 'rule': '4.rounded.hedged'}
         WHEN m.relation IN ('rounded', 'bound')
             THEN {'verdict': CASE m.finer WHEN 'a' THEN 'refines' ELSE 'coarsens' END,
                   'reason': m.relation, 'rule': '4.' || m.relation || '.' || m.note}
         -- disjoint from here on
         WHEN a.correction AND (len(a.old_values) = 0 OR g.quoted)
             THEN {'verdict': 'supersedes', 'reason': 'correction', 'rule': '5.correction'}
         WHEN a.article_id = b.article_id
             THEN {'verdict': 'supersedes',
                   'reason': CASE WHEN g.time = 'update'
                                  THEN 'revision' ELSE 'silent_edit' END,
                   'rule': '5.same_url'}
         WHEN g.at_most IS NOT NULL
             THEN {'verdict': 'differs', 'reason': g.at_most,
                   'rule': '3.at_most.' || g.at_most}
         WHEN g.time = 'update'
             THEN {'verdict': 'supersedes', 'reason': 'update',
                   'rule': '5.update.' || mart.motion(a)}
         WHEN g.time = 'older_as_of'
             THEN {'verdict': 'stale', 'reason': 'older_as_of',
                   'rule': '5.stale.' || mart.motion(a)}
         WHEN m.magnitude
             THEN {'verdict': 'conflicts', 'reason': 'magnitude', 'rule': '6.magnitude'}
         ELSE {'verdict': 'conflicts', 'reason': 'disjoint', 'rule': '6.disjoint.' || m.note} END;

-- ---------------------------------------------------------------- around the verdict

CREATE OR REPLACE MACRO mart.other_target(a, b) AS
    -- Both say what for, in one script, and no word of it is shared; one period makes them one.
    coalesce(NOT coalesce(a.period_months = b.period_months, false)
             AND len(a.target_words) > 0 AND len(b.target_words) > 0
             AND NOT list_has_any(a.target_words, b.target_words)
             AND regexp_matches(a.target, '[^\x00-\x7f]') = regexp_matches(b.target, '[^\x00-\x7f]'),
             false);

CREATE OR REPLACE MACRO mart.verdict_within(a, b, m, dependence) AS
    -- Two mentions of one statement: they say the same unless one is a wrong translation.
    CASE WHEN 'conversion' IN (a.role_in_statement, b.role_in_statement)
             THEN {'verdict': 'restates', 'reason': 'converted',
                   'rule': '4.converted.stated_beside' || coalesce(
                       CASE WHEN a.implied_rate IS NOT NULL
                                THEN ' at ' || round(a.implied_rate, 4)::DOUBLE || ' '
                                     || a.currency || '/' || b.currency
                            WHEN b.implied_rate IS NOT NULL
                                THEN ' at ' || round(b.implied_rate, 4)::DOUBLE || ' '
                                     || b.currency || '/' || a.currency END, '')}
         WHEN dependence = 'translation' AND m.relation = 'disjoint'
             THEN {'verdict': 'mistranslated', 'reason': 'translation', 'rule': '7.translation'}
         WHEN 'echo' IN (a.role_in_statement, b.role_in_statement)
             THEN {'verdict': 'agrees',
                   'reason': CASE WHEN m.relation IN ('equal', 'bound') THEN m.relation
                                  ELSE 'rounded' END,
                   'rule': '4.echo'}
         WHEN m.relation = 'disjoint'
             THEN {'verdict': 'conflicts', 'reason': 'disjoint', 'rule': '6.same_statement'}
         ELSE {'verdict': 'agrees',
               'reason': CASE WHEN m.relation IN ('equal', 'bound', 'derived', 'rounded')
                              THEN m.relation ELSE 'equal' END,
               'rule': '4.same_statement'} END;

CREATE OR REPLACE MACRO mart.is_one_toll(a, b) AS
    -- Tallies of one town or region within two weeks, one of them without its disaster's name.
    mart.motion(a) IN ('growing', 'varying') AND a.predicate <> 'employ'
    AND coalesce(a.place = b.place AND contains(a.place, '-')
                 AND mart.report_gap(a, b) <= 14, false);

CREATE OR REPLACE MACRO mart.is_toll(f) AS
    f.kind = 'count' AND f.predicate IN ('kill', 'injure', 'missing', 'displace');

CREATE OR REPLACE MACRO mart.is_aside(f) AS
    -- A toll that is not the first of its place in the report: a part, an older one, or that of
    -- another disaster which the report recalls.
    NOT f.is_lead AND mart.is_toll(f);

CREATE OR REPLACE MACRO mart.is_opposed(a, m, v) AS
    -- Whether two reports seem to differ, so that their other figures have a say. Of tolls only
    -- those are set beside each other that lead their reports; older ones are told beside them.
    m.relation = 'disjoint' AND NOT mart.is_toll(a)
    AND (v.verdict IN ('conflicts', 'supersedes', 'stale', 'differs') OR v.reason = 'size');

CREATE OR REPLACE MACRO mart.is_close(a, b, m) AS
    -- Amounts of one currency that are near each other: that one of them fits an amount in another
    -- currency, too, does not make them two figures.
    m.relation = 'disjoint' AND m.difference <= 0.05
    AND coalesce(a.kind = 'money' AND a.currency = b.currency, false);

CREATE OR REPLACE MACRO mart.is_asked(a, b, m) AS
    -- Which mentions of two reports are set beside each other. Echoes, conversions (in one
    -- currency), quoted old figures and tolls said in passing support, they never contradict; and
    -- two reports with other subjects or targets do not disagree.
    CASE WHEN a.block <> b.block THEN m.relation IN ('equal', 'derived')
         WHEN a.role_in_statement = 'native' AND b.role_in_statement = 'native'
             THEN m.relation <> 'disjoint' OR NOT (
                 (len(a.actors) = 0 OR len(b.actors) = 0)
                 AND mart.days_apart(a, b) IS DISTINCT FROM 0 AND NOT mart.is_one_toll(a, b)
                 OR mart.is_aside(a) OR mart.is_aside(b)
                 OR mart.other_target(a, b))
         WHEN a.role_in_statement = 'quoted_old' AND b.role_in_statement = 'native'
             THEN m.relation IN ('equal', 'rounded')
         WHEN 'quoted_old' IN (a.role_in_statement, b.role_in_statement) THEN false
         WHEN 'conversion' IN (a.role_in_statement, b.role_in_statement)
             THEN 'echo' NOT IN (a.role_in_statement, b.role_in_statement)
                  AND a.currency = b.currency
         WHEN 'native' IN (a.role_in_statement, b.role_in_statement)
             THEN m.relation IN ('equal', 'rounded', 'bound')
         ELSE false END;

CREATE OR REPLACE MACRO mart.verdict_across(a, b, m, dependence, v) AS
    -- The verdict on two reports: `v` save for conversions, which never conflict, and translations.
    CASE WHEN 'conversion' IN (a.role_in_statement, b.role_in_statement)
              AND m.relation = 'disjoint'
             THEN {'verdict': CASE WHEN m.difference <= 0.1 THEN 'restates'
                                   ELSE 'not_comparable' END,
                   'reason': 'converted', 'rule': '4.converted.other_rate'}
         WHEN dependence = 'translation' AND m.relation = 'disjoint' AND NOT a.correction
              AND v.verdict NOT IN ('not_comparable', 'follows')
             THEN {'verdict': 'mistranslated', 'reason': 'translation', 'rule': '7.translation'}
         ELSE v END;

CREATE OR REPLACE MACRO mart.is_parted(a, b, g) AS
    -- Whether only the time between two reports says that they are of different events, which
    -- another figure that both state may refute.
    g.far AND g.excluded IS NULL AND NOT g.quoted AND NOT a.correction
    AND 'conversion' NOT IN (a.role_in_statement, b.role_in_statement);

CREATE OR REPLACE MACRO mart.is_refutable(f, difference) AS
    -- Which figures another shared one may bring together: amounts only where they are close.
    f.kind NOT IN ('money', 'count') OR difference <= 0.2;

CREATE OR REPLACE MACRO mart.is_telling(f) AS
    -- A figure by which an event is known again, whatever else two reports say of it: an amount,
    -- or the year until which a plan runs.
    f.role_in_statement = 'native'
    AND (f.kind = 'money' OR (f.kind = 'count' AND f.r.v >= 13)
         OR (f.kind = 'year' AND f.slot = 'end' AND f.predicate <> 'other'));

CREATE OR REPLACE MACRO mart.may_be_retold(a, b, m, v) AS
    -- A tally that differs from an earlier report's, and may be one from before that.
    v.verdict IN ('conflicts', 'supersedes') AND v.reason NOT IN ('correction', 'direction')
    AND m.relation = 'disjoint' AND a.article_id <> b.article_id AND a.as_of IS NULL
    AND a.predicate IN ('kill', 'injure', 'missing', 'displace', 'vote', 'arrest')
    AND a.slot IN ('level', 'count') AND (a.r.v < b.r.v OR mart.motion(a) = 'varying');

CREATE OR REPLACE MACRO mart.verdict_settled(v, is_parted, is_shared, is_retold) AS
    -- The verdict with what other figures of the two reports, and other reports, say.
    CASE WHEN is_parted AND NOT is_shared
             THEN {'verdict': 'follows', 'reason': 'later_decision', 'rule': '5.other_event'}
         WHEN is_retold
             THEN {'verdict': 'stale', 'reason': 'older_as_of', 'rule': '5.stale.retold'}
         ELSE v END;

CREATE OR REPLACE MACRO mart.is_meant(a, b, v) AS
    -- Whether a verdict across two reports is kept: a conversion only supports.
    'conversion' NOT IN (a.role_in_statement, b.role_in_statement)
    OR v.verdict IN ('agrees', 'refines', 'coarsens', 'restates', 'not_comparable');

CREATE OR REPLACE MACRO mart.is_distant(a, b) AS
    -- Differing values of events more than four years apart say nothing about each other. Since
    -- when a record holds is no sign of when it was set.
    a.r.v IS DISTINCT FROM b.r.v
    AND coalesce(CASE WHEN a.slot <> 'rank' THEN mart.days_apart(a, b) END,
                 mart.report_gap(a, b), 0) > 1461;

CREATE OR REPLACE MACRO mart.is_nearer(other, mine, theirs) AS
    -- Whether another figure of my report is closer to theirs: then it is the one that theirs is
    -- to be set beside.
    other.statement_id <> mine.statement_id AND other.role_in_statement = 'native'
    AND other.r.dim = theirs.r.dim AND other.r.dim = mine.r.dim
    AND (len(other.actors) = 0 OR len(mine.actors) = 0
         OR list_has_any(other.actors, mine.actors))
    AND (other.place IS NULL OR mine.place IS NULL OR other.place = mine.place)
    -- no rate is as sure as one currency
    AND NOT coalesce(mine.currency = theirs.currency AND other.currency <> theirs.currency
                     AND abs(mine.gauge - theirs.gauge) <= 0.05, false)
    AND abs(other.gauge - theirs.gauge) < 0.99 * abs(mine.gauge - theirs.gauge);
