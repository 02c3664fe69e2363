"""The name of a recipe and a model's shape in, every value of a training run out, with its reason.

`ours` chooses by the shape and by how many examples there are; `guides` is what most guides
repeat, kept as it is so that both can be compared. It imports no library: plans are made with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from sartor.errors import ConfigError, nearest
from sartor.types import Chosen
from sartor.types.training import MethodName

if TYPE_CHECKING:
    from sartor.tuning.planning import Shape

Optimizer = Literal["adamw_torch", "adamw_8bit", "paged_adamw_32bit", "paged_adamw_8bit"]
Schedule = Literal["cosine", "linear", "constant_with_warmup"]

EVERY_LINEAR = ("all-linear",)  # every matrix of the layers; not the language head
HIDDEN_RATE = 0.5  # learning rate of an adapter times the model's width
FASTEST = 2e-3  # the highest learning rate at which small models were seen to learn well
SLOWER_IN_FULL = 10  # the whole model moves at a tenth of an adapter's rate
SHOWN = 3_000  # how many times examples are shown in a run, whatever their number
STEPS = 200  # that a run should have: adapters learn a form in some hundred steps
SMALLEST_STEP, LARGEST_STEP = 1_024, 16_384  # tokens: some ten examples of every kind
USUAL_LENGTH = 100  # tokens of an example, where nobody counted
WIDE = 2_048  # from this width on activations, not weights, decide what fits


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a run needs to know besides model and examples.

    `alpha` scales a LoRA by alpha / rank, or alpha / sqrt(rank) with `rslora`. `size` is the width
    of a bottleneck. `warmup` is a share of all steps. `batch_tokens` are the tokens of one
    optimiser step, filler not counted. `packing` puts several examples into one row, apart from
    each other; without it rows of similar length come together. `patience` is how many
    evaluations may pass without a better one, `evaluations` how many there are in a run.
    `max_length` 0 is the model's window. Names of `optimizer` and `schedule` are transformers'.
    """

    name: str
    method: MethodName
    learning_rate: float
    epochs: float
    batch_tokens: int
    rank: int = 16
    alpha: float = 8.0
    dropout: float = 0.05
    targets: tuple[str, ...] = EVERY_LINEAR
    rslora: bool = True
    dora: bool = False
    size: int = 64
    warmup: float = 0.05
    schedule: Schedule = "cosine"
    weight_decay: float = 0.0
    clip: float = 1.0
    optimizer: Optimizer = "adamw_torch"
    checkpointing: bool = False
    packing: bool = False
    patience: int = 3
    evaluations: int = 10
    max_length: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)


def recipe_for(
    name: str,
    method: str,
    shape: Shape | None = None,
    *,
    examples: int = 0,
    tokens: int = 0,
    reads: bool = False,
    **changes: object,
) -> Recipe:
    """Return a named recipe for a method, with the values given in place of its own.

    Without a shape values are those for a model of 7B parameters, without a number of examples
    those for 1,000. `tokens` is how many those have together, `reads` says that they show passages
    to answer from. A value given as None is not given.
    """
    if name not in RECIPES:
        raise ConfigError(
            f"there is no recipe {name!r}{nearest(name, RECIPES)}",
            hint=f"known are {', '.join(RECIPES)}",
        )
    if method not in get_args(MethodName):
        known = get_args(MethodName)
        raise ConfigError(
            f"there is no method {method!r}{nearest(method, known)}",
            hint=f"known are {', '.join(known)}",
        )
    given = {key: value for key, value in changes.items() if value is not None}
    _require_known(given)
    chosen = dict(RECIPES[name](method, shape, examples or 1_000, tokens, reads))
    chosen |= {key: Chosen(value, "set by the user") for key, value in given.items()}
    values = {key: one.value for key, one in chosen.items()}
    reasons = {key: one.reason for key, one in chosen.items()}
    recipe = Recipe(name=name, method=method, **values, reasons=reasons)  # type: ignore[arg-type]
    _require_sensible(recipe)
    return recipe


def require_device(recipe: Recipe, device: str) -> None:
    """Refuse an optimiser that this kind of device ("cpu", "cuda") does not have."""
    if recipe.optimizer.startswith("paged") and device != "cuda":
        raise ConfigError(
            f"the optimiser {recipe.optimizer} moves its state between a graphics card and the "
            f"machine's memory; on {device} there is nothing to move",
            hint='set optimizer = "adamw_torch", or "adamw_8bit" for a quarter of its memory',
        )


