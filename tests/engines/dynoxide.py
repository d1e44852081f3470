"""Dynoxide: a second engine that speaks DynamoDB's protocol, written by others, in one binary.

Run as a program, this installs it where the contract tests look for it.
"""

import base64
import hashlib
import os
import platform
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import urllib3

from penguinmails.local import child
from penguinmails.local.stack import ROOT

VERSION = "1.2.1"
NPM = f"https://registry.npmjs.org/@dynoxide/linux-x64/-/linux-x64-{VERSION}.tgz"
SHA512 = "sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg=="
"""The package's integrity, as npm has it."""
WITHIN = "package/dynoxide"
PROGRAM = ROOT / ".local" / "engines" / f"dynoxide-{VERSION}"


class CannotInstall(Exception):  # noqa: N818 - named by what happened
    """The engine is not for this machine, or its package is not the one that is pinned."""


def is_installed() -> bool:
    return PROGRAM.exists()


def install() -> None:
    """Fetch the pinned package and keep its one program; nothing of it runs meanwhile."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise CannotInstall(f"Dynoxide is pinned for Linux on x86-64 only, and not for {_here()}.")
    package = urllib3.request("GET", NPM).data
    if base64.b64encode(hashlib.sha512(package).digest()).decode() != SHA512:
        raise CannotInstall(f"{NPM} is not the package that is pinned.")
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    partial = PROGRAM.with_suffix(".part")
    partial.write_bytes(_program(package))
    partial.chmod(0o755)
    partial.rename(PROGRAM)


@contextmanager
def running_dynoxide(folder: Path) -> Iterator[str]:
    """Run it, with its tables in memory, for as long as the block lasts; give its endpoint."""
    port, log = child.free_port(), folder / "dynoxide.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [PROGRAM, "--host", child.LOOPBACK, "--port", str(port)],
            env={"PATH": os.environ["PATH"]},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    served = child.Child(process, port, log)
    try:
        served.wait_until_it_listens()
        yield f"http://{child.LOOPBACK}:{port}"
    finally:
        served.stop()


def _program(package: bytes) -> bytes:
    with tarfile.open(fileobj=BytesIO(package)) as files:
        found = files.extractfile(WITHIN)
        if found is None:
            raise CannotInstall(f"{NPM} holds no {WITHIN}.")
        return found.read()


def _here() -> str:
    return f"{sys.platform} on {platform.machine()}"


def main() -> int:
    """Install it unless it is there; the exit code tells whether it is now."""
    try:
        if not is_installed():
            install()
    except CannotInstall as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Dynoxide {VERSION} is in {PROGRAM.parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
