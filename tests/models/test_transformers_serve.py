"""Our remote model against `transformers serve`, a server we did not write.

The model it serves is made here: a small Llama with random weights, a tokenizer and a template.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sartor.config.sections import ModelSettings
from sartor.errors import ProviderError
from sartor.models.opening import open_model
from sartor.protocols import Generation
from sartor.types import Completion, Message

ASK = [Message("system", "Be brief."), Message("user", "When are refunds paid?")]
TEMPLATE = (
    "{% for message in messages %}<s>{{ message.role }}\n{{ message.content }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant\n{% endif %}"
)
START_SECONDS = 120


def make_model(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        special_tokens=["<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    words.train_from_iterator(["Refunds are paid within fourteen days."] * 3, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=512,
        bos_token_id=0,
        eos_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("served") / "tiny"
    make_model(made)
    return made


@pytest.fixture(scope="module")
def endpoint(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("transformers")
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    log = folder.parent / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, "--device", "cpu"], stdout=output, stderr=output, env=environment
        ) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/health", server, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"transformers serve did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def open_served(endpoint, folder):
    opened = []

    def opener(**changes):
        given = {"name": str(folder), "endpoint": endpoint, "max_tokens": 8, "retries": 1}
        given["tokenizer_file"] = str(folder / "tokenizer.json")
        opened.append(open_model(ModelSettings(**{**given, **changes}), root=folder))
        return opened[-1]

    yield opener
    for model in opened:
        model.close()


def test_it_completes_and_we_count_the_prompt_as_it_does(open_served):
    model = open_served()
    completion = model.complete(ASK)
    assert completion.finish_reason in {"stop", "length"}
    assert 0 < completion.usage.output_tokens <= 8
    assert model.counts_exactly
    assert completion.usage.input_tokens == model.count(ASK)


def test_it_streams(open_served):
    *pieces, last = open_served().stream(ASK, Generation(max_tokens=6))
    assert isinstance(last, Completion)
    assert "".join(pieces) == last.text
    assert last.usage.output_tokens > 0


def test_a_model_it_does_not_know_is_an_error_that_names_it(open_served):
    with pytest.raises(ProviderError) as caught:
        open_served(name="nobody/knows-this").complete(ASK)
    assert "127.0.0.1" in str(caught.value)
