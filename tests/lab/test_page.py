"""The page in a real Chromium, with real games: it plays, steps, is turned and drawn on, and what it shows changes."""

import json
import re
import shutil
import threading
import time

import pytest

from keras_gans.lab import export, scenes, server

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="no chromium and chromedriver")
SLOW = 120  # seconds to wait for what takes a few on a machine that is not busy
QUICK = {"width": 16, "depth": 2, "batch_size": 64}
SCENE = {
    "title": "Quick",
    "watch": "Small networks.",
    "data": {"kind": "ring", "points": 500, "seed": 0},
    "layers": ["judge"],
    "steps": 20,
    "games": [{"recipe": "nsgan", "knobs": QUICK}, {"recipe": "wgan_gp", "knobs": {**QUICK, "n_critic": 1}}],
}
PANEL = "laboratory.panels[{}]"
POINTS = "[...(laboratory.panels[{}].view.arrays?.points.values ?? [])]"
MAP = "[...(laboratory.panels[{}].view.arrays?.judge?.values ?? [])]"
PIXELS = """const c = document.querySelectorAll('canvas.plane')[{}];
const data = [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data];
return data.reduce((a, b, i) => (a * 31 + b) % 1000003, 7)"""


@pytest.fixture(scope="module")
def browser():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1280,800",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A laboratory with small networks, opened, with a first frame of both games."""
    own = tmp_path_factory.mktemp("own")
    scenes.write("quick", SCENE, own)
    lab = server.Lab("quick", own, stays=True)
    thread = threading.Thread(target=lab.run, daemon=True)
    thread.start()
    page = Page(browser, lab, own)
    page.open()
    yield page
    lab.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert all(player.process.poll() is not None for player in lab.board.players)


def mistakes(browser):
    """What the console holds since it was read last, without advice on how quickly this test reads pixels."""
    return [entry for entry in browser.get_log("browser") if "getImageData" not in entry["message"]]


class Page:
    """The page, and how to wait for what it shows."""

    def __init__(self, browser, lab, own):
        self.browser, self.lab, self.own = browser, lab, own

    def open(self, fragment=""):
        self.browser.get("about:blank")
        self.browser.get(self.lab.address + fragment)
        self.until("return window.laboratory?.panels.every((panel) => panel.view.arrays)")

    def get(self, script, *values):
        return self.browser.execute_script(f"return {script.format(*values)}")

    def until(self, script, seconds=SLOW):
        deadline = time.monotonic() + seconds
        while not (found := self.browser.execute_script(script)):
            assert time.monotonic() < deadline, (script, self.word)
            time.sleep(0.05)
        return found

    def click(self, selector):
        self.browser.execute_script("scrollTo(0, 0)")
        self.browser.find_element("css selector", selector).click()

    def choose(self, selector, value):
        """Chooses in one go, as the page may draw its knobs anew at any moment."""
        self.until(
            f"const select = document.querySelector({json.dumps(selector)}), value = {json.dumps(value)};"
            "if (![...(select?.options ?? [])].some((option) => option.value === value)) return false;"
            "select.value = value; select.dispatchEvent(new Event('change', { bubbles: true })); return true"
        )

    @property
    def word(self):
        return self.browser.execute_script("return document.querySelector('#word').textContent")

    def steps(self):
        return self.get("laboratory.panels.map((panel) => panel.step)")

    def press(self, key):
        self.browser.find_element("css selector", "body").send_keys(key)

    def after(self, act, script):
        """Does something, and waits for a script to say something else than before."""
        before = self.browser.execute_script(script)
        act()
        deadline = time.monotonic() + SLOW
        while self.browser.execute_script(script) == before:
            assert time.monotonic() < deadline, (script, self.word)
            time.sleep(0.05)


def test_it_plays_and_pauses_and_what_the_canvas_shows_changes(page):
    before = [page.get(POINTS, 0), page.get(MAP, 0), page.browser.execute_script(PIXELS.format(0))]
    assert len(before[0]) == 1200
    page.press(" ")
    page.until("return laboratory.panels.every((panel) => panel.step > 20)")
    page.press(" ")
    page.until("return document.querySelector('#play').textContent === 'Play'")
    after = [page.get(POINTS, 0), page.get(MAP, 0), page.browser.execute_script(PIXELS.format(0))]
    assert all(one != other for one, other in zip(before, after))
    figures = page.browser.find_elements("css selector", "dl")
    assert "modes covered" in figures[0].text
    assert re.search(r"earth mover's distance\n\d", figures[1].text)


