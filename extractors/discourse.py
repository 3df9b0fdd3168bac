"""What the text so far has established: topic, speaker, disaster, names in short form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractors import clauses
from extractors.clauses import AMOUNTS, Sentence, Subject
from extractors.entities import ORGANISATIONS, Entity, Mention, employer, gazetteer
from extractors.qualifiers import TALLIES
from extractors.records import Predicate, Quantity

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

QUOTES = ('"', "\u201c", "「", "『", "«", "'", "\u2018")

# What people do themselves; for the rest a known officer acts for the organisation.
PERSONAL: frozenset[Predicate] = frozenset({"visit", "other", "vote"})
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

    def enter(self, sentence: Sentence) -> Sentence:
        """Take note of a sentence; returns it with short names resolved."""
        if sentence.passage != self.passage:
            self.passage, self.topic, self.speaker = sentence.passage, (), None
        sentence = replace(sentence, mentions=tuple(map(self._resolved, sentence.mentions)))
        for mention in sentence.mentions:
            if mention.known:
                self.names.setdefault(sentence.text[mention.start : mention.end], mention.entity)
            if mention.entity.kind == "event" and self.disaster is None:
                self.disaster = mention
        if sentence.role == "speaker":
            people = [m for m in sentence.mentions if m.entity.kind == "person"]
            self.speaker = people[0] if people else None
        elif sentence.role == "section" or not sentence.text.lstrip().startswith(QUOTES):
            self.speaker = None
        return sentence

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
            if organised and clauses.case_of(sentence, mention) in {"subject", "agent"}:
                group = clauses.coordinated(sentence, mention)
                if sentence.role == "title":
                    self.headline = self.headline or group
                self.topic = group
                return

    def predicate(self, quantity: Quantity) -> Predicate:
        """What a figure without a cue of its own most likely continues; "other" if unclear."""
        if quantity.kind not in AMOUNTS:
            return "other"
        return self.figures.get((quantity.kind, quantity.unit or quantity.currency), "other")

    def bound(self, quantity: Quantity, predicate: Predicate) -> None:
        """Remember what a figure of this kind was about."""
        self.figures[quantity.kind, quantity.unit or quantity.currency] = predicate

    def actors(
        self, subject: Subject | None, predicate: Predicate
    ) -> tuple[tuple[str, ...], float, str]:
        """Who acts, how sure that is (0..1), and the rule that says so."""
        if predicate in CAUSED and self.disaster is not None:
            return (self.disaster.name,), DISASTER_CONFIDENCE, "disaster"
        if subject is not None and subject.mentions:
            known = all(m.known for m in subject.mentions)
            sure = SUBJECT_CONFIDENCE[subject.case] * (1.0 if known else UNKNOWN_NAME_FACTOR)
            return _acting(subject.mentions, predicate), sure, subject.case
        if self.speaker is not None and subject is None:
            return (self.speaker.name,), TOPIC_CONFIDENCE, "speaker"
        if self.topic:
            sure = SUBJECT_CONFIDENCE["reference"] if subject else TOPIC_CONFIDENCE
            return _acting(self.topic, predicate), sure, "reference" if subject else "topic"
        if self.headline:
            return _acting(self.headline, predicate), HEADLINE_CONFIDENCE, "headline"
        return (), NO_ACTOR_CONFIDENCE, "none"


def _acting(mentions: Sequence[Mention], predicate: Predicate) -> tuple[str, ...]:
    names = []
    for mention in mentions:
        organisation = None if predicate in PERSONAL else employer(mention.name)
        names.append(organisation if organisation in gazetteer() else mention.name)
    return tuple(name for name in dict.fromkeys(names) if name is not None)
