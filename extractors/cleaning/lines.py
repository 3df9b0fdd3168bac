"""Takes menus, listings, forms, counters and sign-offs out of the lines of an article.

Order of judgement: lines that are protected (the title); shapes (runs of lines of one
skeleton, contact bullets, credits, bare counters); phrases, which are data per language
(``rules/<lang>.yaml``); cut-off teasers; line frequencies learned per host, handed in as
`memory`; and last, as the weakest evidence, where the article lies on the page (the
maximum-sum window of prose lines). Lines that hold a figure in prose are never cut by the weak
evidence. Every cut names its rule and reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from extractors.cleaning.window import article_window, is_prose, tokens
from extractors.records import LineRole, Removal
from extractors.rulebook import rule_languages, rules

Where = Literal["any", "head", "tail"]

_EDGE_LINES = 12  # lines from an end of the text that count as its head or tail
_EDGE_SHARE = 0.25  # or this share of all lines, whichever is more
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Outcome of cleaning.

    Attributes:
        kept: indexes of the lines that stay, blank ones excluded.
        removals: lines taken out, with rule and reason, in order.
        roles: roles of kept lines other than `body`.
        title: index of the line that is the headline, None if there is none.
        page_title: headline found in a removed listing row that marks the current page, "".
    """

    kept: tuple[int, ...]
    removals: tuple[Removal, ...]
    roles: Mapping[int, LineRole] = field(default_factory=dict)
    title: int | None = None
    page_title: str = ""


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """A boilerplate phrase: data of ``rules/*.yaml``.

    Attributes:
        id: name under which removals are recorded.
        pattern: searched in the normalised line.
        where: in which part of the text it holds.
        max_len: longest line (characters) that it may remove.
        reason: in words, for people.
        form: whether the line belongs to a comment or login form.
    """

    id: str
    pattern: re.Pattern[str]
    where: Where
    max_len: int
    reason: str
    form: bool


@cache
def phrase_rules() -> tuple[PhraseRule, ...]:
    """Phrase rules of all languages: pages mix the language of the site and of the text."""
    return tuple(
        PhraseRule(
            entry["id"],
            re.compile(entry["pattern"], re.IGNORECASE),
            entry.get("where", "any"),
            int(entry.get("max_len", 120)),
            entry["reason"],
            bool(entry.get("form", False)),
        )
        for lang in rule_languages()
        for entry in rules(lang).get("phrases", ())
    )


@cache
def _words(key: str) -> frozenset[str]:
    """Words of one kind from the tables of all languages, case folded."""
    return frozenset(
        str(word).casefold() for lang in rule_languages() for word in rules(lang).get(key, ())
    )


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(str(pattern), re.IGNORECASE)
        for lang in rule_languages()
        for pattern in rules(lang).get(key, ())
    )


