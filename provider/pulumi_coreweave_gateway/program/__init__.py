"""What runs in the user's program: resources and functions, and everything that they do before a read.

==================== ============================================================
module               concern
==================== ============================================================
gateway_lookup       the resource :class:`GatewayLookup`
gateways_lookup      the resource :class:`GatewaysLookup`
deployments_lookup   the resource :class:`DeploymentsLookup`
functions            ``get_gateway`` and the like: values without a resource
deployment_functions ``get_deployments`` and ``get_deployments_output``
arguments            a lookup's arguments: checks, resource options, dependencies
output_types         the types of outputs and results
guarded_outputs      errors where a read failed or was skipped
waiting              waiting for a name, and in ``up`` until a gateway is ready
requests             requests from the program's own process
cli_command          the CLI's command: only ``up`` waits
mocks                functions under ``pulumi.runtime.set_mocks``
==================== ============================================================
"""
