"""Coverage-guided fuzzing of the parsing of responses: ``python -m tests.fuzz.run --runs 1000000``.

It needs its own virtual environment with requirements.txt installed, which ``make soak`` creates.

==================  ==========================================================================
module              concern
==================  ==========================================================================
target              the code that is fuzzed, and what must hold for any bytes
seeds               the seeds: the gateways of the contract, and the corpus
mutator             mutations of a body: of its bytes, or of its JSON
run                 the command, which uses atheris
==================  ==========================================================================
"""
