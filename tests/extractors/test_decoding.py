"""Character sets: what real bytes of each set, wrong claims and binary data come out as."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.decoding import decode

SEEDS = Path(__file__).parents[2] / "seeds"

KOREAN = (
    "정부는 올해부터 2년간 29억 달러를 투자하기로 했다고 밝혔다. 이번 투자는 일본 내 데이터센터 "
    "증축에 사용될 예정이며, 기업들은 개인정보 보호를 위해 돈을 아끼지 않을 방침이다."
)
JAPANESE = (
    "日本マイクロソフトは、今後2年間に29億ドルの投資を行うことを明らかにした。"
    "この計画は、訪米中の首相と会談した後に発表された。"
)
CHINESE = (
    "微软周二宣布，将在未来两年内在日本投资29亿美元，以加强人工智能的发展。"
    "这是该公司在日本最大的一笔投资。"
)
TAIWANESE = (
    "微軟週二宣布，將在未來兩年內在日本投資29億美元，以加強人工智慧的發展。"
    "這是該公司在日本最大的一筆投資。"
)
RUSSIAN = "Компания объявила во вторник, что в течение двух лет вложит в Японию 2,9 миллиарда."
POLISH = "Prezydent ogłosił we wtorek, że spółka zainwestuje łącznie 2,9 miliarda złotych w Łodzi."
TURKISH = "Cumhurbaşkanı salı günü İstanbul'da büyük yatırımı açıkladı ve şirketi övdü."
GREEK = "Η εταιρεία ανακοίνωσε την Τρίτη επένδυση ύψους 2,9 δισεκατομμυρίων στην Ιαπωνία."
ARABIC = "أعلنت الشركة يوم الثلاثاء أنها ستستثمر مبلغا كبيرا في اليابان خلال عامين."
FRENCH = "Le président a annoncé mardi un investissement très élevé, de 2,9 milliards, à Tôkyô."


@pytest.mark.parametrize(
    ("text", "codec", "charset"),
    [
        (KOREAN, "euc_kr", "cp949"),
        (KOREAN, "cp949", "cp949"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (JAPANESE, "iso2022_jp", "iso2022_jp_2"),
        (CHINESE, "gb2312", "gb18030"),
        (TAIWANESE, "big5", "big5hkscs"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8_r", "koi8_r"),
        (FRENCH, "cp1252", "cp1252"),
        (POLISH, "cp1250", "cp1250"),
        (TURKISH, "cp1254", "cp1254"),
        (GREEK, "cp1253", "cp1253"),
        (ARABIC, "cp1256", "cp1256"),
        (FRENCH, "utf-16-le", "utf-16-le"),
        (JAPANESE + "\n" + JAPANESE, "utf-16-be", "utf-16-be"),
    ],
)
def test_undeclared_text_is_detected(text: str, codec: str, charset: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.charset, decoded.basis) == (charset, "detected")
    assert decoded.text == text


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda p: p.name[:3])
def test_seeds_are_utf8(path: Path) -> None:
    decoded = decode(path.read_bytes())
    assert (decoded.charset, decoded.basis, decoded.problem) == ("utf-8", "utf-8", "")


def test_byte_order_mark_beats_everything() -> None:
    decoded = decode(b"\xef\xbb\xbf" + KOREAN.encode(), header="euc-kr")
    assert (decoded.text, decoded.charset, decoded.basis) == (KOREAN, "utf-8", "bom")


def test_header_decides_where_the_bytes_allow_it() -> None:
    decoded = decode(JAPANESE.encode("shift_jis"), header="Shift_JIS")
    assert (decoded.text, decoded.charset, decoded.basis) == (JAPANESE, "cp932", "header")


def test_declared_gb2312_covers_characters_that_only_gb18030_has() -> None:
    page = f'<meta charset="gb2312"><p>{CHINESE}朱镕基</p>'
    decoded = decode(page.encode("gb18030"), markup=True)
    assert (decoded.text, decoded.basis) == (page, "declared")


@pytest.mark.parametrize("claim", ["iso-8859-1", "euc-kr", "no-such-charset"])
def test_false_claim_on_valid_utf8_is_passed_over(claim: str) -> None:
    decoded = decode(FRENCH.encode(), header=claim)
    assert (decoded.text, decoded.charset, decoded.basis) == (FRENCH, "utf-8", "utf-8")


def test_false_claim_of_utf8_falls_back_to_detection() -> None:
    page = f'<meta charset="utf-8"><p>{KOREAN}</p>'
    assert decode(page.encode("euc_kr"), markup=True).text == page


def test_one_broken_byte_does_not_cost_the_document() -> None:
    body = KOREAN.encode()
    decoded = decode(body[:30] + b"\xff" + body[30:])
    assert decoded.charset == "utf-8"
    assert decoded.text.replace("\ufffd", "") == KOREAN


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"PK\x03\x04\x14\x00\x06\x00", "ZIP"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00", "MP4"),
    ],
)
def test_binary_formats_are_named(body: bytes, words: str) -> None:
    decoded = decode(body)
    assert words in decoded.problem
    assert decoded.text == ""


@pytest.mark.parametrize("size", [64, 500, 4096, 100_000])
def test_random_bytes_are_unreadable(size: int) -> None:
    for seed in range(20):
        decoded = decode(random.Random(seed).randbytes(size))
        assert decoded.problem, (seed, decoded.charset)


HEBREW = "החברה הודיעה ביום שלישי כי תשקיע סכום גדול ביפן בתוך שנתיים."
THAI = "บริษัทประกาศเมื่อวันอังคารว่าจะลงทุนในญี่ปุ่นภายในสองปีเพื่อสร้างศูนย์ข้อมูล"

SETS = [
    (KOREAN, "euc_kr", "euc-kr"),
    (KOREAN + "똠방각하", "cp949", "ks_c_5601-1987"),
    (JAPANESE, "shift_jis", "shift_jis"),
    (JAPANESE + "①㈱", "cp932", "shift_jis"),
    (JAPANESE, "euc_jp", "euc-jp"),
    (JAPANESE, "iso2022_jp", "iso-2022-jp"),
    (CHINESE, "gb2312", "gb2312"),
    (CHINESE + "朱镕基", "gbk", "gbk"),
    (TAIWANESE, "big5", "big5"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (RUSSIAN, "koi8_r", "koi8-r"),
    (POLISH, "cp1250", "windows-1250"),
    (POLISH, "iso8859_2", "iso-8859-2"),
    (GREEK, "cp1253", "windows-1253"),
    (TURKISH, "cp1254", "windows-1254"),
    (HEBREW, "cp1255", "windows-1255"),
    (ARABIC, "cp1256", "windows-1256"),
    (THAI, "cp874", "windows-874"),
    (KOREAN, "utf-8", "utf-8"),
    (JAPANESE, "utf-16-le", "utf-16"),
    (CHINESE, "utf-16-be", "utf-16"),
    (RUSSIAN, "utf-16-le", "utf-16"),
]
"""Text, its encoding, and the name under which a page would declare it."""


def web_page(text: str, declared: str | None) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    body = f"<p>{text}</p>\n" * 4
    return f"<!DOCTYPE html><html><head>{meta}<title>x</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("header", "meta"),
    [
        (None, None),
        (None, "own"),
        ("own", None),
        ("own", "utf-8"),
        ("utf-8", "own"),
        ("iso-8859-1", "own"),
        ("utf-8", None),
        (None, "utf-8"),
        (None, "windows-1252"),
        (None, "gb2312"),
        (None, "no-such-charset"),
    ],
)
@pytest.mark.parametrize(("text", "codec", "own"), SETS, ids=[f"{c}-{o}" for _, c, o in SETS])
def test_every_set_under_every_declaration(
    text: str, codec: str, own: str, header: str | None, meta: str | None
) -> None:
    page = web_page(text, own if meta == "own" else meta)
    decoded = decode(page.encode(codec), header=own if header == "own" else header, markup=True)
    assert decoded.text == page


@pytest.mark.parametrize(
    ("text", "codec", "own"),
    [row for row in SETS if not row[1].startswith("utf-16")],
    ids=[f"{c}-{o}" for _, c, o in SETS if not c.startswith("utf-16")],
)
def test_a_broken_byte_and_a_nul_cost_only_themselves(text: str, codec: str, own: str) -> None:
    body = web_page(text, own).encode(codec).replace(b"</p>", b"\xff</p>", 1)
    body = body.replace(b"<body>", b"<body>\x00", 1)
    decoded = decode(body, markup=True)
    assert decoded.problem == ""
    assert decoded.text.count(f"<p>{text}</p>") >= 3


def test_text_encoded_twice_is_mended() -> None:
    page = web_page(FRENCH + " – L’Île", "utf-8")
    twice = page.encode().decode("latin-1").encode()
    assert decode(twice, markup=True).text == page


def test_text_with_one_such_sequence_among_others_is_left_alone() -> None:
    text = "Le mot « été » s'affiche « Ã©tÃ© » sur les vieux sites – c’est un classique."
    assert decode(text.encode()).text == text


@given(st.text(min_size=1))
def test_any_utf8_text_without_controls_survives(text: str) -> None:
    body = text.encode("utf-8", "ignore")
    decoded = decode(body) if body else None
    if decoded and decoded.basis == "utf-8":
        assert decoded.text == body.decode()


@given(st.binary(min_size=1, max_size=300))
def test_never_raises(body: bytes) -> None:
    decoded = decode(body, header="euc-kr", markup=True)
    assert bool(decoded.problem) != bool(decoded.text) or decoded.text == ""
