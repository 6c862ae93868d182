"""The switches that turn off the verification of servers and packages, by program and by variable."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.config_switches import config_switch
from dvm.checks.scripts.switch_names import OFF as _OFF
from dvm.checks.scripts.switch_names import ON as _ON
from dvm.checks.scripts.switch_names import option_by_name, setting_by_name, turns_off

if TYPE_CHECKING:
    from dvm.checks.scripts.program import Command

_ALWAYS: dict[str, str] = {
    "curl": r"--insecure|--proxy-insecure|--doh-insecure|-[a-zA-Z#0-9]*k[a-zA-Z]*",
    "wget": r"--no-check-certificate|--no-hsts-check|--check-certificate=(off|no|quiet)",
    "aria2c": r"--check-certificate=false",
    "http": r"--verify=(no|false)",
    "pip": r"--trust(ed?)?(-h\w*)?(=.*)?|--trusted-host(=.*)?",
    "aws": r"--no-verify-ssl",
    "az": r"--disable-connection-verification",
    "gsutil": r".*https_validate_certificates=(False|0).*",
    "mvn": r"-D(maven\.wagon\.http\.ssl\.(insecure|allowall)|aether\.connector\.https\.securityMode)=(true|insecure)",
    "gradle": r"-Dtrust_all_cert=true",
    "machinectl": r"--verify=no",
    "importctl": r"--verify=no",
    "opkg": r"--no-check-certificate|--force-checksum|--no-signature-check",
    "tdnf": r"--nogpgcheck|--skipsignature",
    "rclone": r"--no-check-certificate",
    "vault": r"-tls-skip-verify",
    "argocd": r"--insecure",
    "vagrant": r"--insecure",
    "oc": r"--insecure-skip-tls-verify(=true)?",
    "openssl": r"-no_verify",
    "composer": r"--no-secure-http|--disable-tls",
    "ssh-copy-id": r"(-o)?\s*StrictHostKeyChecking[= ]\s*(no|off)",
    "npm": r"--(no-strict-ssl|strict-ssl=false|insecure)",
    "apt": r"--allow-unauthenticated|--allow-(insecure|weak)-repositories|--force-yes",
    "dnf": r"--nogpgcheck|--no-gpgchecks|--setopt=\S*(gpgcheck|sslverify)=(0|false|no|off)",
    "zypper": r"--no-gpg-checks|-G|--no-gpgcheck|--gpgcheck-allow-unsigned\S*",
    "rpm": r"--nosignature|--nodigest|--nofiledigest",
    "apk": r"--allow-untrusted|--no-verify",
    "git": r"http\.sslVerify=(false|0|no|off)|--no-verify-ssl",
    "ssh": r"(-o)?\s*(StrictHostKeyChecking[= ]\s*(no|off)|UserKnownHostsFile[= ]\s*/dev/null)",
    "opam": r"--no-checksums",
    "socat": r".*\bverify=0\b.*",
    "makepkg": r"--skip(integ|checksums|pgpcheck)",
    "guix": r"--disable-authentication",
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
# An edit of a configuration file in place.
_EDIT = pattern(rf".*(gpgcheck|sslverify|strict-ssl|check_certificate)\s*=\s*{_OFF}([^=]*)", re.IGNORECASE | re.DOTALL)
_NEW_TEXT = pattern(r"s([/|,#!@])(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1|(?:^|[0-9$/])[aic]\\*\s*(\S.*)", re.DOTALL)
_LONGEST_PATH = 4096
_EDITORS = frozenset({"sed", "gsed", "perl", "crudini", "awk"})
_SAME = {
    **dict.fromkeys(("apt-get", "aptitude"), "apt"),
    **dict.fromkeys(("yum", "dnf5", "microdnf"), "dnf"),
    **dict.fromkeys(("pnpm", "yarn", "npx", "bun"), "npm"),
    **dict.fromkeys(("podman", "nerdctl", "buildah"), "docker"),
    **dict.fromkeys(("scp", "sftp"), "ssh"),
    **dict.fromkeys(("https", "xh"), "http"),
    "pip3": "pip",
    "uvx": "uv",
    "mamba": "conda",
    "wget2": "wget",
    "oras": "helm",
}
_RULES = {name: pattern(rule, re.IGNORECASE if name in {"git", "ssh", "gem"} else 0) for name, rule in _ALWAYS.items()}
_APT_OPTION = pattern(
    rf"(-o)?\s*(Acquire::(https|http|ftp)\S*::Verify-(Peer|Host)|Acquire::Check-Valid-Until)=\"?{_OFF}\"?"
    rf"|(-o)?\s*(APT::Get::AllowUnauthenticated|Acquire::Allow(Insecure|Weak|DowngradeToInsecure)Repositories)=\"?{_ON}\"?",
    re.IGNORECASE,
)
# `NAME config set KEY VALUE`, `git config KEY VALUE`: words that follow each other.
_SETTINGS: dict[str, tuple[str, str]] = {
    "git": (r"http\.(\S+\.)?sslverify", _OFF),
    "npm": (r"strict-ssl|enableStrictSsl|registry|@[\w-]+:registry", rf"{_OFF}|http://(?!localhost|127\.|\[::1).*"),
    "yarn": (r"strict-ssl|enableStrictSsl|unsafeHttpWhitelist|checksumBehavior", rf"{_OFF}|ignore|.*\*.*"),
    "pnpm": (r"strict-ssl|verify-store-integrity", _OFF),
    "pip": (
        r"(global|install|user)\.trusted-host|-i|--(extra-)?index-url|(global|install|user)\.(extra-)?index-url",
        r"(?!https?://)[^/]+|http://(?!localhost|127\.).*",
    ),
    "conda": (r"ssl_verify", _OFF),
    "composer": (r"disable-tls|secure-http", rf"{_OFF}|{_ON}"),
    "poetry": (r"certificates\.\S+\.cert", _OFF),
    "bundle": (r"ssl_verify_mode|ssl_verify_mode", r"0|none"),
    "go": (
        r"-w",
        r"(GOPRIVATE=\*|GONOSUMDB=\S*\*\S*|GOPROXY=http://.*|GOSUMDB=off|GOINSECURE=.+|GONOSUMDB=.+|GONOSUMCHECK=.+|GOFLAGS=.*-insecure.*)",
    ),
    "gem": (r":ssl_verify_mode", r"0"),
    "ssh": (r"-o", r"StrictHostKeyChecking[= ](no|off)"),
    "zypper": (r"--gpgcheck", _OFF),
    "dnf": (r"--setopt", rf"\S*(gpgcheck|sslverify)={_OFF}"),
    "wget": (r"-e|--execute", rf"check_certificate\s*=\s*{_OFF}"),
    "gpg": (r"--trust-model", r"always"),
    "dnf-config-manager": (r"--setopt", rf"\S*(gpgcheck|sslverify)={_OFF}"),
}
_SETTING_RULES = {
    name: (pattern(key, re.IGNORECASE), pattern(value, re.IGNORECASE)) for name, (key, value) in _SETTINGS.items()
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
    "DOCKER_CONTENT_TRUST": r"0|false",
    "GOPRIVATE": r"(.*,)?\*(,.*)?",
    "GOPROXY": r"(.*,)?http://(?!localhost|127\.).*",
    "NPM_CONFIG_REGISTRY": r"http://(?!localhost|127\.).*",
    "PIP_INDEX_URL": r"http://(?!localhost|127\.).*",
    "UV_INDEX_URL": r"http://(?!localhost|127\.).*",
    "AWS_NO_VERIFY_SSL": r"1|true",
    "VAULT_SKIP_VERIFY": r"(?!(0|false|)$).+",
    "NIX_SSL_CERT_FILE": r"/dev/null",
    "BUNDLE_SSL_VERIFY_MODE": r"0",
    "DENO_TLS_CA_STORE": r"none",
    "HEX_UNSAFE_HTTPS": r"1",
    "HEX_UNSAFE_REGISTRY": r"1",
    "COMPOSER_DISABLE_TLS": r"1",
    "HELM_INSECURE_SKIP_TLS_VERIFY": r"true|1",
    "CURL_INSECURE": r"1|true",
    "APT_GET_ALLOW_UNAUTHENTICATED": r"1|true",
    "GOINSECURE": r".+",
    "GONOSUMDB": r".*\*.*",
    "GONOSUMCHECK": r".+",
    "GOSUMDB": r"off",
    "GOFLAGS": r".*-insecure.*",
    "PERL_LWP_SSL_VERIFY_HOSTNAME": r"0",
    "GIT_SSH_COMMAND": r".*StrictHostKeyChecking[= ](no|off).*",
    "RSYNC_RSH": r".*StrictHostKeyChecking[= ](no|off).*",
    "LDAPTLS_REQCERT": r"never|allow",
    "CURL_CA_BUNDLE": r"(|/dev/null)",
    "REQUESTS_CA_BUNDLE": r"(|/dev/null)",
    "SSL_CERT_FILE": r"/dev/null",
    "CONDA_SSL_VERIFY": _OFF,
    "HOMEBREW_NO_VERIFY_ATTESTATIONS": r".+",
    "CARGO_HTTP_CHECK_REVOKE": _OFF,
    "CARGO_HTTP_SSL_VERIFY": _OFF,
}
_VARIABLE_RULES = {name: pattern(rule, re.IGNORECASE) for name, rule in _VARIABLES.items()}


# These only show or look for what they are given.
_SHOWS = frozenset({"echo", "printf", "grep", "egrep", "fgrep", "rg", "test", "[", "logger"})
_INTERPRETERS = frozenset({"python", "python3", "node", "ruby", "perl", "deno", "bun", "php", "lua", "pwsh"})
# Variables whose value is options of a program.
_HOLDS_OPTIONS = pattern(r"(?:\w*_)?(?:OPTS|OPTIONS|FLAGS|ARGS|COMMAND|CMD)")
_IN_CODE = pattern(
    r"\bverify\s*=\s*False\b|rejectUnauthorized['\"]?\s*:\s*false|VERIFY_NONE|_create_unverified_context|CERT_NONE"
    r"|DangerousAcceptAny\w+|setDefaultHostnameVerifier\s*\(|TrustAll\w*|danger_accept_invalid_certs\s*\(\s*true"
    r"|verify_hostname\s*=>\s*0|check_hostname\s*=\s*False|NODE_TLS_REJECT_UNAUTHORIZED\s*=\s*['\"]?0"
)


def option_switch(command: Command) -> str | None:
    """Return the words of a command that turn verification off."""
    if command.name in _SHOWS:
        return None
    own = [text for index, text in enumerate(command.texts) if not _is_a_value(command.name, command.texts, index)]
    return _by_table(command) or option_by_name(own)


def _by_table(command: Command) -> str | None:
    name = _SAME.get(command.name, command.name)
    texts = command.texts
    rule = _RULES.get(name)
    if rule is not None:
        for index, text in enumerate(texts):
            if rule.fullmatch(text) and not _is_a_value(name, texts, index):
                return text
    if name in _EDITORS:
        edited = next((text for text in texts if _EDIT.fullmatch(text)), None) or _edited(texts)
        if edited or name not in _INTERPRETERS:
            return edited
    if name == "apt":
        return next((text for text in texts if _APT_OPTION.fullmatch(text)), None)
    if name in _INTERPRETERS:
        code = "\n".join((*texts, "" if command.stdin is None else command.stdin.text))
        return code_switch(code) or setting_by_name(code)
    setting = _SETTING_RULES.get(command.name) or _SETTING_RULES.get(name)
    return None if setting is None else _setting(texts, *setting)


def code_switch(code: str) -> str | None:
    """Return the piece of a program in another language that turns verification off."""
    found = _IN_CODE.search(code)
    return None if found is None else found[0]


def _edited(texts: tuple[str, ...]) -> str | None:
    """Return the line that an edit in place puts into a file of settings, where it turns verification off."""
    lines = [match[2] or match[3] or "" for text in texts for match in _NEW_TEXT.finditer(text)]
    written = re.sub(r"\\[0-9]|&", "", "\n".join(lines))
    files = [text for text in texts if "/" in text and len(text) < _LONGEST_PATH]
    return next((line for file in files if (line := config_switch(file, written))), None)


def _setting(texts: tuple[str, ...], key: re.Pattern[str], value: re.Pattern[str]) -> str | None:
    pairs = [*itertools.pairwise(texts), *((text.partition("=")[0], text.partition("=")[2]) for text in texts)]
    found = next((pair for pair in pairs if key.fullmatch(pair[0]) and value.fullmatch(pair[1])), None)
    return None if found is None else " ".join(found)


_CURL_VALUES = pattern(r"-[a-zA-Z#0-9]*[AbcCdDeEFHKmPQrTuUwxXyYzo]")


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
    if (rule is not None and rule.fullmatch(value)) or turns_off(name, value):
        return True
    return _HOLDS_OPTIONS.fullmatch(name) is not None and option_by_name(value.split()) is not None
