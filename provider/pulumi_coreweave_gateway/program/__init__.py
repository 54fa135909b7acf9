"""What runs in the user's program: resources and functions, and all that they do before a read.

=================== =====================================================================
module              concern
=================== =====================================================================
gateway_lookup      the resource :class:`GatewayLookup`
gateways_lookup     the resource :class:`GatewaysLookup`
functions           ``get_gateway`` and the like: values without a resource
output_types        the typed values that the outputs hold
inputs              the arguments of a lookup of one gateway, checked in its constructor
fleet_inputs        the same for several
resource_options    which resource options a lookup takes, and which it refuses
dependencies        deferring a read until what it ``depends_on`` exists
name_lookup         a gateway's name → the gateway, one list call for the whole program
wait_for_ready      waiting until a gateway is ready
wait_in_up          the same as ``up`` runs it
program_failure     noticing that the program has failed, so that no wait goes on
progress            a wait's row in Pulumi's display
cli_command         the CLI's command, and whether its display is live or a log
clients             requests from the program's own process
mocks               programs under ``pulumi.runtime.set_mocks``
provider_reference  the provider's reference in the state, written once per process
tracking            what the SDK waits for at the end of a program
typed               outputs → the typed values
=================== =====================================================================
"""
