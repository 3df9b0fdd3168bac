"""Pure reading of documents: bytes in, records out; no network, clock, database or Prefect.

`read` is the one door for a whole document; each step is usable alone, too:
`language.rank`, `language.passages`, `cleaning.clean`, `quantities.find`, `sketch.sketch`.
"""

from extractors.reading import read

__all__ = ["read"]
