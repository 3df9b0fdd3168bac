"""The vocabulary of the pipeline as frozen records; every room speaks in these.

Offsets are characters (code points), half-open, and count from the start of
`Article.original` unless a field says otherwise, so that
``original[start:end] == surface`` for everything that carries a surface.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypedDict

Kind = Literal[
    "money", "percent", "count", "ratio", "duration", "date", "year",
    "ordinal", "superlative", "age", "number",
]  # fmt: skip
"""What a quantity measures; `number` is a bare numeral, found but no fact by itself."""

Bound = Literal["=", "~", "<", "<=", ">", ">="]
"""How the stated value bounds the meant one; `~` is a two-sided hedge (about, nearly)."""

Hedge = Literal["about", "nearly", "over", "at_least", "under", "up_to", "range"]
"""The sense of the hedging word; `nearly` lies just below the stated value."""

Distributive = Literal["each", "total"]

Predicate = Literal[
    "invest", "fund", "lend", "acquire", "sell", "fine", "spend", "earn", "profit", "lose",
    "trade_at", "set_rate", "measure", "poll", "vote", "employ", "hire", "cut_jobs", "train",
    "build", "open", "produce", "kill", "injure", "missing", "displace", "damage", "arrest",
    "announce", "visit", "found", "other",
]  # fmt: skip

Slot = Literal[
    "level", "change_abs", "change_rel", "previous", "share", "count", "period", "start", "end",
    "event_date", "rank", "multiple",
]  # fmt: skip

StatementRole = Literal["native", "echo", "conversion", "quoted_old"]

ParticipantRole = Literal["actor", "counterpart", "beneficiary", "speaker", "measurer"]

Phase = Literal["rumoured", "proposed", "planned", "forecast", "approved", "done", "denied"]

Scope = Literal["inclusive", "additional", "part_of"]

Direction = Literal["up", "down"]

DateBasis = Literal["stated", "inferred", "guessed", "fetched"]
"""On what a publication time rests; `stated` by the document or its metadata."""

LineRole = Literal["body", "title", "speaker", "section", "dateline", "caption"]

Outcome = Literal[
    "loaded",  # read; facts may be none
    "paywalled",  # read, but the page shows the beginning of the article only
    "live",  # read; a ticker whose entries are of different times
    "listing",  # teasers of other pages, a search or category page
    "forum",  # a thread of several people's posts
    "blocked",  # a consent wall or a test for robots in place of the page
    "gone",  # an error page, whatever status it was served with
    "empty",  # no bytes, or nothing but white space
    "unreadable",  # not text in any character set that we know
    "too_large",  # over the size or line budget
    "no_article",  # decoded, but only menus, listings, forms
    "invalid",  # a row or sidecar that breaks its format
    "error",  # our own failure, recorded with its message
]
"""How the reading of one document ended: exactly one each."""

READ: frozenset[Outcome] = frozenset(("loaded", "paywalled", "live"))
"""Outcomes of documents that are read for facts; the others are on record without any."""


class Hints(TypedDict, total=False):
    """What is known of a document from outside it (sidecar, feed, source list)."""

    title: str
    outlet: str
    lang: str  # BCP 47; a soft prior, never an override
    published_at: datetime  # zone-aware
    date_basis: DateBasis
    place: str  # ISO 3166-1 alpha-2 of the outlet, for ambiguous dollars
    charset: str  # from the HTTP header


@dataclass(frozen=True, slots=True)
class Document:
    """One captured document, not yet read.

    Attributes:
        url: canonical URL, or the path relative to the replayed folder, or the row's id.
        body: bytes as captured.
        media_type: "text/plain" or "text/html"; "" sniffs.
        fetched_at: zone-aware time of the capture, None in a replay.
        hints: what is known from outside.
        name: what users call it (file name, row id, URL); `url` if empty.
        source: name of the source or replayed set that it came from.
    """

    url: str
    body: bytes
    media_type: str = "text/plain"
    fetched_at: datetime | None = None
    hints: Hints = field(default_factory=Hints)
    name: str = ""
    source: str = "replay"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the original without its line break; `role` is `body` until tagged.

    A line that holds two languages is given as a line for each, side by side.
    """

    start: int
    end: int
    text: str
    role: LineRole = "body"


