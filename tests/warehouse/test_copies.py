"""Copies and translations: kinds, figures, flashes, windows, and any order of loading."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from made_articles import START, article, later, run

from extractors.records import Article
from extractors.sketch import Likeness
from warehouse import Warehouse
from warehouse.stars import Likenesses, Star, Text, assign

TOWNS = ("Lund", "Ghent", "Turin", "Porto", "Split", "Bergen", "Malmo", "Graz", "Lyon", "Cork")
STORY = [
    f"In {town} the council set aside {n * 13 + 7} million euros to repair quay number {n + 3}, "
    f"which winter storms from the {['north', 'south', 'east', 'west'][n % 4]} had broken."
    for n, town in enumerate(TOWNS)
]
OTHER = [
    f"Striker {n} of the club from {town} scored {n + 2} goals before a crowd that sang for hours, "
    f"and coach number {n * 3} praised the {['young', 'old', 'tall', 'quick'][n % 4]} defenders."
    for n, town in enumerate(reversed(TOWNS))
]
MENU = "Home News Business Sport Log in Subscribe to our newsletter"
FOOT = "All rights reserved. Share this article. Most read: storm closes coast road"


def told(name: str, lines: Sequence[str], hours: float | None = 0.0, **about: object) -> Article:
    at = None if hours is None else later(hours)
    return article(name, text="\n".join(lines), at=at, **about)  # type: ignore[arg-type]


def copies(warehouse: Warehouse) -> dict[str, tuple[str, str, bool]]:
    return {
        document: (canonical, kind, differ)
        for document, canonical, kind, differ in warehouse.query(
            "SELECT document, canonical_document, kind, numbers_differ FROM mart.copies"
        ).rows
    }


def residue(warehouse: Warehouse, document: str) -> int:
    return int(
        warehouse.query(
            "SELECT residue_chars FROM news.copies JOIN news.version_documents USING (version_id) "
            "WHERE recorded_to IS NULL AND document = ?",
            [document],
        ).rows[0][0]
    )


def test_kinds(warehouse: Warehouse) -> None:
    changed = [line.replace("repair quay", "mend quay", 1) for line in STORY]
    warehouse.load(
        [
            told("a", STORY),
            told("exact", [line.upper() for line in STORY], 1),
            told("near", changed, 2),
            told("part", STORY[:2], 3),
            told("framed", [MENU, *STORY, FOOT], 4),
            told("other", OTHER, 5),
            told("host", [*OTHER[:6], STORY[2], *OTHER[6:], "And that was all for tonight."], 6),
        ],
        run(),
    )
    found = copies(warehouse)
    assert found.pop("host")[0] == "other"  # of what it repeats most, not of what it quotes
    assert found == {
        "exact": ("a", "exact", False),
        "near": ("a", "near", False),
        "part": ("a", "excerpt", False),
        "framed": ("a", "near", False),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("$2.9 billion", "$29 billion"),
        ("1.5%", "15%"),
        ("4,400億円", "44.00億円"),
        ("April 9-10", "April 910"),
        ("72 million", "73 million"),
    ],
)
def test_a_copy_with_another_figure_is_a_revision(warehouse: Warehouse, old: str, new: str) -> None:
    told_now = [*STORY[:5], f"The bill came to {old} when the work was done.", *STORY[5:]]
    edited = [line.replace(old, new) for line in told_now]
    warehouse.load([told("a", told_now), told("b", edited, 1)], run())
    assert copies(warehouse) == {"b": ("a", "revision", True)}


def test_what_only_one_side_states_is_no_changed_figure(warehouse: Warehouse) -> None:
    more = [*STORY, "Another 55 million went to the lighthouse keepers of the coast."]
    warehouse.load([told("a", STORY), told("b", more, 1), told("c", STORY[3:], 2)], run())
    assert {name: row[2] for name, row in copies(warehouse).items()} == {"b": False, "c": False}
    assert 50 < residue(warehouse, "b") < 80
    assert residue(warehouse, "c") == 0


def test_a_flash_becomes_an_excerpt_of_the_fuller_report(warehouse: Warehouse) -> None:
    warehouse.load([told("flash", STORY[:3])], run(1))
    assert copies(warehouse) == {}
    warehouse.load([told("full", [*STORY[:3], *OTHER], 1)], run(2))
    assert copies(warehouse) == {"flash": ("full", "excerpt", False)}
    assert residue(warehouse, "flash") == 0
    # another report around the same flash stands for itself
    warehouse.load([told("second", [*STORY[:3], *reversed(STORY[4:]), *STORY[3:4]], 2)], run(3))
    assert copies(warehouse) == {"flash": ("full", "excerpt", False)}


def test_beyond_the_window_a_text_stands_for_itself(warehouse: Warehouse) -> None:
    warehouse.load([told("a", STORY), told("b", STORY, 24 * 20), told("c", STORY, 24 * 45)], run())
    assert copies(warehouse) == {
        "b": ("a", "exact", False),
        "c": ("a", "exact", False),  # near b, which leads to a
    }
    warehouse.load([told("d", STORY, 24 * 100)], run(2))
    assert "d" not in copies(warehouse)


def test_a_frame_that_many_reports_share_makes_no_copies(warehouse: Warehouse) -> None:
    frame = " ".join(f"notice{n} about cookies and terms number {n}." for n in range(18))
    words = [f"{a}{b}" for a in TOWNS for b in ("ward", "side", "gate", "field", "bridge")]
    rows = []
    for n in range(90):
        chance = random.Random(n)
        report = " ".join(chance.choice(words) for _ in range(50))
        rows.append(told(f"r{n}", [f"{report}.", frame, f"{report[::-1][:60]}."], n))
    warehouse.load(rows, run())
    assert copies(warehouse) == {}


def test_copies_of_a_translation_stay_with_it(warehouse: Warehouse) -> None:
    figures = "410 1500 62 980 77 3100 845 290 66"
    english = [
        f"They saw {n} of the boats that they sought near the pier." for n in figures.split()
    ]
    french = [f"On a compté {n} des bateaux brisés près de la jetée." for n in figures.split()]
    warehouse.load(
        [
            told("en", english),
            told("fr", french, 1, lang="fr"),
            told("fr again", [*french, "C'est tout."], 2, lang="fr"),
        ],
        run(),
    )
    assert {name: row[:2] for name, row in copies(warehouse).items()} == {
        "fr": ("en", "translation"),
        "fr again": ("fr", "near"),
    }
    assert warehouse.query("SELECT count(DISTINCT report_id) FROM mart.documents").rows == ((1,),)


def mixture() -> list[Article]:
    """Stories with copies, parts and fuller versions, in many orders of time and name."""
    rows = []
    for n, lines in enumerate((STORY, OTHER, [*STORY[5:], *OTHER[:2]])):
        hours = 10.0 * n
        edited = [line.replace(" 3", " 4") for line in lines]
        rows += [
            told(f"{n}-whole", lines, hours + 4),
            told(f"{n}-part", lines[:3], hours),
            told(f"{n}-late", lines[2:], hours + 9),
            told(f"{n}-framed", [MENU, *lines, FOOT], hours + 2),
            told(f"{n}-edited", edited, hours + 6),
            told(f"{n}-undated", lines[1:], None),
            told(f"{n}-far", lines, hours + 24 * 35),
        ]
    rows.append(told("url v1", STORY[:5], 1, url="https://example.org/a"))
    rows.append(told("url v2", OTHER[:5], 50, url="https://example.org/a"))
    rows += [told(f"x{n}", [f"{MENU} {FOOT}", OTHER[n % 10][::-1], str(n)], n) for n in range(24)]
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_batching_gives_the_same_copies(
    tmp_path: Path, empty: Path, seed: int
) -> None:
    found = []
    for number, shuffled in enumerate((False, True)):
        path = tmp_path / f"{number}.duckdb"
        shutil.copyfile(empty, path)
        ledger = Warehouse(path)
        rows = mixture()
        chance = random.Random(seed)
        if shuffled:
            chance.shuffle(rows)
            while rows:
                size = chance.randint(1, 12)
                ledger.load(rows[:size], run())
                rows = rows[size:]
        else:
            ledger.load(rows, run())
        found.append([
            ledger.query(
                "SELECT document, canonical_document, kind, containment, jaccard, numbers_differ "
                "FROM mart.copies ORDER BY ALL"
            ).rows,
            ledger.query(
                "SELECT a.version_id, b.version_id, relation, containment, jaccard "
                "FROM news.likenesses l JOIN news.texts a ON a.number = l.number "
                "JOIN news.texts b ON b.number = l.earlier ORDER BY ALL"
            ).rows,
        ])  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0][0]) > 12


def test_an_earlier_date_moves_the_centre(warehouse: Warehouse) -> None:
    warehouse.load([told("a", STORY, 5), told("b", STORY[1:], 9)], run(1))
    assert copies(warehouse)["b"][0] == "a"
    warehouse.load([told("b", STORY[1:], 1)], run(2))
    assert {name: row[0] for name, row in copies(warehouse).items()} == {"a": "b"}


def text(number: int, size: int, *matches: int) -> Text:
    return Text(number, 100 + number, str(number), size, matches)


def test_stars_are_never_transitive() -> None:
    known = {
        (1, 2): Likeness(0.8, 0.6),
        (2, 3): Likeness(0.8, 0.6),
        (1, 3): Likeness(0.3, 0.1),
    }
    texts = [text(1, 90), text(2, 91, 1), text(3, 90, 2)]
    assert assign(texts, Likenesses(known)) == {2: Star(1, "text")}


def test_stars_name_the_pairs_they_need() -> None:
    known = {
        (1, 2): Likeness(0.8, 0.6),
        (2, 3): Likeness(0.8, 0.6),
    }
    likenesses = Likenesses(known)
    assign([text(1, 90), text(2, 91, 1), text(3, 90, 2)], likenesses)
    assert likenesses.missing == {(1, 3)}


def test_facts_of_copies_stay_in_the_ledger(warehouse: Warehouse) -> None:
    from made_articles import money

    figure = money("$2.9 billion", 2.9e9, 1e8)
    body = "\n".join(STORY)
    warehouse.load(
        [
            article("a", figure, text=body),
            article("b", figure, text=body, at=START + timedelta(hours=1)),
        ],
        run(),
    )
    assert copies(warehouse)["b"][0] == "a"
    assert warehouse.query("SELECT count(*) FROM mart.facts").rows == ((2,),)