@pytest.mark.parametrize(("key", "moves"), [("d", [False, True]), ("g", [True, False]), ("s", [True, True])])
def test_steps_and_moves_of_one_player_alone(page, key, moves):
    before = page.get(POINTS, 0), page.get(MAP, 0)
    page.after(lambda: page.press(key), "return laboratory.panels[0].step")
    after = page.get(POINTS, 0), page.get(MAP, 0)
    assert [one != other for one, other in zip(before, after)] == moves


def test_a_game_that_plays_goes_on_when_a_knob_is_turned(page):
    page.press(" ")
    page.until(f"return {PANEL.format(0)}.step > 0")
    knob = "article:first-of-type .knobs [data-name=g_learning_rate] input"
    effect = "return document.querySelector('.effect').textContent"
    page.after(lambda: page.browser.find_element("css selector", knob).send_keys("\ue014"), effect)
    assert "holds at once, at step" in page.browser.execute_script(effect)
    told = int(re.search(r"at step ([\d,]+)", page.browser.execute_script(effect))[1].replace(",", ""))
    page.until(f"return {PANEL.format(0)}.step > {told} + 5")
    page.press(" ")
    page.until("return document.querySelector('#play').textContent === 'Play'")


def test_a_knob_is_turned_in_the_midst_of_training_and_the_page_says_what_became_of_it(page):
    knob = "article:first-of-type .knobs [data-name=g_learning_rate] input"
    words = "return document.querySelector('.effect').textContent"
    page.after(lambda: page.browser.find_element("css selector", knob).send_keys("\ue014"), words)
    assert re.match(r"G's rate 0\.00\d+: holds at once, at step \d+\.", page.browser.execute_script(words))
    step = page.steps()[0]
    page.choose(".knobs [data-name=penalty] select", "R1")
    page.until("return document.querySelector('.effect').textContent.includes('goes on')")
    assert page.steps()[0] == step
    assert page.browser.find_elements("css selector", "article:first-of-type [data-name='penalty.gamma']")
    page.choose(".knobs [data-name=latents] select", "uniform")
    page.until("return /anew|goes on/.test(document.querySelector('.effect').textContent)")


def test_knobs_that_are_turned_while_a_game_is_built_all_count(page):
    """Also where an answer to something else, which the board says before, comes after the first of them."""
    layer = "return document.querySelector('#layers [value=judge]').getAttribute('aria-pressed')"
    shown = page.browser.execute_script(layer)
    turn = """document.querySelector('#layers [value=judge]').click();
    const knobs = document.querySelectorAll('article')[1].querySelector('.knobs');
    const select = knobs.querySelector('[data-name="latents"] select');
    select.value = select.value === 'normal' ? 'uniform' : 'normal';
    select.dispatchEvent(new Event('change'));
    const done = arguments[0];
    setTimeout(() => { // when the server has answered, and the game has not
      for (const name of ['fresh_fakes', 'spectral_norm']) knobs.querySelector(`[data-name=${name}] input`).click();
      done(select.value);
    }, 100);"""
    latents = page.browser.execute_async_script(turn)
    page.until(
        "const { knobs } = laboratory.panels[1].facts.spec;"
        f"return knobs.fresh_fakes && knobs.spectral_norm && (knobs.latents ?? 'normal') === '{latents}'"
    )
    page.after(lambda: page.click("#layers [value=judge]"), layer)
    assert page.browser.execute_script(layer) == shown


def test_a_scene_that_was_changed_can_be_chosen_again(page):
    page.choose("#scene", "r1")
    page.until("return laboratory.panels[1].facts.spec.knobs.penalty === 'R1'")
    page.choose("article:last-of-type [data-name=penalty] select", "none")
    page.until("return document.querySelector('#scene').value === ''")
    assert page.get("location.hash") == ""
    page.choose("#scene", "r1")
    page.until("return document.querySelector('#watch').textContent && location.hash === '#scene=r1'")
    page.until("return laboratory.panels[1].facts.spec.knobs.penalty === 'R1'")
    page.choose("#scene", "quick")
    page.until("return laboratory.panels[1].facts.recipe === 'wgan_gp'")


def test_layers_are_switched_and_drawn(page):
    page.after(lambda: page.click("#layers [value=manifold]"), "return !!laboratory.panels[0].view.arrays.manifold")
    before = page.browser.execute_script(PIXELS.format(0))
    page.after(lambda: page.click("#layers [value=judge]"), "return !!laboratory.panels[0].view.arrays.judge")
    page.until(f"const pixels = (() => {{{PIXELS.format(0)}}})(); return pixels !== {before}")
    page.after(lambda: page.click("#layers [value=judge]"), "return !!laboratory.panels[0].view.arrays.judge")