@dataclass(frozen=True, slots=True)
class Removal:
    """A line taken out: its index, the id of the rule, and the reason in words."""

    line: int
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive lines in one language, first and last inclusive.

    `translation_of` is the index of the earlier passage of the same article that this
    one renders in another language, or None.
    """

    lang: str
    confidence: float
    first_line: int
    last_line: int
    translation_of: int | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A normalised amount in a text.

    Attributes:
        kind: what it measures.
        value: the stated value in units of `unit` or `currency` (2.9 billion dollars is
            2900000000, 99.5 % is 99.5, doubled is 2), the year number for `year`, the rank
            for `ordinal`; None for dates and superlatives.
        low, high: ends of the meant interval by CLAIMS section 3 (half-open at `high`);
            None where open. For a range the stated ends.
        bound: see `Bound`.
        unit: singular English noun or symbol ("person", "year", "%", "x", "year old"); for
            counts without a known noun the noun as written; None for money.
        currency: ISO 4217 code, None unless money.
        surface, start, end: the text covered (hedge and affixes included) and its offsets
            in the text handed to `find`.
        quantum: unit of the last digit written (2.9 billion: 100000000).
        hedge: sense of the hedging word, None if plain.
        distributive: "each" or "total" where the text says so.
        per: "year", "person" ... of a per-unit amount.
        timex: ISO 8601 form of dates ("2024-04-09", "2024-04", "2024-W15",
            "2024-04-10T03:00+09:00"); durations "P2Y"; None otherwise or if unresolved.
        date_start, date_end: first and last day covered by `timex` of a date or year.
        anchor: how a date or duration points: "since", "from", "until", "next", "past",
            "over", None.
        converted: marked in the text as the conversion of the amount before it
            (bracketed, or introduced by "우리 돈", "soit", ...).
        confidence: 0..1; below 1 where a reading was chosen (ambiguous dollar, long scale).
        rule: id of the grammar rule that found it.
    """

    kind: Kind
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    bound: Bound
    unit: str | None
    currency: str | None
    surface: str
    start: int
    end: int
    quantum: Decimal | None = None
    hedge: Hedge | None = None
    distributive: Distributive | None = None
    per: str | None = None
    timex: str | None = None
    date_start: date | None = None
    date_end: date | None = None
    anchor: str | None = None
    converted: bool = False
    confidence: float = 1.0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """A party to a fact: canonical name of the entity, and the part it plays."""

    role: ParticipantRole
    entity: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A mention: a quantity bound to who, what, where, when, and who says so.

    Attributes:
        quantity: with offsets in `Article.original`.
        passage: index into `Article.passages`.
        sentence_start, sentence_end: offsets of the sentence (or line) that states it.
        predicate: closed vocabulary; `verb` is the lemma where it is "other".
        slot: which figure of the event this is.
        participants: in order of mention per role; the first actor is the actor.
        statement: ordinal of its statement within the article; mentions that say the same
            share it, across passages that translate each other too.
        role: the mention's part in its statement.
        target: what it is for (canonical phrase), `place`: ISO 3166 code, a city after
            a dash ("JP-Tokyo").
        period_months: length of the period that the figure covers, where stated.
        event_date_start, event_date_end: when the event happened, first and last day.
        as_of: the day a moving figure stands for.
        attribution: who says so, where the text says.
        implied_rate: units of this currency per unit of the native one, on conversions.
        confidence: 0..1, lowered at each step from grammar to discourse.
        rule: id of the binding rule.
    """

    quantity: Quantity
    passage: int
    sentence_start: int
    sentence_end: int
    predicate: Predicate
    slot: Slot
    participants: tuple[Participant, ...]
    statement: int
    role: StatementRole = "native"
    verb: str | None = None
    target: str | None = None
    place: str | None = None
    period_months: int | None = None
    phase: Phase | None = None
    scope: Scope | None = None
    population: str | None = None
    measurer: str | None = None
    direction: Direction | None = None
    event_date_start: date | None = None
    event_date_end: date | None = None
    as_of: date | None = None
    attribution: str | None = None
    correction: bool = False
    implied_rate: Decimal | None = None
    confidence: float = 1.0
    rule: str = ""

    @property
    def actor(self) -> str | None:
        """First participant in the role of actor."""
        return next((p.entity for p in self.participants if p.role == "actor"), None)


@dataclass(frozen=True, slots=True)
class Article:
    """What one reading made of one document; facts only with an outcome of `READ`.

    Attributes:
        document, source, url, outlet: identity; `url` is None where only a name is known.
        title: without the site's suffix.
        original: the decoded text that all offsets refer to ("" where not decodable).
        lines: every line of the original, in order.
        removals: lines taken out, each with its rule.
        passages: by language, over all lines that are kept.
        published_at, date_basis: when it was published (zone-aware) and how that is known.
        modified_at: when the page says that it was last changed, zone-aware.
        authors: names as the page gives them, in order.
        declared_lang: language that the source or page claims; a hint, never a finding.
        headline: title that the source or page gives, "" if `title` was found in the text.
        place: ISO 3166-1 alpha-2 of the outlet, as given from outside.
        extraction: what told the article from the rest of its page ("trafilatura", "json-ld"
            ...), "" for plain text.
        charset, charset_basis: how the bytes were decoded ("bom", "header", "declared",
            "detected", "utf-8").
        content_hash: hex digest of the normalised kept text; equal for exact copies.
        markers: per passage the ordered numbers and Latin names, the evidence that one
            text translates another.
        message: what went wrong or is missing, and the remedy; "" when loaded.
    """

    document: str
    source: str
    url: str | None
    outlet: str | None
    title: str
    original: str
    lines: tuple[Line, ...]
    removals: tuple[Removal, ...]
    passages: tuple[Passage, ...]
    published_at: datetime | None
    date_basis: DateBasis | None
    fetched_at: datetime | None
    media_type: str
    charset: str
    charset_basis: str
    content_hash: str
    markers: tuple[tuple[str, ...], ...]
    facts: tuple[Fact, ...]
    outcome: Outcome
    message: str = ""
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    declared_lang: str | None = None
    extraction: str = ""
    headline: str = ""
    place: str | None = None

    @property
    def kept(self) -> tuple[int, ...]:
        """Indexes of the lines that were kept and are not blank."""
        removed = {r.line for r in self.removals}
        return tuple(
            i for i, line in enumerate(self.lines) if i not in removed and line.text.strip()
        )

    @property
    def text(self) -> str:
        """The kept lines, one a line; of a web page without the headline, which is `title`."""
        shown = (self.lines[i] for i in self.kept)
        return "\n".join(x.text for x in shown if not (self.extraction and x.role == "title"))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the passages in order of appearance, each once."""
        return tuple(dict.fromkeys(p.lang for p in self.passages))


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it is kept, with all that reading its text again takes; see `Article`.

    Attributes:
        left_out: starts of the lines that the extraction took for no part of the article.
        outcome: of the reading before; what kind of page it was shows in its markup only.
    """

    document: str
    source: str
    url: str | None
    outlet: str | None
    original: str
    left_out: frozenset[int]
    headline: str
    declared_lang: str | None
    place: str | None
    published_at: datetime | None
    date_basis: DateBasis | None
    modified_at: datetime | None
    fetched_at: datetime | None
    authors: tuple[str, ...]
    media_type: str
    charset: str
    charset_basis: str
    extraction: str
    outcome: Outcome
