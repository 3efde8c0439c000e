"""Sphinx' settings: `python -m sphinx -W -n docs docs/_build`, in Russian with `-D language=ru`, and `zh_CN`.

The pages are not in this folder: `docs/site/pages.py` writes them of the repository's files, into `docs/_pages`.
"""

import importlib.resources
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from sphinx.search.zh import SearchChinese  # noqa: E402

from docs import films  # noqa: E402
from docs.site import api, pages  # noqa: E402
from keras_gans.version import __version__  # noqa: E402

project, author, release = "keras_gans", "The keras_gans authors", __version__
copyright = f"2026, {author}"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "pydata_sphinx_theme"
html_title = "keras_gans"
html_static_path, templates_path = ["site/static"], ["site/templates"]
html_css_files = ["site.css"]
html_theme_options = {
    "github_url": "https://github.com/keras-gans/keras_gans",
    "navbar_end": ["languages", "theme-switcher", "navbar-icon-links"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": True,
    "navigation_with_keys": False,
}
html_sidebars = {"index": []}
html_show_sourcelink = False
language = "en"

nb_execution_mode = "off"  # lectures are committed with their outputs
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "dollarmath", "html_image"]
myst_dmath_double_inline = True
mathjax_path = "mathjax/tex-mml-chtml.js"  # which `copy_mathjax` puts there, so that no page asks another server

autodoc_inherit_docstrings = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
nitpick_ignore = [("py:class", "numpy.ndarray")]  # of fields of dataclasses
napoleon_numpy_docstring = False
napoleon_custom_sections = [*api.SECTIONS]
napoleon_use_rtype = False
add_module_names = False
toc_object_entries_show_parents = "hide"


class Chinese(SearchChinese):
    """Sphinx' own, which stems English words, but looks for their stemmer under the name of Chinese (9.0)."""

    language_name = "English"


def write_pages(app, config):
    """Writes the pages in the language that is asked for, and lets Sphinx read them from there."""
    folder = HERE / "_pages" / config.language
    pages.write(folder, config.language, config.site_reference)
    if config.language in pages.OTHERS:
        print(pages.count(pages.OTHERS[config.language]))
    app.srcdir = type(app.srcdir)(folder)
    config.html_search_options = {"dict": str(pages.write_words(folder))}  # what Chinese text is split into


def copy_mathjax(app, fault):
    """Copies the parts of MathJax that formulas need into the site."""
    source = importlib.resources.files("mathjax") / "static" / "mathjax" / "es5"
    target = app.outdir / "_static" / "mathjax"
    for part in ("input/tex/extensions", "output/chtml/fonts"):
        shutil.copytree(source / part, target / part, dirs_exist_ok=True)
    shutil.copy(source / "tex-mml-chtml.js", target)


def write_films(app, fault):
    """Writes the films of the laboratory's scenes, which its page frames."""
    films.write(app.outdir / "scenes")


def setup(app):
    """Registers what this site adds to Sphinx."""
    app.add_config_value("site_reference", True, "env", types=(bool,))
    app.add_search_language(Chinese)
    app.connect("config-inited", write_pages)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", write_films)
    app.connect("autodoc-process-docstring", api.before_napoleon, priority=100)
    app.connect("autodoc-process-docstring", api.after_napoleon, priority=900)
