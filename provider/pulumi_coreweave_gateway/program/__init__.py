"""What runs in the user's program: resources and functions, and everything that they do before a read.

================ ========================================================================
module           concern
================ ========================================================================
gateway_lookup   the resource :class:`GatewayLookup`
gateways_lookup  the resource :class:`GatewaysLookup`
functions        ``get_gateway`` and the like: values without a resource
output_types     the typed values of outputs and results
inputs           checks of a lookup's arguments
resource_options which resource options a lookup supports, and which it refuses
guarded_outputs  errors where a read failed or was skipped
dependencies     deferring a read until everything in ``depends_on`` exists
name_lookup      a gateway's name → the gateway, with one list request for the whole program
wait_for_ready   waiting in ``up`` until a gateway is ready
cli_command      the CLI's command: only ``up`` waits
clients          requests from the program's own process
mocks            functions under ``pulumi.runtime.set_mocks``
================ ========================================================================
"""
