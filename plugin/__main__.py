"""Run the plugin where the CLI starts it from a folder with Pulumi's Python language host."""

from pulumi_coreweave_gateway.plugin.server import main

main()
