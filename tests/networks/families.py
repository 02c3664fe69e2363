"""One tiny network with random weights for each way of building a decoder."""

import torch
import transformers

SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 60}
GATED = SMALL | {"intermediate_size": 48, "num_key_value_heads": 2}
OPENAI = {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 60}
FAMILIES = {
    "Llama": GATED,
    "Mistral": GATED,
    "Qwen2": GATED,
    "Qwen3": GATED | {"head_dim": 8},
    "Gemma2": GATED | {"head_dim": 8},
    "Phi3": GATED | {"pad_token_id": 0},
    "Phi": GATED,
    "GPT2": OPENAI,
    "GPTNeoX": SMALL | {"intermediate_size": 48},
}
HEADS = {"GPT2": "GPT2LMHeadModel"}
TOKENS = torch.arange(2 * 12).reshape(2, 12) % 60


def build(family):
    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**FAMILIES[family])
    made = getattr(transformers, HEADS.get(family, f"{family}ForCausalLM"))(config)
    return made.eval()


def scores(network):
    with torch.no_grad():
        return network(TOKENS).logits
