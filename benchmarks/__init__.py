"""What a lookup costs, side by side with the alternatives, in one run.

``python -m benchmarks`` measures, prints the tables, and writes ``results.json`` and ``plot.svg`` beside this file.

================  ====================================================================================
module            concern
================  ====================================================================================
``__main__``      the command
``plan``          which ways, how many gateways, which commands, how often
``all_ways``      the ways to read N gateways, by name
``ways``          programs of Pulumi, and bare requests
``terraform``     the same with Terraform
``profiled``      a program under a profiler (which ``profiling`` starts): the share of our own code
``software``      what they run on: the engine, and the package installed as users have it
``programs``      the text of those programs
``running``       runs of the plan, interleaved, each of them kept on disk as soon as it is made
``measuring``     one command: wall, CPU, what the server counted, memory
``memory``        the peak memory of the provider's process
``server``        the gateway API, fast enough not to be what is measured
``state``         how large what a stack keeps of a lookup is
``startup``       imports, and the provider's first read, without an engine
``model``         what is measured, as results.json has it
``results``       medians and spread, and the file that keeps them
``targets``       the targets, each a ratio of figures of the same run
``tables``        the tables as text
``report``        the tables as Markdown, for the README
``plot``          the plot, as SVG
================  ====================================================================================
"""
