"""Benchmarks of the package and its alternatives, all measured in one run.

``python -m benchmarks`` takes about ten minutes. It prints the tables and writes ``benchmarks/results.json``,
``docs/performance.md`` and ``docs/performance.svg``.

=============  ==============================================================================
module         concern
=============  ==============================================================================
``__main__``   the command: the plan, and the runner that interleaves its measurements
``programs``   the Pulumi programs, scripts and Terraform configuration that are compared
``scenarios``  how each of them is prepared and run
``server``     a gateway API in its own process, fast enough not to distort the results
``results``    medians, and the file that keeps them
``targets``    the targets, as ratios of medians of the same run
``report``     the tables, docs/performance.md, and README's summary
``plot``       docs/performance.svg
=============  ==============================================================================
"""
