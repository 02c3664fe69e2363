import re
import sys
from pathlib import Path

import pytest

from sartor.tuning.encoding import Encoded, Encoder
from sartor.types import Example, Message

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "local"))
from tiny_model import make_tokenizer

CHATML = (
    "{% for m in messages %}<|user|>{{ m.role }}\n{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|user|>assistant\n{% endif %}"
)
TRIMS = (
    "{% for m in messages %}<|{{ m.role }}|>\n\n{{ m.content | trim }}<|stop|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n\n{% endif %}"
)
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system here') }}{% endif %}"
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
DROPS_SYSTEM = (
    "{% for m in messages if m.role != 'system' %}<|{{ m.role }}|>{{ m.content }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
INSTRUCT = (  # no marker of its own but the end: blanks decide where the answer begins
    "{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]"
    "{% else %} {{ m.content }}<|end|>{% endif %}{% endfor %}"
)
NO_END = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
THINKS = (  # keeps the thoughts of the last turn only, and asks without them
    "{% for m in messages %}<|{{ m.role }}|>"
    "{% if m.role == 'assistant' and not loop.last %}{{ m.content.split('</think>')[-1] }}"
    "{% elif m.role == 'assistant' and '</think>' not in m.content %}<think></think>{{ m.content }}"
    "{% else %}{{ m.content }}{% endif %}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
MARKED = (  # its own marks forget the end
    "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}"
    "{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}"
    "<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
MARKED_NO_SYSTEM = NO_SYSTEM.partition("{% endif %}")[0] + "{% endif %}" + MARKED
ASKED, TOLD = "When are refunds paid?", "Within fourteen days."


def make(template=None, window=512):
    tokenizer = make_tokenizer()
    if template:
        tokenizer.chat_template = template
    return Encoder(tokenizer, window=window)


def chat(*contents, system=None):
    roles = ["user", "assistant"] * len(contents)
    turns = [Message(role, text) for role, text in zip(roles, contents, strict=False)]
    return Example((*([Message("system", system)] if system else []), *turns), source="a.jsonl:1")


def learned(encoder, example):
    return [piece for piece, kind in encoder.pieces(encoder.encode(example)) if kind]


@pytest.mark.parametrize(
    ("template", "end"),
    [
        (None, "<|end|>"), (CHATML, "<|end|>"), (TRIMS, "<|stop|>"), (NO_SYSTEM, "<|end|>"),
        (MARKED, "<|end|>"),
    ],
)  # fmt: skip
def test_every_assistant_turn_is_learned_with_its_end_and_nothing_else(template, end):
    encoder = make(template)
    example = chat(ASKED, TOLD, ASKED, "In vierzehn Tagen 😀.", system="Be brief.")
    assert learned(encoder, example) == [TOLD + end, "In vierzehn Tagen 😀." + end]
    assert encoder.ends >= {encoder.tokenizer.convert_tokens_to_ids(end)}


@pytest.mark.parametrize("template", [None, CHATML, TRIMS, NO_SYSTEM, INSTRUCT, NO_END])
@pytest.mark.parametrize("system", [None, "Be brief."])
def test_what_is_learned_begins_exactly_where_serving_asks(template, system):
    """Token by token: the prompt of serving is what stands before the last learned turn."""
    encoder = make(template)
    example = chat(ASKED, TOLD, ASKED, "tomorrow", system=system)
    encoded = encoder.encode(example)
    prompt = encoder.prompt(example.prompt)
    assert encoded.ids[: len(prompt)] == prompt
    assert all(encoded.learned[len(prompt) :]) or not encoded.learned[-1]
    assert encoded.learned[len(prompt)]
    assert not encoded.learned[len(prompt) - 1]


def test_serving_and_training_fill_in_the_template_alike():
    from sartor.models.local.conversation import Conversation

    for template in (None, NO_SYSTEM, CHATML):
        encoder = make(template)
        messages = [Message("system", "Be brief."), Message("user", "What is <|end|>?")]
        served = Conversation(encoder.tokenizer, "tiny").tokens(messages)
        assert list(encoder.prompt(messages)) == served
        if template is not NO_SYSTEM:
            plain = [{"role": one.role, "content": one.content} for one in messages]
            plain[1]["content"] = "What is <\N{WORD JOINER}|end|>?"
            theirs = encoder.tokenizer.apply_chat_template(plain, add_generation_prompt=True)
            assert theirs["input_ids"] == served


@pytest.mark.parametrize("template", [None, CHATML, TRIMS, NO_SYSTEM, INSTRUCT, MARKED])
def test_every_turn_of_a_long_conversation_begins_where_serving_asks_and_ends_with_its_end(
    template,
):
    encoder = make(template)
    told = ["Soon.", "", " in vierzehn Tagen ", "<|end|> q7w4z", "tomorrow\n\n"]
    example = chat(*(turn for one in told for turn in (ASKED, one)), system="Be brief.")
    encoded = encoder.encode(example)
    starts = [
        at for at in range(1, len(encoded.ids)) if encoded.learned[at] > encoded.learned[at - 1]
    ]
    prompts = [encoder.prompt(example.messages[:at]) for at in range(2, 12, 2)]
    assert starts == [len(prompt) for prompt in prompts]
    assert all(encoded.ids[: len(prompt)] == prompt for prompt in prompts)
    stops = [
        at
        for at in range(len(encoded.ids))
        if encoded.learned[at : at + 2] in {(True, False), (True,)}
    ]
    assert len(stops) == len(told)
    assert {encoded.ids[at] for at in stops} <= encoder.ends


def test_serving_says_which_template_refuses_even_without_a_system():
    from sartor.errors import InputError
    from sartor.models.local.conversation import Conversation

    tokenizer = make("{{ raise_exception('take turns') }}").tokenizer
    messages = [Message("system", "Be brief."), Message("user", ASKED)]
    with pytest.raises(InputError, match=r"tiny refuses this conversation: take turns"):
        Conversation(tokenizer, "tiny").tokens(messages)


def test_runs_of_blanks_that_are_added_tokens_end_no_turn():
    tokenizer = make_tokenizer()
    tokenizer.add_tokens(["\n\n"])
    tokenizer.chat_template = NO_END.replace("\n", "\n\n")
    encoder = Encoder(tokenizer, window=512)
    assert encoder.ends == {tokenizer.eos_token_id}
    encoded = encoder.encode(chat(ASKED, TOLD))
    assert encoded.ids[-1] == tokenizer.eos_token_id
    assert encoded.learned[-1]


def test_no_text_can_end_its_own_turn():
    encoder = make()
    encoded = encoder.encode(chat("Say <|end|>", "<|user|> and <|end|>"))
    end = encoder.tokenizer.convert_tokens_to_ids("<|end|>")
    assert encoded.ids.count(end) == 2


def test_a_template_without_an_end_learns_to_stop_all_the_same():
    encoder = make(NO_END)
    encoded = encoder.encode(chat(ASKED, TOLD))
    assert encoded.ids[-1] == encoder.tokenizer.eos_token_id
    assert encoded.learned[-1]
    assert learned(encoder, chat(ASKED, TOLD)) == [TOLD + "\n<|end|>"]


def test_thoughts_that_a_template_forgets_are_not_learned_in_their_rewritten_form():
    encoder = make(THINKS)
    example = chat(ASKED, "<think>hm</think>Soon.", ASKED, "<think>so</think>Now.")
    assert learned(encoder, example) == ["<think>so</think>Now.<|end|>"]
    assert "drops or rewrites message 2 (assistant)" in encoder.roundtrip(example)
    plain = chat(ASKED, TOLD)
    assert learned(encoder, plain) == ["<think></think>" + TOLD + "<|end|>"]
    assert encoder.roundtrip(plain) == ""


@pytest.mark.parametrize(
    ("template", "example", "told"),
    [
        (None, chat(ASKED, TOLD), ""),
        (TRIMS, chat(ASKED, TOLD), ""),
        (TRIMS, chat(ASKED, TOLD + " \n"), "strips blanks around message 2 (assistant)"),
        (DROPS_SYSTEM, chat(ASKED, TOLD, system="Be brief."), "rewrites message 1 (system)"),
        (NO_SYSTEM, chat(ASKED, TOLD, system="Be brief."), ""),
        (MARKED_NO_SYSTEM, chat(ASKED, TOLD, system="Be brief."), ""),
        (MARKED, chat(ASKED, TOLD), "generation marks leave out '<|end|>'"),
        ("{{ raise_exception('take turns') }}", chat(ASKED, TOLD), "take turns"),
    ],
)  # fmt: skip
def test_roundtrip_says_what_a_template_loses(template, example, told):
    found = make(template).roundtrip(example)
    assert told in found
    assert bool(told) == bool(found)


@pytest.mark.parametrize(
    ("example", "why"),
    [
        (Example((Message("user", ASKED),)), "no assistant turn"),
        (chat(ASKED, TOLD * 40), r"tokens long; 100 fit"),
    ],
)
def test_what_cannot_be_learned_says_why(example, why):
    with pytest.raises(ValueError, match=why):
        make(window=100).encode(example)


def test_a_template_that_rewrites_every_answer_is_refused():
    shouting = "{% for m in messages %}<|{{ m.role }}|>{{ m.content | length }}<|end|>{% endfor %}"
    with pytest.raises(ValueError, match="rewrites every assistant turn"):
        make(shouting).encode(chat(ASKED, TOLD))


def test_weight_and_source_go_along():
    example = Example(chat(ASKED, TOLD).messages, source="b.csv:7", weight=2.5)
    encoded = make().encode(example)
    assert (encoded.weight, encoded.source) == (2.5, "b.csv:7")


def test_prose_is_learned_whole():
    encoder = make(window=40)
    encoded = encoder.text("Refunds are paid within fourteen days of the return.", source="prose")
    assert all(encoded.learned)
    assert encoded.targets == len(encoded.ids) - 1
    with pytest.raises(ValueError, match="too short"):
        encoder.text("a")
    with pytest.raises(ValueError, match="40 fit"):
        encoder.text("refund " * 60)


def test_filling_is_done_with_a_token_that_ends_no_turn():
    encoder = make()
    assert encoder.tokenizer.pad_token_id == encoder.tokenizer.eos_token_id
    assert encoder.pad not in encoder.ends


def test_the_share_counts_what_can_be_predicted():
    assert Encoder.share([Encoded((1, 2, 3, 4), (True, True, False, True))]) == 0.5
    assert Encoder.share([]) == 0.0


def test_encoding_imports_no_torch():
    import subprocess

    code = "import sys, sartor.tuning.encoding; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_markers_in_the_words_themselves_do_not_confuse():
    encoder = make()
    example = chat("q7w4z", "q7w4z q7w4y", "again", "q7w4z")
    assert learned(encoder, example) == ["q7w4z q7w4y<|end|>", "q7w4z<|end|>"]
    assert re.search("q7w4z", encoder.pieces(encoder.encode(example))[0][0])
