import pytest

from sartor.errors import ConfigError
from sartor.tuning.loop.schedule import FALLS, schedule


@pytest.mark.parametrize("name", FALLS)
@pytest.mark.parametrize(("steps", "warmup"), [(1, 0.0), (6, 0.05), (100, 0.1), (5, 1.0)])
def test_no_step_is_wasted_and_none_is_above_the_rate(name, steps, warmup):
    factors = [schedule(name, steps=steps, warmup=warmup)(step) for step in range(steps)]
    assert all(0 < factor <= 1 for factor in factors)


def test_a_rate_rises_and_then_falls():
    factors = [schedule("linear", steps=10, warmup=0.2)(step) for step in range(10)]
    assert factors[:3] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert factors[2:] == sorted(factors[2:], reverse=True)


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ConfigError, match="did you mean 'cosine'"):
        schedule("cosin", steps=10, warmup=0.0)
