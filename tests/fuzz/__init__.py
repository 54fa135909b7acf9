"""Coverage-guided fuzzing of what reads an answer's body: ``python -m tests.fuzz.run --runs 1000000``.

It wants a virtual environment of its own with what requirements.txt names; ``make soak`` makes one.

==================  ==========================================================================
module              concern
==================  ==========================================================================
target              what is fuzzed, and what must hold of it whatever the bytes
seeds               the first bodies: the contract's gateways, and the corpus kept here
mutator             changes of a body: of its bytes, or of its JSON's structure
run                 the command, by way of atheris
==================  ==========================================================================
"""