# --- named recipes -----------------------------------------------------------------------------

Choices = Mapping[str, Chosen[object]]


def _ours(method: str, shape: Shape | None, examples: int, tokens: int, reads: bool) -> Choices:
    hidden = shape.hidden if shape is not None else 4_096
    found = dict(_of_every_method(hidden, examples, tokens))
    found["learning_rate"] = _learning_rate(method, hidden)
    found["optimizer"] = Chosen("adamw_torch", "an adapter's state is small: exact costs little")
    if method in {"lora", "qlora"}:
        found |= _lora(shape if reads else None)
    if method == "qlora":
        found["optimizer"] = Chosen(
            "adamw_8bit", "who quantises the weights is short of memory: a quarter of the state"
        )
    if method == "bottleneck":
        found["size"] = Chosen(
            max(8, hidden // 16), "a sixteenth of the width, as its inventors use it"
        )
        found["dropout"] = Chosen(0.0, "the bottleneck is narrow enough to learn little by heart")
    if method == "full":
        found["weight_decay"] = Chosen(0.01, "holds all weights back a little; adapters need none")
        found["dropout"] = Chosen(0.0, "a model is tuned with the dropout it was trained with")
        found["optimizer"] = Chosen("adamw_torch", "fp32 states beside the fp32 master weights")
    return found


def _batch_tokens(examples: int, tokens: int, epochs: float) -> Chosen[object]:
    """Let there be enough steps to learn in: many small ones taught more than a few large ones."""
    seen = epochs * (tokens or examples * USUAL_LENGTH)
    size = min(LARGEST_STEP, max(SMALLEST_STEP, round(seen / STEPS / 64) * 64))
    return Chosen(size, f"some {STEPS} steps out of {seen:,.0f} tokens")


def _of_every_method(hidden: int, examples: int, tokens: int) -> Choices:
    wide = hidden >= WIDE
    epochs = float(min(10, max(1, round(SHOWN / examples))))
    return {
        "epochs": Chosen(
            epochs,
            f"{examples:,} examples are shown about {SHOWN:,} times in all; early stopping may "
            "end it sooner",
        ),
        "batch_tokens": _batch_tokens(examples, tokens, epochs),
        "warmup": Chosen(0.05, "Adam knows the size of the gradients after some twenty steps"),
        "schedule": Chosen("cosine", "ends gently: the last steps settle what the first found"),
        "weight_decay": Chosen(0.0, "an adapter starts at nothing; what it learns is all it is"),
        "clip": Chosen(1.0, "one odd example cannot undo what the others taught"),
        "checkpointing": Chosen(
            wide,
            f"at a width of {hidden:,} activations outweigh what computing them again costs"
            if wide
            else f"at a width of {hidden:,} activations fit, and computing them again costs 30 %",
        ),
        "packing": Chosen(False, "rows of similar length waste little, on every kind of model"),
        "patience": Chosen(3, "one evaluation that is worse may be chance, three are not"),
        "evaluations": Chosen(10, "often enough to stop in time, at a few percent of the run"),
        "max_length": Chosen(0, "the window of the model"),
    }


def _learning_rate(method: str, hidden: int) -> Chosen[object]:
    """Let the step shrink as the model grows wider.

    Measured: models of width 256 learn with 1e-3 to 2e-3, of width 4,096 with 1e-4 to 2e-4.
    Adam moves every weight by about the rate, and an output sums over as many weights as the
    model is wide: it moves by rate x width, which is what should stay the same.
    """
    rate = min(FASTEST, HIDDEN_RATE / hidden)
    why = f"{HIDDEN_RATE} / width {hidden:,}: outputs move as far in wide models as in narrow ones"
    if rate == FASTEST:
        why = f"the highest that small models were seen to learn well with (width {hidden:,})"
    if method == "full":
        rate /= SLOWER_IN_FULL
        why += "; a tenth of it, as every weight moves and not a few beside them"
    return Chosen(float(f"{rate:.2g}"), why)


def _lora(read_by: Shape | None) -> Choices:
    """Choose an adapter's values; `read_by` is the shape of a model that must go on reading."""
    return {
        "targets": _targets(read_by),
        "rank": Chosen(16, "more seldom helps on some thousand examples; `tune search` finds out"),
        "rslora": Chosen(True, "another rank needs no other learning rate"),
        "alpha": Chosen(8.0, "8 / sqrt(16) = 2: the scale that alpha = 2 x rank gives elsewhere"),
        "dora": Chosen(False, "a third more time for each step"),
        "dropout": Chosen(0.05, "a few examples shown several times are not learnt by heart"),
    }


def _targets(read_by: Shape | None) -> Chosen[object]:
    """Leave attention as it is where answers are read from passages: it does the reading.

    Measured (benchmarks/grounded.py): the form is learned as well, and 5 points fewer facts are
    lost. Where there is nothing to read, attention is what keeps a form from leaking.
    """
    if read_by is None or not read_by.feed_forward:
        return Chosen(
            EVERY_LINEAR, "form and style sit in the feed-forward part too, not only in attention"
        )
    return Chosen(
        read_by.feed_forward,
        "the feed-forward part alone: attention does the reading of passages, and stays as it is",
    )


def _guides(
    method: str,
    shape: Shape | None,
    examples: int,
    tokens: int,
    reads: bool,  # noqa: ARG001  # the guides make no difference
) -> Choices:
    """Take the guides' values; what they leave open is ours."""
    if method not in {"lora", "qlora"}:
        raise ConfigError(
            f"the guides' recipe is for lora and qlora; they say nothing of {method}",
            hint='set recipe = "ours"',
        )
    repeated = "most guides repeat it"
    values: dict[str, object] = {
        "rank": 16,
        "alpha": 32.0,
        "targets": ("q_proj", "v_proj"),
        "dropout": 0.05,
        "rslora": False,
        "dora": False,
        "learning_rate": 2e-4,
        "warmup": 0.03,
        "checkpointing": True,
        "optimizer": "paged_adamw_32bit",
    }
    hidden = shape.hidden if shape is not None else 4_096
    return {
        **_of_every_method(hidden, examples, tokens),
        **{key: Chosen(value, repeated) for key, value in values.items()},
    }


RECIPES = MappingProxyType({"ours": _ours, "guides": _guides})


# --- what may be said --------------------------------------------------------------------------

_POSITIVE = (lambda value: value > 0, "more than 0")
_WHOLE = (lambda value: value >= 1 and value == int(value), "a whole number of at least 1")
_SHARE = (lambda value: 0 <= value < 1, "0 or more and less than 1")
_NOT_NEGATIVE = (lambda value: value >= 0, "0 or more")
NUMBERS: Mapping[str, tuple[Callable[[float], bool], str]] = {
    **dict.fromkeys(("alpha", "learning_rate", "epochs", "clip"), _POSITIVE),
    **dict.fromkeys(("rank", "size", "batch_tokens"), _WHOLE),
    **dict.fromkeys(("dropout", "warmup"), _SHARE),
    **dict.fromkeys(("weight_decay", "patience", "evaluations", "max_length"), _NOT_NEGATIVE),
}


def _require_known(given: Mapping[str, object]) -> None:
    fixed = {"name", "method", "reasons"}
    known = [one.name for one in fields(Recipe) if one.name not in fixed]
    for key in given:
        if key not in known:
            raise ConfigError(
                f"a recipe has no value {key!r}{nearest(key, known)}",
                hint=f"known are {', '.join(known)}",
            )


def _require_sensible(recipe: Recipe) -> None:
    wrong = [*_wrong_numbers(recipe), *_wrong_words(recipe)]
    if wrong:
        raise ConfigError(
            "the recipe cannot be used: " + "; ".join(wrong),
            hint="sartor tune plan shows every value that fits, with its reason",
        )


def _wrong_numbers(recipe: Recipe) -> Iterator[str]:
    values = asdict(recipe)
    for key, (fits, expected) in NUMBERS.items():
        value = values[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not fits(value):
            yield f"{key} is {value!r}, expected {expected}"


def _wrong_words(recipe: Recipe) -> Iterator[str]:
    values = asdict(recipe)
    for key, known in (("optimizer", get_args(Optimizer)), ("schedule", get_args(Schedule))):
        if values[key] not in known:
            near = nearest(str(values[key]), known)
            yield f"{key} is {values[key]!r}, known are {', '.join(known)}{near}"
    if not isinstance(values["targets"], tuple) or not values["targets"]:
        yield f"targets is {values['targets']!r}, expected a tuple of names of matrices"
    elif any(part.isdigit() for target in values["targets"] for part in target.split(".")):
        yield f"targets is {values['targets']!r}, and one of them names a single layer"
