"""The provider plugin: the lookups as functions for every Pulumi language.

It runs in a process of its own, ``pulumi-resource-coreweave-gateway``, which the engine starts once per provider.

========  ==============================================================================
module    concern
========  ==============================================================================
server    the process: command line, gRPC server, signals
servicer  Pulumi's provider protocol: schema, configuration, function calls, errors
lookups   ``getGateway``, ``getGateways`` and ``getDeployments``: arguments to outputs
values    the protocol's values: secrets and unknowns
========  ==============================================================================

``schema.json`` describes the package to SDK generators and to Pulumi's Registry; ``make docs`` writes it from the
docstrings of the output types.
"""
