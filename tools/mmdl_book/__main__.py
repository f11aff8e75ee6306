"""``python -m mmdl_book`` is the command ``mmdl-book``."""

import os
import sys

from mmdl_book.cli import INTERRUPTED, main

code = main()
if code == INTERRUPTED:  # without waiting for kernels and threads that hang
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
sys.exit(code)
