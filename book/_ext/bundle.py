"""Put the built pages and the PDF into one zip in _build; unpacked, it works without a network."""

import sys
from zipfile import ZIP_DEFLATED, ZipFile

import pdf

NAME = "neural-networks-you-can-check"
ZIP = pdf.BUILD / f"{NAME}.zip"
LINK = '<p class="nn-pdf"><a href="../{name}">The whole book as one PDF</a></p>'


def write(with_pdf):
    """Write the zip, and return it; the front page links to the PDF where there is one."""
    fresh = ZIP.with_suffix(".new")
    front = f"{pdf.parts()[0][1][0]}.html"
    with ZipFile(fresh, "w", ZIP_DEFLATED) as archive:
        for path in sorted(pdf.SITE.rglob("*")):
            name = path.relative_to(pdf.SITE).as_posix()
            if name == front and with_pdf:
                page = path.read_text(encoding="utf-8")
                at = page.index("</h1>", page.index("<article")) + len("</h1>")
                page = page[:at] + LINK.format(name=pdf.PDF.name) + page[at:]
                archive.writestr(f"{NAME}/{name}", page)
            elif path.is_file():
                archive.write(path, f"{NAME}/{name}")
        if with_pdf:
            archive.write(pdf.PDF, f"{NAME}/{pdf.PDF.name}")
    fresh.replace(ZIP)
    return ZIP


def main():
    failed = pdf.main()
    if not pdf.SITE.exists():
        return failed
    if failed:
        print("The zip is without it.", file=sys.stderr)
    print(f"The site as one zip: {write(not failed).as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
