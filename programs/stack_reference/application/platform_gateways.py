"""Read a gateway from the platform team's stack."""

from typing import Any

import pulumi


def platform_gateway(platform: pulumi.StackReference, name: str) -> pulumi.Output[dict[str, Any]]:
    """Return the fields that the platform exports for a gateway.

    Raises:
        pulumi.RunError: the platform exports no gateway of this name, or the gateway has no OpenAI base URL.

    """

    def find(known: list[Any]) -> dict[str, Any]:
        stack, gateways = known
        gateway: dict[str, Any] | None = (gateways or {}).get(name)
        if gateway is None:
            offered = ", ".join(sorted(gateways or {})) or "none"
            raise pulumi.RunError(f"stack {stack} exports no gateway {name!r}; it exports: {offered}")
        if not gateway["openai_base_url"]:
            raise pulumi.RunError(
                f"gateway {name!r} of stack {stack} had no OpenAI base URL at that stack's last `pulumi up` "
                f"({gateway['status']}): use another gateway, or run `pulumi up` there once it has one"
            )
        return gateway

    return pulumi.Output.all(platform.name, platform.get_output("gateways")).apply(find)
