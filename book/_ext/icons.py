"""The theme's icons: only those that the pages show, in a font of 3 KB in place of 157."""

import re

from fontTools.subset import Options, Subsetter, load_font, save_font


def keep_used(static, texts):
    """Leave in the fonts the icons that one of the texts names, and those of the theme's rules."""
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    names = {name for text in texts for name in re.findall(r"\bfa-[\w-]+", text)}
    codes = used_codes(sheet.read_text(encoding="utf-8"), names)
    for font in (static / "vendor" / "fontawesome" / "webfonts").glob("*.woff2"):
        font.with_suffix(".ttf").unlink(missing_ok=True)  # for browsers of 2015
        options = Options(flavor="woff2", layout_features=[], name_IDs=[])
        loaded = load_font(str(font), options)
        subset = Subsetter(options)
        # A font without any glyph is an error to a browser.
        subset.populate(unicodes=codes & loaded.getBestCmap().keys() or {min(loaded.getBestCmap())})
        subset.subset(loaded)
        save_font(loaded, str(font), options)


def used_codes(sheet, names):
    """Return the code points of these icons, and of those that no class of their own names."""
    own = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}')
    codes = {
        code
        for selectors, code in own.findall(sheet)
        if names & set(re.findall(r"\.(fa-[\w-]+):", selectors))
    }
    codes |= set(re.findall(r'"\\([0-9a-f]{4})"', own.sub("", sheet)))
    return {int(code, 16) for code in codes}
