"""The switches that turn off the verification of servers and packages, by program, variable and file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dvm.checks.scripts.program import Command

_OFF = r"(0|no|off|false|never|none|disabled?)"
_ON = r"(1|yes|on|true|enabled?)"
_ALWAYS: dict[str, str] = {
    "curl": r"--insecure|--proxy-insecure|--doh-insecure|-[a-zA-Z#0-9]*k[a-zA-Z]*",
    "wget": r"--no-check-certificate|--no-hsts-check|--check-certificate=(off|no|quiet)",
    "aria2c": r"--check-certificate=false",
    "http": r"--verify=(no|false)",
    "pip": r"--trusted-host(=.*)?",
    "npm": r"--(no-strict-ssl|strict-ssl=false|insecure)",
    "apt": r"--allow-unauthenticated|--allow-insecure-repositories|--force-yes|--no-allow-authenticated|--allow-weak-repositories",
    "dnf": r"--nogpgcheck|--no-gpgchecks|--setopt=\S*(gpgcheck|sslverify)=(0|false|no|off)",
    "zypper": r"--no-gpg-checks|-G|--no-gpgcheck|--gpgcheck-allow-unsigned\S*",
    "rpm": r"--nosignature|--nodigest|--nofiledigest",
    "apk": r"--allow-untrusted|--no-verify",
    "git": r"http\.sslVerify=(false|0|no|off)|--no-verify-ssl",
    "ssh": r"(-o)?\s*StrictHostKeyChecking[= ]\s*(no|off)",
    "docker": r"--disable-content-trust(=true)?|--tls-verify=false|--insecure-registry(=.*)?|--insecure-policy",
    "skopeo": r"--(src-|dest-)?tls-verify=false|--insecure-policy",
    "helm": r"--insecure-skip-tls-verify|--insecure-skip-verify|--plain-http|--insecure",
    "kubectl": r"--insecure-skip-tls-verify(=true)?",
    "gem": r"-P=?(NoSecurity|LowSecurity)|--trust-policy=(NoSecurity|LowSecurity)",
    "conda": r"--insecure|-k",
    "flatpak": r"--no-gpg-verify",
    "snap": r"--dangerous|--devmode",
    "pacman": r"--disable-signature",
    "go": r"-insecure",
    "node": r"--tls-reject-unauthorized=0",
    "gpg": r"--trust-model=always|--ignore-crc-error",
    "cosign": r"--insecure-ignore-\S+|--allow-insecure-registry",
    "uv": r"--(allow-insecure-host|trusted-host)(=.*)?",
    "dpkg": r"--force-bad-verify|--no-debsig|--force-all",
    "rsync": r".*StrictHostKeyChecking[= ]no.*",
    "lftp": r".*ssl:verify-certificate\s+(no|off|false).*",
    "svn": r"--trust-server-cert(-failures=.*)?",
}
_SAME = {
    "pip3": "pip", "pnpm": "npm", "yarn": "npm", "npx": "npm", "bun": "npm", "apt-get": "apt", "aptitude": "apt", "yum": "dnf",
    "dnf5": "dnf", "microdnf": "dnf", "scp": "ssh", "sftp": "ssh", "podman": "docker", "nerdctl": "docker", "buildah": "docker",
    "https": "http", "xh": "http", "mamba": "conda", "wget2": "wget", "uvx": "uv", "oras": "helm",
}  # fmt: skip
_RULES = {name: re.compile(rule, re.IGNORECASE if name in {"git", "ssh", "gem"} else 0) for name, rule in _ALWAYS.items()}
_APT_OPTION = re.compile(
    rf"(-o)?\s*(Acquire::(https|http|ftp)\S*::Verify-(Peer|Host)|Acquire::Check-Valid-Until)=\"?{_OFF}\"?"
    rf"|(-o)?\s*(APT::Get::AllowUnauthenticated|Acquire::Allow(Insecure|Weak|DowngradeToInsecure)Repositories)=\"?{_ON}\"?",
    re.IGNORECASE,
)
# `NAME config set KEY VALUE`, `git config KEY VALUE`: words that follow each other.
_SETTINGS: dict[str, tuple[str, str]] = {
    "git": (r"http\.(\S+\.)?sslverify", _OFF),
    "npm": (r"strict-ssl|enableStrictSsl", _OFF),
    "yarn": (r"strict-ssl|enableStrictSsl|unsafeHttpWhitelist|checksumBehavior", rf"{_OFF}|ignore|.*\*.*"),
    "pnpm": (r"strict-ssl|verify-store-integrity", _OFF),
    "pip": (r"(global|install|user)\.trusted-host", r".+"),
    "conda": (r"ssl_verify", _OFF),
    "composer": (r"disable-tls|secure-http", rf"{_OFF}|{_ON}"),
    "go": (r"-w", r"(GOSUMDB=off|GOINSECURE=.+|GONOSUMDB=.+|GONOSUMCHECK=.+|GOFLAGS=.*-insecure.*)"),
    "gem": (r":ssl_verify_mode", r"0"),
    "ssh": (r"-o", r"StrictHostKeyChecking[= ](no|off)"),
    "scp": (r"-o", r"StrictHostKeyChecking[= ](no|off)"),
    "zypper": (r"--gpgcheck", _OFF),
    "dnf": (r"--setopt", rf"\S*(gpgcheck|sslverify)={_OFF}"),
    "wget": (r"-e|--execute", rf"check_certificate\s*=\s*{_OFF}"),
    "gpg": (r"--trust-model", r"always"),
    "dnf-config-manager": (r"--setopt", rf"\S*(gpgcheck|sslverify)={_OFF}"),
}
_SETTING_RULES = {
    name: (re.compile(key, re.IGNORECASE), re.compile(value, re.IGNORECASE)) for name, (key, value) in _SETTINGS.items()
}
_VARIABLES: dict[str, str] = {
    "GIT_SSL_NO_VERIFY": rf"(?!({_OFF})?$).*",
    "NODE_TLS_REJECT_UNAUTHORIZED": r"0",
    "PYTHONHTTPSVERIFY": r"0",
    "PIP_TRUSTED_HOST": r".+",
    "UV_INSECURE_HOST": r".+",
    "NPM_CONFIG_STRICT_SSL": _OFF,
    "YARN_ENABLE_STRICT_SSL": _OFF,
    "YARN_CHECKSUM_BEHAVIOR": r"ignore",
    "GOINSECURE": r".+",
    "GONOSUMDB": r".*\*.*",
    "GONOSUMCHECK": r".+",
    "GOSUMDB": r"off",
    "GOFLAGS": r".*-insecure.*",
    "PERL_LWP_SSL_VERIFY_HOSTNAME": r"0",
    "GIT_SSH_COMMAND": r".*StrictHostKeyChecking[= ](no|off).*",
    "RSYNC_RSH": r".*StrictHostKeyChecking[= ](no|off).*",
    "CURL_CA_BUNDLE": r"(|/dev/null)",
    "REQUESTS_CA_BUNDLE": r"(|/dev/null)",
    "SSL_CERT_FILE": r"/dev/null",
    "CONDA_SSL_VERIFY": _OFF,
    "HOMEBREW_NO_VERIFY_ATTESTATIONS": r".+",
    "CARGO_HTTP_CHECK_REVOKE": _OFF,
    "CARGO_HTTP_SSL_VERIFY": _OFF,
}
_VARIABLE_RULES = {name: re.compile(rule, re.IGNORECASE) for name, rule in _VARIABLES.items()}
# A line of a configuration file that the script writes, by what the file's name has to match.
_CONFIG: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(name), re.compile(rf"^[ \t]*({line})[ \t]*;?[ \t]*$", re.MULTILINE | re.IGNORECASE))
    for name, line in (
        (r".*\.repo|.*/(dnf|yum|zypp)\.conf|.*yum\.repos\.d.*|.*dnf.*|.*\N{HORIZONTAL ELLIPSIS}.*", rf"(gpgcheck|pkg_gpgcheck|sslverify)\s*=\s*{_OFF}"),
        (r".*", r"deb(-src)?\s+\[[^\]]*(trusted|allow-insecure)=yes[^\]]*\].*"),
        (r".*\.sources|.*sources\.list.*", r"(Trusted|Allow-Insecure):\s*yes"),
        (r".*apt.*", rf"(Acquire::\S*Verify-(Peer|Host)\s+\"?{_OFF}\"?|APT::Get::AllowUnauthenticated\s+\"?{_ON}\"?"
                     rf"|Acquire::Allow\S*Repositories\s+\"?{_ON}\"?)"),
        (r".*npmrc|.*yarnrc(\.yml)?", rf"(strict-ssl|enableStrictSsl|\"?strict-ssl\"?)\s*[=: ]\s*\"?{_OFF}\"?"),
        (r".*pip.*\.(conf|ini)", r"trusted-host\s*=.*"),
        (r".*curlrc", r"(-k|-?-?insecure|--?proxy-insecure)"),
        (r".*wgetrc", rf"check_?certificate\s*=\s*{_OFF}"),
        (r".*git.*", rf"sslVerify\s*=\s*{_OFF}"),
        (r".*ssh.*", rf"StrictHostKeyChecking[ =]\s*(no|off)"),
        (r".*pacman.*", r"(Local|Remote)?(File)?SigLevel\s*=\s*(.*\s)?(Never|TrustAll)(\s.*)?"),
        (r".*(registries|policy|daemon|containers).*\.(conf|json|toml)", r"insecure\s*=\s*true|.*\"insecure-registries\"\s*:.*\[\s*\".*|.*\"type\"\s*:\s*\"insecureAcceptAnything\".*"),
        (r".*cargo.*", rf"(check-revoke|ssl-verify)\s*=\s*{_OFF}"),
        (r".*condarc", rf"ssl_verify:\s*{_OFF}"),
        (r".*(environment|profile|rc|\.sh|\.env).*", r"(export\s+)?(NODE_TLS_REJECT_UNAUTHORIZED=\"?0\"?|GIT_SSL_NO_VERIFY=\"?(1|true)\"?|PYTHONHTTPSVERIFY=\"?0\"?)"),
    )
)  # fmt: skip


def option_switch(command: Command) -> str | None:
    """Return the words of a command that turn verification off."""
    name = _SAME.get(command.name, command.name)
    texts = command.texts
    rule = _RULES.get(name)
    if rule is not None:
        for index, text in enumerate(texts):
            if rule.fullmatch(text) and not _is_a_value(name, texts, index):
                return text
    if name == "apt":
        for text in texts:
            if _APT_OPTION.fullmatch(text):
                return text
    setting = _SETTING_RULES.get(command.name) or _SETTING_RULES.get(name)
    if setting is not None:
        for key, value in zip(texts, texts[1:], strict=False):
            if setting[0].fullmatch(key) and setting[1].fullmatch(value):
                return f"{key} {value}"
        for text in texts:
            key, equals, value = text.partition("=")
            if equals and setting[0].fullmatch(key) and setting[1].fullmatch(value):
                return text
    return None


_CURL_VALUES = re.compile(r"-[a-zA-Z#0-9]*[AbcCdDeEFHKmPQrTuUwxXyYzo]")


def _is_a_value(name: str, texts: tuple[str, ...], index: int) -> bool:
    """Whether this only looks like an option: it is the value of the one before, or stuck to one."""
    if name not in {"curl", "conda"}:
        return False
    if index and _CURL_VALUES.fullmatch(texts[index - 1]):
        return True
    # `-Hk` is a header, `-sk` is not.
    return texts[index][:2] != "--" and _CURL_VALUES.match(texts[index].partition("k")[0]) is not None


def variable_switch(name: str, value: str) -> bool:
    """Whether a variable with this value turns verification off."""
    rule = _VARIABLE_RULES.get(name) or _VARIABLE_RULES.get(name.upper())
    return rule is not None and rule.fullmatch(value) is not None


def config_switch(file: str, content: str) -> str | None:
    """Return the line of a configuration file that turns verification off."""
    for name, line in _CONFIG:
        if name.fullmatch(file) is not None:
            match = line.search(content)
            if match is not None:
                return match[0].strip()
    return None
