"""Token shapes, telling names, and the mask. The tokens are made up."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.checks.secrets.mask import MASKED, mask
from dvm.checks.secrets.shapes import hits, key_hits
from dvm.checks.secrets.telling import is_telling, looks_secret

RANDOM = "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2
TOKENS = {
    "a GitHub token": f"ghp_{RANDOM[:36]}",
    "a GitLab token": f"glpat-{RANDOM[:20]}",
    "an AWS access key": "AKIAQ7R3T5V9X1Z2B4D6",
    "a Google key": f"AIza{RANDOM[:35]}",
    "a Slack token": f"xoxb-{RANDOM[:24]}",
    "an npm token": f"npm_{RANDOM[:36]}",
    "a PyPI token": f"pypi-{RANDOM}{RANDOM}",
    "an Anthropic key": f"sk-ant-api03-{RANDOM}",
    "an OpenAI key": f"sk-proj-{RANDOM}",
    "a Stripe key": f"sk_live_{RANDOM[:24]}",
    "a DigitalOcean token": f"dop_v1_{HEX}",
    "a Hugging Face token": f"hf_{RANDOM[:34]}",
    "a Vault token": f"hvs.{RANDOM[:24]}",
    "an age secret key": f"AGE-SECRET-KEY-1{RANDOM.upper()}",
    "a JSON Web Token": f"eyJ{RANDOM[:20]}.eyJ{RANDOM[:20]}.{RANDOM[:20]}",
    "a Bearer token": f"Bearer {RANDOM}",
    "a password in an URL": f"https://me:{RANDOM[:12]}@example.org/x",
}
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{RANDOM}\n{RANDOM}\n-----END OPENSSH PRIVATE KEY-----"
HARMLESS = [
    "0123456789abcdef" * 4,
    "sha512-MV1aGkcsUPpt8vdSmW6zMZ5CeXkzQ9xLpTeMV1aGkcsUPpt8vdSmW6zMZ5CeXkzQ9xLpTeMV1aGkcsQQ==",
    "sha256:" + "0123456789abcdef" * 4,
    "5d41402abc4b2a76b9719d911017c592aabbccdd",
    "https://user:$TOKEN@example.org/",
    "https://example.org:8443/a@b",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "Authorization: Bearer $TOKEN",
    "the bearer of this letter is my friend",
    "sk-learn-is-a-library-for-learning-machines",
    "task-force-of-twenty-people-or-more",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJq5Zc6x3Vf1dR8kLmN0pQ2sT4uW6yA8cE0gI2kM4oQ6 me@host",
    "git@github.com:example/dotfiles.git",
    "http://localhost:3000/",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZfakexYJKwYBBAHaRw8BAQdA\n",
]


@pytest.mark.parametrize("shape", TOKENS)
def test_a_known_shape_is_known(shape: str) -> None:
    text = f"x = '{TOKENS[shape]}' # y"
    assert [hit.shape for hit in hits(text)] == [shape]
    masked = mask(text)
    assert MASKED in masked
    assert TOKENS[shape].split("@", maxsplit=1)[0][-12:] not in masked


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert [*hits(text), *key_hits(text)] == []
    assert mask(text) == text


def test_a_text_that_is_nothing_but_a_secret_is_masked() -> None:
    assert mask(TOKENS["a GitHub token"]) == MASKED


def test_a_private_key_is_masked_whole() -> None:
    assert [hit.shape for hit in key_hits(KEY)] == ["a private key"]
    assert mask(f"a\n{KEY}\nb") == f"a\n{MASKED}\nb"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "dbPassword",
        "api_key",
        "apiKey",
        "APIKEY",
        "private-key",
        "clientSecret",
        "GITHUB_TOKEN",
    ],
)
def test_telling_names(name: str) -> None:
    assert is_telling(name)


@pytest.mark.parametrize(
    "name",
    ["password_file", "token_url", "secret_name", "sha256", "key", "keyboard", "monkey", "PATH", "template_sha256", "tokens",
     "passenger", "secretary", "public_key", "TOKEN_SHA256", "compass", ""],
)  # fmt: skip
def test_names_that_tell_nothing(name: str) -> None:
    assert not is_telling(name)


@pytest.mark.parametrize(
    "value",
    ["", "x", "changeme", "password", "$TOKEN", "${TOKEN}", "$(pass show x)", "`pass`", "<your token>", "/run/secrets/x", "~/.t",
     "{{ token }}", "your-token-here", "xxxxxxxx", "****", "true", "4096", "op://vault/x", "Enter the password:", "ENC[AES256]",
     "later", "'postgres'", "Enter it now:"],
)  # fmt: skip
def test_values_that_are_no_secrets(value: str) -> None:
    assert not looks_secret(value, "token")


@pytest.mark.parametrize(
    "value", ["kX9vTq2mWz", "hunter2", "correct horse battery staple", "S3cr3t!", "12345678901", "purple"]
)
def test_values_that_are_secrets(value: str) -> None:
    assert looks_secret(value, "password")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("DB_PASSWORD=kX9vTq2mWz psql", f"DB_PASSWORD={MASKED} psql"),
        ("tool --password kX9vTq2mWz -v", f"tool --password {MASKED} -v"),
        ('{"token": "kX9vTq2mWz"}', f'{{"token": "{MASKED}"}}'),
        ("the password is not here", "the password is not here"),
        ("PASSWORD=$OTHER", "PASSWORD=$OTHER"),
        ("get https://me:kX9vTq2mWz@example.org/x", f"get https://me:{MASKED}@example.org/x"),
        ("Authorization: Bearer kX9vTq2mWzL4kX9vTq2mWzL4", f"Authorization: Bearer {MASKED}"),
        ("sha256 = 0123456789abcdef", "sha256 = 0123456789abcdef"),
        ("token=token;", "token=token;"),
        ("some_credential=some_credential;", "some_credential=some_credential;"),
        ("token=changeme,", "token=changeme,"),
        ("token: 12345; x", "token: 12345; x"),
        ("a_token=kX9vTq2mWz b_token=kX9vTq2mWy", f"a_token={MASKED} b_token={MASKED}"),
        ("token=password=kX9vTq2mWz", f"token={MASKED}"),
    ],
)
def test_the_mask_knows_names_too(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(max_size=500))
def test_the_mask_never_raises_and_is_done_at_once(text: str) -> None:
    once = mask(text)
    assert [*hits(once), *key_hits(once)] == [] or MASKED in once


@pytest.mark.parametrize(
    "piece",
    [
        "://a:",
        "a://",
        "eyJaaaaaaaa.",
        "Bearer ",
        "password=",
        "sk-a",
        "-----BEGIN PRIVATE KEY-----\n",
        "token token ",
        "a" * 50,
    ],
)
def test_no_text_makes_the_mask_slow(piece: str) -> None:
    begin = time.process_time()
    mask(piece * (200_000 // len(piece)))
    assert time.process_time() - begin < 10
