"""The settings, section by section: the only list there is.

Each has a default, one line about it and, where it is a number, the smallest value allowed. The
reader, `sartor config show`, the written template and the documentation test all walk them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


def setting(default: Any, about: str, *, least: float | None = None) -> Any:  # noqa: ANN401
    """Declare a setting: its default, one line about it, and the smallest value allowed."""
    return field(default=default, metadata={"about": about, "least": least})


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How files become text."""

    workers: int = setting(0, "processes that parse files; 0: one for each core", least=0)
    timeout: float = setting(60.0, "seconds one file may take before it is given up", least=0.1)
    memory: int = setting(1024, "megabytes one parsing process may use", least=128)
    max_pages: int = setting(5000, "pages read of one file", least=1)
    max_characters: int = setting(20_000_000, "characters read of one file", least=1)
    password_env: str = setting(
        "SARTOR_PDF_PASSWORD", "environment variable with the password of encrypted PDFs"
    )


@dataclass(frozen=True, slots=True)
class SplittingSettings:
    """How documents become passages; sizes in the embedder's tokens."""

    strategy: Literal["structure", "tokens", "sentences"] = setting(
        "structure", "structure (along headings and sentences), tokens or sentences"
    )
    size: int = setting(200, "tokens in one passage at most", least=16)
    overlap: int = setting(0, "tokens that a passage repeats of the one before", least=0)


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Which model turns text into vectors."""

    model: str = setting(
        "minilm", "minilm, a hub name (organisation/name), or the model's name at the endpoint"
    )
    precision: Literal["auto", "fp32", "bf16", "int8"] = setting(
        "auto", "auto: the fastest this CPU really has without loss"
    )
    threads: int = setting(0, "threads that embed; 0: one for each core", least=0)
    max_windows: int = setting(
        0, "windows embedded of a passage longer than the model sees; 0: all", least=0
    )
    path: str = setting("", "folder of a sentence-transformers model; wins over model")
    endpoint: str = setting("", "base URL of an OpenAI-compatible endpoint; empty: local")
    api_key_env: str = setting("OPENAI_API_KEY", "environment variable with the endpoint's key")
    tokenizer_file: str = setting(
        "", "tokenizer.json of the endpoint's model; empty: tokens are counted roughly"
    )
    dimension: int = setting(0, "length of the endpoint's vectors; 0: what it answers", least=0)
    window: int = setting(8000, "tokens the endpoint's model sees at once", least=16)
    query_prompt: str = setting("", "text put before queries sent to the endpoint")
    passage_prompt: str = setting("", "text put before passages sent to the endpoint")
    batch_texts: int = setting(128, "texts in one request to the endpoint", least=1)
    batch_tokens: int = setting(100_000, "tokens in one request to the endpoint", least=1)
    requests_per_minute: int = setting(0, "requests to the endpoint; 0: no limit", least=0)
    timeout: float = setting(60.0, "seconds one request to the endpoint may take", least=0.1)
    retries: int = setting(5, "times a request to the endpoint is tried again", least=0)
    price_per_million_tokens: float = setting(
        0.0, "what the endpoint charges, for the estimate; 0: unknown", least=0
    )


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How passages are found."""

    k: int = setting(10, "hits returned", least=1)
    mode: Literal["hybrid", "dense", "bm25"] = setting("hybrid", "hybrid, dense or bm25")
    fusion: Literal["weighted", "rrf"] = setting(
        "weighted", "how both legs are joined: weighted scores or reciprocal ranks"
    )
    weight: float = setting(0.5, "share of the dense leg in weighted fusion, 0 to 1", least=0)
    depth: int = setting(100, "hits each leg contributes before fusion", least=1)
    fold: float = setting(
        0.9, "similarity above which two hits count as one and the same text; 0: never", least=0
    )
    mmr: float = setting(
        0.0, "share of diversity in the ranking (maximal marginal relevance); 0: off", least=0
    )
    per_document: int = setting(0, "hits of one document at most; 0: no limit", least=0)


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """How the ledger is kept."""

    synchronous: Literal["FULL", "NORMAL"] = setting(
        "FULL", "FULL survives a power cut; NORMAL is faster and may lose the last commits"
    )
    commit_documents: int = setting(200, "documents that share one transaction", least=1)
    commit_seconds: float = setting(1.0, "seconds a finished document waits at most", least=0)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which language model writes answers; without a name or a path answers are quotes."""

    name: str = setting("", "the model's name at its provider, or on the hub")
    path: str = setting("", "folder of a model that runs on this machine; wins over name")
    provider: Literal["auto", "openai", "anthropic", "local"] = setting(
        "auto", "auto: local with a path, anthropic for claude-*, openai otherwise"
    )
    endpoint: str = setting("", "base URL of the provider; empty: its own")
    api_key_env: str = setting(
        "", "environment variable with the key; empty: OPENAI_API_KEY or ANTHROPIC_API_KEY"
    )
    tokenizer_file: str = setting(
        "", "tokenizer.json of a remote model; empty: tokens are counted on the safe side"
    )
    window: int = setting(0, "tokens the model sees at once; 0: what is known of it", least=0)
    max_tokens: int = setting(512, "tokens of one answer at most", least=1)
    temperature: float = setting(0.0, "0: always the likeliest word", least=0)
    adapter: str = setting("", "folder of a LoRA adapter for a local model")
    precision: Literal["auto", "fp32", "bf16"] = setting(
        "auto", "of a local model; auto: bf16 where the machine really has it"
    )
    device: str = setting("auto", "of a local model: auto, cpu or cuda")
    threads: int = setting(0, "threads of a local model; 0: one for each core", least=0)
    batch: int = setting(8, "questions a local model answers at once", least=1)
    timeout: float = setting(60.0, "seconds one request may take", least=0.1)
    retries: int = setting(4, "times a failed request is tried again", least=0)
    prices_file: str = setting("", "prices of your own (TOML), on top of those shipped")


@dataclass(frozen=True, slots=True)
class AskSettings:
    """How questions are answered."""

    rung: Literal[
        "auto", "extract", "prompt", "few-shot", "long-context", "rag", "few-shot+rag"
    ] = setting("auto", "auto: rag with a model, extract without")
    passages: int = setting(10, "passages searched for one answer", least=1)
    sentences: int = setting(3, "sentences an extracted answer has at most", least=1)
    context_tokens: int = setting(
        0, "tokens of passages in one prompt; 0: 3000, or what fits", least=0
    )
    per_document: int = setting(4, "passages of one document in one prompt at most", least=1)
    template: str = setting("default", "variant of the prompt templates in prompts/")
    examples_file: str = setting("examples.jsonl", "examples for the few-shot rungs")
    examples: int = setting(3, "examples in one prompt at most", least=0)
    examples_tokens: int = setting(1000, "tokens of examples in one prompt at most", least=0)
    examples_choice: Literal["fixed", "nearest"] = setting(
        "nearest", "the first ones, or those near to the question and unlike each other"
    )
    rewrite: bool = setting(True, "make follow-up questions of a chat stand alone")
    queries: int = setting(1, "wordings of a question that are searched; needs a model", least=1)
    decompose: bool = setting(False, "search each part of a question; needs a model")
    max_steps: int = setting(
        1, "searches for one answer at most; above 1: self-correcting", least=1
    )
    max_tokens: int = setting(
        100_000, "tokens all steps of one answer may use, read and written", least=1
    )
    max_seconds: float = setting(60.0, "seconds after which no further search is begun", least=0.1)
    max_cost: float = setting(0.0, "dollars one answer may cost, at most; 0: no limit", least=0)
    abstain_below: float = setting(
        -1.0, "say nothing when less sure; -1: the default measured; see sartor calibrate", least=-1
    )
    unsupported: Literal["mark", "repair", "drop", "refuse"] = setting(
        "mark", "what is done with a sentence the documents do not support"
    )
    judge: Literal["none", "nli", "model"] = setting(
        "none", "a second opinion for the checker: a model for entailment, or the language model"
    )
    judge_path: str = setting("", "folder or hub name of the model for entailment")
    fallback: bool = setting(True, "answer with quotes when the model cannot be reached")
    cache: bool = setting(True, "remember answers until a document changes")
    trace: bool = setting(True, "keep a trace of each answer, without its content")
    trace_content: bool = setting(False, "keep questions, prompts and answers in traces too")


Action = Literal["rewrite", "refuse", "escalate"]


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """What answers may never say, whoever wrote them; checked before a sentence is shown."""

    forbidden_phrases: tuple[str, ...] = setting((), "phrases no answer may hold")
    forbidden_phrases_action: Action = setting("rewrite", "rewrite (once), refuse or escalate")
    forbidden_topics: tuple[str, ...] = setting((), "topics no answer may be about")
    forbidden_topics_action: Action = setting("refuse", "rewrite (once), refuse or escalate")
    disclaimers: tuple[str, ...] = setting((), "sentences every answer must hold; added if not")
    personal_data: tuple[str, ...] = setting(
        (), "kinds no answer may hold: email, phone, iban, card, ip, ssn"
    )
    personal_data_action: Action = setting("rewrite", "rewrite (once), refuse or escalate")
    links: Literal["cited", "all", "none"] = setting(
        "cited", "links in answers: only to cited sources, all, or none"
    )
    links_action: Action = setting("rewrite", "rewrite (once), refuse or escalate")
    refusal: str = setting("I cannot answer this here.", "what is said when a rule refuses")
    escalation: str = setting(
        "A person should look at this question.", "what is said when a rule escalates"
    )


@dataclass(frozen=True, slots=True)
class EvalSettings:
    """How assistants are measured and compared."""

    questions_file: str = setting("questions.jsonl", "test questions of the project")
    k: int = setting(10, "hits that measures of retrieval look at", least=1)
    timeout: float = setting(120.0, "seconds one answer may take, then it is none", least=0.1)
    workers: int = setting(1, "questions asked at once; latency is then a crowd's", least=1)
    seed: int = setting(0, "of everything that is drawn: resamples, splits, orders", least=0)
    resamples: int = setting(10_000, "resamples of a bootstrap interval", least=1000)
    bar: str = setting("", "what must hold, as in: answers.correct >= 0.85, latency.p95 <= 2s")
    volume: int = setting(10_000, "questions a month, for projected costs", least=1)
    judge: bool = setting(False, "let the language model judge answers too; costs tokens")
    judge_model: str = setting("", "model that judges; empty: the one that answers")
    embedders: tuple[str, ...] = setting(
        (), "folders of embedding models that sartor climb --tune-retrieval tries as well"
    )


@dataclass(frozen=True, slots=True)
class TuneSettings:
    """How adapters are trained, and what they must not break."""

    base: str = setting("", "folder of the model to tune, or lab; empty: model.path")
    examples_file: str = setting("examples.jsonl", "examples to learn from")
    questions_file: str = setting(
        "questions-to-learn.jsonl", "questions with evidence to learn from, none of them for tests"
    )
    method: Literal["lora", "qlora", "bottleneck", "full"] = setting(
        "lora", "lora, qlora (4-bit base), bottleneck or full"
    )
    recipe: str = setting("ours", "ours, or guides: the values most guides repeat")
    max_length: int = setting(0, "tokens of one example at most; 0: the model's window", least=0)
    batch_tokens: int = setting(0, "tokens of one step of training; 0: the recipe's", least=0)
    evaluations: int = setting(0, "times a training is evaluated; 0: the recipe's", least=0)
    replay: float = setting(
        -1.0, "general tokens for each token learned; -1: what the guard finds enough", least=-1
    )
    minutes: float = setting(0.0, "minutes training may take; 0: no limit", least=0)
    seed: int = setting(0, "of everything that is drawn: splits, order, first weights", least=0)
    precision: Literal["auto", "fp32", "bf16"] = setting(
        "auto", "auto: the fastest this machine really has"
    )
    device: str = setting("auto", "auto, cpu or cuda")
    threads: int = setting(0, "threads that train; 0: one for each core", least=0)
    perplexity: float = setting(
        1.05, "general perplexity after tuning, at most so many times the base's", least=1
    )
    leak: float = setting(
        0.02, "share of general prompts that may be answered in the new form", least=0
    )


@dataclass(frozen=True, slots=True)
class CostSettings:
    """What projected costs rest on besides what was measured; dollars, -1: nobody said."""

    volumes: tuple[str, ...] = setting(("10k", "100k", "1M"), "questions a month to project")
    hosted: tuple[str, ...] = setting(
        (), "models behind an endpoint that run on machines of your own; model.path does anyway"
    )
    machine_per_hour: float = setting(
        -1.0, "an hour of the machine that runs your own model, paid around the clock", least=-1
    )
    machine_speed: float = setting(
        1.0, "times as fast as the machine that was measured on", least=0.001
    )
    machine_at_once: int = setting(
        1, "answers it writes side by side, none of them slower for it", least=1
    )
    utilisation: float = setting(
        0.6, "share of its time that it can be kept busy, above 0 to 1", least=0.01
    )
    peak: float = setting(
        3.0, "questions in the busiest hour, times those of an average one", least=1
    )
    repeated: float = setting(
        -1.0, "share of questions answered from memory; -1: as the traces show", least=-1
    )
    storage_per_gb: float = setting(
        0.1, "a month of a gigabyte of disk, for the ledger and the index", least=0
    )
    changes_per_month: float = setting(
        -1.0, "how often a document changes in a month; -1: as the ledger shows", least=-1
    )
    retrain_months: float = setting(
        6.0, "months after which an adapter is trained again, at the latest", least=0.01
    )
    retrain_changed: float = setting(
        0.05,
        "changes per document after which one that learned from passages is trained again",
        least=0.001,
    )
    training_each: float = setting(
        -1.0, "one training; -1: its measured time at training_per_hour", least=-1
    )
    training_per_hour: float = setting(
        -1.0, "an hour of the machine that trains; -1: as machine_per_hour", least=-1
    )
    labour_per_hour: float = setting(0.0, "an hour of people's time; 0: not counted", least=0)
    hours_documents: float = setting(
        0.0, "hours a month that people keep the documents in order", least=0
    )
    hours_training: float = setting(
        0.0, "hours that people prepare and check one training", least=0
    )
