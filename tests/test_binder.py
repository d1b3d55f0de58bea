"""What Binder will do with the repository, as its own tool says without Docker."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_binder_takes_a_python_that_is_new_enough_and_installs_the_project():
    pytest.importorskip("repo2docker", reason="Binder's tool runs on Linux")
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Building conda environment for python=3.11" in done.stderr
    # The project is copied before pip installs it: the requirements name it as "-e .".
    copied = done.stdout.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    installed = done.stdout.index('pip install --no-cache-dir -r ".binder/requirements.txt"')
    assert copied < installed


def test_binder_installs_what_everyone_installs():
    lines = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.txt"]
