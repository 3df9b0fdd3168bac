"""A small news page in which tests vary one thing at a time."""

from __future__ import annotations

from extractors.html import Page

PARAGRAPHS = [
    "The port of Rotterdam handled 13.4 million containers last year, 2 percent more than in "
    "the year before, the harbour authority said on Tuesday.",
    "Exports to Asia fell for the third year in a row, while traffic to the Baltic recovered "
    "after the sanctions of 2022 had brought it to a standstill.",
    "The authority plans to spend €1.2 billion on shore power until 2030, so that ships can "
    "switch off their engines while they are being unloaded.",
    "Residents of the old town had complained about the smoke for decades, and won a case "
    "against the city in the district court last spring.",
]

LINKED = """
<script type="application/ld+json">
{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Harbour Post"},
{"@type":"NewsArticle","headline":"Rotterdam handles more containers",
"datePublished":"2024-04-09T22:15:00+02:00",
"publisher":{"@type":"Organization","name":"Harbour Post"}}]}
</script>"""


def page(*, head: str = LINKED, body: list[str] | None = None) -> str:
    paragraphs = "".join(f"<p>{p}</p>\n" for p in body or PARAGRAPHS)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Rotterdam handles more containers | Harbour Post</title>
<link rel="canonical" href="https://www.harbourpost.example/port/rotterdam-containers">{head}</head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<main><article><h1>Rotterdam handles more containers</h1>
{paragraphs}</article></main>
<aside><h3>Most read</h3><ul>
<li><a href="/1">Storm closes two motorways near Delft</a></li></ul></aside>
<footer><p>© 2024 Harbour Post</p><script>var p = "not text";</script></footer></body></html>"""


def kept(result: Page) -> list[str]:
    """Lines of the article, without its headline."""
    lines = enumerate(result.text.split("\n"))
    return [x for i, x in lines if i not in result.left_out and i != result.headline]
