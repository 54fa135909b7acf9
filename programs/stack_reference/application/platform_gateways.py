"""A gateway of the platform team's stack, by its name there."""

from typing import Any

import pulumi


def platform_gateway(platform: pulumi.StackReference, name: str) -> pulumi.Output[dict[str, Any]]:
    """Return what the platform exports of a gateway that serves; anything else ends the program with one line."""

    def find(known: list[Any]) -> dict[str, Any]:
        stack, gateways = known
        gateway: dict[str, Any] | None = (gateways or {}).get(name)
        if gateway is None:
            offered = ", ".join(sorted(gateways or {})) or "none"
            raise pulumi.RunError(f"stack {stack} exports no gateway {name!r}; it exports: {offered}")
        if not gateway["openaiBaseUrl"]:
            raise pulumi.RunError(
                f"gateway {name!r} of stack {stack} had no OpenAI base URL at that stack's latest `pulumi up` "
                f"({gateway['status']}); ask its owners for another one"
            )
        return gateway

    return pulumi.Output.all(platform.name, platform.get_output("gateways")).apply(find)
