"""``python -m mmdl_book`` is the command ``mmdl-book``."""

import os
import sys

from mmdl_book.cli import main

code = main()
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)  # taking all pages apart costs half a second; kernels may hang
