"""The ways to an engine, one module each, in the order in which they are tried.

=================  =====================================================================================
module             way
=================  =====================================================================================
``on_path``        a CLI that the user has
``cached``         one that was made here before
``official``       the official download, by the SDK itself (``official_install`` is what runs in its Python)
``go_build``       ``go build``, with the fallback host beside it (``host_python``: what that one runs on)
=================  =====================================================================================
"""
