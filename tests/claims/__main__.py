"""``PYTHONPATH=tests python -m claims [BUILD]`` runs all claims."""

import sys

from claims.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
