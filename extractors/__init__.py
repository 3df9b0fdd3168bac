"""Pure reading of documents: bytes in, records out; no network, clock, database or Prefect.

`read` is the one door for a whole document, `reread` for a text that is kept. Each step is usable
alone, too: `language.rank`, `language.passages`, `cleaning.clean`, `quantities.find`,
`sketch.sketch`.
"""

from extractors.reading import read, reread
from extractors.records import Article, Document, Fact, Hints, Quantity, Stored

__all__ = ["Article", "Document", "Fact", "Hints", "Quantity", "Stored", "read", "reread"]
