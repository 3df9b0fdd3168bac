"""The part a name plays in its clause, by the words beside it, and what it is able to do.

Case markers, particles and prepositions of the lexicon tell who acts, who is acted upon and
what stands in the locative; coordination joins names to one group.
"""

from __future__ import annotations

from typing import Literal

from extractors import entities
from extractors.clauses import Sentence
from extractors.entities import PLACES, Mention
from extractors.lexicon import government
from extractors.records import Predicate

Case = Literal["subject", "agent", "genitive", "oblique", "bare"]
WINDOW = 60  # characters looked at beside a mention


def case_of(sentence: Sentence, mention: Mention) -> Case:
    """The part a mention plays in its clause, by the words next to it."""
    lexicon = sentence.lexicon
    before = sentence.text[max(0, mention.start - WINDOW) : mention.start]
    after = sentence.text[mention.end : mention.end + WINDOW]
    if lexicon.agent_before.search(before) or lexicon.agent_after.match(after):
        return "agent"
    if lexicon.verb_final:
        if lexicon.source_after.match(after):
            return "oblique"
        if lexicon.subject_after.match(after):
            return "subject"
        if lexicon.object_after.match(after):
            return "oblique"
        if sentence.role == "title" and (lexicon.headline_after.match(after) or not before.strip()):
            return "subject"
        if lexicon.beneficiary_after.match(after) or lexicon.locative_after.match(after):
            return "oblique"
        return "genitive" if lexicon.genitive_after.match(after) else "bare"
    if lexicon.genitive_after.match(after) or lexicon.genitive_before.search(before):
        return "genitive"
    return "oblique" if lexicon.subject_blockers.search(before) else "subject"


def group_case(sentence: Sentence, mention: Mention) -> Case:
    """The part that a mention plays with those listed beside it ("for clients like A and B").

    Where prepositions tell, the first of them shows it; where particles do, each its own.
    """
    if sentence.lexicon.verb_final:
        return case_of(sentence, mention)
    return case_of(sentence, coordinated(sentence, mention)[0])


def is_located(sentence: Sentence, mention: Mention) -> bool:
    """Whether a mention stands in the locative: "in Japan", "일본에서"."""
    lexicon = sentence.lexicon
    before = sentence.text[max(0, mention.start - WINDOW) : mention.start]
    after = sentence.text[mention.end : mention.end + WINDOW]
    return bool(lexicon.locative_before.search(before) or lexicon.locative_after.match(after))


def can_act(mention: Mention, predicate: Predicate) -> bool:
    """Whether a mention is of a kind that can do what the predicate says.

    A central bank sets rates and an authority fines; who is fined pays. A known officer
    stands for the organisation, and a name that no table lists may be anything.
    """
    kinds = government()[predicate].actors if predicate in government() else frozenset()
    if not kinds or not mention.known:
        return True
    seat = mention.entity.parent if mention.entity.kind == "city" else ""
    behind = entities.gazetteer().get(entities.employer(mention.name) or seat)
    return mention.entity.kind in kinds or (behind is not None and behind.kind in kinds)


def coordinated(sentence: Sentence, mention: Mention) -> tuple[Mention, ...]:
    """A mention with those listed beside it ("Nvidia, Amazon and SoftBank")."""
    group = [mention]
    at = sentence.mentions.index(mention)
    for step, side in ((-1, sentence.mentions[:at][::-1]), (1, sentence.mentions[at + 1 :])):
        for other in side:
            last = group[-1] if step > 0 else group[0]
            left, right = (last, other) if step > 0 else (other, last)
            between = sentence.text[left.end : right.start]
            headed = sentence.role == "title" and sentence.lexicon.verb_final and step > 0
            if headed and case_of(sentence, other) == "oblique":
                break  # "日本製鉄、USスチールを買収"
            if not sentence.lexicon.coordination.fullmatch(between) or (
                (other.entity.kind in PLACES) != (mention.entity.kind in PLACES)
            ):
                break
            group.insert(len(group) if step > 0 else 0, other)
    return tuple(group)
