from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.model.port import Port, parse_port


def test_examples() -> None:
    assert parse_port("3000:80") == Port(3000, 80)
    assert parse_port("5173") == Port(5173, 5173)
    assert parse_port("2222:2222") == Port(2222, 2222)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.0.0.0:80:80", "127.0.0.1 only"),
        ("2222:22", "port 22"),
        ("22", "port 22"),
        ("0:80", "from 1 to 65535"),
        ("80:65536", "from 1 to 65535"),
        ("", "HOST:GUEST"),
        (":", "HOST:GUEST"),
        ("80:", "HOST:GUEST"),
        ("-1", "HOST:GUEST"),
        ("80-90", "HOST:GUEST"),
        ("٣٠٠٠", "HOST:GUEST"),
        ("3000/tcp", "HOST:GUEST"),
    ],
)
def test_no_ports(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_port(text)


@given(st.integers(1, 65535), st.integers(1, 65535).filter(lambda port: port != 22))
def test_a_port_comes_back(host: int, guest: int) -> None:
    assert parse_port(str(Port(host, guest))) == (host, guest)


@given(st.text(alphabet="0123456789: .", max_size=5000))
def test_any_text_is_a_port_or_a_value_error(text: str) -> None:
    try:
        assert 1 <= parse_port(text).guest <= 65535
    except ValueError as error:
        assert str(error)  # noqa: PT017
