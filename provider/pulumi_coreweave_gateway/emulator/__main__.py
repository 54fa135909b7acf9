"""``python -m pulumi_coreweave_gateway.emulator``."""

import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
