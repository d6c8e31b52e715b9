"""Runs benchmarks from the command line."""

import sys

from bench.run import main

sys.exit(main(sys.argv[1:]))
