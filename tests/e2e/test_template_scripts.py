"""What a template runs in a guest is part of the plan, is reviewed, and changes in place."""

from __future__ import annotations

import yaml

from tests.e2e.real_dvm import TEMPLATE, RealDvm


def test_a_template_s_own_scripts(real: RealDvm) -> None:
    assert TEMPLATE is not None
    copied = real.limactl("template", "copy", "--embed-all", TEMPLATE, "-")
    assert copied.code == 0, copied.err
    template = yaml.safe_load(copied.out)
    assert "provision" not in template

    def provide(word: str, comment: str = "") -> None:
        # A literal block: Lima spoils text in quotes that has empty lines, and DVM306 denies what came of it.
        block = f"|\n    #!/bin/sh\n    set -eu\n    echo {word} $(id -un) >>/from-template\n"
        script = f"provision:\n- mode: system\n  script: {block}"
        real.write("own.yaml", yaml.safe_dump(template) + script + comment)

    body = real.small("cpus = 1\n").replace(TEMPLATE, "./own.yaml")
    real.manifest(f"[settings]\nrequire_review = true\n{body}")
    provide("one")
    with real.step("the plan lists the script, and it is not run unreviewed"):
        planned = real.run("plan")
        assert (planned.code, "DVM108" in planned.out) == (3, True), planned.out
        assert "runs from ./own.yaml: 1 script, at each boot" in planned.out
        assert real.apply()[0] == 3
        assert real.instances() == {}
    with real.step("reviewed: it runs at the first boot, as root"):
        assert real.run("review", "--yes").code == 0
        real.converge()
        assert real.root("cat /from-template") == "one root\n"
    with real.step("a comment is no change"):
        provide("one", "# a comment\n")
        assert real.settled()
    with real.step("another script: a change in place, with one restart"):
        provide("two")
        assert real.run("review", "--yes").code == 0
        planned = real.run("plan", "--detailed-exitcode")
        assert planned.code == 2, planned.out
        for text in ("echo two", "restarts", "1 to change, 0 to destroy"):
            assert text in planned.out
        real.converge()
        assert real.root("cat /from-template") == "one root\ntwo root\n"
