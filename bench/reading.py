"""Everything that `make bench-reading` measures: pages, lines, languages, copies, hostile input.

Each table holds our figures and those of its peers from the same run, on the development data
where it lies beside the project, else on the fixtures of the tests.
"""

from __future__ import annotations

from bench import copies, hostile, language, lines, pages
from bench.data import on_shared_data


def main() -> None:
    """Run one bench after the other; takes about half an hour on two cores."""
    print("On the development data." if on_shared_data() else "On the fixtures of the tests.")
    for bench in (pages, lines, language, copies, hostile):
        bench.main()


if __name__ == "__main__":
    main()
