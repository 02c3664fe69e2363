"""A folder that was trained elsewhere in, what a version of ours is made from out.

PEFT and what stands on it (Axolotl, TRL, Unsloth) leave two files that matter among checkpoints,
tokenizers and pickled settings: these are copied. Nothing else is opened, but for a card of ours
and what says how prompts were written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sartor.errors import AdapterMismatch, ConfigError
from sartor.networks.adapter_files import AdapterFiles, read_adapter, require_base
from sartor.networks.identity import Identity, identify, template_hash, tokenizer_hash
from sartor.networks.licence import licence_of
from sartor.tuning.registry import records
from sartor.tuning.registry.cards import BaseFacts, Card, DataFacts, TrainingFacts
from sartor.tuning.registry.contents import CONFIG, WEIGHTS, read_config
from sartor.tuning.registry.disk import hash_of
from sartor.tuning.registry.verifying import verify_files
from sartor.types import Chosen
from sartor.types.training import MethodName

METHODS: Mapping[str, MethodName] = {"LORA": "lora", "BOTTLENECK": "bottleneck"}
SETTINGS = {  # of a LoRA: as PEFT calls them, and as our recipes do
    "r": "rank",
    "lora_alpha": "alpha",
    "lora_dropout": "dropout",
    "target_modules": "targets",
    "use_rslora": "rslora",
    "use_dora": "dora",
}
ELSEWHERE = Chosen("unknown", "it was trained elsewhere")


@dataclass(frozen=True, slots=True)
class Foreign:
    """What lies in the folder; `base` is the model it names, `card` is there if we wrote one."""

    files: AdapterFiles
    method: MethodName
    base: str
    card: Card | None

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.files.folder


def read_foreign(folder: Path) -> Foreign:
    """Read what an adapter says of itself; no pickle is opened."""
    files = read_adapter(folder)
    if files.kind not in METHODS:
        raise AdapterMismatch(
            f"{folder} holds an adapter of the kind {files.kind or 'that says nothing'}; expected "
            "LORA (DoRA, rsLoRA are some too): others cannot be held to a model weight by weight",
            f"use it where it is: sartor ask --adapter {folder}",
        )
    card = _own_card(folder)
    if card is not None:
        return Foreign(files, card.method, card.base.model, card)
    named = files.config.get("base_model_name_or_path")
    return Foreign(files, METHODS[files.kind], str(named or ""), None)


def base_of(foreign: Foreign, given: str, find: Callable[[str], Path]) -> Path:
    """Find its base, by the name it has in the folder unless one is given."""
    again = f"sartor adapters import {foreign.folder} --name NAME --base FOLDER"
    if given:
        return find(given)
    if not foreign.base:
        raise ConfigError(f"{foreign.folder} names no base model", again)
    try:
        return find(foreign.base)
    except ConfigError as error:
        raise ConfigError(f"{foreign.folder} needs its base: {error.args[0]}", again) from error


def card_of(foreign: Foreign, base: Path, named: str) -> Card:
    """Write the card: what is known, that nothing is proved, and what raises doubts.

    Raises `AdapterMismatch` if the folder carries the identity of another base.
    """
    identity = identify(base)
    require_base(foreign.folder, lambda: (base, identity))
    facts = BaseFacts(
        named,
        identity.fingerprint,
        identity.weights,
        identity.tokenizer,
        identity.template,
        licence_of(base),
    )
    notes = tuple(_notes(foreign, identity, named))
    if foreign.card is not None:
        known = foreign.card
        return replace(known, base=facts, guard=None, parent="", notes=(*known.notes, *notes))
    training = TrainingFacts(
        recipe=_recipe(foreign.files.config),
        seeds={},
        precision=ELSEWHERE,
        device=ELSEWHERE,
        machine="",
        versions=_versions(foreign.files.config),
    )
    return Card(foreign.method, facts, DataFacts("", "", train=0), training, notes=notes)


def copy_checked(foreign: Foreign, base: Path, to: Path) -> None:
    """Copy both files; raises `AdapterMismatch` unless every weight has its place in the base."""
    for name in (CONFIG, WEIGHTS):
        shutil.copyfile(foreign.folder / name, to / name)
    trained_on = foreign.base or "the model"
    verify_files(
        to, foreign.method, base, called=f"the adapter at {foreign.folder}", trained_on=trained_on
    )


def _own_card(folder: Path) -> Card | None:
    """Read the card that `sartor adapters export` wrote, if it tells of these very weights."""
    path = folder / records.FILE
    if not path.is_file() or "seal" not in read_config(path):
        return None
    record = records.read(folder)
    if record.files.get(WEIGHTS) != hash_of(folder / WEIGHTS):
        raise AdapterMismatch(
            f"{path} tells of {record.id}, and {WEIGHTS} beside it holds other weights than that",
            f"export {record.id} again; or take {records.FILE} away: its origin is unknown then",
        )
    return record.card


def _notes(foreign: Foreign, identity: Identity, named: str) -> Iterator[str]:
    if foreign.card is not None:
        yield "unproven: it was imported, and what is said here was measured elsewhere"
    else:
        yield "unproven: it was trained elsewhere, and no guard has looked at it"
        yield (
            "its folder did not say which weights it was trained on: it fits its base by names and "
            "shapes, and is held to that base from now on"
        )
    if foreign.base and foreign.base != named:
        yield f"it names {foreign.base} as its base"
    words = (
        ("tokenizer", tokenizer_hash(foreign.folder), identity.tokenizer),
        ("chat template", template_hash(foreign.folder), identity.template),
    )
    for what, found, expected in words:
        if found and found != expected:
            yield (
                f"it came with another {what} than its base has, and may have learned with that: "
                "if so, import it with --base COPY, a copy of the base that holds it"
            )


def _recipe(config: Mapping[str, Any]) -> dict[str, Any]:
    return {ours: config[theirs] for theirs, ours in SETTINGS.items() if config.get(theirs)}


def _versions(config: Mapping[str, Any]) -> dict[str, str]:
    known = config.get("peft_version")
    return {"peft": str(known)} if known else {}
