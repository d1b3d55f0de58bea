"""What Binder will do with the repository, as its own tool says without Docker."""

import os
import re
import subprocess
import sys
import venv
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
    # The project is copied before pip installs it: the requirements name it as "-e .". JupyterLab,
    # which brings the folder for its settings, is there when they are copied.
    steps = (
        r"COPY --chown=\S+ src/ \$\{REPO_DIR\}/",
        r'pip install --no-cache-dir -r "\.binder/requirements\.txt"',
        r"RUN \./\.binder/postBuild",
    )
    places = [re.search(step, done.stdout).start() for step in steps]
    assert places == sorted(places)


def test_binder_installs_what_everyone_installs():
    lines = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Binder runs on Linux")
def test_jupyterlab_has_the_same_settings_on_binder_as_with_make_lab(tmp_path):
    venv.create(tmp_path, with_pip=False)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    script = ROOT / ".binder" / "postBuild"
    subprocess.run([script], cwd=ROOT, env=os.environ | {"PATH": path}, check=True)
    copied = tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    made = ROOT / "book" / "_ext" / "lab" / "overrides.json"
    assert copied.read_bytes() == made.read_bytes()
    assert f"app_settings_dir={made.parent.relative_to(ROOT)} " in (ROOT / "Makefile").read_text()