def test_data_are_drawn_with_the_mouse(page):
    from selenium.webdriver import ActionChains

    page.click("#kinds [value=drawn]")
    canvas = page.browser.find_elements("css selector", "canvas.plane")[0]
    page.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    hand = ActionChains(page.browser, duration=20).move_to_element_with_offset(canvas, -80, -60).click_and_hold()
    for x, y in ((40, 0), (40, 10), (40, 30), (0, 40)):
        hand = hand.move_by_offset(x, y)
    hand.release().perform()
    page.until("return laboratory.panels.every((panel) => panel.facts.code.includes('Mixture'))")
    limits, real = page.get("laboratory.panels[1].facts.limits"), page.get("laboratory.panels[1].facts.real")
    assert limits == [-2, 2]
    assert len(real) == 500
    assert all(-1.5 < x < 1.5 and -1.5 < y < 1.5 for x, y in real)
    places = page.get("laboratory.panels[1].facts.code").count("), (") + 1
    assert places > 12  # of the five where the mouse was seen, and between them
    page.click("#kinds [value=ring]")
    page.until("return laboratory.panels.every((panel) => panel.facts.code.includes('ring'))")


def test_the_code_is_copied_and_runs(page):
    page.click("#code")
    page.browser.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    page.click("#codes .copy")
    page.until("return document.querySelector('#codes .copy').textContent === 'Copied'")
    code = page.browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert code == page.get("laboratory.panels[0].facts.code")
    assert "epochs=5," in code
    scope = {}
    exec(code.replace("epochs=5,", "epochs=1,"), scope)
    assert scope["samples"].shape == (1000, 2)
    page.browser.execute_script("document.querySelector('#codes').close()")


def test_a_scene_is_saved_and_loaded_from_its_link(page):
    page.click("#save")
    name = page.browser.find_element("css selector", "#saving .name")
    name.send_keys("My own")
    page.click("#saving .keep")
    assert page.get("document.querySelector('#saving').open")  # nothing that was written there is lost
    name.clear()
    name.send_keys("my-own\n")
    page.until("return document.querySelector('#scene').value === 'my-own'")
    saved = json.loads((page.own / "my-own.json").read_text())
    assert saved["games"][0]["knobs"].items() >= QUICK.items()
    page.open("#scene=quick")
    page.until("return document.querySelector('#scene').value === 'quick'")
    assert page.browser.execute_script("return document.querySelector('#watch').textContent") == "Small networks."


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (900, 760), (390, 844)])
def test_nothing_is_wider_than_a_laptop_a_notebooks_cell_or_a_phone(page, width, height, dark):
    browser = page.browser
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 500},
    )
    theme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": theme})
    page.until(f"return document.documentElement.dataset.theme === '{'dark' if dark else 'light'}'")
    widths = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1] == width
    canvas = "const c = document.querySelector('canvas.plane'); return [c.width, Math.round(2 * c.clientWidth)]"
    page.until(canvas.replace("return [c.width, ", "return c.width === (").replace("]", ")"))
    assert browser.execute_script("return document.querySelector('canvas.plane').clientWidth") >= 300
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('dd, .recipe')].map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 16
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_each_scene_is_loaded_and_is_seen(page):
    for name in scenes.names():
        page.browser.execute_script(f"location.hash = 'scene={name}'")
        recipes = json.dumps([game["recipe"] for game in scenes.read(name)["games"]])
        page.until(
            f"return document.querySelector('#scene').value === '{name}' && {recipes}.every((recipe, i) => "
            "laboratory.panels[i].facts.recipe === recipe && laboratory.panels[i].view.arrays?.points)"
        )
        assert page.browser.find_element("css selector", "#watch").text == scenes.read(name)["watch"]


def test_the_page_makes_no_mistake(page):
    assert mistakes(page.browser) == []


def test_a_film_plays_from_the_disk_without_a_server(browser, tmp_path):
    path = tmp_path / "film.html"
    path.write_text(export.film({**SCENE, "layers": ["judge", "gradient", "manifold", "best", "plan", "tails"]}, 10))
    assert not re.findall(r"(?:src|href)=|https?://(?!www\.w3\.org)", path.read_text())
    browser.get(path.as_uri())
    step = "return document.querySelector('#at').value"
    assert browser.execute_script(step) == "step 0"
    first = browser.execute_script(PIXELS.format(0))
    browser.find_element("css selector", "#play").click()
    deadline = time.monotonic() + SLOW
    while browser.execute_script(step) != "step 20":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    last = browser.execute_script(PIXELS.format(0))
    assert last != first
    slider = browser.find_element("css selector", "#slider")
    slider.send_keys("\ue011")  # home
    assert browser.execute_script(step) == "step 0"
    assert browser.execute_script(PIXELS.format(0)) == first
    assert mistakes(browser) == []
