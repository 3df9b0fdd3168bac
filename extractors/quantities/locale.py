"""Everything the grammar knows of a language, compiled from its table once and kept."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, cast

from babel.numbers import list_currencies

from extractors.quantities import tables
from extractors.quantities.additive import Additive
from extractors.quantities.blanks import compile_blanks
from extractors.quantities.currencies import cldr_currencies
from extractors.quantities.myriad import Myriad
from extractors.quantities.numerals import ONE, VULGAR, Numerals
from extractors.quantities.spelling import Spelling, ordinal_words
from extractors.quantities.tables import Currency, Raw, flat, given
from extractors.quantities.trie import LETTER, Lexicon, bounded, pattern
from extractors.records import Hedge

_LOCK = threading.Lock()

LOOSE = frozenset(("decoys", "superlatives", "ratio_words", "ordinal_words", "duration_words",
                   "negatives"))  # fmt: skip
"""Roles whose words may follow another word without a space."""
FLAGS = frozenset(
    ("each_before", "definite", "noise_before", "ages_before", "ages_weak", "ordinals_before",
     "percent_labels", "range_before", "negatives", "moves_before", "ratio_before")
)  # fmt: skip
"""Roles of words before a numeral that say what it is."""
PASSIVE = FLAGS | {"hedge", "anchor", "lead", "named", "currency", "per", "weekday_before"}
"""Roles of words that are no quantity and open none."""
Senses = dict[str, Any]
"""What a word that can open or precede a quantity means, by role."""


def load(lang: str) -> Locale | None:
    """Return the compiled tables of `lang` (BCP 47, the region is ignored), None if unknown."""
    base = lang.lower().replace("_", "-").split("-")[0]
    if base not in languages_set():
        return None
    with _LOCK:
        return _compiled(base)


@cache
def languages_set() -> frozenset[str]:
    """Return the languages that have a table, as a set."""
    return frozenset(tables.languages())


@cache
def _compiled(lang: str) -> Locale:
    return Locale(lang, tables.read("common"), tables.read(lang))


class Locale:
    """Everything the grammar knows of one language.

    The attributes are compiled from the sections of the same name; see the files.
    """

    def __init__(self, lang: str, common: Raw, table: Raw) -> None:
        """Compile the `table` of `lang` over the `common` one."""
        self.lang = lang
        self.spaced = table["spaced"] == "true"
        self.cased_dates = table.get("cased_dates") == "true"
        self.noun_last = table.get("noun_position") == "last"
        self.noun_window = int(table.get("noun_window", 0))
        self.plurals = [(a, b) for a, b in table.get("plurals", [])]
        self.not_nouns = frozenset(table.get("not_nouns", ()))
        self.stopwords = frozenset(table.get("stopwords", ()))
        self.lasting_words = frozenset(table.get("lasting_words", ()))
        self.weak_words = frozenset(table.get("weak_words", ()))
        self.generic_units = frozenset(table.get("generic_units", ()))
        self.half = table.get("duration_half", "")
        self.duration_needs = table.get("duration_needs", {})
        self._numbers(table)
        self._units(common, table)
        self._dates(common, table)
        self._open(common, table)
        skips = [*common.get("skip", ()), *table.get("skip", ())]
        self.blanks = compile_blanks(skips)

    def _lexicon(self, senses: Mapping[str, Any]) -> Lexicon[Any]:
        return Lexicon(senses, spaced=self.spaced)

    def _numbers(self, table: Raw) -> None:
        def decimals(section: str) -> dict[str, Decimal]:
            return {k: Decimal(v) for k, v in given(table.get(section)).items()}

        self.figures = decimals("figures")
        self.small = decimals("small")
        self.hangul = table.get("hangul") == "true"
        self.words = decimals("words")
        if "compounds" in table:
            self.words.update(tables.compounds(self.words, table["compounds"]))
        self.native = decimals("native")
        tens = {k: v for k, v in self.native.items() if v >= 10 and not v % 10}
        ones = {k: v for k, v in self.native.items() if v < 10}
        for gap in ("", " "):
            self.native.update({t + gap + o: tens[t] + ones[o] for t in tens for o in ones})
        self.indefinite = decimals("indefinite")
        self.multipliers = decimals("multipliers")
        self.scales = decimals("scales")
        self.characters = frozenset((*self.figures, *self.small))
        self.scale_words = self._lexicon({**self.small, **self.scales})
        self.multiplier_words = self._lexicon(self.multipliers)
        digits = Numerals(decimal=table["decimal"], group=table["group"])
        self.spelling = Spelling(table, self.words)
        additive = Additive(digits, self.spelling)
        self.ordinal_at = additive.ordinal
        self.numerals: Additive | Myriad = additive
        if self.figures:
            self.numerals = Myriad(
                digits=digits, figures=self.figures, small=self.small, scales=self.scales,
                lone=table.get("lone_figures", ""), points=tuple(table.get("points", ())),
                point_breakers=table.get("point_breakers", ""),
                fillers={w: cast(Hedge, h) for w, h in flat(table.get("fillers"))},
                tails={w: v for w, v in self.native.items() if v >= 10},
                ambiguous=table.get("ambiguous_scales", ""),
                short_endings=table.get("short_endings") == "true", rows=not self.hangul,
            )  # fmt: skip

    def _units(self, common: Raw, table: Raw) -> None:
        codes = set(list_currencies()) - set(common["not_codes"])
        iso = {c.lower(): Currency(c, capitals=True) for c in codes}

        def currencies(section: str) -> dict[str, Currency]:
            entries = {**common.get(section, {}), **table.get(section, {})}
            return {k: tables.currency(v) for k, v in given(entries).items()}

        before = {**iso, **currencies("currencies_before")}
        after = {
            **iso,
            **cldr_currencies(
                self.lang, table.get("currency_head"), table.get("currency_endings") or {}
            ),
            **currencies("currencies_after"),
        }
        scaled = {**common["currency_scaled"], **table.get("currency_scaled", {})}
        for phrase, spec in scaled.items():
            code, scale = spec.split()
            after[phrase] = before[phrase] = Currency(code, 1.0, Decimal(scale))
        self.currency_before = before
        self.currency_after = self._lexicon(after)
        minor = {}
        for phrase, spec in given(table.get("minor")).items():
            code, parts, *rest = spec.split()
            minor[phrase] = Currency(code, float(rest[0]) if rest else 1.0, ONE / Decimal(parts))
        self.minor = self._lexicon(minor)
        self.minor_links = tuple(table.get("minor_links", ()))
        scaled = {**common["scales_money"], **table.get("scales_money", {})}
        self.scales_money = self._lexicon({k: Decimal(v) for k, v in given(scaled).items()})
        percents = {**common["percents"], **table.get("percents", {})}
        self.percents = self._lexicon({k: tables.unit(v) for k, v in given(percents).items()})
        self.percents_minor = {
            whole: self._lexicon({k: Decimal(v) for k, v in parts.items()})
            for whole, parts in table.get("percents_minor", {}).items()
        }
        self.durations = self._lexicon(
            {k: tables.unit(v) for k, v in given(table.get("durations")).items()}
        )
        self.duration_parts = self._lexicon(
            {k: tables.unit(v) for k, v in given(table.get("duration_parts")).items()}
        )
        self.discounts = self._lexicon(
            {k: Decimal(v) for k, v in given(table.get("discounts")).items()}
        )
        self.packs = self._lexicon({k: Decimal(v) for k, v in given(table.get("packs")).items()})
        self.pack_breakers = tuple(table.get("pack_breakers", "\0"))
        self.ratios_after = self._lexicon(
            {k: Decimal(v) for k, v in given(table.get("ratios_after")).items()}
        )
        self.ages_after = self._lexicon(table.get("ages_after") or {})
        lasting = pattern(table.get("lasting_nouns", ("\0",)))
        self.lasting_after = re.compile(rf"\s\w{{0,30}}(?:{lasting})\w{{0,3}}\b")
        marks = ("".join(re.escape(c) + " ?" for c in m) for m in table.get("fraction_marks", ()))
        self.fraction_mark = re.compile(" {0,2}(?:" + ("|".join(marks) or "(?!)") + ")")
        self.powers = tuple((a, b) for a, b in table.get("powers", ()))
        self.mixed_links = tuple(table.get("mixed_links", ()))
        self.negatives = tuple(table.get("negatives", ()))
        self.particles = tuple(table.get("particles", ("\0",)))
        self.ranks = frozenset(table.get("ranks", ()))
        self.half_of = frozenset(table.get("half_of", ()))
        self.halves = frozenset(table.get("halves", ()))
        self.lone_halves = frozenset(half for half in self.halves if " " not in half)
        self.share_links = tuple(table.get("share_links", ()))
        self.part_links = tuple(table.get("part_links", ()))
        self.bands = self._lexicon(dict.fromkeys(table.get("bands", ()), True))
        self.ordinals_after = self._lexicon(dict.fromkeys(given(table.get("ordinals_after")), True))
        self.duration_links = tuple(table.get("duration_links", ()))
        self.ordinal_tail = self._lexicon(dict.fromkeys(table.get("ordinal_tail", ()), True))
        self.nouns = self._lexicon(given(table.get("nouns")))
        self.hedges_after = self._lexicon(dict(flat(table.get("hedges_after"))))
        self.anchors_mid = self._lexicon(dict(flat(table.get("anchors_mid"))))
        self.anchors_after = self._lexicon(dict(flat(table.get("anchors_after"))))
        self.each_after = self._lexicon(dict.fromkeys(table.get("each_after", ()), True))
        self.per_after = self._lexicon(table.get("per_after") or {})
        self.noise_after = self._lexicon(dict.fromkeys(table.get("noise_after", ()), True))
        self.links = tuple(table.get("links", ()))
        self.adnominal = tuple(table.get("adnominal", ()))
        self.list_words = frozenset((*common["list_words"], *table.get("list_words", ())))
        self.moves_before = tuple(table.get("moves_before", ("\0",)))
        self.moves_after = tuple(table.get("moves_after", ("\0",)))
        self.hedge_breakers = tuple(table.get("hedge_breakers", ("\0",)))
        self.range_words = tuple(sorted(table.get("range_words", ()), key=len, reverse=True))
        intros = pattern(p.lower() for p in table.get("conversions", ()))
        self.conversion = re.compile(
            rf"\s?(?:[(\[]\s?(?:{intros})?|[,、]\s?(?:{intros})|\s(?:{intros}))\s?"
        )

    def _dates(self, common: Raw, table: Raw) -> None:
        self.months = {k.lower(): int(v) for k, v in (table.get("months") or {}).items()}
        self.weekdays = {k: int(v) for k, v in (table.get("weekdays") or {}).items()}
        self.eras = {k: int(v) for k, v in (table.get("eras") or {}).items()}
        self.quarters = {k: int(v) for k, v in (table.get("quarters") or {}).items()}
        self.year_tails = self._lexicon(dict(flat(table.get("year_tails"))))
        self.relative = self._lexicon(
            {k: tables.relative(v) for k, v in given(table.get("relative")).items()}
        )
        self.weekday_after = self._lexicon(table.get("weekday_after") or {})
        eras = pattern(self.eras)
        self.spelled = tables.spelled(self.figures, self.small) if table.get("date_marks") else {}
        marks, chars = table.get("date_marks", ""), "".join((*self.figures, *self.small))
        self.spelled_date = re.compile(f"[{chars}]{{1,4}} ?[{marks}]" if marks else "(?!)")
        first = "".join(c for c, v in self.figures.items() if v in (1, 2))

        def spelled(least: int, most: int) -> str:
            return pattern(w for w, n in self.spelled.items() if least <= n <= most)

        fields = {
            "weekday": f"(?P<w>{bounded(self.weekdays, spaced=self.spaced, left=False)})",
            "month": f"(?P<m>{bounded(self.months, spaced=self.spaced, left=False)})",
            "month1": r"(?P<m>1[0-2]|0?[1-9])",
            "month2": r"(?P<m>1[0-2]|0[1-9])",
            "day": r"(?P<d>3[01]|[12]\d|0?[1-9])",
            "day1": r"(?P<d>3[01]|[12]\d|0?[1-9])",
            "day2": r"(?P<d>3[01]|[12]\d|0[1-9])",
            "months": rf"(?P<m>1[0-2]|0?[1-9]|{spelled(1, 12)})",
            "days": rf"(?P<d>3[01]|[12]\d|0?[1-9]|{spelled(1, 31)})",
            "days10": rf"(?P<d>3[01]|[12]\d|0?[1-9]|{spelled(10, 31)})",
            "year": rf"(?P<era>{eras})?(?P<y>\d{{1,4}}|元)",
            "years": rf"(?:(?P<era>{eras})(?P<ey>\d{{1,2}}|元|{spelled(1, 99)})"
            rf"|(?P<y>\d{{1,4}}|[{first or '0'}][{''.join(self.figures) or '0'}]{{3}}))",
            "eray": rf"(?P<era>{eras})(?P<y>\d{{1,2}}|元|{spelled(1, 99)})",
            "years4": rf"(?P<y>[{first or '0'}][{''.join(self.figures) or '0'}]{{3}})",
            "year4": r"(?P<y>(?:1[5-9]|2[01])\d\d)",
            "year0": r"(?P<y>0\d)",
            "year2": r"(?P<y>[0-4]\d)",
            "quarter": f"(?P<q>{pattern(self.quarters)})",
            "time": r"(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)",
        }
        sources = [*common["date_patterns"], *table.get("date_patterns", ())]
        self.date_patterns = []
        for source in sources:
            for name, body in fields.items():
                source = source.replace("{" + name + "}", body)
            self.date_patterns.append(re.compile(source))
        unnamed = (re.sub(r"\?P<\w+>", "?:", regex.pattern) for regex in self.date_patterns)
        self.any_date = re.compile("|".join(f"(?:{source})" for source in unnamed))

    def _open(self, common: Raw, table: Raw) -> None:
        """Collect the words that open or precede quantities into one scanner."""
        senses: dict[str, Senses] = {}

        def add(role: str, entries: Iterable[tuple[str, Any]]) -> None:
            for phrase, value in entries:
                senses.setdefault(phrase.lower(), {})[role] = value

        def flags(role: str) -> None:
            add(role, ((p, True) for p in table.get(role, ())))

        add("hedge", flat(table.get("hedges_before")))
        add("anchor", flat(table.get("anchors_before")))
        add("lead", flat(table.get("leads")))
        named = {**common["currencies_after"], **table.get("currencies_after", {})}
        add(
            "named",
            ((k, tables.currency(v)) for k, v in given(named).items() if k.isalpha()),
        )
        add("currency", self.currency_before.items())
        add("per", given(table.get("per_before")).items())
        for role in (*sorted(FLAGS), "decoys"):
            flags(role)
        add("weekday_before", given(table.get("weekday_before")).items())
        add("native", self.native.items())
        for role in ("superlatives",):
            flags(role)
        for role in ("ratio_words", "number_words", "percent_words", "percents_before"):
            add(role, ((k, Decimal(v)) for k, v in given(table.get(role)).items()))
        add("ordinal_words", ordinal_words(table).items())
        for phrase, spec in given(table.get("duration_words")).items():
            count, unit, *anchor = spec.split()
            add("duration_words", [(phrase, (Decimal(count), unit, *anchor))])
        for phrase, spec in given(table.get("duration_nouns")).items():
            count, unit = spec.split()
            add("duration_nouns", [(phrase, (Decimal(count), unit))])
        for phrase, spec in given(table.get("vague")).items():
            least, most = spec.split()
            add("vague", [(phrase, (Decimal(least), Decimal(most)))])
        add(
            "relative",
            ((k, tables.relative(v)) for k, v in given(table.get("relative")).items()),
        )
        add("eras", ((k, True) for k in self.eras))
        add("quarter", ((k, True) for k in self.quarters if not k.isdigit()))
        add("month", ((k, self.months[k]) for k in self.months))
        add("bare_month", ((k, True) for k in table.get("bare_months", ())))
        add("weekday", ((k, n) for k, n in self.weekdays.items() if self.spaced or len(k) > 1))
        add("bare_weekday", ((k, True) for k in table.get("bare_weekdays", ())))
        sections = ("articles", "multipliers", "halves", "half_of")
        openers = [k for section in sections for k in given(table.get(section))]
        add("words", ((k, True) for k in (*self.words, *openers, *table.get("openers", ()))))
        add("indefinite", self.indefinite.items())
        self.senses = senses
        self.passive = frozenset(
            word for word, roles in senses.items()
            if roles.keys() <= PASSIVE and word[0] not in self.characters
        )  # fmt: skip
        figures = "".join((*self.figures, *self.small))
        guard = "(?<![가-힣])" if self.hangul else ""
        plain = [p for p in senses if not guard or set(senses[p]) & LOOSE]
        words = bounded(plain, spaced=self.spaced, left=True)
        if guard:
            guarded = [p for p in senses if p not in plain]
            words += "|" + guard + bounded(guarded, spaced=self.spaced, left=True)
        more = rf"|(?P<fig>{guard}[{figures}])" if figures else ""
        if self.spelling.glued:
            more += rf"|(?P<glued>(?<!{LETTER})(?>{self.spelling.glued}))"
        self.sounds = dict(table.get("sounds", {}))
        if self.sounds:
            # By its sound only what stands apart: single words are parts of others.
            more += rf"|(?P<sound>(?<![ぁ-ゖー])(?:{pattern(self.sounds)}){{3,14}}(?![ぁ-ゖー]))"
        self.scanner = re.compile(rf"(?P<num>[\d{VULGAR}])|(?P<word>{words}){more}")
