"""The shapes of known tokens and keys. Each begins with letters that its issuer chose to make it recognisable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in a text: what it looks like, and where (offsets of the secret part alone)."""

    shape: str
    start: int
    end: int


# Every pattern begins with fixed letters and has bounded or one-class repeats, so that no text makes it slow.
_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("github", "a GitHub token", r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{40,255}"),
    ("gitlab", "a GitLab token", r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-[A-Za-z0-9_.-]{20,255}"),
    ("aws", "an AWS access key", r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("google", "a Google key", r"AIza[0-9A-Za-z_-]{35}|GOCSPX-[\w-]{28}|ya29\.[\w-]{20,400}"),
    ("slack", "a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-\d-[A-Za-z0-9-]{10,255}"),
    ("slackhook", "a Slack webhook", r"hooks\.slack\.com/services/T\w{6,20}/B\w{6,20}/\w{16,40}"),
    ("npm", "an npm token", r"npm_[A-Za-z0-9]{36}"),
    ("pypi", "a PyPI token", r"pypi-[A-Za-z0-9_-]{50,512}"),
    ("anthropic", "an Anthropic key", r"sk-ant-[A-Za-z0-9_-]{20,255}"),
    ("openai", "an OpenAI key", r"sk-(?:proj-|svcacct-|admin-|or-v1-)?(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{20,255}"),
    ("stripe", "a Stripe key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{24,80}"),
    ("sendgrid", "a SendGrid key", r"SG\.[\w-]{22}\.[\w-]{43}"),
    ("digitalocean", "a DigitalOcean token", r"do[opr]_v1_[a-f0-9]{64}"),
    ("huggingface", "a Hugging Face token", r"hf_[A-Za-z0-9]{30,60}"),
    ("docker", "a Docker token", r"dckr_(?:pat|oat)_[\w-]{24,80}"),
    ("vault", "a Vault token", r"hv[sbr]\.[\w-]{24,255}"),
    ("tailscale", "a Tailscale key", r"tskey-[a-z]{3,12}-\w{8,40}-?\w{0,60}"),
    ("databricks", "a Databricks token", r"dapi[0-9a-f]{32}(?![0-9a-f])"),
    ("linear", "a Linear key", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"),
    ("cargo", "a crates.io token", r"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("rubygems", "a RubyGems key", r"rubygems_[a-f0-9]{48}"),
    ("age", "an age secret key", r"AGE-SECRET-KEY-1[0-9A-Z]{20,80}"),
    ("jwt", "a JSON Web Token", r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,1000}"),
    ("bearer", "a Bearer token", r"[Bb]earer[ \t]+(?=[A-Za-z._~+/-]{0,60}\d)[A-Za-z0-9._~+/-]{16,2000}={0,2}"),
    ("userinfo", "a password in an URL", r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@'\"`<>]{0,128}:[^\s/@'\"`<>]{3,256}@(?=[\w\[])"),
)
_ANY = re.compile("|".join(f"(?P<{name}>(?<![A-Za-z0-9_])(?:{pattern}))" for name, _, pattern in _SHAPES))
_NAMES = {name: words for name, words, _ in _SHAPES}
PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s|\"|')+(?:[\w-]{1,40}: [^\n]{0,200}\s+)*[A-Za-z0-9+/=]{20}"
)
_WHOLE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z0-9 ]{1,50}-----)?"
)
_FAKE = re.compile(r"example|placeholder|changeme|your[-_]|(.)\1{7}|\.\.\.|12345678|abcdefgh|dummy|redacted", re.IGNORECASE)
_REFERENCE = re.compile(r"\$|\N{HORIZONTAL ELLIPSIS}|\{\{|%\(")


def hits(text: str) -> Iterator[Hit]:
    """Yield each token of a known shape, but for those that are plainly made up or only refer to one."""
    for match in _ANY.finditer(text):
        name = match.lastgroup or ""
        start, end = match.span(name)
        if name == "userinfo":
            start, end = text.index(":", text.index("://", start) + 3) + 1, end - 1
        elif name == "bearer":
            start = end - len(text[start:end].split()[-1])
        secret = text[start:end]
        if not _REFERENCE.search(secret) and not _FAKE.search(secret):
            yield Hit(_NAMES[name], start, end)


def key_hits(text: str) -> Iterator[Hit]:
    """Yield each private key, from its first line to its last."""
    if "PRIVATE KEY" in text:
        for match in _WHOLE_KEY.finditer(text):
            if PRIVATE_KEY.match(text, match.start()):
                yield Hit("a private key", match.start(), match.end())
