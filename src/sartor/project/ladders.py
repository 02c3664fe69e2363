"""A project and what is chosen for a climb -> its ladder: rungs on one model, or on several.

The model that answers is the first. Where another one is tuned in its place, that one is measured
as it is too: a change of models must not be taken for what tuning did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError, InputError, nearest
from sartor.project.completions import Completions
from sartor.project.grounding import Ground
from sartor.project.lessons import Lessons
from sartor.project.models import LAB
from sartor.project.rungs import Climbing, Ladder, check_names
from sartor.project.trained import Training
from sartor.protocols import Model, Progress

if TYPE_CHECKING:
    from sartor.project.project import Project
    from sartor.tuning.loop import Watch

MODELS = ("*/config.json", "models/*/config.json")  # where folders of models usually lie


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides the rungs of a climb.

    `examples` is the file that is named, if one is. `tested` is the file of its questions, `tune`
    holds values of the recipe. With `retrain` what was trained before does not count.
    """

    examples: Path | None = None
    names: Sequence[str] | None = None
    model: str | Model | None = None
    models: Sequence[str] = ()
    tested: Path = field(default_factory=Path)
    tune: Mapping[str, object] = field(default_factory=dict)
    seed: int = 0
    retrain: bool = False
    progress: Progress | None = None
    watch: Watch | None = None


def ladder_of(project: Project, choice: Choice, kept: Completions) -> Ladder:
    """Build the ladder; raises `ConfigError` for a rung or a model that nobody knows."""
    check_names(choice.names or ())
    if len(set(choice.models)) < len(choice.models) or (choice.models and choice.model):
        raise ConfigError(
            f"the models are {', '.join(map(str, (choice.model, *choice.models)))}; expected "
            "each once, and either one or several",
            "--models small,large",
        )
    _check_models(project, choice.models)
    built = _several if choice.models else _one
    return Ladder(tuple(built(project, choice, kept)), choice.names)


def named_file(given: str | Path | None) -> Path | None:
    """Find the file of examples that is named, if one is: it must be there."""
    if given is None:
        return None
    path = Path(given).resolve()
    if not path.is_file():
        raise InputError(f"there is no file of examples {given}", "--examples FILE")
    return path


def _one(project: Project, choice: Choice, kept: Completions) -> Iterator[Climbing]:
    """Climb on the model that answers, and tune it, or the other one that is set to be tuned."""
    base = project.settings.tune.base
    answers = choice.model or project.settings.model.path
    if not base and isinstance(answers, str) and _is_local(project, answers):
        base = answers
    same = base == answers
    training = _training(project, choice, base) if base else None
    yield _climbing(
        project,
        choice,
        kept,
        given=choice.model,
        training=training if same else None,
        trained_elsewhere=bool(base) and not same,
    )
    if training and not same:
        yield _tuned_instead(project, choice, kept, training)


def _several(project: Project, choice: Choice, kept: Completions) -> Iterator[Climbing]:
    """Climb on each model, and tune those that are on this machine."""
    base = project.settings.tune.base
    local = {name for name in choice.models if _is_local(project, name)}
    for name in choice.models:
        yield _climbing(
            project,
            choice,
            kept,
            given=name,
            label=_label(name),
            training=_training(project, choice, name) if name in local else None,
            trained_elsewhere=bool(local or base),
        )
    if base and not local:
        yield _tuned_instead(project, choice, kept, _training(project, choice, base))


def _tuned_instead(
    project: Project, choice: Choice, kept: Completions, training: Training
) -> Climbing:
    base = training.base
    return _climbing(
        project, choice, kept, given=base, label=_label(base), training=training, only_tuned=True
    )


def _climbing(
    project: Project,
    choice: Choice,
    kept: Completions,
    *,
    given: str | Model | None,
    label: str = "",
    training: Training | None = None,
    trained_elsewhere: bool = False,
    only_tuned: bool = False,
) -> Climbing:
    return Climbing(
        project._answering,
        lambda: project._embedder,
        choice.examples or project.folder / project.settings.ask.examples_file,
        kept,
        template=project.settings.ask.template,
        given=given,
        label=label,
        training=training,
        trained_elsewhere=trained_elsewhere,
        only_tuned=only_tuned,
    )


def _training(project: Project, choice: Choice, base: str) -> Training:
    settings = project.settings
    lessons = Lessons(
        Ground(project, project._answering, choice.tested),
        examples=choice.examples or project.folder / settings.tune.examples_file,
        questions=project.folder / settings.tune.questions_file,
        template=settings.ask.template,
        passages=settings.ask.passages,
        seed=choice.seed,
    )
    return Training(
        project.tuning,
        lessons,
        base,
        project._folder.trained,
        changes=choice.tune,
        seed=choice.seed,
        anew=choice.retrain,
        progress=choice.progress,
        watch=choice.watch,
    )


def _check_models(project: Project, names: Sequence[str]) -> None:
    """Raise `ConfigError` for a model that is not here, and that no provider can be asked for."""
    for name in names:
        if _is_local(project, name):
            continue
        try:
            project._answering.opened(name)
        except ConfigError as error:
            here = _models_here(project)
            raise ConfigError(
                f"{name!r} is no model on this machine{nearest(name, here)}; if it is one of a "
                f"provider: {error.args[0]}",
                f"on this machine: {', '.join(here)}; else {error.hint}",
            ) from error


def _models_here(project: Project) -> list[str]:
    """List what can be named: models of the settings, folders that hold one, and the lab's."""
    root, settings = project.folder, project.settings
    found = [path.parent for place in MODELS for path in sorted(root.glob(place))]
    names = [path.relative_to(root).as_posix() for path in found]
    chosen = (settings.model.path, settings.model.name, settings.tune.base)
    return list(dict.fromkeys([*filter(None, chosen), *names, LAB]))


def _is_local(project: Project, name: str) -> bool:
    try:
        project.tuning.base(name)
    except ConfigError:
        return False
    return True


def _label(name: str) -> str:
    """Name a model shortly: a folder by its last part."""
    return Path(name).name if Path(name).is_dir() else name
