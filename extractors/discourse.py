"""What the text so far has established: topic, speaker, disaster, names in short form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractors import cases
from extractors.clauses import AMOUNTS, Sentence
from extractors.entities import (
    AUTHORITIES,
    ORGANISATIONS,
    PLACES,
    Entity,
    Mention,
    central_bank,
    country,
    employer,
    family,
    gazetteer,
    known,
)
from extractors.lexicon import Lexicon, government
from extractors.qualifiers import TALLIES
from extractors.records import Predicate, Quantity
from extractors.subjects import Subject

SUBJECT_CONFIDENCE = {
    "agent": 0.95,
    "subject": 0.95,
    "genitive": 0.85,
    "reference": 0.75,
    "bare": 0.7,
    "oblique": 0.5,
}
DISASTER_CONFIDENCE = 0.9
TOPIC_CONFIDENCE = 0.6
HEADLINE_CONFIDENCE = 0.5
NO_ACTOR_CONFIDENCE = 0.3
UNKNOWN_NAME_FACTOR = 0.85
MENTIONED_CONFIDENCE = 0.45
EARLY = 4  # sentences within which an article says what it is about

CAPITALISED = re.compile(r"\b(?P<name>[A-Z][\w-]{2,})\b")
QUOTES = ('"', "\u201c", "「", "『", "«", "'", "\u2018")

# What people do themselves; for the rest a known officer acts for the organisation.
PERSONAL: frozenset[Predicate] = frozenset({"visit", "other", "vote", "poll"})
FUNDERS = ("ministry", "agency", "government", "country")  # who grants money, likeliest first
INDICATORS: frozenset[Predicate] = frozenset({"measure", "trade_at"})
# What towns are listed with less often than with their dead.
LESSER_TALLIES: frozenset[Predicate] = frozenset({"injure", "missing"})
# What companies do; the rest may be anybody's.
OF_FIRMS: frozenset[Predicate] = frozenset(
    {
        "acquire",
        "build",
        "cut_jobs",
        "earn",
        "employ",
        "hire",
        "invest",
        "open",
        "produce",
        "profit",
    }
)
SERIES: frozenset[Predicate] = frozenset(
    {"set_rate", "measure", "trade_at", "earn", "profit", "lose"}
)
SEISMIC = frozenset({"magnitude", "seismic intensity", "tremor", "aftershock"})
CAUSED: frozenset[Predicate] = (TALLIES - {"vote"}) | {"damage"}


@dataclass(slots=True)
class Discourse:
    """State carried from sentence to sentence of one article, in reading order."""

    passage: int = -1
    headline: tuple[Mention, ...] = ()
    topic: tuple[Mention, ...] = ()
    speaker: Mention | None = None
    disaster: Mention | None = None
    names: dict[str, Entity] = field(default_factory=dict)
    figures: dict[tuple[str, str | None], Predicate] = field(default_factory=dict)
    latest: Predicate = "other"
    mentioned: list[Mention] = field(default_factory=list)
    lexicon: Lexicon | None = None
    forecast: bool = False
    funder: Mention | None = None
    people: dict[str, Entity] = field(default_factory=dict)
    scene: Entity | None = None
    deaths: bool = False
    firm: Mention | None = None

    def survey(self, sentences: Sequence[Sentence]) -> None:
        """Find the disaster that an article is about, before reading it.

        It is named early or repeatedly; a name by the province or city is preferred to
        one by the country.
        """
        self.scene = _scene(sentences[:EARLY])
        self.firm = _firm(sentences)
        funders = [m for s in sentences for m in s.mentions if m.entity.kind in FUNDERS]
        funders.sort(key=lambda m: FUNDERS.index(m.entity.kind))
        self.funder = funders[0] if funders else None
        named = [
            (index, mention)
            for index, sentence in enumerate(sentences)
            for mention in sentence.mentions
            if mention.entity.kind == "event"
        ]
        if named and (named[0][0] < EARLY or len(named) > 1):
            local = [m for _, m in named if not _national(m)]
            self.disaster = local[0] if local else _localised(named[0][1], sentences)
        elif not named:
            self.disaster = _unplaced(sentences[:EARLY])

    def enter(self, sentence: Sentence) -> Sentence:
        """Take note of a sentence; returns it with short names resolved."""
        if sentence.passage != self.passage:
            self.passage, self.topic, self.speaker = sentence.passage, (), None
        self.lexicon = sentence.lexicon
        foreseen = sentence.lexicon.phases.get("forecast")
        self.forecast = foreseen is not None and foreseen.search(sentence.text) is not None
        sentence = replace(sentence, mentions=tuple(map(self._resolved, sentence.mentions)))
        sentence = replace(sentence, mentions=self._with_short_names(sentence))
        for mention in sentence.mentions:
            if mention.known:
                self.names.setdefault(sentence.text[mention.start : mention.end], mention.entity)
            if mention.entity.kind == "event" and self.disaster is None:
                self.disaster = mention
            if mention.known:
                self.mentioned.append(mention)
        if sentence.role == "speaker":
            people = [m for m in sentence.mentions if m.entity.kind == "person"]
            self.speaker = people[0] if people else None
        elif sentence.role == "section" or not sentence.text.lstrip().startswith(QUOTES):
            self.speaker = None
        return sentence

    def _with_short_names(self, sentence: Sentence) -> tuple[Mention, ...]:
        """The mentions of a sentence, and the people told before whom it names in part."""
        for mention in sentence.mentions:
            if mention.known and mention.entity.kind == "person":
                surface = sentence.text[mention.start : mention.end]
                parts = surface.split() if surface.isascii() else [surface[0]]
                self.people.update({p: mention.entity for p in parts if len(p) != 2})
        if not self.people:
            return sentence.mentions
        pattern = sentence.lexicon.short_names
        if sentence.lexicon.spaced:
            pattern = CAPITALISED
        taken = list(sentence.mentions)
        for hit in pattern.finditer(sentence.text):
            start, end = hit.span("name")
            entity = self.people.get(hit["name"])
            if entity is not None and not any(m.start < end and start < m.end for m in taken):
                taken.append(Mention(start, end, entity))
        return tuple(sorted(taken, key=lambda m: m.start))

    def _resolved(self, mention: Mention) -> Mention:
        """An unknown name that ends a name told before is that one, shortened."""
        if not mention.known:
            for surface, entity in self.names.items():
                if surface.endswith(mention.name):
                    return Mention(mention.start, mention.end, entity)
        return mention

    def leave(self, sentence: Sentence) -> None:
        """Remember the sentence's subject for the ones after it."""
        if sentence.role in {"speaker", "section"}:
            return
        for mention in sentence.mentions:
            organised = mention.entity.kind in ORGANISATIONS - {"media"}
            if organised and cases.group_case(sentence, mention) in {"subject", "agent"}:
                group = cases.coordinated(sentence, mention)
                if sentence.role == "title":
                    self.headline = self.headline or group
                self.topic = group
                return

    def predicate(self, quantity: Quantity) -> Predicate:
        """What a figure without a cue of its own most likely continues; "other" if unclear."""
        if quantity.kind not in AMOUNTS:
            records = quantity.kind in {"duration", "superlative"} or quantity.anchor == "since"
            return self.latest if records and self.latest in SERIES else "other"
        told = self.figures.get((quantity.kind, quantity.unit or quantity.currency))
        if told is None:
            paid = {p for (kind, _), p in self.figures.items() if kind == "money"}
            told = paid.pop() if quantity.kind == "money" and len(paid) == 1 else "other"
        return "kill" if told in LESSER_TALLIES and self.deaths else told

    def is_about(self, subject: Subject | None) -> bool:
        """Whether a subject is whom the article is about."""
        names = {family(m.name) for m in subject.mentions} if subject is not None else set()
        return bool(names) and names <= {family(m.name) for m in (*self.headline, *self.topic)}

    def bound(self, quantity: Quantity, predicate: Predicate) -> None:
        """Remember what a figure of this kind was about."""
        self.figures[quantity.kind, quantity.unit or quantity.currency] = predicate
        self.deaths = self.deaths or predicate == "kill"
        if quantity.kind in AMOUNTS:
            self.latest = predicate

    def actors(
        self,
        subject: Subject | None,
        predicate: Predicate,
        quantity: Quantity,
        cause: Mention | None = None,
        corrects: bool = False,
    ) -> tuple[tuple[str, ...], float, str]:
        """Who acts, how sure that is (0..1), and the rule that says so."""
        if self.disaster is not None and (
            predicate in CAUSED
            or (predicate == "measure" and quantity.unit in SEISMIC)
            or (predicate in {"measure", "other"} and (subject is None or not subject.mentions))
        ):
            return (self._cause(cause).name,), DISASTER_CONFIDENCE, "disaster"
        if subject is not None and subject.mentions:
            known = all(m.known for m in subject.mentions)
            sure = SUBJECT_CONFIDENCE[subject.case] * (1.0 if known else UNKNOWN_NAME_FACTOR)
            sure *= min(m.score for m in subject.mentions)
            return acting(subject.mentions, predicate), sure, subject.case
        if corrects and self.headline:  # an erratum is about what its article is about
            return acting(self.headline, predicate), HEADLINE_CONFIDENCE, "headline"
        restricted = bool(predicate in government() and government()[predicate].actors)
        if subject is not None and " " in subject.reference:
            meant = self._described(subject.reference) or self._company()
            if meant is not None and cases.can_act(meant, predicate):
                return acting((meant,), predicate), SUBJECT_CONFIDENCE["reference"], "described"
        if predicate in INDICATORS and self.topic and subject is None and not self.forecast:
            nation = _nation(self.topic[0])
            if nation is not None:
                return (nation.name,), TOPIC_CONFIDENCE, "nation"
        if self.speaker is not None and subject is None and not restricted:
            return (self.speaker.name,), TOPIC_CONFIDENCE, "speaker"
        if self.topic and all(cases.can_act(m, predicate) for m in self.topic):
            sure = SUBJECT_CONFIDENCE["reference"] if subject else TOPIC_CONFIDENCE
            return acting(self.topic, predicate), sure, "reference" if subject else "topic"
        if self.headline and all(cases.can_act(m, predicate) for m in self.headline):
            return acting(self.headline, predicate), HEADLINE_CONFIDENCE, "headline"
        if restricted:
            able = [m for m in reversed(self.mentioned) if cases.can_act(m, predicate)]
            able.sort(key=lambda m: m.entity.kind not in AUTHORITIES)
            if able:
                return acting(able[:1], predicate), MENTIONED_CONFIDENCE, "mentioned"
        if self.firm is not None and predicate in OF_FIRMS and subject is None:
            return (self.firm.name,), MENTIONED_CONFIDENCE, "firm"
        return (), NO_ACTOR_CONFIDENCE, "none"

    def _described(self, reference: str) -> Mention | None:
        """The organisation named last that a description by nation fits, if it has one."""
        demonyms = self.lexicon.demonyms if self.lexicon is not None else {}
        told = [code for code, pattern in demonyms.items() if pattern.search(reference)]
        fits = [
            m for m in self.mentioned if m.entity.kind == "company" and m.entity.country in told
        ]
        return fits[-1] if fits else None

    def _company(self) -> Mention | None:
        """The company that a description means, where the last subject was an authority."""
        if not self.topic or self.topic[0].entity.kind not in AUTHORITIES - {"central_bank"}:
            return None
        named = [m for m in (*self.mentioned, *self.headline) if m.entity.kind == "company"]
        return named[-1] if named else None

    def disaster_area(self) -> str | None:
        """The place code of what the article's disaster struck, or None."""
        struck = known(self.disaster.entity.parent) if self.disaster else None
        return struck.area if struck is not None else None

    def scene_area(self) -> str | None:
        """The place code of the province or town that the article names first, or None."""
        return self.scene.area if self.scene is not None else None

    def _cause(self, named: Mention | None) -> Mention:
        """The disaster of a tally: the one beside it, unless that is the main one's country."""
        assert self.disaster is not None
        if named is None:
            return self.disaster
        around = known(self.disaster.entity.parent)
        same = _national(named) or (
            around is not None and around.parent == named.entity.parent != ""
        )
        return self.disaster if same else named


