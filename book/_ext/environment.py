"""Make `.venv` with what requirements.txt asks for; do nothing when it is there already.

The Makefile calls this with any Python ≥ 3.11, so it uses the standard library only. A new
environment is made while the old one stands aside: if the installation fails, the old one returns.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLD = ROOT / ".venv.old"
LOG = ROOT / "_build" / "logs" / "install.log"
MARK = "made-from"  # written into .venv last: an environment without it was never finished


class InstallError(Exception):
    """One sentence that says what went wrong and what to do."""


def recipe(root: Path) -> str:
    """What an environment follows from; the tools' settings in pyproject.toml do not count."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [
        (root / "requirements.txt").read_text(encoding="utf-8"),
        json.dumps([project["build-system"], project["project"], project["tool"]["setuptools"]]),
        "{}.{}".format(*sys.version_info),
        str(root),  # an environment does not survive being moved
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_ready(wanted: str) -> bool:
    mark = VENV / MARK
    return mark.is_file() and mark.read_text() == wanted and (VENV / "bin" / "python").exists()


def install() -> None:
    """Fill `.venv`, or raise."""
    # Run from .venv itself, sys.executable is about to move away; the Python behind it is not.
    python = getattr(sys, "_base_executable", sys.executable)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        if not succeeds([python, "-m", "venv", str(VENV)], log):
            raise InstallError(
                f"{python} cannot make a virtual environment: its venv module is missing or not "
                "whole; install it (Debian and Ubuntu: sudo apt install python3-venv)."
            )
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-r", "requirements.txt"]
        if not succeeds(pip, log):
            errors = re.findall(
                r"^\s*ERROR: (.*)", LOG.read_text("utf-8", errors="replace"), re.MULTILINE
            )
            reason = errors[-1] if errors else "see the log"
            raise InstallError(
                f"pip could not install the packages ({reason.rstrip('.')}): check the network "
                "connection and run the command again."
            )


def succeeds(command: list[str], log) -> bool:
    return not subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT).returncode


def main() -> int:
    wanted = recipe(ROOT)
    if OLD.exists():  # an earlier run was killed before it could put the old one back
        shutil.rmtree(VENV, ignore_errors=True)
        OLD.rename(VENV)
    if is_ready(wanted):
        return 0
    if VENV.exists():
        VENV.rename(OLD)
    print("Installing the packages of requirements.txt into .venv, once …", flush=True)
    try:
        install()
        (VENV / MARK).write_text(wanted)
    except (InstallError, OSError, KeyboardInterrupt) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        kept = ""
        if OLD.exists():
            OLD.rename(VENV)
            kept = "The environment from before is back in .venv. "
        why = str(error) or "The installation was interrupted; run the command again to repeat it."
        print(f"{why} {kept}Full log: {LOG.relative_to(ROOT)}", file=sys.stderr)
        return 1
    shutil.rmtree(OLD, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
