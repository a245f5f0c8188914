"""`python -m greenwax`."""

import sys

from greenwax.cli import main

sys.exit(main())
