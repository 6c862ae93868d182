"""The shapes of known tokens and keys. Each begins with letters that its issuer chose to make it recognisable."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hit(Struct, frozen=True):
    """A secret in a text: what it looks like, and where (offsets of the secret part alone)."""

    shape: str
    start: int
    end: int


# What it looks like, the letters it begins with (one of them is in the text, or the pattern is not tried), the
# pattern. Repeats are bounded or of one class, so that no text makes a pattern slow.
_SHAPES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a GitHub token", ("gh", "github_pat_"), r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{40,255}"),
    ("a GitLab token", ("gl",), r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-[A-Za-z0-9_.-]{20,255}"),
    ("an AWS access key", ("AKIA", "ASIA", "ABIA", "ACCA"), r"A(?:KIA|SIA|BIA|CCA)[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("a Google key", ("AIza", "GOCSPX-", "ya29."), r"AIza[0-9A-Za-z_-]{35}|GOCSPX-[\w-]{28}|ya29\.[\w-]{20,400}"),
    ("a Slack token", ("xox", "xapp-"), r"xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-\d-[A-Za-z0-9-]{10,255}"),
    ("a Slack webhook", ("hooks.slack.com",), r"hooks\.slack\.com/services/T\w{6,20}/B\w{6,20}/\w{16,40}"),
    ("an npm token", ("npm_",), r"npm_[A-Za-z0-9]{36}"),
    ("a PyPI token", ("pypi-",), r"pypi-[A-Za-z0-9_-]{50,512}"),
    ("an Anthropic key", ("sk-ant-",), r"sk-ant-[A-Za-z0-9_-]{20,255}"),
    (
        "an OpenAI key",
        ("sk-",),
        r"sk-(?!ant-)(?:proj-|svcacct-|admin-|or-v1-)?(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{20,255}",
    ),
    (
        "a Stripe key",
        ("sk_", "rk_", "whsec_"),
        r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{24,80}",
    ),
    ("a SendGrid key", ("SG.",), r"SG\.[\w-]{22}\.[\w-]{43}"),
    ("a DigitalOcean token", ("_v1_",), r"do[opr]_v1_[a-f0-9]{64}"),
    ("a Hugging Face token", ("hf_",), r"hf_[A-Za-z0-9]{30,60}"),
    ("a Docker token", ("dckr_",), r"dckr_(?:pat|oat)_[\w-]{24,80}"),
    ("a Vault token", ("hvs.", "hvb.", "hvr."), r"hv[sbr]\.[\w-]{24,255}"),
    ("a Tailscale key", ("tskey-",), r"tskey-[a-z]{3,12}-\w{8,40}-?\w{0,60}"),
    ("a Databricks token", ("dapi",), r"dapi[0-9a-f]{32}(?![0-9a-f])"),
    ("a Linear key", ("lin_",), r"lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"),
    ("a cargo registry token", ("cio",), r"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("a RubyGems key", ("rubygems_",), r"rubygems_[a-f0-9]{48}"),
    ("an Atlassian token", ("ATATT3", "ATCTT3"), r"AT(?:ATT|CTT)3[A-Za-z0-9_=-]{20,400}"),
    ("a Doppler token", ("dp.",), r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,80}"),
    ("a Grafana token", ("glsa_", "glc_"), r"glsa_[A-Za-z0-9]{20,60}_[0-9a-fA-F]{8}|glc_[A-Za-z0-9+/=]{32,400}"),
    ("a Shopify token", ("shpat_", "shpca_", "shppa_", "shpss_"), r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    (
        "an Azure storage key",
        ("AccountKey=", "SharedAccessKey="),
        r"(?:Account|SharedAccess)Key=(?P<secret>[A-Za-z0-9+/]{40,100}={0,2})",
    ),
    ("an Azure secret", ("8Q~",), r"[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}"),
    ("a Twilio key", ("SK", "AC"), r"(?:SK|AC)[0-9a-f]{32}(?![0-9a-f])"),
    ("a Mailgun key", ("key-",), r"key-[0-9a-f]{32}(?![0-9a-f])"),
    ("a Mailchimp key", ("-us",), r"[0-9a-f]{32}-us\d{1,2}(?!\d)"),
    ("a New Relic key", ("NRAK-", "NRII-"), r"NR(?:AK|II)-[A-Z0-9]{27}"),
    ("a Postman key", ("PMAK-",), r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("a Pulumi token", ("pul-",), r"pul-[0-9a-f]{40}"),
    ("a Terraform token", (".atlasv1.",), r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}"),
    ("a PlanetScale token", ("pscale_",), r"pscale_(?:tkn|pw|oauth)_[\w.-]{32,64}"),
    ("a Sentry token", ("sntrys_", "sntryu_"), r"sntry[su]_[A-Za-z0-9+/=_-]{40,400}"),
    ("a Figma token", ("figd_",), r"figd_[\w-]{40,60}"),
    ("a Notion token", ("ntn_", "secret_"), r"ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43}"),
    ("a Replicate token", ("r8_",), r"r8_[A-Za-z0-9]{37}"),
    ("a Groq key", ("gsk_",), r"gsk_[A-Za-z0-9]{40,60}"),
    ("a Telegram token", (":AA",), r"(?:bot)?\d{8,10}:AA[\w-]{32,34}"),
    (
        "a Discord webhook",
        ("discord.com/api/webhooks", "discordapp.com/api/webhooks"),
        r"discord(?:app)?\.com/api/webhooks/\d{16,20}/[\w-]{60,80}",
    ),
    ("an encoded private key", ("LS0tLS1CRUdJTi",), r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,8000}"),
    ("a PuTTY private key", ("PuTTY-User-Key-File",), r"PuTTY-User-Key-File-\d: [\w-]{1,40}(?=\s)"),
    ("an age secret key", ("AGE-SECRET-KEY-",), r"AGE-SECRET-KEY-1[0-9A-Z]{20,80}"),
    (
        "a JSON Web Token",
        ("eyJ",),
        r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,1000}",
    ),
    (
        "a Bearer token",
        ("earer",),
        r"[Bb]earer[ \t]{1,8}(?P<secret>(?=[A-Za-z._~+/-]{0,60}\d)[A-Za-z0-9._~+/-]{16,2000}={0,2})",
    ),
    (
        "a password in an URL",
        ("://",),
        r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@'\"`<>]{0,128}:(?P<secret>[^\s/@'\"`<>]{3,256})@(?=[\w\[])",
    ),
)
PRIVATE_KEY = pattern(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s|\"|')+"
    r"(?:[\w-]{1,40}: [^\n]{0,200}\s+)*[A-Za-z0-9+/=]{20}"
)
_WHOLE_KEY = pattern(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z0-9 ]{1,50}-----)?"
)
_FAKE = pattern(
    r"example|placeholder|changeme|your[-_]|(.)\1{7}|\.\.\.|12345678|abcdefgh|dummy|redacted", re.IGNORECASE
)
_SHORTEST = 10
"""No shape is shorter: a command of very many words is mostly of these."""
_REFERENCE = pattern(r"\$|\N{HORIZONTAL ELLIPSIS}|\{\{|%\(")


@cache
def _pattern(index: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{_SHAPES[index][2]})")


def hits(text: str) -> Iterator[Hit]:
    """Yield each token of a known shape, but for those that are plainly made up or only refer to one."""
    if len(text) < _SHORTEST:
        return
    for index, (words, beginnings, _) in enumerate(_SHAPES):
        if not any(beginning in text for beginning in beginnings):
            continue
        for match in _pattern(index).finditer(text):
            start, end = match.span("secret" if "secret" in match.re.groupindex else 0)
            secret = text[start:end]
            if not _REFERENCE.search(secret) and not _FAKE.search(secret):
                yield Hit(words, start, end)


def key_hits(text: str) -> Iterator[Hit]:
    """Yield each private key, from its first line to its last."""
    if "PRIVATE KEY" in text:
        for match in _WHOLE_KEY.finditer(text):
            if PRIVATE_KEY.match(text, match.start()):
                yield Hit("a private key", match.start(), match.end())
