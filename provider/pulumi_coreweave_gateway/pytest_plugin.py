"""The former place of the pytest plugin, for environments in which the package was installed before it moved."""

from pulumi_coreweave_gateway_pytest import coreweave_emulator, coreweave_gateways

__all__ = ["coreweave_emulator", "coreweave_gateways"]
