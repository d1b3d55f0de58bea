"""Notebooks that leave the site: where its buttons lead, and what a program without MyST shows."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from nnbook import plain_markdown
from notebooks import all_notebooks
from tiny_book import ROOT, bare_book, build, outside_git

from companion.grading.handout import installing

PAGES = ("refresher", "01-perceptron", "02-xor", "exercises/01-perceptron")
SITE = "https://someone.github.io/a-fork/"

# What Colab, VS Code and GitHub would show as it is written.
LEFT_OVER = re.compile(
    r"\{[a-z][\w:+-]*\}`"  # a role
    r"|^\s*(?::{3,}|`{3,}\{|~{3,}\{)"  # a directive, or its end
    r"|^\s*:[\w-]+:"  # its option
    r"|^\([\w-]+\)="  # a label
    r"|\$\$ *\([\w-]+\)"  # the label of an equation
    r"|^\+\+\+|^% |\[\^|\{\{ *\w+ *\}\}"  # a block, a comment, a footnote, a substitution
    r"|\]\((?!https?://)[^)]*\)",  # a link to nowhere
    re.MULTILINE,
)


def without_code(text):
    text = re.sub(r"^(`{3,})(?!\{).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(?<![}`])`[^`\n]+`", "", text)


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


LABELS_ELSEWHERE = {
    label
    for path in all_notebooks()
    if path.relative_to(ROOT / "book").with_suffix("").as_posix() not in PAGES
    for text in texts(nbformat.read(path, as_version=4))
    for label in re.findall(r"^\(([\w-]+)\)=", text, re.MULTILINE)
}


class Page(HTMLParser):
    """The addresses that a page links to, and the places in it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if attributes.get("id"):
            self.places.add(attributes["id"])


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The folder of three pages of the book, built from a clone of somebody's fork on GitHub."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("clone")
    bare_book(folder)
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    config = config.replace("execute_notebooks: cache", "execute_notebooks: off")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    shutil.copytree(ROOT / "companion", folder / "companion", dirs_exist_ok=True)
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    (folder / "book" / "index.md").write_text("# Front\n")
    (folder / "book" / "exercises").mkdir()
    for name in PAGES:
        shutil.copy(ROOT / "book" / f"{name}.ipynb", folder / "book" / f"{name}.ipynb")
    toc = "".join(f"- file: book/{name}\n" for name in PAGES)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n{toc}")
    for command in (
        ["init", "-q"],
        ["remote", "add", "origin", "git@github.com:someone/a-fork.git"],
        ["add", "."],
    ):
        subprocess.run(["git", *command], cwd=folder, env=outside_git(), check=True)
    done = build(folder, strict=False)  # it links to pages that it leaves out
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def pages(clone):
    html = clone / "_build" / "html"
    return {name: Page(html / "book" / f"{name}.html") for name in PAGES}


def place_of(url):
    """What an address on Binder, Colab or GitHub shows: "the repository" or "the site", a path."""
    parts = urlsplit(url)
    if parts.netloc == "mybinder.org":
        assert parts.path == "/v2/gh/someone/a-fork/main"
        return "the repository", parse_qs(parts.query)["urlpath"][0].removeprefix("lab/tree/")
    if parts.netloc == "colab.research.google.com":
        return "the site", parts.path.removeprefix("/github/someone/a-fork/blob/gh-pages/")
    if found := re.fullmatch(r"/someone/a-fork/(?:edit|blob)/main/(.+)", parts.path):
        return "the repository", found[1]
    return None


def test_every_button_leads_to_a_file(clone):
    done = subprocess.run(
        ["git", "ls-files"], cwd=clone, capture_output=True, text=True, check=True
    )
    files = {"the repository": set(done.stdout.splitlines())}
    html = clone / "_build" / "html"
    files["the site"] = {p.relative_to(html).as_posix() for p in html.rglob("*") if p.is_file()}
    for name, page in pages(clone).items():
        places = [place for url in page.links if (place := place_of(url))]
        assert len(places) >= 3, "Binder, Colab, and the editor of GitHub"
        for where, path in places:
            assert path in files[where], f"{path} is not in {where}"
            assert path.endswith(f"book/{name}.ipynb")


def test_a_download_is_the_copy_that_gets_the_companion(clone):
    html = clone / "_build" / "html" / "book"
    for name, page in pages(clone).items():
        assert not any("_sources/" in url for url in page.links)
        (link,) = [url for url in page.links if "_notebooks/" in url and ":" not in url]
        notebook = nbformat.read((html / f"{name}.html").parent / link, as_version=4)
        assert notebook.cells[0].source == installing("someone/a-fork").source
        assert not any("{term}" in text for text in texts(notebook))


def test_links_of_a_copy_lead_to_the_published_pages(clone):
    found, site = pages(clone), clone / "_build" / "html"
    there = {f"book/{name}.html": page.places for name, page in found.items()}
    seen = []
    for name in PAGES:
        copy = nbformat.read(site / "_notebooks" / "book" / f"{name}.ipynb", as_version=4)
        for url in re.findall(r"\]\(([^)]+)\)", without_code("\n".join(texts(copy)))):
            page, _, place = url.removeprefix(SITE).partition("#")
            if page in there and place not in LABELS_ELSEWHERE:
                seen.append(url)
                assert not place or place in there[page], url
            elif url.startswith(SITE):  # a page that this small book leaves out
                stem = ROOT / page.removesuffix(".html")
                assert any(stem.with_suffix(kind).exists() for kind in (".ipynb", ".md")), url
    assert f"{SITE}book/02-xor.html#claim-no-line" in seen, "chapter 1 names a label of chapter 2"


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_nothing_of_myst_is_left_in_a_copy(path):
    for text in texts(nbformat.read(path, as_version=4)):
        for plain in (plain_markdown(text), plain_markdown(text, lambda target: f"{SITE}{target}")):
            assert LEFT_OVER.findall(without_code(plain)) == []


def test_what_is_left_of_myst_is_found():
    for text in (
        "a {doc}`b`",
        "```{note}\nb\n```",
        ":::",
        ":class: x",
        "(a)=",
        "$$ (eq-a)",
        "[a](b.md)",
    ):
        assert LEFT_OVER.search(without_code(text)), text


def test_without_a_repository_a_copy_says_what_to_do():
    cell = installing(None, zipped=False).source.replace("import companion", "import nowhere_else")
    with pytest.raises(ModuleNotFoundError, match=r"in the folder of the book, run: python -m pip"):
        exec(cell, {})
