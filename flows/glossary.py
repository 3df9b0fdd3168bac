"""docs/verdicts.md: what verdicts, reasons and rules mean, from the tables that the reports use.

python -m flows.glossary > docs/verdicts.md
"""

from __future__ import annotations

from importlib.resources import files

import yaml

from flows.phrases import phrases
from flows.screen import spaced

_HEAD = """# Verdicts, reasons and rules

<!-- Made by `python -m flows.glossary`; a test holds it against the tables. -->

Every fact is held against what earlier reports state of the same claim. The *verdict* says how the
two fit, the *reason* why, and the *rule* which condition decided; all three stand in
`mart.verdicts`, and `newsledger why FACT` says them in words. The conditions are SQL macros in
`warehouse/rules.sql`, tried in the order of the numbers of the rules: 1 not comparable, 2 what a
text itself calls old, 3 differences in what is counted, 4 figures that fit, 5 differences that time
explains, 6 contradictions, 7 translations.

"Later" and "earlier" are by publication, else capture.
"""


def markdown() -> str:
    """The page."""
    table = phrases()
    parts = [_HEAD]
    for verdict, words in table.verdicts.items():
        parts.append(f"## {spaced(verdict)}\n\n{words}\n")
        reasons = table.reasons.get(verdict, {})
        if reasons:
            rows = "\n".join(f"| `{name}` | {said} |" for name, said in reasons.items())
            parts.append(f"| reason | |\n|---|---|\n{rows}\n")
    rules = "\n".join(f"| `{name}` | {said} |" for name, said in table.rules.items())
    parts.append(f"## Rules\n\n| rule | condition |\n|---|---|\n{rules}\n")
    lexicon = yaml.safe_load(
        (files("extractors") / "predicates" / "common.yaml").read_text("utf-8")
    )
    deeds = "\n".join(f"| `{name}` | {lexicon[name]['means']} |" for name in table.predicates)
    parts.append(f"## Predicates\n\n| predicate | who ... |\n|---|---|\n{deeds}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(markdown(), end="")
