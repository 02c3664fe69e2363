"""Text -> the language it is written in, or nothing.

In goes a text, out comes an ISO 639-1 code, empty when unsure: a wrong stemmer harms more than
none. The script decides first, then which language's small words are there. It is meant for
documents of a few sentences and more; a lone query of three words is often honestly "".
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.scripts import scripts

# Scripts that one large language writes.
_OF_SCRIPT = {
    "hangul": "ko",
    "thai": "th",
    "greek": "el",
    "hebrew": "he",
    "armenian": "hy",
    "georgian": "ka",
    "bengali": "bn",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "oriya": "or",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "lao": "lo",
    "tibetan": "bo",
    "burmese": "my",
    "ethiopic": "am",
    "khmer": "km",
}
_OF_SHARED_SCRIPT = {
    "latin": "en de fr es it pt nl sv da no fi pl tr ro hu cs ca id vi",
    "cyrillic": "ru uk bg sr mk be",
    "arabic": "ar fa ur",
    "devanagari": "hi mr ne",
}
# Letters that only one of the languages sharing a script has.
_TELLING = {
    "uk": "їєґ",
    "be": "ў",
    "ru": "ыэё",
    "sr": "ђћџљњ",
    "mk": "ѓќѕ",
    "ur": "ٹڈڑےں",
    "fa": "پچژگ",
    "mr": "ळ",
}
# Two letters at least: a lone one is mostly an initial, a variable or a list mark.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u064b-\u0652])+")
_SLICE = 2_000  # characters read at the beginning, the middle and the end
_LEAST_SHARE = 0.5  # of the letters must be in the script that decides
_KANA_SHARE = 0.05  # Japanese has kana, Chinese has none
_LEAST_EVIDENCE = 1.5  # words that only this language has count 1, shared ones less
_LEAST_DENSITY = 0.12  # function words among all words; running text has 0.3 to 0.5
_LEAD = 1.2  # by which the best language must lead the next


def detect(text: str) -> str:
    """Name the language of a text by its ISO 639-1 code; empty when it cannot be told."""
    sample = _sample(text)
    counts = scripts(sample)
    letters = sum(counts.values())
    if not letters:
        return ""
    east_asian = counts.get("han", 0) + counts.get("kana", 0)
    if east_asian > letters * _LEAST_SHARE:
        return "ja" if counts.get("kana", 0) > east_asian * _KANA_SHARE else "zh"
    script, count = next(iter(counts.items()))
    if count < letters * _LEAST_SHARE:
        return ""
    return _OF_SCRIPT.get(script) or _by_words(
        sample.lower(), _OF_SHARED_SCRIPT.get(script, "").split()
    )


def _sample(text: str) -> str:
    if len(text) <= 3 * _SLICE:
        return text
    middle = len(text) // 2
    return f"{text[:_SLICE]} {text[middle : middle + _SLICE]} {text[-_SLICE:]}"


def _by_words(sample: str, languages: Sequence[str]) -> str:
    words = Counter(_WORD.findall(sample))
    total = sum(words.values())
    if len(languages) < 2 or not total:
        return ""
    said, hits = _small_words(words, _speakers(tuple(languages)))
    scores = ((said[code] + _telling(sample, code), code) for code in languages)
    scored = sorted(scores, reverse=True)
    (best, language), (second, _) = scored[:2]
    enough = best >= _LEAST_EVIDENCE and hits[language] >= max(2, total * _LEAST_DENSITY)
    return language if enough and best >= second * _LEAD else ""


@cache
def _speakers(languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Name the languages that each small word belongs to."""
    speakers: dict[str, list[str]] = {}
    for code in languages:
        for word in FUNCTION_WORDS[code]:
            speakers.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in speakers.items()}


def _small_words(
    words: Mapping[str, int], speakers: Mapping[str, tuple[str, ...]]
) -> tuple[Mapping[str, float], Mapping[str, int]]:
    """Weigh and count each language's small words; one that several share counts less."""
    said: dict[str, float] = defaultdict(float)
    hits: Counter[str] = Counter()
    for word in words:
        codes = speakers.get(word, ())
        for code in codes:
            said[code] += words[word] / len(codes)
            hits[code] += words[word]
    return said, hits


def _telling(sample: str, language: str) -> float:
    """Count half a word for each letter that only this language has."""
    letters = _TELLING.get(language)
    return 0.5 * sum(map(sample.count, letters)) if letters else 0.0
