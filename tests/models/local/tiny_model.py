"""A language model of two tiny layers with random weights, made here and saved as any other is."""

import warnings

TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|pad|>", "<|end|>", "<|stop|>", "<|system|>", "<|user|>", "<|assistant|>"]
WINDOW = 512
TEXTS = [
    "Refunds are paid within fourteen days of the return.",
    "Das Geld kommt in vierzehn Tagen zurück, schöne Grüße.",
    'They write {"name": "value", "list": [1, 2, 3], "flag": true, "none": null} as JSON.',
    "日本語のテキストと絵文字 😀 もあります。",
]


def make_tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(TEXTS * 5, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token="<|end|>",
        pad_token="<|end|>",  # as many models have it: padding must not hide the end
        chat_template=TEMPLATE,
    )


def make_network(tokenizer, **changes):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    shape = {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": WINDOW,
        "initializer_range": 0.3,  # scores far enough apart that rounding decides nothing
        "tie_word_embeddings": False,
    }
    config = LlamaConfig(
        vocab_size=len(tokenizer), eos_token_id=[1, 2], pad_token_id=1, bos_token_id=None,
        **(shape | changes),
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


def save_adapter(base, folder, seed, **settings):
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    network = AutoModelForCausalLM.from_pretrained(base)
    settings = {"r": 4, "lora_alpha": 16, "target_modules": "all-linear"} | settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        adapted = get_peft_model(network, LoraConfig(init_lora_weights=False, **settings))
    adapted.save_pretrained(folder)
    return folder
