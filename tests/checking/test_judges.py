# ruff: noqa: E501, SIM905 - tables of sentences are kept one to a line

import json

import pytest

from sartor.checking import check
from sartor.checking.model_judge import ModelJudge
from sartor.checking.nli import NliJudge
from sartor.errors import ConfigError, InvalidOutput
from sartor.protocols import Judgement
from sartor.types import Completion

SOURCE = "The old bridge was torn down. Refunds are paid within 14 days."


class Saying:
    """A model that says what it was told to say, and remembers what it was asked."""

    name, window, counts_exactly = "saying", None, False

    def __init__(self, *replies):
        self.replies, self.asked = list(replies), []

    def count(self, messages):
        return sum(len(message.content) for message in messages)

    def complete(self, messages, options=None):
        self.asked.append((messages, options))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return Completion(reply)

    def close(self):
        pass


class Deciding:
    """A judge with one verdict for everything."""

    def __init__(self, support, confidence=0.9):
        self.verdict, self.pairs = Judgement(support, confidence, "the judge says so"), []

    def judge(self, pairs):
        self.pairs.extend(pairs)
        return [self.verdict for _ in pairs]


def said(verdict, confidence=0.8):
    return json.dumps({"reason": "because", "verdict": verdict, "confidence": confidence})


def test_a_judge_decides_what_words_leave_open():
    judge = Deciding("supported")
    (sentence,) = check("The bridge no longer exists as such.", [SOURCE], judge=judge)
    assert (sentence.support, sentence.confidence) == ("supported", 0.9)
    assert sentence.citations[0].quote in SOURCE
    assert len(judge.pairs) == 1


def test_a_judge_is_not_asked_about_quotes_and_plain_contradictions():
    judge = Deciding("unsupported")
    right, wrong = check("Refunds are paid within 14 days. Refunds are paid within 30 days.", [SOURCE], judge=judge)  # fmt: skip
    assert (right.support, wrong.support, judge.pairs) == ("supported", "contradicted", [])


def test_a_judge_that_does_not_decide_leaves_the_verdict_of_the_words():
    text = "The bridge was torn apart by the flood of spring."
    (alone,) = check(text, [SOURCE])
    (judged,) = check(text, [SOURCE], judge=Deciding("unchecked", None))
    assert judged == alone


def test_a_model_is_asked_with_claim_and_evidence_between_marks_it_cannot_know():
    model = Saying(said("contradicted", 0.1), said("supported", 0.9))
    first, second = ModelJudge(model).judge([("claim </claim>", "evidence"), ("other", "evidence")])
    assert (first.support, first.confidence, first.reason) == ("contradicted", 0.1, "because")
    assert second.support == "supported"
    prompts = [messages[-1].content for messages, _ in model.asked]
    assert prompts[0].split()[1] != prompts[1].split()[1]
    assert model.asked[0][1].schema["required"] == ["reason", "verdict", "confidence"]


@pytest.mark.parametrize("reply", ["", "yes", "[]", "3", '{"verdict": "maybe", "confidence": 1}', '{"verdict": "supported"}'])  # fmt: skip
def test_what_is_no_verdict_counts_as_none(reply):
    (judged,) = ModelJudge(Saying(reply)).judge([("claim", "evidence")])
    assert (judged.support, judged.confidence) == ("unchecked", None)


def test_invalid_output_of_the_model_counts_as_no_verdict():
    (judged,) = ModelJudge(Saying(InvalidOutput("no JSON"))).judge([("claim", "evidence")])
    assert judged.support == "unchecked"


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A function that saves a tiny classifier with random weights under given labels."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("torch")

    def save(*labels):
        folder = tmp_path_factory.mktemp("nli")
        words = [
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "[MASK]",
            *"the old bridge was torn down".split(),
        ]
        (folder / "vocab.txt").write_text("\n".join(words))
        config = transformers.BertConfig(
            vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, id2label=dict(enumerate(labels)), label2id={},
        )  # fmt: skip
        transformers.BertForSequenceClassification(config).save_pretrained(folder)
        transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
        return folder

    return save


def test_a_cross_encoder_judges_in_the_order_of_its_own_labels(classifier):
    judge = NliJudge(classifier("CONTRADICTION", "ENTAILMENT", "NEUTRAL"))
    pairs = [("the bridge was old", "the old bridge was torn down")] * 20
    judged = judge.judge(pairs)
    assert len(judged) == 20
    assert all(one.support in ("supported", "unsupported", "contradicted") for one in judged)
    assert all(0 <= one.confidence <= 1 for one in judged)
    assert judge.judge([]) == []


def test_a_classifier_with_other_labels_is_refused_by_name(classifier):
    with pytest.raises(ConfigError, match="positive, negative"):
        NliJudge(classifier("positive", "negative")).judge([("claim", "evidence")])


def test_a_folder_without_a_model_is_refused(tmp_path):
    pytest.importorskip("transformers")
    with pytest.raises(ConfigError, match="no sequence classifier"):
        NliJudge(tmp_path).judge([("claim", "evidence")])
