"""Benchmarks of the package and its alternatives, all measured in one run: ``python -m benchmarks``.

=============  ==============================================================================
module         concern
=============  ==============================================================================
``__main__``   the command: the plan, and the runner that interleaves its measurements
``programs``   the Pulumi programs and scripts that are compared
``scenarios``  the table of scenarios, and how each kind is prepared and run
``server``     a gateway API in a process of its own, fast enough not to distort the results
``results``    medians, the file that keeps them, and the targets, as ratios of medians
``report``     the tables and the plot in docs/performance.md
=============  ==============================================================================
"""
