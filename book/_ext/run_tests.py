"""Run what changed since it last passed: the tests of tests/, and nbval over every notebook.

python book/_ext/run_tests.py            skips a part if nothing it depends on has changed
python book/_ext/run_tests.py --force    runs both
python book/_ext/run_tests.py notebooks  runs one of them
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from changes import ROOT, Stamp, digest
from notebooks import all_notebooks, fixed_settings

# Nearly every file is held by some test; these are made by tools.
MADE = (".git", ".venv", "_build", ".hypothesis", ".pytest_cache", ".ruff_cache", ".DS_Store")
PARALLEL = ["-n", "2", "--dist", "loadfile"]
NBVAL = ["--nbval", "--nbval-current-env"]


def parts() -> list[tuple[str, list[str], list[str]]]:
    """What there is to run: a name, what it depends on, the arguments for pytest."""
    names = [path.name for path in ROOT.iterdir()]
    everything = [n for n in names if n not in MADE and not n.endswith((".egg-info", ".old"))]
    notebooks = [path.relative_to(ROOT).as_posix() for path in all_notebooks()]
    return [
        ("tests", [*everything, "_build/html"], ["tests"]),
        (
            "notebooks",
            [*notebooks, "companion", "pyproject.toml", "book/conftest.py"],
            [*NBVAL, *notebooks],
        ),
    ]


def passes(arguments: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", *PARALLEL, *arguments]
    with tempfile.TemporaryDirectory() as empty:
        environment = os.environ | fixed_settings(Path(empty))
        environment |= {"NNBOOK_REQUIRE_BUILD": "1", "MPLBACKEND": "Agg"}  # tests open no window
        return subprocess.run(command, cwd=ROOT, env=environment).returncode == 0


def main() -> int:
    failed, named = [], [word for word in sys.argv[1:] if word != "--force"]
    for name, depends_on, arguments in parts():
        if named and name not in named:
            continue
        stamp = Stamp(name, digest(depends_on))
        if stamp.is_current() and "--force" not in sys.argv:
            print(f"{name}: passed before, and nothing has changed (make test FORCE=1 runs them).")
            continue
        print(f"{name}:", flush=True)
        if passes(arguments):
            stamp.set()
        else:
            stamp.drop()
            failed.append(name)
    if failed:
        print(
            f"Failed: {' and '.join(failed)}. The lines above say what and where.", file=sys.stderr
        )
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
