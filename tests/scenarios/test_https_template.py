"""A template at an https URL: fetched by DVM, compared with what the manifest pins, and handed to Lima as those bytes."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import Dvm

TEMPLATE = b"images:\n- location: https://example.org/a.img\n  arch: x86_64\nmounts: []\n"
PROVISION = b"provision:\n- mode: system\n  script: |\n    #!/bin/sh\n    touch /there\n"


class Site:
    """A web site of one page."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.url = f"https://127.0.0.1:{port}/t.yaml"
        self.certificate = certificate
        self.status = 200
        self.location = ""
        self.content = TEMPLATE
        self.asked = 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key; whoever trusts the file trusts the site."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl, to make a certificate")
    place = tmp_path_factory.mktemp("tls") / "site.pem"
    request = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-nodes"]
    new = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    both = ["-keyout", str(place), "-out", str(place.with_suffix(".crt"))]
    subprocess.run([openssl, "req", *new, *request, *both], check=True, capture_output=True)
    place.write_bytes(place.read_bytes() + place.with_suffix(".crt").read_bytes())
    return place


@pytest.fixture
def site(certificate: Path) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked += 1
            self.send_response(there.status)
            if there.location:
                self.send_header("Location", there.location)
            self.send_header("Content-Length", str(len(there.content)))
            self.end_headers()
            self.wfile.write(there.content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    there = Site(server.server_address[1], certificate.with_suffix(".crt"))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield there
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def dvm(dvm: Dvm, site: Site) -> Dvm:
    dvm.environment["SSL_CERT_FILE"] = str(site.certificate)
    return dvm


def declare(dvm: Dvm, site: Site, pinned: bytes = TEMPLATE) -> None:
    sha256 = hashlib.sha256(pinned).hexdigest()
    dvm.manifest(f'[vm.app]\ntemplate = "{site.url}"\ntemplate_sha256 = "{sha256}"\nrunning = false\n')


def test_the_pinned_bytes_are_what_lima_gets(dvm: Dvm, site: Site) -> None:
    site.content = TEMPLATE + PROVISION
    declare(dvm, site, site.content)
    shown = dvm.run("plan")
    assert (shown.code, f"runs from {site.url}: 1 script, at each boot" in shown.out) == (0, True), shown
    assert dvm.run("apply", "-y").code == 0
    assert "touch /there" in (dvm.lima_home / "dvm-app" / "lima.yaml").read_text()
    asked = site.asked
    assert "No changes." in dvm.run("plan").out
    assert site.asked == asked, "a plan without changes asks no network"


def test_other_bytes_than_the_pinned_ones_are_denied(dvm: Dvm, site: Site) -> None:
    declare(dvm, site)
    site.content = TEMPLATE + PROVISION
    result = dvm.run("apply", "-y")
    assert (result.code, "DVM110" in result.out + result.err) == (3, True), result
    assert dvm.calls(changing=True) == []


def test_a_new_pin_is_a_change_of_the_template(dvm: Dvm, site: Site) -> None:
    declare(dvm, site)
    assert dvm.run("apply", "-y").code == 0
    site.content = TEMPLATE + PROVISION
    declare(dvm, site, site.content)
    shown = dvm.run("plan")
    assert "lima.provision" in shown.out, shown
    applied = dvm.run("apply", "-y")
    assert applied.code == 0, applied
    assert "touch /there" in (dvm.lima_home / "dvm-app" / "lima.yaml").read_text()
    assert "No changes." in dvm.run("plan").out


def test_a_template_that_names_more_of_the_network_is_denied(dvm: Dvm, site: Site) -> None:
    site.content = TEMPLATE + b"base: https://example.org/base.yaml\n"
    declare(dvm, site, site.content)
    result = dvm.run("plan")
    assert (result.code, "DVM111" in result.out + result.err) == (3, True), result


@pytest.mark.parametrize(
    ("status", "location", "content", "said"),
    [
        (404, "", b"", "404"),
        (302, "http://127.0.0.1:1/t.yaml", b"", "can't be fetched"),
        (302, "file:///etc/passwd", b"", "can't be fetched"),
        (200, "", b"#" * ((1 << 20) + 1), "larger than 1 MiB"),
    ],
)
def test_what_can_not_be_had_is_an_error_with_a_remedy(
    dvm: Dvm, site: Site, status: int, location: str, content: bytes, said: str
) -> None:
    declare(dvm, site)
    site.status, site.location, site.content = status, location, content
    result = dvm.run("plan")
    assert result.code == 1, result
    text = " ".join(result.out.split())
    assert said in text, result
    assert "beside the manifest" in text, result
    assert dvm.calls(changing=True) == []


def test_a_site_that_nobody_vouches_for_is_an_error(dvm: Dvm, site: Site) -> None:
    declare(dvm, site)
    del dvm.environment["SSL_CERT_FILE"]
    result = dvm.run("plan")
    assert (result.code, "certificate" in result.out) == (1, True), result
    assert site.asked == 0
