"""Chains of steps side by side: one chain a VM, in the order that `needs` demands."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dvm.model.plan import Step

_LOOK_SECONDS = 0.2


def chains_of(steps: Sequence[Step]) -> dict[str, list[Step]]:
    """Return the steps of each address, in order."""
    chains: dict[str, list[Step]] = {}
    for step in steps:
        chains.setdefault(step.address, []).append(step)
    return chains


def chain_needs(chains: Mapping[str, Sequence[Step]]) -> dict[str, set[str]]:
    """Return for each address the addresses whose chains must end well before."""
    owner = {step.id: address for address, chain in chains.items() for step in chain}
    return {
        address: {owner[need] for step in chain for need in step.needs if owner.get(need, address) != address}
        for address, chain in chains.items()
    }


def run_chains(
    steps: Sequence[Step],
    *,
    parallelism: int,
    run: Callable[[Sequence[Step]], bool],
    skip: Callable[[Sequence[Step], str], None],
) -> None:
    """Run every chain, at most `parallelism` at a time; `run` tells whether a chain ended well.

    A chain whose needs did not end well goes to `skip`, with the address of the one that failed. The order in
    which ready chains begin is that of the plan.
    """
    chains = chains_of(steps)
    needs = chain_needs(chains)
    waiting = list(chains)
    ended: dict[str, bool] = {}
    running: dict[Future[bool], str] = {}
    with ThreadPoolExecutor(max_workers=max(1, parallelism), thread_name_prefix="dvm") as pool:
        while waiting or running:
            for address in list(waiting):
                failed = next((need for need in sorted(needs[address]) if ended.get(need) is False), None)
                if failed is not None:
                    waiting.remove(address)
                    ended[address] = False
                    skip(chains[address], failed)
                elif needs[address] <= ended.keys() and len(running) < parallelism:
                    waiting.remove(address)
                    running[pool.submit(run, chains[address])] = address
            # A short wait, so that the main thread sees a signal soon.
            done, _ = wait(running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                ended[running.pop(future)] = future.result()
