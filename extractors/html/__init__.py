"""Web pages: from markup to lines, and what the page says of itself."""

from extractors.html.metadata import Metadata, parse_time
from extractors.html.page import Page, extract, left_out

__all__ = ["Metadata", "Page", "extract", "left_out", "parse_time"]
