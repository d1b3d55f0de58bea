"""Notice what has changed, by content: dates of files change with every checkout."""

import hashlib
import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSING = ("__pycache__", ".ipynb_checkpoints")  # folders that come and go


def digest(names: Iterable[str], root: Path = ROOT) -> str:
    """Of the files and folders with these names below `root`, and of what is installed."""
    total = hashlib.sha256(installed().encode())
    for name in sorted(names):
        start = root / name
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.is_file() and not set(PASSING) & set(path.parts):
                total.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def installed() -> str:
    packages = sorted(f"{one.name}=={one.version}" for one in distributions())
    return "\n".join([sys.version, *packages])


class Stamp:
    """Remembers the digest with which something last succeeded."""

    def __init__(self, name: str, digest: str, root: Path = ROOT):
        self.file = root / "_build" / "stamps" / name
        self.digest = digest

    def is_current(self) -> bool:
        return self.file.is_file() and self.file.read_text() == self.digest

    def set(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.digest)

    def drop(self) -> None:
        self.file.unlink(missing_ok=True)
