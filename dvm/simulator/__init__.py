"""A stand-in for `limactl`: an executable of its own, an independent witness of how Lima behaves.

It imports nothing from the rest of DVM and DVM imports nothing from it: the two meet only on a command line,
as DVM and the real limactl do. What it answers was measured on limactl 2.2.0; one contract suite runs on
both, so that it cannot drift from the real thing. It boots nothing and runs nothing on the host: a guest is a
few JSON files.

Instances live in `$LIMA_HOME/NAME` as Lima's do (`lima.yaml`, `lima-version`, `protected`, `ssh.config`,
`disk`), beside three files of the simulator's own: `sim.json` (is it running), `guest.json` (what the guest
remembers) and `guest-runs.jsonl` (the setup scripts that ended). They live and die as any unknown file in
that directory does.

What tests and the demo can set (all optional):

- `DVM_SIM_FAULTS`: a JSON file of calls that shall fail, hang or die (`faults`).
- `DVM_SIM_RECORD`: a file that gets a JSON line for each call (`record`).
- `DVM_SIM_DELAY`: seconds that `create`, `start`, `stop` and `shell` take, 0 when unset (`timing`).
- `DVM_SIM_LIST_COST=real`: `list` takes at least as long as the real one (`timing`).
- `DVM_SIM_OS`: `linux` or `darwin`, whose rules for vm types hold; the host's own when unset.
"""
