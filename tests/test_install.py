"""How the commands make `.venv`: once, from what is asked for, and never half.

Each test works in a small copy of the repository, whose requirements need no network.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_THERE = "a-package-that-is-not-there"

pytestmark = pytest.mark.skipif(
    os.name == "nt" or shutil.which("make") is None, reason="needs make; Windows goes without"
)


@pytest.fixture
def project(tmp_path):
    """A copy with what the installation needs, and nothing to install."""
    for name in ("Makefile", "pyproject.toml", "book/_ext/environment.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def make(project, python=sys.executable, **variables):
    """Run `make environment` without a package index; return its exit code and what it says."""
    named = [f"PYTHON={python}"] if python else []
    done = subprocess.run(
        [shutil.which("make"), "environment", *named],
        cwd=project,
        env=outside_make() | variables,
        capture_output=True,
        encoding="utf-8",
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    return done.returncode, done.stdout, said


def outside_make():
    """The environment variables without what `make test` adds; no index, no one's settings."""
    unwanted = ("MAKE", "MFLAGS", "GNUMAKEFLAGS", "PIP_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "LC_ALL": "C"}


def contents(folder):
    """What is in a virtual environment, and when it was written."""
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def test_an_environment_is_made_once(project):
    ascii_only = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # what it says is not ASCII only
    code, out, said = make(project, **ascii_only)
    assert (code, said) == (0, []) and "Installing" in out
    before = contents(project / ".venv")
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + "\n# a comment\n")  # changes nothing that counts
    os.utime(project / "requirements.txt")
    assert make(project) == (0, "", [])
    assert make(project, python=None) == (0, "", [])  # with no Python named, .venv's own will do
    assert contents(project / ".venv") == before


def test_a_failed_installation_leaves_the_old_environment(project):
    assert make(project)[0] == 0
    before = contents(project / ".venv")
    (project / "requirements.txt").write_text(NOT_THERE)
    for _ in range(2):  # the old one is not taken for the new one the next time
        code, _, said = make(project)
        assert code != 0
        assert len(said) == 1
        assert (
            f"pip could not install the packages (No matching distribution found for {NOT_THERE})"
            in said[0]
        )
        assert "check the network" in said[0] and said[0].endswith("_build/logs/install.log")
        assert NOT_THERE in (project / "_build" / "logs" / "install.log").read_text()
        assert contents(project / ".venv") == before
        assert not (project / ".venv.old").exists()


def test_a_first_installation_that_fails_leaves_nothing(project):
    (project / "requirements.txt").write_text(NOT_THERE)
    assert make(project)[0] != 0
    assert not (project / ".venv").exists()


def test_an_installation_that_was_killed_is_repeated(project):
    assert make(project)[0] == 0
    (project / ".venv").rename(project / ".venv.old")  # as after a kill: the old one aside,
    (project / ".venv").mkdir()  # the new one unfinished
    assert make(project) == (0, "", [])
    assert not (project / ".venv.old").exists()
    (project / ".venv" / "made-from").unlink()  # killed during the first installation
    code, out, _ = make(project)
    assert code == 0 and "Installing" in out


@pytest.mark.parametrize("named", ["/nonexistent/python3", "old/python3"])
def test_a_python_that_will_not_do_is_named(project, named):
    (project / "old").mkdir()
    (project / "old" / "python3").write_text("#!/bin/sh\nexit 1\n")  # as Python 3.8 answers
    (project / "old" / "python3").chmod(0o755)
    code, _, said = make(project, named)
    assert code != 0
    assert len(said) == 1
    assert said[0].startswith(f"'{named}' is not a Python 3.11 or newer that runs. Install one")


def test_no_python_at_all(project):
    tools = project / "tools"
    tools.mkdir()
    for name in ("sh", "echo"):
        (tools / name).symlink_to(shutil.which(name))
    code, _, said = make(project, python=None, PATH=str(tools))
    assert code != 0
    assert len(said) == 1
    assert said[0].startswith("No Python 3.11 or newer was found. Install one")


def test_a_python_without_venv_is_told_so(project):
    """Debian's python3 comes without the part of venv that brings pip."""
    python = project / "python3"
    real = shlex.quote(sys.executable)
    python.write_text(f'#!/bin/sh\n[ "$1 $2" = "-m venv" ] && exit 1\nexec {real} "$@"\n')
    python.chmod(0o755)
    script = project / "book" / "_ext" / "environment.py"
    text = script.read_text().replace(
        'getattr(sys, "_base_executable", sys.executable)', repr(str(python))
    )
    script.write_text(text)
    code, _, said = make(project)
    assert code != 0
    assert len(said) == 1
    assert "its venv module is missing or not whole" in said[0]
    assert not (project / ".venv").exists()


def test_the_list_of_commands(project):
    done = subprocess.run(
        ["make"],
        cwd=project,
        env=outside_make(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert listed == [
        "help",
        "book",
        "test",
        "pdf",
        "site",
        "lab",
        "notebooks",
        "exercises",
        "frameworks",
        "reseed",
        "seeds",
        "benchmark",
        "benchmark-grading",
        "mutants",
        "lint",
        "clean",
    ]
