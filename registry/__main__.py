"""`registry`, and `python -m registry`."""

import os
import sys
from typing import Final, NoReturn

_INTERRUPTED: Final = 130


def main() -> NoReturn:
    """Run the command line of this process: one that is interrupted while it begins is quiet too.

    Raises SystemExit.
    """
    try:
        from registry.cli import main as run
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    try:
        run()
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:
            # Where the interruption came in a call of exec(), Python would leave by the signal.
            os._exit(_INTERRUPTED)
        raise


if __name__ == "__main__":
    main()
