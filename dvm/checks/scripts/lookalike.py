"""A download that is run, in text that no parser of ours reads: a configuration file, an argument, another language."""

from __future__ import annotations

from dvm.checks.patterns import pattern

_FETCH = r"(?:curl|wget2?|aria2c|fetch|lwp-request|GET|nc|ncat|socat)\b"
_RUN = r"(?:\S*/)?(?:(?:ba|da|z|k|a|fi)?sh|source|python[\d.]*|perl|ruby|node|php)\b"
_SHOWN = 60
_MOST = 1 << 18
_LONGEST_LINE = 4096
_LONGEST_FIND = 1024
_BRINGS = pattern(rf"\b{_FETCH}|/dev/(?:tcp|udp)/")
_FETCH_AND_RUN = pattern(
    rf"\b{_FETCH}[^\n|;&]{{0,400}}\|&?\s*(?:(?:sudo|doas|env|exec|command|nohup)\b[^\n|;&]{{0,80}}?\s)?{_RUN}"
    r"(?:(?!\S)(?!\s*://)|(?=[\"'`;)\]}\\]))"
    rf"|\b(?:eval|source|\.|{_RUN}\s+-\w*c)\s*[\"']?\s*(?:\$\(|`|<\()\s*{_FETCH}"
    rf"|\b(?:source|\.|{_RUN})\s+<\(\s*{_FETCH}"
    rf"|\b{_FETCH}[^\n|;]{{0,400}}(?:-o|-O|--output|>)\s*(\S+)[^\n]{{0,200}}(?:&&|;)\s*(?:sudo\s+)?(?:chmod[^\n;&]{{0,80}}(?:&&|;)\s*)?(?:{_RUN}\s+)?\1"
    r"|/dev/(?:tcp|udp)/[\w.-]{1,80}/\d"
)
_PLAINLY_WORDS = pattern(r"^\s*(?:#|//(?!go:generate)|rem\b)", 0)


def fetch_and_run(text: str) -> str:
    """Return the piece of a text that fetches something and runs it, "" where there is none; comments do not count."""
    if len(text) < 12 or not any(word in text for word in ("|", "$(", "<(", "&&", ";", "`", "/dev/")):  # noqa: PLR2004 - shorter ones can't
        return ""
    for line in text[:_MOST].replace("\\\n", " ").split("\n"):
        if len(line) > 11 and not _PLAINLY_WORDS.match(line):  # noqa: PLR2004
            found = _FETCH_AND_RUN.search(line[:_LONGEST_LINE])
            if found:
                return found[0][:_SHOWN]
    return ""


def unread(text: str) -> bool:
    """Whether a part that `fetch_and_run` leaves out, since a line or the text is too long, may fetch something."""
    if len(text) <= _LONGEST_LINE:
        return False
    if _BRINGS.search(text, _MOST - _LONGEST_FIND):
        return True
    lines = text[:_MOST].replace("\\\n", " ").split("\n")
    return any(len(line) > _LONGEST_LINE and _BRINGS.search(line, _LONGEST_LINE - _LONGEST_FIND) for line in lines)
