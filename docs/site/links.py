"""Links of the repository's files, as they lead on the site: to pages, to sections of pages, to pictures, or to GitHub.

A section is found by the heading that it has in English, whatever language the page is in: each heading gets a label.
"""

import os
import pathlib
import re
import urllib.parse

from docs import catalogues

ROOT = pathlib.Path(__file__).parents[2]
HOME = "https://github.com/keras-gans/keras_gans"
CODE = r"(?P<code>^ *(?P<fence>```+|~~~+).*?^ *(?P=fence)|``.+?``|`[^`\n]+`|<!--.*?-->)"
PIECES = re.compile(
    CODE + r"|(?P<picture>!\[[^\]]*\]\((?P<file>[^)\s]+)\))|(?P<link>\]\((?P<place>[^)\s]+)\))",
    re.MULTILINE | re.DOTALL,
)
HEADING = re.compile(CODE + r"|^(?P<level>#+) +(?P<heading>.+?) *$", re.MULTILINE | re.DOTALL)


def headings(text):
    """The headings of a text in Markdown, strings, in their order."""
    return [found["heading"] for found in HEADING.finditer(text) if found["heading"]]


def key(heading):
    """What is equal in a heading and in the anchors that GitHub and Jupyter make of it: its letters and digits."""
    words = re.sub(r"\]\(\S+?\)", "]", urllib.parse.unquote(heading))
    return "".join(letter for letter in words.lower() if letter.isalnum())


def texts(path):
    """The texts in Markdown of a file: its own, or those of the cells of a notebook."""
    return catalogues.texts(path) if path.suffix == ".ipynb" else [path.read_text(encoding="utf-8")]


class Links:
    """Leads from files to pages.

    Args:
        folder: `pathlib.Path`, where the pages are written.
        pages: dict from files, paths within the repository, to the names of their pages.
        names: names of the package, such as "losses.GANLoss", whose code leads to the reference.
    """

    def __init__(self, folder, pages, names=()):
        self.folder, self.pages, self.names = folder, pages, set(names)
        self.labels = {page: self._labels_of(page, texts(ROOT / path)) for path, page in pages.items()}

    def _labels_of(self, page, texts):
        """Labels of a page's sections: a dict from keys to labels; of equal headings the first."""
        found = {}
        for heading in (heading for text in texts for heading in headings(text)):
            words = re.sub(r"[\W_]+", "-", re.sub(r"\]\(\S+?\)", "", heading).lower()).strip("-")
            found.setdefault(key(heading), f"{page.replace('/', '-')}-{words}")
        return found

    def labelled(self, page, text, english, used):
        """Puts its label above each heading.

        Args:
            page: string, name of the page.
            text: string, the text of a file or of a cell, in any language.
            english: string, the same text in English, which has as many headings.
            used: set of the labels that the page has already, to which those of the text are added.
        """
        wanted = iter(headings(english))

        def label(found):
            if not found["heading"]:
                return found[0]
            name = self.labels[page].get(key(next(wanted, "")))
            if name is None or name in used:
                return found[0]
            used.add(name)
            return f"({name})=\n{found[0]}"

        return HEADING.sub(label, text)

    def led(self, text, path, page):
        """A text whose links lead to pages of the site.

        Args:
            text: string, in Markdown.
            path: string, the file in the repository that it is of.
            page: string, the name of its page.

        Raises:
            ValueError: if a link leads to a file or a section that is not there.
        """

        def lead(found):
            if found["link"]:
                return f"]({self._place(found['place'], path)})"
            if found["picture"]:
                return found[0].replace(f"]({found['file']})", f"]({self._picture(found['file'], path, page)})")
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            name, free = found[0].strip("`"), line.count("[") == line.count("]") and not line.startswith("#")
            return f"[{found[0]}](#keras_gans.{name})" if free and name in self.names else found[0]

        return PIECES.sub(lead, text)

    def _picture(self, place, path, page):
        if re.match(r"[a-z]+:", place):
            return place
        return os.path.relpath(self._file(place, path), (self.folder / page).parent)

    def _file(self, place, path):
        """The file that a place in another leads to."""
        file = ROOT / os.path.normpath(os.path.join(os.path.dirname(path), place))
        if not file.exists():
            raise ValueError(f"Expected links of {path} to lead to files that exist. Received: {place!r}.")
        return file

    def _place(self, place, path):
        if re.match(r"[a-z]+:|/", place):
            return place
        place, _, anchor = place.partition("#")
        target = self._file(place, path).relative_to(ROOT).as_posix() if place else path
        if target not in self.pages:
            return f"{HOME}/{'tree' if (ROOT / target).is_dir() else 'blob'}/main/{target}"
        page = self.pages[target]
        if not anchor:
            return f"/{page}{pathlib.PurePath(target).suffix}"
        if key(anchor) not in self.labels[page]:
            raise ValueError(f"Expected links of {path} to lead to sections that exist. Received: {target}#{anchor}.")
        return f"#{self.labels[page][key(anchor)]}"
