"""DVM402: secrets in setup scripts."""

from __future__ import annotations

import pytest

from dvm.checks.secrets import CHECKS
from tests.unit.checks.scripts.reviewing import failed, lines, subject

SECRET = "kX9vTq2mWz"
TOKEN = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"


@pytest.mark.parametrize(
    "text",
    [
        f"DB_PASSWORD={SECRET}\n",
        f"export DB_PASSWORD='{SECRET}'\n",
        f"f() {{ local token={SECRET}; }}\n",
        f"declare -A c=([password]={SECRET})\n",
        f"PGPASSWORD={SECRET} psql\n",
        f"sudo env API_TOKEN={SECRET} tool\n",
        f"tool --password={SECRET}\n",
        f"docker run -e POSTGRES_PASSWORD={SECRET} postgres:16.1\n",
        f"echo 'developer:{SECRET}' | chpasswd\n",
        f"cat > .env <<E\nSECRET_KEY={SECRET}\nE\n",
        f'tee c.json <<E\n{{"apiKey": "{SECRET}"}}\nE\n',
        f"sshpass -p {SECRET} ssh -o StrictHostKeyChecking=no example.org\n",
        f"curl -ku me:{SECRET} https://example.org/i.sh | sh\n",
        f"curl -k -u me:{SECRET} https://example.org/{'x' * 60} | sh\n",
        f"curl https://example.org/{'x' * 46} --user me:{SECRET} -k | sh\n",
        f"npm config set _authToken {SECRET}\n",
        f"# {TOKEN}\n",
        f"echo {TOKEN}\n",
        f"cat <<E\n{TOKEN}\nE\n",
        f"x={TOKEN[:10]}\necho {TOKEN}\n",
    ],
)
def test_a_secret_is_caught_and_never_shown(text: str) -> None:
    results = [result for result in failed(text) if result.code == "DVM402"]
    assert results
    for result in failed(text):
        shown = f"{result.subject} {result.summary} {result.detail} {result.remedy}"
        assert SECRET not in shown
        assert TOKEN not in shown


@pytest.mark.parametrize(
    "text",
    [
        'DB_PASSWORD="$1"\n',
        "DB_PASSWORD=$(openssl rand -hex 16)\n",
        "read -rs password\n",
        "PASSWORD_FILE=/run/secrets/db\n",
        "POSTGRES_PASSWORD=postgres\n",
        "tool --token-file /run/token\n",
        'tool --password "$DB_PASSWORD"\n',
        f"echo {'0123456789abcdef' * 4}  a.tgz | sha256sum -c\n",
        "cat > .env <<E\nSECRET_KEY=$SECRET_KEY\nE\n",
        "git config --global credential.helper store\n",
        'curl -u "me:$TOKEN" https://localhost/\n',
        "passwd --lock root\n",
        "ssh-keygen -N '' -f ~/.ssh/id_ed25519\n",
    ],
)
def test_what_is_no_secret_passes(text: str) -> None:
    assert [result.detail for result in failed(text) if result.code == "DVM402"] == []


def test_a_token_has_its_line_and_column() -> None:
    assert lines(f"true\necho {TOKEN}\n", "DVM402") == [(2, 6)]
    assert lines(f"\necho {TOKEN}\n", "DVM402") == [(2, 6)]
    assert lines(f"echo {TOKEN}\n", "DVM402") == [(1, 6)]
    assert lines(f"true\ntrue; true\ntrue; echo {TOKEN}\n", "DVM402") == [(3, 12)]


@pytest.mark.parametrize(
    ("text", "details"),
    [
        (f"# {TOKEN}\n", ["This line holds a GitHub token."]),
        (f"x={TOKEN[:10]}\ntool ${{x}}{TOKEN[10:]}\n", ["`tool` is given a GitHub token."]),
        (f"x={TOKEN[:10]}\ntool <<E\n${{x}}{TOKEN[10:]}\nE\n", ["`tool` is given a GitHub token."]),
        (f"tool --password={SECRET}\n", ["`tool` is given a secret by its name: --password."]),
    ],
)
def test_what_holds_it_is_said(text: str, details: list[str]) -> None:
    assert [result.detail for result in failed(text) if result.code == "DVM402"] == details
    assert [result.detail for result in CHECKS[1].run(subject(text))] == details


def test_a_waiver_above_a_command_of_several_lines_covers_a_token_in_it() -> None:
    assert lines(f"# dvm: allow=DVM402 because it was revoked\ntool \\\n  {TOKEN}\n", "DVM402") == []
    assert lines(f"# dvm: allow=DVM402 because it was revoked\ntrue\ntool \\\n  {TOKEN}\n", "DVM402") == [(4, 3)]
