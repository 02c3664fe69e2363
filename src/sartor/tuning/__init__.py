"""Examples in, a proven adapter out.

examples/    files of conversations -> checked examples, split where nothing leaks
grounding/   questions -> examples with the passages that search really finds
replay/      general texts that keep a model what it was
encoding     a conversation -> tokens, and which of them are learned
planning/    a model's configuration -> parameters, memory, time; which method fits
methods/     lora, qlora, bottleneck, full: one file each; recipes beside them
loop/        tokens -> trained weights; stops early, goes on after an interruption
guard/       before and after: the task, the language, what must not leak
registry/    versions of adapters that never change; aliases, merging, export
tune         all of this in order

It knows no assistant and no index: what it needs of them is handed in.
"""
