from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sartor.errors import ConfigError
from sartor.prices import Prices, family
from sartor.types import Usage

OWN = """
[[table]]
source = "our contract"
date = 2026-11-01
[table.models]
"gpt-4.1" = [1, 0.1, 4.5]
"ours" = ["0.3", "0.03", "0.9"]
"""


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text(OWN)
    return file


def test_cached_tokens_cost_less():
    usage = Usage(input_tokens=1_000_000, output_tokens=100_000, cached_tokens=400_000)
    assert Prices.load().cost("gpt-4.1", usage) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.1 * 8)


def test_small_sums_are_exact():
    assert Prices.load().cost("gpt-4.1-nano", Usage(1, 0)) == 1e-07


def test_an_unknown_price_is_unknown():
    prices = Prices.load()
    for name in ("nobody-knows", "", "gpt-4.1-turbo", "my-gpt-4.1", "gpt-4.1-2025"):
        assert prices.price(name) is None
        assert prices.cost(name, Usage(10, 10)) is None


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("gpt-4.1-2025-04-14", "gpt-4.1"),
        ("claude-opus-4-5-20251101", "claude-opus-4-5"),
        ("gpt-4.1-20250414", "gpt-4.1-20250414"),
        ("claude-opus-4-5-2025-11-01", "claude-opus-4-5-2025-11-01"),
        ("llama-2025-04-14", "llama-2025-04-14"),
    ],
)
def test_a_dated_snapshot_belongs_to_its_family_by_its_providers_rule(name, wanted):
    assert family(name) == wanted


def test_beyond_what_a_price_holds_for_it_is_unknown():
    prices = Prices.load()
    assert prices.cost("claude-haiku-5-5", Usage(100_000, 1)) is not None
    assert prices.cost("claude-haiku-5-5", Usage(100_001, 1)) is None


def test_every_price_has_a_source_and_a_date():
    price = Prices.load().price("claude-opus-5-5")
    assert price is not None
    assert (price.input, price.cached_input, price.output) == (Decimal(4), Decimal("0.2"), 20)
    assert price.source
    assert price.date <= date(2026, 11, 21)


def test_the_users_own_prices_win(own):
    prices = Prices.load(own)
    assert prices.cost("gpt-4.1", Usage(1_000_000)) == 1.0
    assert prices.cost("ours", Usage(0, 1_000_000)) == 0.9
    assert prices.price("ours").source == "our contract"
    assert prices.price("gpt-4o") is not None


def test_all_mistakes_are_named_at_once(own):
    own.write_text(
        OWN
        + '"two" = [1, 2]\n"negative" = [1, 2, -3]\n'
        + '"words" = ["a", "b", "c"]\n"nan" = ["nan", 1, 2]\n'
        + '[[table]]\ndate = "today"\nsauce = "x"\nup_to = 0\n'
    )
    with pytest.raises(ConfigError) as caught:
        Prices.load(own)
    told = str(caught.value)
    for words in ("'two'", "'negative'", "'words'", "'nan'", "sauce", "source", "no date", "rows"):
        assert words in told
    assert "up_to is 0" in told
    assert str(own) in told


@pytest.mark.parametrize("text", ["prices = 5", "[table]\nx = 1", "[[table", "table = [5]", "\xff"])
def test_what_is_no_list_of_prices_is_refused(own, text):
    own.write_text(text, encoding="latin-1")
    with pytest.raises(ConfigError, match="prices"):
        Prices.load(own)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="prices_file .*none.toml cannot be read"):
        Prices.load(tmp_path / "none.toml")
