"""A deed that is said not to be, or denied, is no deed: eight languages, by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors import read
from extractors.records import Document, Fact, Hints


def figure(lang: str, sentence: str) -> Fact:
    """The first amount or count of a short report."""
    hints = Hints(lang=lang, published_at=datetime(2024, 4, 18, tzinfo=UTC))
    body = f"Oracle\n\n{sentence}\n".encode()
    article = read(Document("a.txt", body, hints=hints))
    return next(fact for fact in article.facts if fact.quantity.kind in ("money", "count"))


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Oracle did not invest $8 billion in Japan, the company said on Tuesday."),
        ("en", "Oracle denied that it will invest $8 billion in Japan."),
        ("en", "Oracle never hired 3,000 people in Tokyo, it said on Tuesday."),
        ("fr", "Oracle n'a pas investi 8 milliards de dollars au Japon, a déclaré l'entreprise."),
        ("fr", "Oracle n'investira pas 8 milliards de dollars au Japon, dit l'entreprise."),
        ("de", "Oracle hat nicht 8 Milliarden Dollar in Japan investiert, sagte das Unternehmen."),
        ("de", "Oracle investiert keine 8 Milliarden Dollar in Japan, sagte das Unternehmen."),
        ("es", "Oracle no invirtió 8.000 millones de dólares en Japón, dijo la empresa."),
        ("pt", "A Oracle não investiu 8 bilhões de dólares no Japão, disse a empresa."),
        ("ja", "オラクルは日本に80億ドルを投資していないと火曜日に発表した。"),
        ("ko", "오라클은 일본에 80억 달러를 투자하지 않았다고 화요일 밝혔다."),
        ("zh", "甲骨文周二表示，公司没有在日本投资80亿美元。"),
    ],
)
def test_what_is_said_not_to_be_is_denied(lang: str, sentence: str) -> None:
    assert figure(lang, sentence).phase == "denied"


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Oracle did not say when, but it will invest $8 billion in Japan."),
        ("en", "Oracle will not only invest $8 billion in Japan, it will hire there."),
        ("fr", "Oracle a investi 8 milliards de dollars au Japon, pas en Corée."),
        ("de", "Oracle investiert nicht nur 8 Milliarden Dollar in Japan."),
        ("es", "Oracle invirtió 8.000 millones de dólares en Japón, no en Corea."),
        ("ja", "オラクルは日本に80億ドルを投資すると発表した。"),
        ("ko", "오라클은 일본에 80억 달러를 투자한다고 밝혔다."),
        ("zh", "甲骨文周二表示，公司将在日本投资80亿美元。"),
    ],
)
def test_what_is_said_of_something_else_denies_nothing(lang: str, sentence: str) -> None:
    assert figure(lang, sentence).phase != "denied"
