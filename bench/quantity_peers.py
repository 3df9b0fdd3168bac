"""The peers of the quantities bench, each as a function from text to the scorer's rows."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from extractors.quantities.lasting import duration_timex
from extractors.quantities.locale import load

Reader = Callable[[str, str, str], list[dict[str, Any]] | None]
"""Quantities of one kind in a text of a language, None where the peer does not read them."""

CULTURES = {
    "en": "en-us", "fr": "fr-fr", "es": "es-es", "pt": "pt-br", "de": "de-de", "zh": "zh-cn",
    "ja": "ja-jp",
}  # fmt: skip
DIMENSIONS = {
    "money": "amount-of-money", "number": "number", "ordinal": "ordinal", "duration": "duration",
}  # fmt: skip
SYMBOLS = {"$": "dollar", "€": "EUR", "£": "pound", "¥": "yen_yuan"}


def recognizers() -> Reader | None:
    """Return Recognizers-Text as a reader, None if it cannot be imported."""
    try:
        units = importlib.import_module("recognizers_number_with_unit")
        numbers = importlib.import_module("recognizers_number")
    except ImportError:
        return None
    models = {
        "money": units.recognize_currency, "age": units.recognize_age,
        "number": numbers.recognize_number, "percent": numbers.recognize_percentage,
        "ordinal": numbers.recognize_ordinal,
    }  # fmt: skip

    def read(text: str, lang: str, kind: str) -> list[dict[str, Any]] | None:
        if kind not in models or lang not in CULTURES:
            return None
        try:
            found = models[kind](text, CULTURES[lang], fallback_to_default_culture=False)
        except ValueError:
            return None  # no model of this kind for the culture
        return [_recognized(hit, lang) for hit in found]

    return read


def _recognized(hit: Any, lang: str) -> dict[str, Any]:
    """Return a hit as a row; a currency named in the language gets its code by our own table."""
    resolution = hit.resolution or {}
    raw = str(resolution.get("value") or "").rstrip("%").replace(",", ".")
    try:
        value = float(raw)
    except ValueError:
        value = None
    unit = str(resolution.get("unit") or "").lower()
    locale = load(lang)
    named = locale.currency_after.get(unit) if locale and lang != "en" else None
    return {
        "start": hit.start, "end": hit.end + 1, "value": value, "unit": unit,
        "currency": resolution.get("isoCurrency") or (named.code if named else unit) or None,
    }  # fmt: skip


def duckling() -> Reader | None:
    """Return Duckling as a reader, None if its wheel cannot be imported."""
    try:
        wheel = importlib.import_module("duckling")
    except ImportError:
        return None
    zones = wheel.load_time_zones("/usr/share/zoneinfo")
    reference = wheel.parse_ref_time(zones, "UTC", 1_712_700_000)

    def read(text: str, lang: str, kind: str) -> list[dict[str, Any]] | None:
        if kind not in DIMENSIONS:
            return None
        locale = wheel.default_locale_lang(wheel.parse_lang(lang.upper()))
        dimensions = wheel.parse_dimensions([DIMENSIONS[kind]])
        found = wheel.parse(text, wheel.Context(reference, locale), dimensions, False)
        return [_duckled(hit) for hit in found]

    return read


def _duckled(hit: dict[str, Any]) -> dict[str, Any]:
    value = hit["value"]
    unit = value.get("unit")
    lasts = hit["dim"] == "duration" and value.get("value") is not None
    return {
        "start": hit.get("start"), "end": hit.get("end"), "value": value.get("value"),
        "unit": unit, "currency": SYMBOLS.get(unit, unit),
        "timex": duration_timex([(Decimal(str(value["value"])), unit)]) if lasts else None,
        "seconds": value.get("normalized", {}).get("value"),
    }  # fmt: skip
