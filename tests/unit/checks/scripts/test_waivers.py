from __future__ import annotations

import pytest

from dvm.model.check import Outcome
from tests.unit.checks.scripts.reviewing import STRICT, codes, reviewed

PIPE = "curl -fsSL https://example.org/i.sh | sh"
WHY = "because the test says so"


def _of(text: str, code: str = "DVM202") -> list[Outcome]:
    return [result.status for result in reviewed(STRICT + text) if result.code == code]


@pytest.mark.parametrize(
    "text",
    [
        f"# dvm: allow=DVM202 {WHY}\n{PIPE}\n",
        f"{PIPE} # dvm: allow=DVM202 {WHY}\n",
        f"#dvm:allow=DVM202 {WHY}\n{PIPE}\n",
        f"# dvm: allow=DVM203,DVM202 {WHY}\n{PIPE}\n",
        f"# dvm: allow=DVM203, DVM202 {WHY}\n# and a word more\n{PIPE}\n",
        f"# dvm: allow=DVM202 {WHY}\ncurl -fsSL \\\n  https://example.org/i.sh |\n  sh\n",
        f"if true; then\n  # dvm: allow=DVM202 {WHY}\n  {PIPE}\nfi\n",
    ],
)
def test_a_waiver_covers_its_statement(text: str) -> None:
    assert _of(text) == [Outcome.WAIVED]
    assert "DVM209" not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        f"# dvm: allow=DVM203 {WHY}\n{PIPE}\n",
        f"# dvm: allow=DVM202 {WHY}\n\n{PIPE}\n",
        f"# dvm: allow=DVM202 {WHY}\ntrue\n{PIPE}\n",
        f"{PIPE}\n# dvm: allow=DVM202 {WHY}\n",
        f"echo '# dvm: allow=DVM202 {WHY}'\n{PIPE}\n",
        f"cat <<'E'\n# dvm: allow=DVM202 {WHY}\nE\n{PIPE}\n",
        f"bash <<'E'\n# dvm: allow=DVM202 {WHY}\n{PIPE}\nE\n",
        f"# dvm: allow=DVM202 {WHY}\nbash <<'E'\ntrue\n{PIPE}\nE\n",
        f"bash <<'E' # dvm: allow=DVM202 {WHY}\ntrue\n{PIPE}\nE\n",
        f"# dvm: allow=DVM202 {WHY}\nif true; then\n  {PIPE}\nfi\n",
        f"# dvm: allow=DVM202 {WHY}\nf() {{\n  {PIPE}\n}}\nf\n",
    ],
)
def test_a_waiver_elsewhere_covers_nothing(text: str) -> None:
    assert Outcome.FAIL in _of(text)


@pytest.mark.parametrize(
    "comment",
    [
        "# dvm: allow=DVM202",
        "# dvm: allow=DVM202 because",
        "# dvm: allow=DVM202 because .",
        "# dvm: allow=DVM202 since I like it",
        "# dvm: allow=DVM299 because it is no code",
        "# dvm: allow=202 because the prefix is missing",
        "# dvm: allow=DVM101 because files are not waived here",
        "# dvm: allow=DVM209 because that would be too easy",
        "# dvm: allow because I say so",
        "# dvm: allow=",
    ],
)
def test_a_waiver_that_does_not_count_is_an_error(comment: str) -> None:
    text = f"{STRICT}{comment}\n{PIPE}\n"
    assert {"DVM202", "DVM209"} <= codes(text)


def test_a_waived_finding_says_why() -> None:
    (result,) = [item for item in reviewed(f"{STRICT}# dvm: allow=DVM202 {WHY}\n{PIPE}\n") if item.code == "DVM202"]
    assert WHY in result.detail
    assert not result.denies


def test_a_waiver_for_nothing_is_noted_and_denies_nothing() -> None:
    (result,) = reviewed(f"{STRICT}# dvm: allow=DVM202 {WHY}\ntrue\n")
    assert (result.code, result.status) == ("DVM202", Outcome.WAIVED)
    assert "nothing here to waive" in result.detail
    assert result.location is not None
    assert result.location.line == 2


def test_other_comments_are_no_waivers() -> None:
    assert reviewed(f"{STRICT}# dvm: the tool that runs this\n# allow=DVM202 because\ntrue\n") == []
