"""Lines of a document cut into consecutive passages of one language each."""

from __future__ import annotations

from collections.abc import Iterable

from extractors.language.addresses import strip_addresses
from extractors.language.ranking import label
from extractors.language.sequence import most_probable, weigh
from extractors.language.tables import NO_LANGUAGE, SEVERAL, UNDETERMINED
from extractors.records import Passage


def passages(lines: Iterable[str], declared: str | None = None) -> list[Passage]:
    """Cut lines into consecutive passages of one language each.

    Viterbi over the posteriors of the lines: a change of language must be worth its cost, so
    that a name or a heading in another language changes nothing.

    Args:
        lines: lines in order; blank ones, and those without letters, are neutral and belong
            to the passage that follows (at the end: to the last).
        declared: language that the source claims; it leans on each line, and never decides
            against clear evidence.

    Returns:
        Passages that cover all lines without gaps; none for no lines. Without any letter one
        passage ``zxx``; where nothing can be told, ``und``.
    """
    texts = list(lines)
    if not texts:
        return []
    evidence = weigh(texts, declared)
    path = most_probable(evidence)
    if not path:
        letters = any(ch.isalpha() for text in texts for ch in strip_addresses(text))
        return [Passage(UNDETERMINED if letters else NO_LANGUAGE, 1.0, 0, len(texts) - 1)]
    found: list[Passage] = []
    start = 0
    for i in range(1, len(path) + 1):
        if i < len(path) and path[i] == path[start]:
            continue
        lang = path[start]
        weights = sum(w for _, w in evidence[start:i])
        held = sum(w * p.get(lang, 0.0) for p, w in evidence[start:i])
        found.append(Passage(lang, round(held / weights, 4) if weights else 1.0, start, i - 1))
        start = i
    if len(found) == 1 and found[0].confidence < 0.5:
        whole, p = label("\n".join(texts))
        return [Passage(whole, round(p, 4), 0, len(texts) - 1)]
    return found


def document_label(parts: Iterable[Passage]) -> str:
    """One tag for a whole document: its language, ``mul`` if its passages have several.

    Passages of which nothing can be told say nothing of the document beside others.
    """
    langs = list(dict.fromkeys(part.lang for part in parts))
    told = [lang for lang in langs if lang not in (UNDETERMINED, NO_LANGUAGE)]
    if len(told) > 1:
        return SEVERAL
    if told:
        return told[0]
    return UNDETERMINED if UNDETERMINED in langs else NO_LANGUAGE