def _localised(disaster: Mention, sentences: Sequence[Sentence]) -> Mention:
    """A disaster named by its country, by the landscape of it that the article names first."""
    for sentence in sentences:
        for mention in sentence.mentions:
            near = mention.entity
            if near.kind == "region" and near.country == disaster.entity.country:
                noun = disaster.name.removeprefix(f"{disaster.entity.parent} ")
                entity = Entity(f"{near.name} {noun}", "event", near.name, near.country)
                return Mention(disaster.start, disaster.end, entity)
    return disaster


def _unplaced(sentences: Sequence[Sentence]) -> Mention | None:
    """A disaster told early on without its place, by the place most precisely named there."""
    nouns = [
        (s, noun, hit)
        for s in sentences
        for noun, pattern in s.lexicon.disasters.items()
        if (hit := pattern.search(s.text)) is not None
    ]
    places = [m for s in sentences for m in s.mentions if m.known and m.entity.kind in PLACES]
    if not nouns or not places:
        return None
    _, noun, hit = nouns[0]
    place = min(places, key=lambda m: (m.entity.kind == "country",)).entity
    entity = Entity(f"{place.name} {noun}", "event", place.name, place.country)
    return Mention(*hit.span(), entity)


def _scene(sentences: Sequence[Sentence]) -> Entity | None:
    """The province or town named first."""
    named = (m.entity for s in sentences for m in s.mentions if m.known)
    return next((e for e in named if e.kind in PLACES and e.kind != "country"), None)


