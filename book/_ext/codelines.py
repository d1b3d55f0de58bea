"""Lines of code and of output on a narrow screen: no reader takes them for other code.

A line of code that is too long goes on in the next one, further in than it began. The columns of
what a cell prints stay columns, and scroll in their box.
"""

import re

BLOCK = re.compile(
    r'(<div class="([^"]*\bhighlight-[^"]*)"><div class="highlight"><pre)>(.*?)(</pre>)', re.DOTALL
)
INDENT = re.compile(r'(?:<span></span>)?(?:<span class="w">)?( *)(?:</span>)?')
# Where a line may go on in the next one, besides at its spaces: a bracket or a dot.
JOINT = re.compile(r'<span class="(?:p">[^<]*[(\[{]|o">\.)</span>(?=.)')
GAP = re.compile(r"\S {2,}\S")


def setup(app):
    app.connect("html-page-context", mark_lines)


def mark_lines(app, pagename, templatename, context, doctree):
    context["body"] = BLOCK.sub(marked, context.get("body", ""))


def marked(block):
    """Return a block with its lines of code marked, or with its columns known as such."""
    begin, classes, inside, end = block.groups()
    if "output" not in classes.split():
        return f"{begin}>" + "\n".join(map(line_of_code, inside.split("\n"))) + end
    plain = re.sub("<[^>]*>", "", inside)
    if sum(1 for line in plain.split("\n") if GAP.search(line)) > 1:
        begin += ' class="nn-columns"'
    return f"{begin}>{inside}{end}"


def line_of_code(line):
    """Return a line of highlighted code that knows how far it is indented."""
    found = INDENT.match(line)
    rest, spaces = line[found.end() :], found[1]
    if not rest or line.count("<span") != line.count("</span>"):  # or part of a longer element
        return line
    indent = f'<span class="nn-indent">{spaces}</span>' if spaces else ""
    rest = JOINT.sub(r"\g<0><wbr>", rest)  # better than in a name, or right after the indent
    return f'<span class="nn-line" style="--nn-indent: {len(spaces)}">{indent}{rest}</span>'
