"""What training and serving both must know of a network, so that neither knows the other.

precision       which arithmetic on which device, and why
opening         a folder -> the network and its tokenizer; safetensors only
quantised       matrices in 4 bits, and what must never happen to them
identity        whether a folder holds the very model that something was made for
licence         what a model's folder says of its licence
adapter_files   what an adapter says of itself, and whether it fits
peft_weights    weights of PEFT's adapters, read whole or not at all
turns           a conversation -> the text that a chat template makes of it
places          where in a network its layers attend and feed forward
resting         a network in training, looked at without changing it
bottleneck      adapter layers of our own: how they work, how they are saved and loaded

torch is imported by the files that need it, not here.
"""

import logging

# PEFT and transformers import bitsandbytes as soon as it is installed, and on some CPUs it then
# warns of a kernel that it would have liked to download.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
