import pytest
import torch
from small import adapted, conversation, make_network, make_tokenizer
from torch.nn.functional import cross_entropy

from sartor.tuning.encoding import Encoder
from sartor.tuning.loop import loss
from sartor.tuning.loop.batches import Layout, tensors
from sartor.tuning.loop.evaluating import dev_loss
from sartor.tuning.loop.loss import Learner, head_loss

SIZES = {
    "vocab_size": 500, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
}  # fmt: skip
FAMILIES = ["Llama", "Qwen2", "Qwen3", "Mistral", "Gemma", "Gemma2", "GPTNeoX", "Granite", "Phi3"]


@pytest.fixture(scope="module")
def encoded():
    encoder = Encoder(make_tokenizer(), window=512)
    return [encoder.encode(conversation(number)) for number in range(6)]


@pytest.fixture
def network():
    return make_network(make_tokenizer())


def family(name):
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**SIZES, pad_token_id=0, eos_token_id=1)
    if name == "Gemma2":
        config.final_logit_softcapping = 2.0
    if name == "Granite":
        config.logits_scaling = 4.0
    return getattr(transformers, f"{name}ForCausalLM")(config).eval()


def single(network, one):
    """The loss of one example, as the book says: the whole network, every token, one row."""
    ids = torch.tensor([one.ids])
    scores = network(input_ids=ids).logits[0, :-1]
    losses = cross_entropy(scores.float(), ids[0, 1:], reduction="none")
    return (losses * torch.tensor(one.learned[1:])).sum() * one.weight


def gradients(network, value):
    network.zero_grad()
    value.backward()
    return {name: one.grad.clone() for name, one in network.named_parameters() if one.requires_grad}


@pytest.mark.parametrize("batch", [((0, 1, 2), (3, 4)), ((0,), (1,), (2,), (3,), (4,))])
def test_a_batch_costs_and_teaches_what_its_examples_do_alone(network, encoded, batch):
    network = adapted(network)
    torch.nn.init.normal_(next(p for n, p in network.named_parameters() if "lora_B" in n), std=0.3)
    learner = Learner(network, bf16=False).eval()
    together = learner(**tensors(batch, encoded, pad=0))
    alone = sum(single(network, one) for one in encoded[:5])
    assert together.item() == pytest.approx(alone.item(), rel=1e-5)
    ours, theirs = gradients(network, together), gradients(network, alone)
    for name, gradient in ours.items():
        assert torch.allclose(gradient, theirs[name], atol=1e-4, rtol=1e-3), name


def test_without_positions_packed_examples_would_see_each_other(network, encoded):
    learner = Learner(network, bf16=False)
    laid = tensors(((0, 1, 2),), encoded, pad=0)
    apart = learner(**laid)
    mixed = learner(**(laid | {"positions": None}))
    assert abs(apart - mixed) > 0.1


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_gives_the_loss_of_its_own_forward(name, encoded):
    network = family(name)
    learner = Learner(network, bf16=False)
    expected = sum(single(network, one) for one in encoded[:4])
    for batch in (((0,), (1,), (2,), (3,)), ((0, 1), (2, 3))):
        found = learner(**tensors(batch, encoded, pad=0))
        assert found.item() == pytest.approx(expected.item(), rel=1e-4)
    assert bool(learner.note) == (name in {"Gemma2", "Granite"})


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_a_head_in_chunks_equals_cross_entropy_at_once(trained, bias, monkeypatch):
    monkeypatch.setattr(loss, "SCORES", 50 * 20)
    torch.manual_seed(0)
    head = torch.nn.Linear(8, 50, bias=bias).requires_grad_(trained)
    hidden = torch.randn(75, 8, requires_grad=True)
    targets, weights = torch.randint(50, (75,)), torch.rand(75)
    expected = (cross_entropy(head(hidden), targets, reduction="none") * weights).sum() * 3
    found = head_loss(head, hidden, targets, weights) * 3
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    wanted = [hidden, *(head.parameters() if trained else ())]
    pairs = zip(
        torch.autograd.grad(found, wanted), torch.autograd.grad(expected, wanted), strict=True
    )
    for ours, theirs in pairs:
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_batch_without_a_learned_token_costs_nothing(network):
    hidden = torch.randn(0, 64, requires_grad=True)
    none = torch.zeros(0, dtype=torch.long)
    found = head_loss(network.get_output_embeddings(), hidden, none, torch.zeros(0))
    found.backward()
    assert found.item() == 0


def test_a_look_in_between_takes_no_gradient_of_the_head(monkeypatch):
    wanted = []
    forward = loss._LinearLoss.forward

    def seen(context, *given):
        wanted.append(context.needs_input_grad[:2])
        return forward(context, *given)

    monkeypatch.setattr(loss._LinearLoss, "forward", staticmethod(seen))
    given = torch.randn(3, 8), torch.tensor([1, 2, 3]), torch.ones(3)
    head = torch.nn.Linear(8, 50, bias=False)
    trained = head_loss(head, *given)
    with torch.no_grad():
        assert head_loss(head, *given) == trained
    assert wanted == [(False, True), (False, False)]


@pytest.mark.parametrize("packing", [False, True])
def test_the_dev_loss_is_the_mean_of_all_learned_tokens(network, encoded, packing):
    learner = Learner(network, bf16=False)
    with torch.no_grad():
        layout, cpu = Layout(120, 60, packing), torch.device("cpu")
        found = dev_loss(learner, encoded, layout, pad=0, device=cpu)
        expected = sum(single(network, one) for one in encoded)
    assert found == pytest.approx(expected.item() / sum(one.targets for one in encoded), rel=1e-5)


def test_bf16_arithmetic_stays_near_fp32(network, encoded):
    laid = tensors(((0,), (1,), (2,)), encoded, pad=0)
    exact = Learner(network, bf16=False)(**laid).item()
    rough = Learner(network.to(torch.bfloat16), bf16=True)(**laid).item()
    assert rough == pytest.approx(exact, rel=0.02)
    assert rough != exact
