"""Environments of the programs measured beside ours: made on demand, kept, and never in ours.

They lie under the cache folder of the user, one for each peer, so that no peer decides which
version of a library we or another peer are measured with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PYTHON = "3.12"  # that pyoce needs at least


class Absent(Exception):
    """The peer cannot be installed here; why."""


def python_with(*packages: str, newer: bool = False) -> tuple[str, dict[str, str]]:
    """A Python that has the packages, and their versions; `newer`: it has to be 3.12 or later.

    Raises Absent where there is no such Python or the packages cannot be had.
    """
    base = newer_python() if newer else sys.executable
    if base is None:
        raise Absent(f"no Python {PYTHON} or newer was found")
    folder = cache() / "-".join(packages)
    python = folder / "bin" / "python"
    if not python.exists():
        made = run(base, "-m", "venv", str(folder))
        made = made or run(
            str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", *packages
        )
        if made:
            shutil.rmtree(folder, ignore_errors=True)
            raise Absent(f"could not be installed ({made})")
    return str(python), {each: version_in(str(python), each) for each in packages}


def run(*command: str) -> str:
    """What the command ended with: nothing where all went well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.returncode:
        return ""
    return ([line for line in done.stderr.splitlines() if line.strip()] or ["no reason told"])[-1]


def version_in(python: str, package: str) -> str:
    """The version of a package there."""
    asked = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run(
        [python, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.strip()


def newer_python() -> str | None:
    """A Python of the version needed: this one, one on the path, or one that pyenv keeps."""
    for each in candidates():
        asked = "import sys; sys.exit(sys.version_info < (3, 12))"
        if not subprocess.run([each, "-c", asked], capture_output=True, check=False).returncode:
            return each
    return None


def candidates() -> Iterator[str]:
    yield sys.executable
    for name in ("python3.12", "python3.13", "python3.14", "python3"):
        if found := shutil.which(name):
            yield found
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for folder in sorted(kept.glob("3.1[2-9]*")):
        if (folder / "bin" / "python").exists():
            yield str(folder / "bin" / "python")


def cache() -> Path:
    """The folder that they lie in."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "hangtime-benchmark"
