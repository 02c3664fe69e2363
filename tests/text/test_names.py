from sartor.text.names import names

SMALL = {"the", "in", "it", "a", "of"}


def found(text, **options):
    return [name.text for name in names(text, small=SMALL, **options)]


def test_names_are_runs_of_capitals_and_codes():
    text = (
        "In June, Marta Ilves of the Baltic Line met the University of Lund about CD28 and HTTP/2."
    )
    assert found(text) == [
        "June",
        "Marta Ilves",
        "Baltic Line",
        "University of Lund",
        "CD28",
        "HTTP/2",
    ]


def test_the_first_word_of_a_sentence_is_a_name_only_where_it_shows():
    assert found("Refunds are paid.") == []
    assert found("Marta Ilves cooks.") == ["Marta Ilves"]
    assert found("Active Ly49Q induces it.") == ["Ly49Q"]


def test_where_every_noun_has_a_capital_only_codes_are_names():
    assert found("Der Turm von Sandrum hat WLAN.", nouns_capital=True) == ["WLAN"]


def test_a_name_stands_where_it_says_and_leaves_the_genitive():
    text = "He read Petri's list."
    (name,) = names(text, small=SMALL)
    assert (name.text, name.words) == ("Petri", ("petri",))
    assert text[name.start : name.end] == "Petri's"
