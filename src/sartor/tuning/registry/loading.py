"""An adapter's card in, the lines of Python out that load it with PEFT and ask it, without us."""

from __future__ import annotations

from pathlib import Path

from sartor.tuning.registry.cards import BaseFacts, Card

QUESTION = "..."
LINES = """\
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = {base!r}
tokenizer = AutoTokenizer.from_pretrained(base)
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), {folder!r}).eval()
messages = {messages}
asked = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
read = tokenizer(asked, add_special_tokens=False, return_tensors="pt")
written = model.generate(**read, max_new_tokens=256, do_sample=False)[0, read.input_ids.shape[1]:]
print(tokenizer.decode(written, skip_special_tokens=True))"""


def peft_lines(card: Card, *, base: str, folder: str) -> str:
    """Write the lines; the question stands below what the adapter was trained below."""
    asked = card.data.asked
    told = asked.instructions if asked else None
    rows = [{"role": "system", "content": told}] if told else []
    rows.append({"role": "user", "content": QUESTION})
    return LINES.format(base=base, folder=folder, messages=rows)


def travelling_name(base: BaseFacts) -> str:
    """Name a base as others can: a path of this machine by its last part, a hub name as it is."""
    path = Path(base.model)
    hub = base.model.count("/") == 1 and not path.is_absolute() and not path.is_dir()
    return base.model if hub and not base.model.startswith(".") else path.name or base.model
