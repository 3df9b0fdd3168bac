"""docs/verdicts.md is what the tables say."""

from __future__ import annotations

from pathlib import Path

from flows.glossary import markdown


def test_the_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "verdicts.md"
    assert markdown() == page.read_text("utf-8"), "python -m flows.glossary > docs/verdicts.md"


def test_each_reason_and_rule_of_the_macros_is_explained() -> None:
    page = markdown()
    for name in ("`magnitude`", "`silent_edit`", "`6.disjoint.value`", "`cut_jobs`"):
        assert f"| {name} |" in page
