"""What holds of every article that `read` returns, whatever the document was."""

from __future__ import annotations

from extractors.plaintext import split_lines
from extractors.records import READ, Article


def faults(article: Article) -> list[str]:
    """What is wrong with an article; empty for a right one."""
    found = []
    if article.outcome == "error":
        found.append(f"our own failure: {article.message}")
    if (article.outcome == "loaded") == bool(article.message):
        found.append(f"outcome {article.outcome} with message {article.message!r}")
    if article.outcome not in READ and article.facts:
        found.append(f"facts with outcome {article.outcome}")
    text = article.original
    if any(text[x.start : x.end] != x.text for x in article.lines):
        found.append("a line is not what stands at its offsets")
    removed = [r.line for r in article.removals]
    kept = set(article.kept)
    blank = {i for i, line in enumerate(article.lines) if not line.text.strip()}
    if len(removed) != len(set(removed)) or kept & set(removed):
        found.append("a line is removed twice, or removed and kept")
    if kept | set(removed) | blank != set(range(len(article.lines))):
        found.append("a line is neither kept nor removed nor blank")
    if "".join(x.text for x in article.lines) != "".join(x.text for x in split_lines(text)):
        found.append("the lines are not the whole text")
    spans = [range(p.first_line, p.last_line + 1) for p in article.passages]
    if kept and any(all(i not in span for span in spans) for i in kept):
        found.append("a kept line is in no passage")
    for fact in article.facts:
        q = fact.quantity
        if text[q.start : q.end] != q.surface:
            found.append(f"{q.surface!r} does not stand at its offsets")
        if not any(
            article.lines[i].start <= q.start and q.end <= article.lines[i].end for i in kept
        ):
            found.append(f"{q.surface!r} stands in no kept line")
    return found
