"""`make book` on a book of one page: what is built again, and what a failure leaves behind."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import build
import nbformat
import pytest
import yaml
from kernels import lose_kernels

ROOT = Path(__file__).resolve().parents[1]


class Toy:
    """A book of one notebook, which calls a package of one constant; built as the real one is."""

    def __init__(self, root):
        self.root = root
        shutil.copytree(ROOT / "book" / "_static", root / "book" / "_static")
        (root / "book" / "_ext").mkdir()
        for tool in (ROOT / "book" / "_ext").glob("*.py"):
            shutil.copy(tool, root / "book" / "_ext")
        config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
        config["sphinx"]["config"]["nnbook_package"] = "toy"
        config.pop("bibtex_bibfiles")
        (root / "_config.yml").write_text(yaml.safe_dump(config))
        (root / "_toc.yml").write_text(
            "format: jb-book\nroot: book/index\nchapters: [{file: book/page}]\n"
        )
        (root / "book" / "index.md").write_text("# A book\n\nSee {doc}`page`.\n")
        (root / "toy").mkdir()
        self.constant(42)
        self.page()

    def constant(self, value):
        (self.root / "toy" / "__init__.py").write_text(f"CONSTANT = {value}\n")

    def page(self, text="Text.", code="print('the constant is', toy.CONSTANT)"):
        cells = [nbformat.v4.new_markdown_cell(f"# A page\n\n{text}")]
        cells += [nbformat.v4.new_code_cell(source) for source in ("import toy", code)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.root / "book" / "page.ipynb")

    def build(self):
        """Return the exit code, the last line on stdout, and the lines on stderr."""
        done = subprocess.run(
            [sys.executable, "book/_ext/build.py"],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
        )
        return (
            done.returncode,
            done.stdout.strip().splitlines()[-1],
            done.stderr.strip().splitlines(),
        )

    def log(self):
        return (self.root / "_build" / "logs" / "book.log").read_text(encoding="utf-8")

    def built_page(self):
        path = self.root / "_build" / "html" / "book" / "page.html"
        return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The book after one build that succeeded."""
    book = Toy(tmp_path_factory.mktemp("toy"))
    address = (book.root / "_build" / "html" / "index.html").as_uri()
    assert book.build() == (0, f"The book is ready: {address}", [])
    assert "the constant is 42" in book.built_page()
    return book


@pytest.fixture
def toy(built):
    """The same book, whatever the test before has left."""
    built.constant(42)
    built.page()
    return built


def test_a_second_build_executes_nothing(toy):
    assert toy.build()[0] == 0
    assert toy.build()[0] == 0
    assert "Executing notebook" not in toy.log()
    assert re.search(r"\b0 added, 0 changed, 0 removed", toy.log())


def test_a_change_in_the_companion_is_noticed(toy):
    toy.constant(43)
    assert toy.build()[0] == 0
    assert "the constant is 43" in toy.built_page()


def test_a_kernel_that_does_not_start_is_started_again(toy):
    toy.page("Another text.", "print('executed', 'again')")
    lose_kernels(toy.root, 1)
    assert toy.build()[0] == 0
    assert "executed again" in toy.built_page()
    assert not (toy.root / "lose").exists()


@pytest.mark.parametrize(
    ("change", "why", "times"),
    [
        ({"code": "1 / 0"}, "Code cell 2 of book/page.ipynb failed with ZeroDivisionError", 1),
        # A page that Sphinx has read once, with its warning, must not pass the second time.
        ({"text": "# Part\n\n### Chapter"}, "Non-consecutive header level increase", 2),
    ],
)
def test_a_failure_is_one_sentence_and_leaves_the_book(toy, change, why, times):
    before = toy.built_page()
    toy.page(**change)
    for _ in range(times):
        code, _, said = toy.build()
        assert code == 1
        assert len(said) == 1
        assert said[0].startswith("The book was not built: ") and why in said[0]
        assert said[0].endswith("still in _build/html. Full log: _build/logs/book.log")
        assert toy.built_page() == before


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (
            "reading\nbook/a.ipynb:20003: WARNING: term not in glossary: 'x'\ndone\n",
            "book/a.ipynb (cell 2): term not in glossary: 'x'",
        ),
        (
            "book/a.md:: WARNING: no image\nbook/b.md:7: ERROR: no such role\n",
            "2 warnings, the first is: book/a.md: no image",
        ),
        ("\nExtension error (nnbook):\nNo package.\nTraceback\n", "No package."),
        ("\nException occurred:\n  File x, line 3\n    raise y\nKeyError: 'y'\n", "KeyError: 'y'"),
        ("Traceback:\n  File x\nyaml.ParserError: no\n  in line 3\n", "yaml.ParserError: no"),
        ("", "jupyter-book stopped without saying why"),
    ],
)  # fmt: skip
def test_the_reason_is_found_in_the_log(log, why):
    assert build.failure(log) == why
