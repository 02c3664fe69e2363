"""Keys and passwords in a text, and what only looks like one."""

import pytest

from sartor.text.secrets import secrets

DRAWN = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        (f"use sk-proj-{DRAWN} now", "OpenAI key", f"sk-proj-{DRAWN}"),
        (f"use sk-{DRAWN}.", "OpenAI key", f"sk-{DRAWN}"),
        (f"sk-ant-api03-{DRAWN}", "Anthropic key", f"sk-ant-api03-{DRAWN}"),
        ("id AKIAQWERTYUIOP234567 here", "AWS key", "AKIAQWERTYUIOP234567"),
        (f"ghp_{DRAWN}", "GitHub token", f"ghp_{DRAWN}"),
        (f"glpat-{DRAWN[:20]}", "GitLab token", f"glpat-{DRAWN[:20]}"),
        (f"AIza{DRAWN[:35]}", "Google key", f"AIza{DRAWN[:35]}"),
        ("xoxb-" + "1234567890-abc", "Slack token", "xoxb-" + "1234567890-abc"),
        (f"sk_live_{DRAWN[:24]}", "Stripe key", f"sk_live_{DRAWN[:24]}"),
        (f"hf_{DRAWN}", "Hugging Face token", f"hf_{DRAWN}"),
        ("postgres://app:hunter2!@db:5432/x", "password in a URL", "hunter2!"),
        ("Your password is Summer2024!", "password", "Summer2024!"),
        ('"api_key": "q1w2e3r4t5"', "password", "q1w2e3r4t5"),
        ("token: 8fK2xPq9ZrT5vLm3WnB7cYd4", "random", "8fK2xPq9ZrT5vLm3WnB7cYd4"),
    ],
)
def test_it_is_found_and_named(text, kind, found):
    assert [(text[start:end], name) for start, end, name in secrets(text)] == [(found, kind)]


def test_a_private_key_is_found_as_a_whole_and_also_when_it_is_cut():
    whole = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"
    assert secrets(f"see\n{whole}\nend") == [(4, 4 + len(whole), "private key")]
    assert secrets("-----BEGIN PRIVATE KEY-----\nMIIEow")[0][2] == "private key"


@pytest.mark.parametrize(
    "text",
    [
        "set sk-your-api-key-goes-right-here-please",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "https://user:password@host/",
        "https://example.org:8080/path@home",
        "Your password is safe with us.",
        "The password is case-sensitive.",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "550e8400-e29b-41d4-a716-446655440000",
        "src/sartor/tuning/examples/reading/tables",
        "ThisIsAVeryLongIdentifierInCamelCaseForYou",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1A",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text):
    assert secrets(text) == []
