"""What a guest asked for, as its proxy's log has it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvm.egress.names import parse_rule
from dvm.state.egress_log import EgressLog, RequestedName

_ODD = st.sampled_from(
    ["localhost", "localhost.", "a.localhost", "10.0.0.1", "[::1]", "*", "*.example.net", "a" * 300, "", "EXAMPLE.net."]
)


@pytest.mark.parametrize(
    ("name", "port", "rule"),
    [
        ("Git.Example.com.", 443, "git.example.com"),
        ("git.example.com", 80, "git.example.com"),
        ("git.example.com", 8443, "git.example.com:8443"),
        ("git.example.com", 0, None),
        ("git.example.com", 65536, None),
        ("localhost.", 443, None),
        ("a.localhost", 8080, None),
        ("169.254.169.254", 80, None),
        ("*.example.com", 443, None),
    ],
)
def test_what_would_allow_a_request(name: str, port: int, rule: str | None) -> None:
    assert RequestedName(name, port, 1).rule == rule


@given(_ODD | st.text(max_size=40), st.integers(-1, 70000))
@example("localhost", 443)
def test_whatever_a_guest_asks_for_a_proposal_is_what_a_manifest_takes(name: str, port: int) -> None:
    rule = RequestedName(name, port, 1).rule
    if rule is not None:
        assert str(parse_rule(rule)) == rule
        assert EgressLog(proposed=(rule,)).lacking(()) == (rule,)
        assert EgressLog(proposed=(rule,)).lacking((rule,)) == ()
