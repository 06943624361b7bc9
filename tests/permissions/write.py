"""`python -m tests.permissions.write`: write the matrix anew from the policies, for reading the difference and checking it in."""

import sys
import tempfile

from marketplace.app import create_app
from marketplace.web.config import Settings
from tests.permissions import matrix


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environment({"LOTUSFAIR_MODE": "test", "LOTUSFAIR_DATA_DIR": folder}))
        rows = matrix.rows(app)
    matrix.write(rows)
    sys.stdout.write(f"{len(rows)} rows in {matrix.FILE.name}\n")


if __name__ == "__main__":
    main()
