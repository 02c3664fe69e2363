"""What a network says while it is being trained is what it will say when it is served."""

import warnings

import pytest
import torch
from small_network import asked, example, make

from sartor.errors import ContextTooSmall
from sartor.tuning.guard import Writer, room_for

QUESTIONS = [asked("When are refunds paid? " * times) for times in (1, 7, 2, 1, 4)]


@pytest.fixture(scope="module")
def made():
    return make()


def adapted(network):
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(1)
    settings = LoraConfig(
        r=4, target_modules="all-linear", lora_dropout=0.5, init_lora_weights=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(network, settings)


def test_it_writes_what_the_served_model_writes(made, tmp_path):
    from sartor.models.local import LocalModel
    from sartor.protocols import Generation

    network, encoder = made
    network.save_pretrained(tmp_path)
    encoder.tokenizer.save_pretrained(tmp_path)
    served = LocalModel(tmp_path, precision="fp32")
    try:
        said = [served.complete(one, Generation(max_tokens=24)).text for one in QUESTIONS]
    finally:
        served.close()

    assert Writer(network, encoder, max_tokens=24).write(QUESTIONS) == said


def test_a_batch_changes_nothing_and_the_order_stays(made):
    network, encoder = made
    alone = [Writer(network, encoder, max_tokens=16).write([one])[0] for one in QUESTIONS]

    assert Writer(network, encoder, max_tokens=16).write(QUESTIONS) == alone
    assert Writer(network, encoder, max_tokens=16, batch=2).write(QUESTIONS) == alone


def test_every_token_that_ends_a_turn_ends_the_text(made):
    network, encoder = made
    whole = Writer(network, encoder, max_tokens=24).write(QUESTIONS)[0]
    prompt = torch.tensor([encoder.prompt(QUESTIONS[0])])
    tokens = network.generate(prompt, max_new_tokens=24, do_sample=False)[0, prompt.shape[1] :]
    given = network.generation_config.eos_token_id
    network.generation_config.eos_token_id = [1, int(tokens[5])]
    try:
        cut = Writer(network, encoder, max_tokens=24).write(QUESTIONS)[0]
    finally:
        network.generation_config.eos_token_id = given

    assert len(cut) < len(whole)
    assert whole.startswith(cut)


def test_what_a_folder_says_about_sampling_does_not_count(made):
    network, encoder = made
    plain = Writer(network, encoder, max_tokens=16).write(QUESTIONS)
    network.generation_config.repetition_penalty = 5.0
    network.generation_config.no_repeat_ngram_size = 1
    try:
        assert Writer(network, encoder, max_tokens=16).write(QUESTIONS) == plain
        assert network.generation_config.repetition_penalty == 5.0, "it is put back"
    finally:
        network.generation_config.repetition_penalty = None
        network.generation_config.no_repeat_ngram_size = None


def test_a_network_in_training_writes_without_dropout_and_goes_on_as_if_nobody_had_asked():
    network, encoder = make()
    tuned = adapted(network)
    resting = Writer(tuned.eval(), encoder, max_tokens=16).write(QUESTIONS)
    tuned.train()
    tuned.get_base_model().lm_head.eval()  # somebody froze one part on purpose
    torch.manual_seed(7)
    drawn = torch.rand(3)
    torch.manual_seed(7)

    written = Writer(tuned, encoder, max_tokens=16).write(QUESTIONS)

    assert written == resting
    assert torch.equal(torch.rand(3), drawn), "the dice lie as they did"
    assert tuned.training
    assert tuned.get_base_model().model.training
    assert not tuned.get_base_model().lm_head.training


def test_an_adapter_that_is_attached_is_heard(made):
    network, encoder = make()
    before = Writer(network, encoder, max_tokens=16).write(QUESTIONS)

    assert Writer(adapted(network), encoder, max_tokens=16).write(QUESTIONS) != before


def test_near_the_end_of_the_window_an_answer_gets_what_is_left(made):
    network, encoder = made
    long = next(
        one
        for one in (asked("why " * times) for times in range(200, 0, -1))
        if len(encoder.prompt(one)) < encoder.window
    )
    assert encoder.window - len(encoder.prompt(long)) < 5

    first, second = Writer(network, encoder, max_tokens=40).write([QUESTIONS[0], long])

    assert first == Writer(network, encoder, max_tokens=40).write(QUESTIONS[:1])[0]
    assert len(second) < 40


def test_a_prompt_that_fills_the_window_is_refused_by_its_length(made):
    network, encoder = made
    writer = Writer(network, encoder, max_tokens=8)

    assert not writer.fits(asked("why " * 2_000))
    with pytest.raises(ContextTooSmall, match="tokens, and the model sees 512"):
        writer.write([asked("why " * 2_000)])


def test_the_longest_target_has_room_with_some_to_spare(made):
    _, encoder = made
    examples = [example(number) for number in range(4)]
    longest = max(len(encoder.tokenizer(one.target)["input_ids"]) for one in examples)

    assert longest < room_for(encoder, examples) < 2 * longest
    assert room_for(encoder, []) > 0
