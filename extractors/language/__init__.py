"""The language of a text, and of each part of a text in several languages.

langdetect's own profiles and normaliser decide, but inference over them is exact: langdetect
draws n-grams at random, so that its answer changes from call to call, and its first use from
several threads fails. Writing systems decide first, because most need no statistics at all.
Where the answer stays doubtful, py3langid gives a second opinion. Tags are BCP 47; ``zxx`` has
no letters, of ``und`` nothing can be told, and ``mul`` is a document in several languages.
"""

from extractors.language.addresses import strip_addresses
from extractors.language.inline import Span, parts, parts_of, split
from extractors.language.opinion import fluency
from extractors.language.passages import document_label, passages
from extractors.language.ranking import Ranking, label, rank
from extractors.language.tables import NO_LANGUAGE, SEVERAL, UNDETERMINED

__all__ = [
    "NO_LANGUAGE",
    "SEVERAL",
    "UNDETERMINED",
    "Ranking",
    "Span",
    "document_label",
    "fluency",
    "label",
    "parts",
    "parts_of",
    "passages",
    "rank",
    "split",
    "strip_addresses",
]
