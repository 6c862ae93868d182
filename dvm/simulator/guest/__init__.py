"""The simulated guest: what `limactl shell` reaches. It is a memory and a few programs, none of which touches
the host.

A program is a function in a registry (`programs.PROGRAMS`, `protocol.SCRIPTS`), so that more can be taught to
it in a file of their own.
"""
