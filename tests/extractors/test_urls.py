"""URL identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.urls import canonical, site


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.com:80/a/../b/?utm_source=x&id=3&fbclid=2#top",
         "https://example.com/b?id=3"),
        ("https://m.news.naver.com/read.nhn?sid1=101&oid=001&aid=0014",
         "https://news.naver.com/read.nhn?aid=0014&oid=001&sid1=101"),
        ("https://www.google.com/amp/s/amp.cnn.com/cnn/2024/04/09/x/index.html",
         "https://cnn.com/cnn/2024/04/09/x"),
        ("https://edition-cnn-com.cdn.ampproject.org/c/s/edition.cnn.com/a/amp/",
         "https://edition.cnn.com/a"),
        ("https://example.com/story.amp.html", "https://example.com/story.html"),
        ("https://user:pw@example.com:443/%7Eu/%e3%81%82?b=1&a=2",
         "https://example.com/~u/%E3%81%82?a=2&b=1"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/?q=a%26b&page=", "https://example.com/?page=&q=a%26b"),
        ("https://news.yahoo.co.jp/articles/a19cf48352e750df5dc65aea633fb09936f14c9a",
         "https://news.yahoo.co.jp/articles/a19cf48352e750df5dc65aea633fb09936f14c9a"),
        ("https://EXAMPLE.com./Story", "https://example.com/Story"),
        ("https://example.com/a//b/./c/../d/", "https://example.com/a/b/d"),
        ("https://example.com/news/index.php?id=4", "https://example.com/news?id=4"),
        ("https://example.com/news/default.aspx", "https://example.com/news"),
        ("https://example.com/a;jsessionid=0A1B?PHPSESSID=9&id=2", "https://example.com/a?id=2"),
        ("https://example.com/a/print/?id=3", "https://example.com/a?id=3"),
        ("https://example.com/a?id=3&print=1", "https://example.com/a?id=3"),
        ("https://example.com/a?outputType=amp", "https://example.com/a"),
        ("https://amp.example.com/a", "https://example.com/a"),
        ("https://n.m.example.com/a?oid=1", "https://n.example.com/a?oid=1"),
        ("https://example.com/#!/story/12", "https://example.com/#!/story/12"),
        ("https://example.com/app#/story/12", "https://example.com/app#/story/12"),
        ("https://example.com/a#comment-3", "https://example.com/a"),
        ("https://example.com/a#:~:text=words", "https://example.com/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://xn--bcher-kva.example/%c3%a4", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.com/%7euser/a%2Fb", "https://example.com/~user/a%2Fb"),
        ("https://example.com/a?gclid=1&mc_eid=2&yclid=3&n=5", "https://example.com/a?n=5"),
        ("https://news.example.co.kr/view?at_medium=x&idx=7",
         "https://news.example.co.kr/view?idx=7"),
        ("https://example.com/printers/amplifier", "https://example.com/printers/amplifier"),
        ("https://m.de/a", "https://m.de/a"),
        ("https://www.m.co/a", "https://m.co/a"),
        ("https://m.co.uk/a", "https://m.co.uk/a"),
        ("https://www.m.example.co.uk/a", "https://example.co.uk/a"),
        ("https://www-example-com.cdn.ampproject.org/v/s/www.example.com/a?amp_js_v=0.1",
         "https://example.com/a"),
        ("  https://example.com/a\n", "https://example.com/a"),
        ("000_08bb8a22441c2c28.txt", "000_08bb8a22441c2c28.txt"),
        ("http://[broken", "http://[broken"),
    ],
)  # fmt: skip
def test_canonical(url: str, key: str) -> None:
    assert canonical(url) == key


@pytest.mark.parametrize(
    "param",
    [
        "id",
        "p",
        "oid",
        "aid",
        "sid1",
        "article",
        "no",
        "idx",
        "v",
        "sid",
        "cid",
        "q",
        "b",
        "m",
        "page",
        "print_id",
        "share_no",
        "articleId",
    ],
)
def test_ids_in_the_query_tell_articles_apart(param: str) -> None:
    assert canonical(f"https://e.com/?{param}=1") != canonical(f"https://e.com/?{param}=2")


@given(st.text(alphabet="htps:/.wma-?&=#%e1", max_size=40))
def test_canonical_is_stable(tail: str) -> None:
    key = canonical("https://example.com/" + tail)
    assert canonical(key) == key


def test_site() -> None:
    assert site("https://www.m.example.co.kr/a") == "example.co.kr"
    assert site("notes.txt") == ""
