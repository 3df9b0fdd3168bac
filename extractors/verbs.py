"""The verb of a figure that no predicate of the vocabulary fits: its clause's main word.

The surface is kept, folded in case, without a dictionary: in languages that end in the verb
the stem of the clause's last word, elsewhere the first word behind who acts, or right before
the figure, that is neither an auxiliary nor an article.
"""

from __future__ import annotations

import re

from extractors.clauses import Sentence
from extractors.records import Quantity
from extractors.subjects import Subject

WORD = re.compile(r"[^\W\d_]{2,}(?:[-’'][^\W\d_]+)*")
LONGEST = 40  # characters of a verb


def verb(sentence: Sentence, quantity: Quantity, subject: Subject | None) -> str | None:
    """The main word of the clause of a figure, or None where it has none.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure, with offsets in the sentence.
        subject: who acts, None if the sentence does not show it.
    """
    lexicon = sentence.lexicon
    start, end = _clause(sentence, quantity)
    if lexicon.verb_final:
        found = lexicon.stem.search(sentence.text[quantity.end : end])
        return found.group()[:LONGEST] if found else None
    if lexicon.dense:
        found = lexicon.stem.search(sentence.text[start : quantity.start])
        return found.group() if found else None
    mentions = subject.mentions if subject is not None else ()
    begin = max([start, *(m.end for m in mentions if m.end <= quantity.start)])
    for low, high in ((begin, quantity.start), (quantity.end, end)):
        for word in WORD.finditer(sentence.text, low, high):
            folded = word.group().casefold()
            if folded not in lexicon.auxiliaries and not _is_named(sentence, word.start()):
                return folded[:LONGEST]
    return None


def _clause(sentence: Sentence, quantity: Quantity) -> tuple[int, int]:
    """The span of the clause around a figure."""
    before = [at for at in sentence.breaks if at <= quantity.start]
    after = [at for at in sentence.breaks if at >= quantity.end]
    return max(before, default=0), min(after, default=len(sentence.text))


def _is_named(sentence: Sentence, at: int) -> bool:
    return any(m.start <= at < m.end for m in sentence.mentions)
