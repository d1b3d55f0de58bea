"""Run the scripts of tests/frameworks and store what they print; `make frameworks` does.

The tests compare what is stored with the companion, and so need neither PyTorch nor Keras. With
each script's lines its digest is stored: a script that changed and did not run again fails a test.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "frameworks"
STORED = FOLDER / "stored.json"
PACKAGES = {"pytorch": "torch", "sklearn": "scikit-learn", "keras": "keras"}


def scripts():
    """The path of each script by its name, such as chapter_11_pytorch."""
    return {path.stem: path for path in sorted(FOLDER.glob("chapter_*.py"))}


def digest(path):
    return hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()[:16]


def printed(path):
    """The lines that a script prints; it must not write a warning."""
    done = subprocess.run(
        [sys.executable, path],
        env=os.environ | {"KERAS_BACKEND": "torch", "PYTHONUTF8": "1", "PYTHONWARNINGS": ""},
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode or done.stderr:
        why = re.findall(r"\w+(?:Error|Warning): .*", done.stderr) or ["no message"]
        raise RuntimeError(f"{path.name} failed with {why[-1].rstrip('.')}")
    return done.stdout.splitlines()


def entry(path):
    package = PACKAGES[path.stem.rsplit("_", 1)[1]]
    made_with = f"{package} {version(package).split('+')[0]}"
    return {
        "digest": digest(path),
        "made with": made_with,
        "printed": printed(path),
    }


def main():
    try:
        stored = {name: entry(path) for name, path in scripts().items()}
    except PackageNotFoundError as error:
        print(
            f"{error.name} is not installed: .venv/bin/python -m pip install -e '.[frameworks]'. "
            "Nothing was stored.",
            file=sys.stderr,
        )
        return 1
    except RuntimeError as error:
        print(f"{error}. Nothing was stored.", file=sys.stderr)
        return 1
    text = json.dumps(stored, indent=1, ensure_ascii=False) + "\n"
    STORED.write_text(text, encoding="utf-8", newline="\n")
    number = "1 script" if len(stored) == 1 else f"{len(stored)} scripts"
    print(f"{number} ran; what is printed is in tests/frameworks/{STORED.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
