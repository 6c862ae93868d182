"""Names that a guest may reach."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.egress.names import EgressRule, matching, parse_name, parse_rule

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
HOST = st.lists(LABEL, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "test"]))
PORT = st.one_of(st.none(), st.integers(1, 65535))
RULE = st.builds(EgressRule, HOST, st.booleans(), PORT)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("git.example.com", "git.example.com"),
        ("Git.Example.COM.", "git.example.com"),
        ("*.example.net", "*.example.net"),
        ("packages.example.org:8443", "packages.example.org:8443"),
        ("*.example.net:80", "*.example.net:80"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example:443", "xn--bcher-kva.example:443"),
        ("server", "server"),
        ("_acme.example.com", "_acme.example.com"),
    ],
)
def test_rules(text: str, normal: str) -> None:
    assert str(parse_rule(text)) == normal
    assert parse_rule(normal) == parse_rule(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://example.com", "scheme"),
        ("example.com/path", "path"),
        ("10.0.0.0/8", "path"),
        ("me@example.com", "user"),
        ("127.0.0.1", "address"),
        ("1.2.3.4:443", "address"),
        ("2130706433", "address"),
        ("0x7f.1", "address"),
        ("0x7f000001", "address"),
        ("127.1", "address"),
        ("::1", "address"),
        ("[::1]:443", "address"),
        ("*", "every name"),
        ("*:443", "every name"),
        ("a.*.example.com", "whole labels"),
        ("*example.com", "whole labels"),
        ("*.*.example.com", "whole labels"),
        ("localhost", "localhost"),
        ("a.localhost", "localhost"),
        ("*.localhost:80", "localhost"),
        ("example.com:", "a name is"),
        ("example.com:0", "1 to 65535"),
        ("example.com:65536", "1 to 65535"),
        ("example.com:http", "a name is"),
        ("example.com:\u0664\u0664\u0663", "a name is"),
        ("-a.example.com", "a name is"),
        ("a..example.com", "a name is"),
        ("a b.example.com", "a name is"),
        ("", "a name is"),
        (".", "a name is"),
        ("a" * 64 + ".com", "a name is"),
        (".".join(["a" * 60] * 5), "a name is"),
        ("x" * 5000, "a name is"),
        ("exa\nmple.com", "a name is"),
        ("exa\0mple.com", "a name is"),
    ],
)
def test_what_is_no_rule(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_rule(text)


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "::1", "[::1]", "0x7f000001", "1", "a b", "bücher.example", "", "a..b", "a:b", "a/b", "a%2eb"]
)
def test_what_no_client_can_ask_for(text: str) -> None:
    with pytest.raises(ValueError, match="it is"):
        parse_name(text)


def test_a_domain_is_what_is_below_it_and_never_itself() -> None:
    rules = (parse_rule("*.example.net"), parse_rule("git.example.com"), parse_rule("p.example.org:8443"))
    allowed = [("a.example.net", 443), ("a.b.example.net", 80), ("git.example.com", 80), ("p.example.org", 8443)]
    assert all(matching(rules, *each) for each in allowed)
    refused = [
        ("example.net", 443),
        ("badexample.net", 443),
        ("a.example.net.evil.test", 443),
        ("a.example.net", 22),
        ("git.example.com", 22),
        ("x.git.example.com", 443),
        ("p.example.org", 443),
    ]
    assert not any(matching(rules, *each) for each in refused)


@given(RULE)
def test_a_rule_is_read_as_it_is_written(rule: EgressRule) -> None:
    assert parse_rule(str(rule)) == rule
    assert parse_rule(str(rule).upper()) == rule


@given(RULE, HOST, st.integers(1, 65535))
def test_only_the_name_itself_or_what_is_below_it_matches(rule: EgressRule, name: str, port: int) -> None:
    labels, domain = name.split("."), rule.host.split(".")
    same = labels[-len(domain) :] == domain and (len(labels) > len(domain)) is rule.below
    assert rule.matches(name, port) is (same and port in ((443, 80) if rule.port is None else (rule.port,)))


@given(st.text(alphabet=string.printable, max_size=40))
def test_what_is_read_as_a_name_is_one(text: str) -> None:
    try:
        name = parse_name(text)
    except ValueError:
        return
    assert set(name) <= set(string.ascii_lowercase + string.digits + "-_.")
    assert parse_name(name) == name