def _firm(sentences: Sequence[Sentence]) -> Mention | None:
    """The company that the headline and opening name, if it is only one."""
    named = [
        m for s in sentences[:EARLY] for m in s.mentions if m.known and m.entity.kind == "company"
    ]
    return named[-1] if len({family(m.name) for m in named}) == 1 else None


def _nation(bank: Mention) -> Entity | None:
    """The country whose indicators an article about its central bank quotes."""
    return country(bank.entity.country) if bank.entity.kind == "central_bank" else None


def _national(disaster: Mention) -> bool:
    """Whether a disaster is only named by its country."""
    territory = country(disaster.entity.country)
    return territory is not None and territory.name == disaster.entity.parent


def acting(mentions: Sequence[Mention], predicate: Predicate) -> tuple[str, ...]:
    """Names of those who act: of officers their organisation, of a seat its government."""
    names: list[str | None] = []
    for mention in mentions:
        if predicate == "set_rate" and mention.entity.kind in {"country", "government"}:
            bank = central_bank(mention.entity.country)
            if bank is not None:
                names.append(bank.name)
                continue
        if mention.entity.kind == "city" and mention.entity.parent:
            names.append(mention.entity.parent)
            continue
        organisation = None if predicate in PERSONAL else employer(mention.name)
        names.append(organisation if organisation in gazetteer() else mention.name)
    return tuple(name for name in dict.fromkeys(names) if name is not None)
