"""Run the command line with ``python -m avrec_desktop``."""

from avrec_desktop.cli.main import main

if __name__ == "__main__":
    main()
