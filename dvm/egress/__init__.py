"""What leaves a VM: names, policy, the proxy on the host, and the wrapper that ties QEMU's network to it.

The proxy starts with each connection of a guest, so modules here import little, and nothing else of dvm.
"""
