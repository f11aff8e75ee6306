"""``python -m mmdl_book`` is the command ``mmdl-book``."""

import sys

from mmdl_book.cli import main

sys.exit(main())
