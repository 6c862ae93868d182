"""Lines of configuration files that turn verification off, by what the file's name has to match."""

from __future__ import annotations

import re

from dvm.checks.patterns import pattern
from dvm.checks.scripts.switch_names import OFF, ON

_LINES: dict[str, tuple[str, ...]] = {
    r".*\.repo|.*/(dnf|yum|zypp)\.conf|.*yum\.repos\.d.*|.*dnf.*|.*\N{HORIZONTAL ELLIPSIS}.*": (
        rf"(gpgcheck|pkg_gpgcheck|sslverify)\s*=\s*{OFF}",
    ),
    r".*": (
        r"(?:(?:ENV|Environment=|export|-e|env:)\s*[\"']?)?NODE_TLS_REJECT_UNAUTHORIZED\s*[=: ]\s*[\"']?0[\"']?",
        r"(?:(?:ENV|Environment=|export|set -gx|setenv)\s*[\"']?)?GIT_SSL_NO_VERIFY\s*[=: ]\s*[\"']?(1|true)[\"']?",
        r"(?:(?:ENV|Environment=|export|set -gx|setenv)\s*[\"']?)?PYTHONHTTPSVERIFY\s*[=: ]\s*[\"']?0[\"']?",
        r"(?:(?:ENV|Environment=|export)\s*[\"']?)?(GOSUMDB\s*=\s*off|GOINSECURE\s*=\s*\S+|DOCKER_CONTENT_TRUST\s*=\s*0)[\"']?",
        r"deb(-src)?\s+\[[^\]\n]*(trusted|allow-insecure)=yes[^\]\n]*\][^\n]*",
    ),
    r".*\.sources|.*sources\.list.*": (r"(Trusted|Allow-Insecure):\s*yes",),
    r".*apt.*": (
        rf"Acquire::\S*Verify-(Peer|Host)\s+\"?{OFF}\"?",
        rf"APT::Get::AllowUnauthenticated\s+\"?{ON}\"?",
        r"APT::Key::gpgvcommand\s[^\n]*",
        rf"Acquire::Allow\S*Repositories\s+\"?{ON}\"?",
    ),
    r".*npmrc|.*yarnrc(\.yml)?": (
        r"registry\s*=\s*http://(?!localhost|127\.)[^\n]*",
        rf"(\"?strict-ssl\"?|enableStrictSsl)\s*[=: ]\s*\"?{OFF}\"?",
    ),
    r".*pip.*\.(conf|ini)": (r"trusted-host\s*=[^\n]*",),
    r".*curlrc": (r"-k|-?-?insecure|--?proxy-insecure",),
    r".*wgetrc": (rf"check_?certificate\s*=\s*{OFF}",),
    r".*git.*": (rf"sslVerify\s*=\s*{OFF}",),
    r".*ssh.*": (r"StrictHostKeyChecking[ =]\s*(no|off)", r"UserKnownHostsFile[ =]\s*/dev/null"),
    r".*pacman.*": (r"(Local|Remote)?(File)?SigLevel\s*=\s*([^\n]*\s)?(Never|TrustAll)(\s[^\n]*)?",),
    r".*(registries|policy|daemon|containers).*\.(conf|json|toml)": (
        r"insecure\s*=\s*true",
        r"[^\n]*\"insecure-registries\"\s*:[^\n]*\[\s*\"[^\n]*",
        r"[^\n]*\"type\"\s*:\s*\"insecureAcceptAnything\"[^\n]*",
    ),
    r".*cargo.*": (rf"(check-revoke|ssl-verify)\s*=\s*{OFF}",),
    r".*(bunfig|uv|pip|pdm|poetry)[\w.-]*\.(toml|conf|ini)": (
        r"(registry|(extra-)?index-url|index|url)\s*=\s*\"?http://(?!localhost|127\.)[^\n]*",
        r"allow-insecure-host\s*=\s*\[\s*\"[^\n]*",
    ),
    r".*rpm/macros.*|.*rpmmacros": (r"%_pkgverify_level\s+none",),
    r".*gemrc": (r":?ssl_verify_mode\"?\s*:\s*0",),
    r".*condarc": (rf"ssl_verify:\s*{OFF}",),
}
_RULES = tuple(
    (pattern(name), pattern(rf"^[ \t]*({'|'.join(lines)})[ \t]*;?[ \t]*$", re.MULTILINE | re.IGNORECASE))
    for name, lines in _LINES.items()
)


def config_switch(file: str, content: str) -> str | None:
    """Return the line of a configuration file that turns verification off."""
    for name, line in _RULES:
        if name.fullmatch(file) is not None:
            match = line.search(content)
            if match is not None:
                return match[0].strip()
    return None
