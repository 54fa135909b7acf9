"""A small host for Pulumi's Python programs, for machines that the official one can't be had on.

It is a gRPC ``LanguageRuntime`` over the stubs that the Pulumi SDK publishes. It runs projects unchanged, with the
options ``virtualenv`` (and pip as the only package manager); it has neither a debugger nor code generation.

=================  =====================================================================================
module             concern
=================  =====================================================================================
``__main__``       starts the server, prints its port, ends with the engine
``runtime``        the calls of the engine
``environment``    which Python a project runs on, making its virtual environment, what is installed there
``processes``      the processes that are under way, and ending them
``run_program``    what the program's process runs: connects the SDK to the engine, then runs the program
``dynamic_provider``  what a dynamic provider's process runs: the SDK's server, until the engine is gone
``orphans``        noticing that the engine is gone
=================  =====================================================================================
"""
