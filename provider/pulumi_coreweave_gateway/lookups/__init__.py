"""The lookups: what a Pulumi program declares, and what the provider's process reads for it.

==================  ==========================================================================
module              concern
==================  ==========================================================================
gateway_lookup      the resource :class:`GatewayLookup`
gateways_lookup     the resource :class:`GatewaysLookup`
functions           ``get_gateway`` and the like: values without a resource
results             the typed values that the outputs hold
outputs             a gateway from the API → the outputs, a pure function
stored              what the state holds of the outputs
typed               outputs → the typed values
arguments           what a lookup of one gateway is given, checked at the user's line
fleet_arguments     the same for several
fleet_request       which gateways a fleet asks for
options             which resource options a lookup takes, and which it refuses
user_line           naming the user's line in an error
dependencies        deferring a read until what it ``depends_on`` exists
names               a gateway's name → the gateway, one list call for the whole program
waiting             waiting until a gateway is ready
waiting_in_up       the same as ``up`` runs it
program_failure     noticing that the program has failed, so that no wait goes on
progress            a wait's row in Pulumi's display
cli                 the CLI's command, and whether its display is live or a log
program_client      requests from the program's own process
daemon_pool         the threads that they run on
mocks               programs under ``pulumi.runtime.set_mocks``
references          the provider's reference in the state, written once per process
tracking            what the SDK waits for at the end of a program
reading             the provider's side: settings, calls, outputs
fleet_reading       several gateways side by side
engine_gone         ending the provider's process once its engine is gone
one_line_errors     one clean line for our errors where the SDK would print a traceback
==================  ==========================================================================

Nothing here knows HTTP: that is the client's.
"""
