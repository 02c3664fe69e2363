"""Sizes of a layer in, the seconds it takes on this machine out: its parts are made and timed.

Nothing of the model is loaded: the parts hold ones. Each is timed alone and once for all layers,
for as many tokens as go through together, because small parts take as long as it takes to call
them, and no figure of a machine tells how long that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sartor.tuning.planning.families import FAMILIES
from sartor.tuning.planning.machines import Machine, fastest
from sartor.tuning.planning.memory import chosen_linears

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Linear, Shape
    from sartor.tuning.recipes import Recipe

MOST_TOKENS = 512  # that are timed together: more take as long for each
LARGEST = 4_194_304  # numbers of a matrix that is timed; larger ones reach the machine's speed
DETOURS = 2  # of a bottleneck, in every layer


@dataclass(frozen=True, slots=True)
class Setting:
    """What goes through a part: `rows` of `length` tokens, of which `cached` more were read before.

    `whole` says that the weights themselves are trained, and kept in fp32. Without `learning` there
    is no way back.
    """

    rows: int
    length: int
    precision: str
    device: str
    learning: bool = False
    whole: bool = False
    cached: int = 0

    @property
    def tokens(self) -> int:
        """How many tokens go through together."""
        return self.rows * self.length


def layer_seconds(shape: Shape, recipe: Recipe, setting: Setting, machine: Machine) -> float:
    """Return the seconds of one layer: of a pass forward, and back where it learns."""
    rows = max(1, min(setting.rows, MOST_TOKENS // setting.length))
    tried = replace(setting, rows=rows, whole=setting.learning and recipe.method == "full")
    parts = (
        _matrices(shape, recipe, tried, machine)
        + _attention(tried, shape.heads, shape.kv_heads, shape.head)
        + len(FAMILIES[shape.architecture].norms) * _norm(tried, shape.hidden)
        + _bend(tried, shape.intermediate, shape.gated)
    )
    if recipe.method == "bottleneck":
        parts += DETOURS * _detour(tried, shape.hidden, recipe.size)
    return parts * setting.tokens / tried.tokens


def _matrices(shape: Shape, recipe: Recipe, setting: Setting, machine: Machine) -> float:
    adapted = chosen_linears(shape, recipe) if recipe.method in {"lora", "qlora"} else ()
    return sum(
        _plain(one, setting, machine)
        + (_beside(setting, one, recipe.rank, recipe.dropout) if one in adapted else 0.0)
        for one in shape.linears
    )


def _plain(one: Linear, setting: Setting, machine: Machine) -> float:
    """Return the seconds of a matrix of the base: large ones by what the machine can multiply."""
    if one.inputs * one.outputs <= LARGEST or machine.speed is None:
        return _linear(setting, one.inputs, one.outputs)
    ways = 1 + setting.learning * (1 + setting.whole)
    return 2 * ways * setting.tokens * one.inputs * one.outputs / machine.speed


# --- parts --------------------------------------------------------------------------------------


@cache
def _linear(setting: Setting, inputs: int, outputs: int) -> float:
    import torch

    matrix = torch.nn.Linear(
        inputs, outputs, bias=False, dtype=_stored(torch, setting), device=setting.device
    ).requires_grad_(setting.whole)
    given = _given(torch, setting, inputs)
    return _seconds(torch, setting, lambda: matrix(given))


@cache
def _beside(setting: Setting, one: Linear, rank: int, dropout: float) -> float:
    """Time thin matrices; they are kept in fp32, and used so where nothing is learned."""
    import torch

    down = torch.nn.Linear(one.inputs, rank, bias=False, device=setting.device)
    up = torch.nn.Linear(rank, one.outputs, bias=False, device=setting.device)
    drop = torch.nn.Dropout(dropout).train(setting.learning)
    given, beside = _given(torch, setting, one.inputs), _given(torch, setting, one.outputs)

    def work() -> Any:  # noqa: ANN401
        read = given if setting.learning else given.to(torch.float32)
        return beside + (up(down(drop(read))) * 2.0).to(beside.dtype)

    return _seconds(torch, setting, work)


@cache
def _attention(setting: Setting, heads: int, kv_heads: int, head: int) -> float:
    import torch

    queries = _given(torch, setting, heads * head)
    keys = _given(torch, setting, kv_heads * head)
    before = queries.new_ones(setting.rows, kv_heads, setting.cached, head)
    angles = queries.new_ones(setting.rows, 1, setting.length, head)

    def split(given: Any, count: int) -> Any:  # noqa: ANN401
        return given.view(setting.rows, setting.length, count, head).transpose(1, 2)

    def turned(given: Any) -> Any:  # noqa: ANN401
        left, right = given.chunk(2, dim=-1)
        return given * angles + torch.cat((-right, left), dim=-1) * angles

    def work() -> Any:  # noqa: ANN401
        key, value = turned(split(keys, kv_heads)), split(keys, kv_heads)
        if setting.cached:
            key, value = torch.cat((before, key), dim=2), torch.cat((before, value), dim=2)
        times = heads // kv_heads
        if times > 1:
            key, value = key.repeat_interleave(times, 1), value.repeat_interleave(times, 1)
        attend = torch.nn.functional.scaled_dot_product_attention
        found = attend(turned(split(queries, heads)), key, value, is_causal=not setting.cached)
        return found.transpose(1, 2).reshape(setting.rows, setting.length, -1)

    return _seconds(torch, setting, work)


@cache
def _norm(setting: Setting, width: int) -> float:
    """Time a norm, in fp32 as all of them are, and the sum of both branches behind it."""
    import torch

    given = _given(torch, setting, width)
    scale = torch.ones(width, dtype=given.dtype, device=setting.device)

    def work() -> Any:  # noqa: ANN401
        exact = given.float()
        exact = exact * torch.rsqrt(exact.pow(2).mean(-1, keepdim=True) + 1e-6)
        return scale * exact.to(given.dtype) + given

    return _seconds(torch, setting, work)


@cache
def _bend(setting: Setting, width: int, gated: bool) -> float:
    import torch

    given, gate = _given(torch, setting, width), _given(torch, setting, width)
    silu = torch.nn.functional.silu
    return _seconds(torch, setting, lambda: silu(gate) * given if gated else silu(given))


@cache
def _detour(setting: Setting, width: int, size: int) -> float:
    import torch

    down = torch.nn.Linear(width, size, device=setting.device)
    up = torch.nn.Linear(size, width, device=setting.device)
    given = _given(torch, setting, width)

    def work() -> Any:  # noqa: ANN401
        read = given if setting.learning else given.to(torch.float32)
        return given + up(torch.nn.functional.gelu(down(read))).to(given.dtype)

    return _seconds(torch, setting, work)


# --- how they are timed -------------------------------------------------------------------------


def _stored(torch: Any, setting: Setting) -> Any:  # noqa: ANN401
    exact = setting.whole or setting.precision == "fp32"
    return torch.float32 if exact else torch.bfloat16


def _given(torch: Any, setting: Setting, width: int) -> Any:  # noqa: ANN401
    """Make what a part is given; through all of them flows the network's own arithmetic."""
    dtype = torch.float32 if setting.precision == "fp32" else torch.bfloat16
    sizes = (setting.rows, setting.length, width)
    return torch.ones(sizes, dtype=dtype, device=setting.device, requires_grad=setting.learning)


def _seconds(torch: Any, setting: Setting, work: Callable[[], Any]) -> float:  # noqa: ANN401
    """Time a part as training runs it (under autocast, forward and back), or as writing does."""
    if not setting.learning:
        with torch.no_grad():
            return fastest(torch, setting.device, work)

    def there_and_back() -> None:
        with torch.autocast(setting.device, torch.bfloat16, enabled=setting.precision == "bf16"):
            found = work()
        found.backward(torch.ones_like(found))

    return fastest(torch, setting.device, there_and_back)
