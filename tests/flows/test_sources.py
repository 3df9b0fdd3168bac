"""sources.toml: read, checked and documented."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import declared, sources, values
from flows.inputs import InputError

DOCS = Path(__file__).parents[2] / "docs"
CONTACT = '[fetching]\ncontact = "https://example.org/bot"\n'
FEED = '[[source]]\nname = "a"\nkind = "feed"\nurl = "https://a.example/rss"\n'


def parsed(folder: Path, text: str, environ: dict[str, str] | None = None) -> sources.Sources:
    path = folder / "sources.toml"
    path.write_text(text, "utf-8")
    return sources.read(path, environ or {})


def refused(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(InputError) as caught:
        parsed(folder, text, environ)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_source_with_every_key(tmp_path: Path) -> None:
    found = parsed(
        tmp_path,
        """
[fetching]
contact = "desk@example.org"
archive = "kept/warc"
delay = "9s"
concurrency = 1
max_size = "500 kB"
connect_timeout = "10s"
read_timeout = "20s"
total_timeout = "1m30s"
allow_private_hosts = ["127.0.0.1", "*.Intranet"]
[fetching.proxies]
abroad = { env = "PROXY_ABROAD" }

[[source]]
name = "nhk-主要"
kind = "feed"
url = "https://a.example/rss"
lang = "ja"
timezone = "Asia/Tokyo"
outlet = "NHK"
place = "JP"
tags = ["top", "top", "tv"]
min_interval = "15m"
max_interval = "2d"
obey_crawl_delay = false
include = ["https://a.example/news/*"]
exclude = ["*/sport/*"]
proxy = "abroad"
verify_tls = false
verify_tls_reason = "their certificate ended in May"
[source.expect]
articles_per_day = 5
newest_within = "12h"
failed_share_below = 0.25

[[source]]
name = "b"
kind = "pages"
urls = ["https://b.example/1", "https://b.example/2"]
interval = "6h"
delay = "0s"
active = false

[[source]]
name = "c"
kind = "warc"
path = "crawl.warc.gz"
""",
        {"PROXY_ABROAD": "http://user:secret@proxy.example:3128"},
    )
    assert found.fetching.contact == "desk@example.org"
    assert found.fetching.archive == tmp_path / "kept" / "warc"
    assert found.fetching.max_size == 500_000
    assert found.fetching.total_timeout == timedelta(seconds=90)
    assert found.fetching.allow_private_hosts == ("127.0.0.1", "*.intranet")
    assert found.fetching.proxies == {"abroad": "http://user:secret@proxy.example:3128"}
    assert "secret" not in repr(found)
    first, second, third = found.sources
    assert first == sources.Source(
        name="nhk-主要",
        kind="feed",
        url="https://a.example/rss",
        lang="ja",
        timezone=ZoneInfo("Asia/Tokyo"),
        outlet="NHK",
        place="JP",
        tags=("top", "tv"),
        interval=None,
        min_interval=timedelta(minutes=15),
        max_interval=timedelta(days=2),
        delay=timedelta(seconds=9),
        concurrency=1,
        obey_crawl_delay=False,
        include=("https://a.example/news/*",),
        exclude=("*/sport/*",),
        proxy="abroad",
        verify_tls=False,
        verify_tls_reason="their certificate ended in May",
        expect=sources.Expect(5, timedelta(hours=12), 0.25),
    )
    assert (second.urls, second.interval, second.delay, second.active, second.via) == (
        ("https://b.example/1", "https://b.example/2"),
        timedelta(hours=6),
        timedelta(0),
        False,
        "page list",
    )
    assert (third.path, third.via) == (tmp_path / "crawl.warc.gz", "archive")


def test_what_the_fetcher_is_told(tmp_path: Path) -> None:
    found = parsed(
        tmp_path,
        f"""{CONTACT}delay = "0.5s"
