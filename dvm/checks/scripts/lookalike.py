"""A download that is run, in text that no parser of ours reads: a configuration file, an argument, another language."""

from __future__ import annotations

from dvm.checks.patterns import pattern

_FETCH = r"(?:curl|wget2?|aria2c|fetch|lwp-request|GET|nc|ncat|socat)\b"
_RUN = r"(?:\S*/)?(?:(?:ba|da|z|k|a|fi)?sh|python[\d.]*|perl|ruby|node|php)\b"
_SHOWN = 60
_MOST = 1 << 18
_FETCH_AND_RUN = pattern(
    rf"\b{_FETCH}[^\n|;&]{{0,400}}\|&?\s*(?:(?:sudo|doas|env|exec|command|nohup)\b[^\n|;&]{{0,80}}?\s)?{_RUN}(?!\S)(?!\s*://)"
    rf"|\b{_FETCH}[^\n|;&]{{0,400}}\|&?\s*(?:(?:sudo|doas|env|exec|command|nohup)\b[^\n|;&]{{0,80}}?\s)?{_RUN}(?=[\"'`;)\]}}\\])"
    rf"|\b(?:eval|source|\.|{_RUN}\s+-\w*c)\s*[\"']?\s*(?:\$\(|`|<\()\s*{_FETCH}"
    rf"|\b(?:source|\.|{_RUN})\s+<\(\s*{_FETCH}"
    rf"|\b{_FETCH}[^\n|;]{{0,400}}(?:-o|-O|--output|>)\s*(\S+)[^\n]{{0,200}}(?:&&|;)\s*(?:sudo\s+)?(?:chmod[^\n;&]{{0,80}}(?:&&|;)\s*)?(?:{_RUN}\s+)?\1"
    r"|/dev/(?:tcp|udp)/[\w.-]{1,80}/\d"
)
_PLAINLY_WORDS = pattern(r"^\s*(?:#|//|rem\b)", 0)


def fetch_and_run(text: str) -> str:
    """Return the piece of a text that fetches something and runs it, "" where there is none; comments do not count."""
    if len(text) < 12 or not any(word in text for word in ("|", "$(", "<(", "&&", ";", "`", "/dev/")):  # noqa: PLR2004 - shorter ones can't
        return ""
    for line in text[:_MOST].replace("\\\n", " ").split("\n"):
        if len(line) > 11 and not _PLAINLY_WORDS.match(line):  # noqa: PLR2004
            found = _FETCH_AND_RUN.search(line[:4096])
            if found:
                return found[0][:_SHOWN]
    return ""