def normalise(line: str) -> str:
    """A line as the rules see it: NFKC, without invisible characters, spaces collapsed."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", line))).strip()


def line_key(line: str) -> str:
    """Key under which repeated lines of a site are counted: case, marks and digits levelled."""
    folded = normalise(line).casefold()
    return re.sub(r"[\W_]+", " ", re.sub(r"\d", "0", folded)).strip()


# --- shapes -------------------------------------------------------------------------------

_DATE = re.compile(
    r"(?:(?:19|20)\d\d|\d\d)[./-]\s?\d{1,2}[./-]\s?\d{1,2}\.?|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d"
    r"|\d{1,2}[./-]\d{1,2}|\d{1,2}:\d\d(?::\d\d)?"
)
_MARK = re.compile(r"[»›▶►▷→>*★☆■●•·▪◆-]+")
_TERMINATED = re.compile(r"[.!?。！？…‥．؟।:：]['\"”’»›)\]）」』】]*$")
_URL_LINE = re.compile(r"(?:\S{1,12}\s?[:：]\s?)?(?:https?://|www\.)\S+$", re.IGNORECASE)
_MAIL_LINE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|\[email(?:\s| )protected\]$", re.IGNORECASE)
_NUMBER_LINE = re.compile(r"[(\[]?\d{1,7}(?:[.,]\d{3})*(?:\s?[/|·-]\s?\d{1,7})?[)\]]?$")
_BULLET = re.compile(r"^[▷▶►☎☏✆✉■□※◎○●◆◇▲△•·*‣]\s*")
_CONTACT = re.compile(
    r"\d{2,4}-\d{3,4}-?\d{0,4}|[\w.+-]+@[\w-]+\.\w|@\w{2,}|\[email.protected\]|https?://|www\.",
    re.IGNORECASE,
)
_CREDIT_PART = re.compile(
    r"^(?P<role>[^\s:：\d][^:：\d]{0,20}?)\s?[:：]\s?(?P<name>[^:：\d]{2,40})$"
)
_QUANTITY = re.compile(
    r"[$€£¥₩₹]\s?\d|\d[\d.,]*\s?(?:%|[$€£¥₩]|[a-zà-ÿ]{2,}|[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3])",
    re.IGNORECASE,
)


def _field(token: str) -> str:
    """Kind of one column of a listing row."""
    if _DATE.fullmatch(token):
        return "date"
    if token.replace(",", "").isdigit():
        return "number"
    return "mark" if _MARK.fullmatch(token) else "text"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line seen as a row of a listing: kind of first column, dates and counts at its end."""

    first: str
    tail: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def dated(self) -> bool:
        return "date" in self.tail

    @property
    def numbered(self) -> bool:
        return self.first in ("number", "mark", "notice")


def _row(line: str) -> _Row | None:
    """`line` as a listing row, or None if it cannot be one."""
    tokens = line.split()
    if len(tokens) < 3 or len(line) > 200 or _TERMINATED.search(line):
        return None
    kinds = [_field(t) for t in tokens]
    first = kinds[0]
    if tokens[0].strip("[]").casefold() in _words("notice_marks"):
        first = "notice"
    tail: list[str] = []
    for kind in reversed(kinds[1:]):
        if kind not in ("date", "number"):
            break
        tail.append(kind)
    if "text" not in kinds or not (tail or first != "text"):
        return None
    return _Row(first, tuple(sorted(set(tail))), tuple(tokens))


def _same_listing(a: _Row, b: _Row) -> bool:
    """Whether two rows can be neighbours in one listing."""
    if a.dated != b.dated:
        return False
    if a.dated and ((a.numbered and b.numbered) or a.first == b.first == "text"):
        return True
    return a.numbered and b.numbered and bool(a.tail) and a.tail == b.tail


