"""Formulas are set when the book is built: right, readable aloud, and in lines that break well."""

import re

import formulas
import pytest
from docutils import nodes
from formulas import Formulas, breakable, glue, has_rows


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    found = Formulas(tmp_path_factory.mktemp("formulas") / "known.json")
    yield found
    found.close()


def test_a_formula_is_set_and_can_be_read_aloud(known):
    html = known.set(r"x_1^2 + \tfrac12", display=False)
    assert html.startswith("<mjx-container") and html.endswith("</mjx-container>")
    assert 'aria-hidden="true"' in html
    spoken = re.search(r"<mjx-assistive-mml[^>]*>(<math.*</math>)</mjx-assistive-mml>", html)[1]
    assert "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>" in spoken
    assert 'display="true"' in known.set("x", display=True)


@pytest.mark.parametrize("tex", [r"\frac{1}", r"\nonsense{x}", "x^{2", r"\begin{cases} 1"])
def test_what_is_no_formula_is_told(known, tex):
    with pytest.raises(ValueError):
        known.set(tex, display=False)


def test_what_was_set_comes_from_the_file_with_the_style_of_all_of_it(tmp_path, monkeypatch):
    first = Formulas(tmp_path / "known.json")
    html, sheet = first.set(r"\alpha", display=False), first.close()
    assert "mjx-c1D6FC" in html and "mjx-c1D6FC" in sheet and "@font-face" in sheet
    second = Formulas(tmp_path / "known.json")
    second.set("b", display=True)
    both = second.close()
    assert "mjx-c1D6FC" in both and "mjx-c1D44F" in both
    third = Formulas(tmp_path / "known.json")
    monkeypatch.setattr(formulas, "MiniRacer", None)  # nothing is set anew
    assert third.set(r"\alpha", display=False) == html
    assert third.close() == both


def parts(html):
    """Return the TeX-like text of the parts between which a formula may break."""
    inner = html[html.index("<mjx-math") : html.index("</mjx-math>")]
    names = {
        "3D": "=",
        "2C": ",",
        "2B": "+",
        "1D44E": "a",
        "1D44F": "b",
        "1D450": "c",
        "31": "1",
        "28": "(",
        "29": ")",
    }
    found = re.findall(r"<span>(.*?)</span>", inner)
    return ["".join(names[c] for c in re.findall(r"mjx-c([0-9A-F]+)", part)) for part in found]


def test_a_line_breaks_after_a_relation_and_a_display_before_it(known):
    assert parts(known.set("a = b + 1 = c", display=False)) == ["a=", "b+1=", "c"]
    assert parts(known.set("a + b + c + 1 = b = c + a + 1 = c", display=True)) == [
        "a+b+c+1", "=b=c+a+1", "=c",
    ]  # fmt: skip
    long = "a + b + c + 1 = a + b + c + a + b + c + 1"
    assert parts(known.set(long, display=True)) == ["a+b+c+1", "=a+b+c+a+b+c", "+1"]
    held = "a + b + c + 1 = (a + b + c + a + b + c) + 1"
    assert parts(known.set(held, display=True)) == ["a+b+c+1", "=(a+b+c+a+b+c)", "+1"]
    # The short side of "= b" stays with what follows it, wherever the line before has ended.
    assert parts(known.set("a + b + c = a + b + 1 = b = c + 1", display=True)) == [
        "a+b+c", "=a+b+1", "=b=c+1",
    ]  # fmt: skip
    assert parts(known.set("a = b + 1 = c, b = 1", display=True)) == ["a=b+1=c,", "b=1"]
    assert parts(known.set("a, b, c", display=False)) == ["a,", "b,", "c"]
    for whole in ("a + b", "a", r"\frac{a = b}{c}", r"{a = b}", r"\left(a, b\right)"):
        html = known.set(whole, display=False)
        assert "<span>" not in html
        assert breakable(html, display=False) == html


@pytest.mark.parametrize(
    "tex, rows",
    [
        (r"a = b", False),
        (r"a &= b \\ c &= d", True),
        (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix} = x", False),
        (r"\begin{pmatrix} \begin{matrix} 1 \\ 2 \end{matrix} \\ 3 \end{pmatrix}", False),
        (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix} \\ x", True),
    ],
)
def test_rows_are_those_of_the_formula_not_of_a_matrix_in_it(tex, rows):
    assert has_rows(tex) == rows


def test_punctuation_stays_with_its_formula():
    paragraph = nodes.paragraph(
        "", "", nodes.Text("So ("), nodes.math("", "x"), nodes.Text("), no")
    )
    paragraph += [
        nodes.math("", "y"),
        nodes.emphasis("", "z"),
        nodes.math("", "w"),
        nodes.Text("."),
    ]
    glue(None, paragraph, "")
    assert paragraph.astext() == "So (x), noyzw."
    glued = [node.astext() for node in paragraph.findall(nodes.inline) if node["classes"]]
    assert glued == ["(x),", "w."]
