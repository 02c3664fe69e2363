"""A language is named when the text shows it, and left open when it does not."""

# ruff: noqa: RUF001 - texts in many scripts

import re

import pytest

from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.languages import detect
from sartor.text.scripts import UNSPACED_CLASS, dominant_script, is_unspaced, scripts

SAMPLES = {
    "en": "The town council has decided that the schools will be closed for the whole week.",
    "de": "Der Stadtrat hat gestern entschieden, dass die Schulen eine Woche lang zu sind.",
    "fr": "Le conseil a décidé hier que les écoles seront fermées pendant toute la semaine.",
    "es": "El ayuntamiento decidió ayer que las escuelas estarán cerradas durante toda la semana.",
    "it": "Il consiglio ha deciso ieri che le scuole resteranno chiuse per tutta la settimana.",
    "pt": "A câmara decidiu ontem que as escolas ficam fechadas durante a semana, e não só hoje.",
    "nl": "De gemeenteraad heeft gisteren besloten dat de scholen de hele week gesloten blijven.",
    "sv": "Kommunen beslutade igår att skolorna ska vara stängda hela veckan på grund av snön.",
    "da": "Byrådet besluttede i går, at skolerne skal være lukket hele ugen. Hvad gør vi nu?",
    "no": "Kommunestyret vedtok i går at skolene skal være stengt hele uken. Hva gjør vi nå?",
    "fi": "Valtuusto päätti eilen, että koulut ovat kiinni koska lunta on niin paljon.",
    "pl": "Rada zdecydowała wczoraj, że szkoły będą zamknięte przez cały tydzień, bo jest śnieg.",
    "tr": "Belediye okulların kar nedeniyle kapalı kalmasına karar verdi, çünkü bu çok büyük.",
    "ro": "Consiliul a decis ieri că școlile vor fi închise toată săptămâna din cauza zăpezii.",
    "hu": "A tanács tegnap úgy döntött, hogy az iskolák zárva lesznek, mert nem járhatók.",
    "cs": "Rada včera rozhodla, že školy zůstanou celý týden zavřené, protože napadl sníh.",
    "ru": "Городской совет вчера решил, что школы будут закрыты всю неделю из-за снега.",
    "uk": "Міська рада вчора вирішила, що школи будуть закриті весь тиждень через сніг.",
    "bg": "Съветът реши, че училищата ще бъдат затворени, защото това не е безопасно за тях.",
    "sr": "Градско веће је јуче одлучило да ће школе бити затворене целе недеље због снега.",
    "el": "Το δημοτικό συμβούλιο αποφάσισε χθες.",
    "he": "מועצת העיר החליטה אתמול.",
    "ar": "قرر مجلس المدينة أمس أن المدارس ستغلق بسبب الثلوج التي سقطت على المدينة.",
    "fa": "شورای شهر دیروز تصمیم گرفت که مدارس در تمام هفته تعطیل باشند و این را اعلام کرد.",
    "hi": "नगर परिषद ने कल फैसला किया कि बर्फ के कारण स्कूल पूरे सप्ताह बंद रहेंगे और यह आदेश है।",
    "zh": "市议会昨天决定学校关闭一周。",
    "ja": "市議会は昨日、学校を一週間閉鎖することを決定しました。",
    "ko": "시의회는 어제 학교를 닫기로 결정했다.",
    "th": "สภาเมืองตัดสินใจเมื่อวานนี้",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_a_sentence_or_two_are_enough(language):
    assert detect(SAMPLES[language]) == language


@pytest.mark.parametrize("text", ["", "12345 !?", "Kubernetes", "print(x)", "die", "Berlin Paris"])
def test_what_could_be_anything_is_left_open(text):
    assert detect(text) == ""


def test_names_in_another_script_do_not_decide():
    assert detect("The word 你好 is what they say in the north of the country.") == "en"


def test_a_long_text_is_judged_by_samples_of_it():
    assert detect(SAMPLES["de"] * 100_000) == "de"


def test_small_words_are_lower_case_single_words():
    assert all(word == word.lower() and word for words in FUNCTION_WORDS.values() for word in words)


def test_scripts_are_counted_and_the_most_frequent_leads():
    assert scripts("abc где 12") == {"cyrillic": 3, "latin": 3}
    assert dominant_script("ab где") == "cyrillic"
    assert dominant_script("123 …") == ""


@pytest.mark.parametrize("char", "漢かカกກខက")
def test_scripts_without_spaces_are_known(char):
    assert is_unspaced(char)
    assert re.fullmatch(f"[{UNSPACED_CLASS}]", char)


@pytest.mark.parametrize("char", "aé한д1 ।。")
def test_other_characters_are_not_taken_for_unspaced(char):
    assert not is_unspaced(char)
