"""The suite's two subjects: the simulator, and where there is one the real limactl.

`DVM_TEST_LIMACTL` is the real one's path, else `limactl` on PATH is taken. It refuses to run as root.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Dvm
from tests.contract.subject import SIMULATOR, TEMPLATE, Lima
from tests.e2e.real_dvm import LIMACTL, RealDvm
from tests.places import short_place

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def _real_limactl() -> str:
    found = os.environ.get("DVM_TEST_LIMACTL") or shutil.which("limactl")
    if not found:
        pytest.skip("no real limactl: none on PATH and DVM_TEST_LIMACTL is not set")
    if os.geteuid() == 0:
        pytest.skip("limactl refuses root")
    return found


@contextmanager
def make_lima(real: bool) -> Iterator[Lima]:
    """Give a limactl in a short, empty home of its own; where there is no real one, skip."""
    program = [_real_limactl()] if real else SIMULATOR
    with short_place() as place:
        (place / "cwd").mkdir()
        image = place / "image"
        with image.open("wb") as stream:
            stream.truncate(1 << 20)
        template = place / "template.yaml"
        template.write_text(TEMPLATE.format(image=image))
        yield Lima(program, place / "h", place / "cwd", template, real, {} if real else {"PYTHONPATH": str(ROOT)})


@pytest.fixture(params=["simulator", pytest.param("real", marks=pytest.mark.real)])
def lima(request: pytest.FixtureRequest) -> Iterator[Lima]:
    """A limactl with nothing in its home: first the simulator, then the real one."""
    with make_lima(request.param == "real") as made:
        yield made


@pytest.fixture(scope="module", params=["simulator", pytest.param("real", marks=pytest.mark.real)])
def standing(request: pytest.FixtureRequest) -> Iterator[Lima]:
    """A limactl with an instance `a`, for tests that leave it as it was."""
    with make_lima(request.param == "real") as made:
        made.create("a", "--disk=1")
        yield made


@pytest.fixture(params=["simulator", pytest.param("real", marks=pytest.mark.real)])
def either(request: pytest.FixtureRequest, place: Path) -> Iterator[Dvm]:
    """DVM on the simulator, and on the real limactl where there is one; an image and a key that no guest may get."""
    if request.param == "real":
        if LIMACTL is None or os.geteuid() == 0:
            pytest.skip("no limactl on PATH, or root, which it refuses")
        dvm: Dvm = RealDvm(place)
    else:
        dvm = Dvm(place)
    image = dvm.place / "image"
    with image.open("wb") as stream:
        stream.truncate(1 << 20)
    (dvm.place / "key").write_text("nothing secret\n")
    try:
        yield dvm
    finally:
        dvm.limactl("delete", "--force", "dvm-app")
