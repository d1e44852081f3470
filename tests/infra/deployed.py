"""Writes the templates into a folder as they are deployed, for a tool that looks at files."""

import shutil
import sys
from pathlib import Path

from penguinmails.local.package import Sources, templates
from penguinmails.local.stack import BUILD, FUNCTIONS, ROOT


def write(folder: Path) -> None:
    """Empty the folder, and write all templates into it."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in templates(Sources(ROOT, FUNCTIONS, BUILD), "packages").items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
