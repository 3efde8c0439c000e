"""The laboratory in a notebook: a frame of the page, one laboratory for all cells, and a film elsewhere."""

import html
import re
import urllib.request

import pytest

from keras_gans import lab
from keras_gans.lab import board, notebook
from keras_gans.lab import export as film


class StandIn:
    """A game that does nothing."""

    def __init__(self, number, hear):
        self.number, self.facts, self.frame = number, {}, None

    def tell(self, **command):
        pass

    def stop(self):
        pass


@pytest.fixture
def alone(monkeypatch, tmp_path):
    monkeypatch.setattr(board, "Player", StandIn)
    monkeypatch.chdir(tmp_path)
    for name in notebook.FAR:
        monkeypatch.delenv(name, raising=False)
    yield
    for opened in notebook._opened:
        opened.stop()
    notebook._opened.clear()


def test_all_cells_show_one_laboratory(alone):
    first, second = lab.show("collapse"), lab.show("r1", height=500)
    assert first.address == second.address
    assert f'src="{first.address}#scene=collapse"' in first._repr_html_()
    assert f'src="{first.address}#scene=r1"' in second._repr_html_()
    assert 'height="500"' in second._repr_html_()
    with urllib.request.urlopen(first.address) as answer:
        assert "GAN laboratory" in answer.read().decode()


@pytest.mark.parametrize("far", [True, False])
def test_a_film_is_shown_where_the_laboratory_cannot_run(alone, monkeypatch, far):
    if far:
        monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/a/")
    else:
        monkeypatch.setattr(notebook, "missing", lambda: ["uvicorn"])
    monkeypatch.setattr(film, "film", lambda scene: f'<p class="a">{scene["title"]}</p>')
    shown = lab.show("collapse")
    assert shown.address is None
    content = html.unescape(re.search(r'srcdoc="(.*?)"', shown._repr_html_())[1])
    assert content == '<p class="a">Mode collapse, and five steps of D</p>'


def test_an_unknown_scene_is_refused():
    with pytest.raises(ValueError, match="Expected the name of a scene"):
        lab.show("colapse")
