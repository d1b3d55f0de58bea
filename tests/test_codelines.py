"""How the lines of a block of code, and of what it prints, are marked for narrow screens."""

import re

import codelines
import pytest

CODE = (
    '<div class="highlight-ipython3 notranslate"><div class="highlight"><pre>{}</pre></div></div>'
)
OUTPUT = CODE.replace("highlight-ipython3", "output stream highlight-myst-ansi")


def marked(html):
    return codelines.BLOCK.sub(codelines.marked, html)


def test_a_line_of_code_knows_its_indent_and_where_it_may_break():
    html = marked(
        CODE.format('<span></span>f<span class="p">(</span>x\n    <span class="n">y</span>\n')
    )
    assert (
        '<span class="nn-line" style="--nn-indent: 0">f<span class="p">(</span><wbr>x</span>'
        in html
    )
    indent = '<span class="nn-indent">    </span>'
    line = f'<span class="nn-line" style="--nn-indent: 4">{indent}<span class="n">y</span></span>\n'
    assert line in html


@pytest.mark.parametrize(
    "code",
    [
        "one\n\n        two\n",
        '<span class="s2">a\n   b</span>\nc\n',  # an element of two lines
        '<span></span><span class="w">  </span><span class="k">if</span> x:\n',
        "",
    ],
)
def test_the_text_of_a_block_stays_as_it_was(code):
    html = CODE.format(code)
    text = re.compile("<[^>]*>")
    assert text.sub("", marked(html)) == text.sub("", html)
    assert marked(html).count("<span") == marked(html).count("</span>")


@pytest.mark.parametrize(
    ("printed", "columns"),
    [
        ("start   grad\n 2.45  2e-10\n", True),
        ("largest  difference\n", False),
        ("a sentence\nand another one\n", False),
        ("  indented\n  twice\n", False),
        ('<span class="x">a</span>   b\nc   <span>d</span>\n', True),
    ],
)
def test_what_is_printed_in_columns_is_known(printed, columns):
    html = marked(OUTPUT.format(printed))
    assert ('<pre class="nn-columns">' in html) is columns
    assert "nn-line" not in html