max_size = "2 MB"
connect_timeout = "1s"
read_timeout = "2s"
total_timeout = "3s"
allow_private_hosts = ["localhost"]
proxies = {{ abroad = {{ env = "PROXY" }} }}
{FEED}concurrency = 3""",
        {"PROXY": "http://user:secret@proxy.example:3128"},
    )
    limits = found.fetching.limits
    assert limits.body_bytes == 2_000_000
    assert (limits.connect_seconds, limits.read_seconds, limits.total_seconds) == (1, 2, 3)
    manners = found.sources[0].manners
    assert (manners.delay_seconds, manners.parallel) == (0.5, 3)
    direct, abroad = found.fetching.settings(), found.fetching.settings("abroad")
    assert (direct.contact, direct.proxy, direct.secrets) == ("https://example.org/bot", None, ())
    assert direct.allow_private_hosts == ("localhost",)
    assert (abroad.proxy, abroad.secrets) == ("http://user:secret@proxy.example:3128", ("secret",))


def test_the_example_of_the_module_is_read(tmp_path: Path) -> None:
    text = "\n".join(
        line.strip() for line in (sources.__doc__ or "").splitlines() if line.startswith("    ")
    )
    (found,) = parsed(tmp_path, text).sources
    assert found.expect.newest_within == timedelta(hours=12)
    assert parsed(tmp_path, "").sources == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{CONTACT}[[sources]]\n", "sources.toml, line 3: 'sources' is not known here; did you"),
        (f"{CONTACT}[source]\nname = 1\n", "line 3: write [[source]], in two brackets"),
        ("fetching = 3\n", "line 1: write [fetching] as a table"),
        (f"{CONTACT}{FEED}interva = '30m'\n",
         "line 7: 'interva' is not a known key; did you mean 'interval'?"),
        (f"{CONTACT}{FEED}interval = '30 minutes'\n", "line 7: interval is '30 minutes'; write a"),
        (f"{CONTACT}{FEED}interval = ''\n", "line 7: interval is ''; write a length of time"),
        (f"{CONTACT}{FEED}interval = '0.1s'\n", "line 7: interval is '0.1s'; write at least 1s"),
        (f"{CONTACT}{FEED}interval = '1h'\nmin_interval = '1m'\n",
         'line 8: min_interval needs interval = "adaptive"'),
        (f"{CONTACT}{FEED}min_interval = '2d'\n", "line 7: min_interval is longer than max_int"),
        (f"{CONTACT}{FEED}lang = 'Korean!'\n", "line 7: lang is 'Korean!'; write a language tag"),
        (f"{CONTACT}{FEED}place = 'Japan'\n", "line 7: place is 'Japan'; write the two-letter"),
        (f"{CONTACT}{FEED}timezone = 'Asia/Tokio'\n", "did you mean 'Asia/Tokyo'?"),
        (f"{CONTACT}{FEED}timezone = '../etc'\n", "line 7: timezone is '../etc'; "),
        (f"{CONTACT}{FEED}concurrency = 0\n", "line 7: concurrency is 0; write a whole number"),
        (f"{CONTACT}{FEED}active = 'no'\n", "line 7: active is 'no'; write active = true or"),
        (f"{CONTACT}{FEED}tags = 'a'\n", "line 7: tags is 'a'; write a list"),
        (f"{CONTACT}{FEED}verify_tls = false\n", "line 7: verify_tls = false needs verify_tls_re"),
        (f"{CONTACT}{FEED}verify_tls_reason = 'x'\n", "line 7: verify_tls_reason stands without"),
        (f"{CONTACT}{FEED}proxy = 'abroad'\n", "line 7: proxy is 'abroad', but none is set up"),
        (f"{CONTACT}{FEED}include = ['https://www.a.example/*']\n", "which fits nothing"),
        (f"{CONTACT}{FEED}expect = {{ articles = 5 }}\n",
         "line 7: 'articles' is not a known key; did you mean 'articles_per_day'?"),
        (f"{CONTACT}{FEED}\n[source.expect]\n\nfailed_share_below = 1.5\n",
         "line 10: failed_share_below is 1.5; write a number above 0 and up to 1"),
        (f"{CONTACT}{FEED}expect = {{ articles_per_day = 0.5 }}\n",
         "line 7: articles_per_day is 0.5; write a whole number from 1"),
        (f"{CONTACT}{FEED}path = 'x'\n", "line 7: a feed has no path; write url ="),
        (f"{CONTACT}[[source]]\nname = 'a'\nkind = 'pages'\n", "line 3: urls is missing; a pages"),
        (f"{CONTACT}[[source]]\nname = 'a'\nkind = 'rss'\n", "line 5: kind is 'rss' is not known"),
        (f"{CONTACT}[[source]]\nkind = 'folder'\npath = 'x'\n", "line 3: name is missing"),
        (f"{CONTACT}[[source]]\nname = 'a b'\n", "line 4: name is 'a b'; write up to 100 letters"),
        (f"{CONTACT}[[source]]\nname = 'a'\nkind = 'folder'\npath = 'x'\ndelay = '1s'\n",
         "line 7: delay means nothing for a folder"),
        (f"{CONTACT}[[source]]\nname = 'a'\nkind = 'feed'\nurl = 'a.example/rss'\n",
         "line 6: url is 'a.example/rss'; write a whole address"),
        (f"{CONTACT}{FEED}{FEED.replace('/rss', '/2')}",
         "line 8: name 'a' is that of the source in sources.toml, line 4 already"),
        (CONTACT + FEED + FEED.replace('"a"', '"b"'),
         "line 10: url 'https://a.example/rss' is that of the source in sources.toml, line 6"),
        (FEED, "sources.toml: contact is missing in [fetching]; say where"),
        ("[fetching]\ncontact = 'me'\n", "line 2: contact is 'me'; write the address of a page"),
        (f"{CONTACT}max_size = '10'\n", "line 3: max_size is '10'; write a size"),
        (f"{CONTACT}proxies = {{ x = 'proxy:1' }}\n", "line 3: the address of the proxy 'x' is no"),
        (f"{CONTACT}[fetching.proxies]\nx = {{ env = 'NOWHERE' }}\n",
         "line 3: the environment has no NOWHERE for the proxy 'x'; set NOWHERE"),
        ("[[source]\n", "sources.toml: not TOML"),
        ("x = " + "[" * 5000, "sources.toml"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = refused(tmp_path, f"{CONTACT}proxies = {{ x = 'http://u:hush@proxy.example:1' }}\n")
    assert "put the address into the environment" in said
    assert "hush" not in said
    said = refused(tmp_path, CONTACT + FEED.replace("//a.", "//u:hush@a."))
    assert "write the address without them" in said
    assert "hush" not in said


def test_all_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, f"{CONTACT}dela = 1\n{FEED}lnag = 'en'\nactive = 1\n[[source]]\n")
    assert [line.partition(": ")[0] for line in said.splitlines()] == [
        f"sources.toml, line {number}" for number in (3, 8, 9, 10, 10)
    ]


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        sources.read(tmp_path / "nowhere.toml")
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="save the file as UTF-8"):
        sources.read(tmp_path / "sources.toml")


@pytest.mark.parametrize(
    ("pattern", "url", "fit"),
    [
        ("*/sport/*", "http://www.a.example/sport/x?utm_source=rss", True),
        ("*/sport/*", "https://a.example/news/sports-day", False),
        ("https://a.example/*", "https://m.a.example/1/", True),
        ("https://a.example/1", "https://a.example/1#top", True),
        ("https://a.example/1", "https://a.example/12", False),
        ("*?id=3", "https://a.example/x?id=3", True),
        ("*?id=3", "https://a.example/xyid=3", False),
        ("ab*ba", "aba", False),
        ("*.pdf", "https://a.example/report.PDF", False),
    ],
)
def test_patterns(pattern: str, url: str, fit: bool) -> None:
    source = sources.Source("a", "feed", include=(pattern,))
    assert source.takes(url) is fit
    assert sources.Source("a", "feed", exclude=(pattern,)).takes(url) is not fit


@settings(deadline=None)
@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_a_pattern_fits_as_the_regular_expression_would(pattern: str, url: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), url) is not None
    assert values.fits(url, pattern) is expected


def test_a_long_pattern_costs_no_more_than_its_length() -> None:
    assert not values.fits("a" * 50_000, "*a" * 20_000 + "b")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        (folder / "any.toml").write_text(text, "utf-8", errors="replace")
        sources.read(folder / "any.toml", {})
    except InputError as problem:
        assert "any.toml" in str(problem)


def test_lines_of_entries_and_keys() -> None:
    lines = declared.Lines("f", "[[a]]\nx = 1\n  [[a]]\ny = { z = 2 }\n[a.b]\nx = 3\n[c]\nx = 4\n")
    assert lines.at(lines.entry("a", 1)) == "f, line 3"
    assert lines.key("x", lines.entry("a", 1)) == "f, line 6"
    assert lines.key("z", lines.entry("a", 1)) == "f, line 4"
    assert lines.key("x", lines.entry("c", 0)) == "f, line 8"
    assert lines.key("nothing", lines.entry("c", 0)) == "f, line 7"
    assert lines.entry("a", 2) is None
    assert lines.key("nothing") == "f"


def test_the_example_has_three_feeds_and_more_in_each_language() -> None:
    found = sources.read(DOCS / "sources.example.toml", {})
    assert {source.kind for source in found.sources} == set(get_args(sources.Kind))
    feeds = [source for source in found.sources if source.kind == "feed"]
    for lang in ("en", "fr", "ja", "ko", "de", "es", "pt", "zh"):
        assert sum((source.lang or "").split("-")[0] == lang for source in feeds) >= 3, lang
    assert all(source.outlet and source.place and source.timezone for source in feeds)
    text = (DOCS / "sources.md").read_text("utf-8")
    assert f"{len(feeds)} public feeds in eight languages" in text


def tables() -> dict[str, dict[str, str]]:
    """Tables of docs/sources.md: heading -> key -> default."""
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"^## ", (DOCS / "sources.md").read_text("utf-8"), flags=re.MULTILINE):
        rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\| \S.* \|$", part, re.MULTILINE)
        found[part.splitlines()[0].strip("`")] = dict(rows)
    return found


@pytest.mark.parametrize(
    ("heading", "made"),
    [
        ("[[source]]", sources.Source("a", "feed")),
        ("[fetching]", sources.Fetching()),
        ("expect", sources.Expect()),
    ],
)
def test_the_docs_have_every_key_with_its_default(heading: str, made: Any) -> None:
    documented = tables()[heading]
    assert list(documented) == [item.name for item in fields(made)]
    for key, default in documented.items():
        value = getattr(made, key)
        if key == "interval":
            assert (default, value) == ('`"adaptive"`', None)
        elif key in ("name", "kind", "url", "urls", "path", "contact"):
            assert default == ""
        elif isinstance(value, bool | int) and key != "max_size":
            assert default == f"`{str(value).lower()}`"
        elif isinstance(value, timedelta):
            assert values.duration(key, default.strip('`"')) == value
        elif key == "max_size":
            assert values.size(key, default.strip('`"')) == value
        elif key == "archive":
            assert default == f'`"{value}"`'
        else:
            assert default == ("all" if key == "include" else "none")
            assert not value or value == sources.Expect()


def test_the_docs_have_every_kind() -> None:
    kinds = {kind: key.strip("`") for kind, key in tables()["Kinds"].items()}
    assert kinds == {kind: key for kind, (key, _) in sources.ADDRESS.items()}


def test_the_example_in_the_docs_is_read(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (DOCS / "sources.md").read_text("utf-8"), re.DOTALL)
    found = parsed(tmp_path, "\n".join(blocks), {"NEWSLEDGER_PROXY_ABROAD": "http://p.example:1"})
    assert [source.name for source in found.sources] == ["example-world"]
    assert set(found.fetching.proxies) == {"abroad", "office"}
