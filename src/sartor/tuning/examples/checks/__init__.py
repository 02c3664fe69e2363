"""Examples -> what their owner should know before anything is trained on them.

turns      order of roles, white space
answers    empty, cut off, alike, of very different lengths
copies     the same twice, nearly the same, the same question answered otherwise
leakage    examples that give a test question away
private    secrets and personal data
content    languages; facts that change; how many there are
tokens     what the model will read of them (needs an encoder)
"""