class _Bench:
    """The lines under judgement, and the cuts made so far."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [normalise(line) for line in lines]
        self.filled = [i for i, line in enumerate(self.lines) if line]
        self.cuts: dict[int, tuple[str, str]] = {}
        self.protected: set[int] = set()
        self.raw = lines
        self.page_title = ""

    def cut(self, i: int, rule: str, reason: str) -> None:
        """Take line `i` out unless it is protected or out already."""
        if i not in self.protected and i not in self.cuts:
            self.cuts[i] = (rule, reason)

    def left(self) -> list[int]:
        """Lines that are neither blank nor cut."""
        return [i for i in self.filled if i not in self.cuts]

    def edge(self, position: int, total: int) -> tuple[bool, bool]:
        """Whether the line at `position` of `total` lies in the head, in the tail."""
        reach = max(_EDGE_LINES, int(_EDGE_SHARE * total))
        return position < reach, position >= total - reach


def _cut_listings(bench: _Bench) -> None:
    """Runs of three or more rows, and the row of column names before them."""
    filled = bench.filled
    rows = [_row(bench.lines[i]) for i in filled]
    start = 0
    while start < len(filled):
        first = rows[start]
        end = start + 1
        previous = first
        while first is not None and previous is not None and end < len(filled):
            following = rows[end]
            if following is None or not _same_listing(previous, following):
                break
            previous, end = following, end + 1
        run = [row for row in rows[start:end] if row is not None]
        if len(run) >= 3 and _is_listing(run):
            _cut_run(bench, start, end, run)
            start = end
        else:
            start += 1


def _is_listing(run: Sequence[_Row]) -> bool:
    """Whether a run of like rows is a listing and no table or chronology of the article.

    Numbered and dated rows are one. Rows that only end in a date must share the word before
    it (the author or section), or be as many as an article never holds.
    """
    if not any(row.dated for row in run):  # else a ranking or table of the article
        return all(row.first != "number" or len(row.words[0]) >= 4 for row in run)
    if all(row.numbered for row in run):
        return True
    before = {row.words[-1 - len(row.tail)] for row in run if len(row.words) > len(row.tail)}
    return len(before) == 1 or len(run) >= 6


def _cut_run(bench: _Bench, start: int, end: int, run: Sequence[_Row]) -> None:
    filled = bench.filled
    for position in range(start, end):
        bench.cut(filled[position], "shape.listing", "row of a listing")
    current = [p for p in range(start, end) if run[p - start].first == "mark"]
    if len(current) == 1 and len(run) > 3:
        bench.page_title = _current_title(bench.raw[filled[current[0]]].split(), run)
    if start:
        header = bench.lines[filled[start - 1]]
        words = re.split(r"[\s|/·]+", header.casefold())
        named = sum(word in _words("columns") for word in words)
        if named >= 2 and named >= 0.6 * len(words):
            bench.cut(filled[start - 1], "shape.listing_header", "column names of a listing")


def _current_title(words: list[str], run: Sequence[_Row]) -> str:
    """Title in the row (its words as written) that a board marks as the page being read."""
    words = [w for w in words if _field(w) != "mark"]
    while words and _field(words[-1]) in ("date", "number"):
        words.pop()
    if words and sum(words[-1] in row.words for row in run) > 0.6 * len(run):
        words.pop()  # the author, the same in most rows
    return " ".join(words)


def _cut_shapes(bench: _Bench) -> None:
    """Lines whose form alone says that they are no prose."""
    for i in bench.filled:
        line = bench.lines[i]
        if not any(ch.isalnum() for ch in line):
            bench.cut(i, "shape.marks", "only marks, no letter or digit")
        elif _NUMBER_LINE.match(line):
            bench.cut(i, "shape.number", "bare number or counter")
        elif _URL_LINE.match(line):
            bench.cut(i, "shape.url", "only a web address")
        elif _MAIL_LINE.match(line):
            bench.cut(i, "shape.mail", "only a mail address")
        elif _is_contact(line):
            bench.cut(i, "shape.contact", "contact details")
        elif _is_credit(line):
            bench.cut(i, "shape.credits", "who filmed, edited or wrote")


def _is_contact(line: str) -> bool:
    """A bullet or label of a contact channel with its number, address or account."""
    if len(line) > 60 or not _CONTACT.search(line):
        return False
    bare = _BULLET.sub("", line)
    label = re.split(r"[\s:：]", bare, maxsplit=1)[0].casefold()
    return label in _words("contact_labels") and not _TERMINATED.search(line)


def _is_credit(line: str) -> bool:
    """``role : name`` parts, the roles from the tables, at most one unknown among several."""
    if len(line) > 160:
        return False
    parts = [
        _CREDIT_PART.match(p.strip()) for p in re.split(r"\s?[/|,·;]\s?(?=[^/|,·;]*[:：])", line)
    ]
    if not all(parts):
        return False
    known = sum(
        p is not None and p["role"].strip().casefold() in _words("credit_roles") for p in parts
    )
    return known >= 1 and known >= len(parts) - 1


def _cut_phrases(bench: _Bench) -> None:
    """Boilerplate phrases, and a comment form as one block."""
    left = bench.left()
    rules_here = phrase_rules()
    forms: list[int] = []
    for position, i in enumerate(left):
        line = bench.lines[i]
        head, tail = bench.edge(position, len(left))
        for rule in rules_here:
            if len(line) > rule.max_len or not rule.pattern.search(line):
                continue
            if (rule.where == "head" and not head) or (rule.where == "tail" and not tail):
                continue
            if rule.form:
                forms.append(position)
            bench.cut(i, rule.id, rule.reason)
            break
    _cut_form_block(bench, left, forms)


def _cut_form_block(bench: _Bench, left: Sequence[int], forms: Sequence[int]) -> None:
    """Lines between the labels of one form (three or more, close together)."""
    start = 0
    for k in range(1, len(forms) + 1):
        if k < len(forms) and forms[k] - forms[k - 1] <= 3:
            continue
        if k - start >= 3:
            for position in range(forms[start], forms[k - 1] + 1):
                line = bench.lines[left[position]]
                if not (_TERMINATED.search(line) and _QUANTITY.search(line)):
                    bench.cut(left[position], "shape.form", "part of a form")
        start = k


_STEM = 20  # characters from which a line can be told to begin another one
_FELLOWS = 50  # lines with one beginning that are compared at most
_ELLIPSIS = re.compile(r"\s*(?:\[\.{3}\]|\(\.{3}\)|\.{3}|…|‥)$")


def _cut_teasers(bench: _Bench) -> None:
    """Lines that a later, longer line begins with, broken off in mid-sentence."""
    left = bench.left()
    beginnings: dict[str, list[int]] = {}
    for i in left:
        beginnings.setdefault(bench.lines[i][:_STEM], []).append(i)
    for i in left:
        line = bench.lines[i]
        stem = _ELLIPSIS.sub("", line)
        cut_off = stem != line
        if len(stem) < _STEM or i in bench.protected:
            continue
        for j in beginnings[line[:_STEM]][-_FELLOWS:]:
            other = bench.lines[j]
            if j <= i or len(other) <= len(stem) + 8 or not other.startswith(stem):
                continue
            if cut_off or _breaks_off(stem, other[len(stem) :]):
                bench.cut(i, "teaser.truncated", "broken-off beginning of a later line")
            break


def _breaks_off(stem: str, rest: str) -> bool:
    """Whether a text that goes on with `rest` stops inside a word or number.

    Scripts without spaces do not show it.
    """
    if stem[-1] in ".," and rest[0].isdigit():
        return True
    return stem[-1].isalnum() and rest[0].isalnum() and not _is_cjk(rest[0])


def _is_cjk(ch: str) -> bool:
    return "\u3041" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7a3"


def _cut_frequent(bench: _Bench, memory: Collection[str]) -> None:
    """Lines that a site repeats from article to article, unless they state a figure."""
    for i in bench.left():
        line = bench.lines[i]
        if line_key(line) in memory and not _QUANTITY.search(line):
            bench.cut(i, "memory.frequent", "repeated on other pages of the site")


def _cut_islands(bench: _Bench) -> None:
    """A word or two left standing in the midst of a removed block."""
    filled = bench.filled
    left = [p for p, i in enumerate(filled) if i not in bench.cuts]
    for k, position in enumerate(left):
        before = position - (left[k - 1] if k else -1) - 1
        after = (left[k + 1] if k + 1 < len(left) else len(filled)) - position - 1
        line = bench.lines[filled[position]]
        if min(before, after) >= 3 and tokens(line) <= 3 and not _QUANTITY.search(line):
            bench.cut(filled[position], "shape.island", "a word between removed lines")


def _says_something(lines: Sequence[str]) -> bool:
    """Whether text without a long sentence is a short report and no menu."""
    sentences = sum(tokens(x) >= 4 and bool(_TERMINATED.search(x)) for x in lines)
    if len(lines) > _PAGE_LIKE:
        return sentences >= 2
    return sentences >= 1 or any(tokens(x) >= 5 and _QUANTITY.search(x) for x in lines)


_PAGE_LIKE = 15  # lines that are no prose around the article, from which a text is a whole page


def _cut_outside_window(bench: _Bench, headline: int | None) -> None:
    """On whole pages, mostly menus and links: the short lines away from the prose.

    The evidence is weak, so that prose, figures and repetitions of the title stay.
    """
    left = bench.left()
    lines = [bench.lines[i] for i in left]
    window = article_window(lines)
    if window is None:
        if not _says_something(lines):
            bench.protected.clear()
            for i in left:
                bench.cut(i, "window.no_prose", "no running text anywhere on the page")
        return
    outside = [p for p in range(len(left)) if p not in window]
    if sum(not is_prose(lines[p]) for p in outside) < _PAGE_LIKE:
        return
    title = line_key(bench.lines[headline]) if headline is not None else None
    for p in outside:
        stated = _TERMINATED.search(lines[p]) and _QUANTITY.search(lines[p])
        if not stated and line_key(lines[p]) != title:
            bench.cut(left[p], "window.outside", "outside the run of prose that is the article")


# --- roles and title ----------------------------------------------------------------------

_ROLE_KEYS: tuple[tuple[LineRole, str], ...] = (
    ("section", "section_marks"),
    ("speaker", "speaker_marks"),
    ("dateline", "datelines"),
    ("caption", "captions"),
)


def _role(line: str) -> LineRole | None:
    """Role of a line by the patterns of the tables."""
    for role, key in _ROLE_KEYS:
        if len(line) <= 200 and any(p.search(line) for p in _patterns(key)):
            return role
    return None


def _headline(line: str) -> bool:
    """Whether a line can be a headline: some words, no full stop at the end."""
    letters = sum(map(str.isalpha, line))
    words = len(line.split())
    wide = sum(map(_is_cjk, line))
    if len(line) > 220 or letters < 8 or not (words >= 3 or wide >= 8):
        return False
    return not re.search(r"[.。．…:：]['\"”’»)\]」』]*$", line)


def _find_title(bench: _Bench, title: str) -> int | None:
    """The line that is the title known from outside, else the first headline-like line."""
    wanted = line_key(title)
    if wanted:
        for i in bench.filled:
            if line_key(bench.lines[i]) == wanted:
                return i
        return None
    for position, i in enumerate(bench.left()[:6]):
        line = bench.lines[i]
        role = _role(line)
        if role in ("section", "speaker"):
            return None
        if role is None and _headline(line) and (position == 0 or not _TERMINATED.search(line)):
            return i
    return None


def clean(
    lines: Sequence[str],
    *,
    lang: str | None = None,
    memory: Collection[str] | None = None,
    title: str = "",
    whole_page: bool = True,
) -> Cleaned:
    """Separate the article's lines from what surrounds it.

    Args:
        lines: all lines in order, without line breaks.
        lang: language of the text where known; the rules of all languages apply anyway,
            because a page mixes the language of its site and of its text.
        memory: keys (`line_key`) of lines that the site repeats, None if nothing was learned.
        title: title known from outside, whose line is then protected.
        whole_page: whether menus and links may surround the article, as in copied text; False
            for lines that an extraction has chosen already.

    Returns:
        Kept lines, removals and roles. A text without any prose keeps nothing.
    """
    bench = _Bench(lines)
    _cut_shapes(bench)
    _cut_listings(bench)
    if title:
        protect(bench, _find_title(bench, title))
    _cut_phrases(bench)
    _cut_teasers(bench)
    headline = _find_title(bench, title)
    protect(bench, headline)
    if memory:
        _cut_frequent(bench, memory)
    if whole_page:
        _cut_outside_window(bench, headline)
        _cut_islands(bench)
    kept = bench.left()
    roles: dict[int, LineRole] = {}
    for i in kept:
        role = "title" if i == headline else _role(bench.lines[i])
        if role is not None:
            roles[i] = role
    if headline not in kept:
        headline = None
    removals = tuple(Removal(i, *bench.cuts[i]) for i in sorted(bench.cuts))
    return Cleaned(tuple(kept), removals, roles, headline, bench.page_title)


def protect(bench: _Bench, line: int | None) -> None:
    """Keep the title whatever the rules say."""
    if line is not None:
        bench.protected.add(line)
        bench.cuts.pop(line, None)
