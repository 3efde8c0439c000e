"""The report: what is on the page, that files of a stranger stay text on it, and that a browser moves its slider."""

import base64
import hashlib
import html.parser
import io
import json
import re
import shlex
import shutil
import time

import numpy as np
import pytest
from command_line import run
from PIL import Image
from typer.testing import CliRunner

from keras_gans import cli, report
from keras_gans.report import frames
from keras_gans.report.chart import line_chart
from keras_gans.runs import arguments, settings
from keras_gans.visualization import save_image

STEPS = (0, 5, 10, 15, 20, 25, 30)
CONFIG = {
    "recipe": "dcgan",
    "data": "/home/me/two words",
    "image_size": 16,
    "batch_size": 64,
    "steps": 30,
    "seed": 7,
    "devices": "mirrored",
    "gif": True,
    "diagnose": False,
    "ema": 0.999,
    "data_shapes": [[1797, 16, 16, 1]],
    "backend": "tensorflow",
    "started_with": {"keras_gans": "0.1.0", "python": "3.11.7", "time": "2026-11-22T12:54:24+00:00"},
}
HISTORY = "epoch,d_loss,g_loss,fid\n0,0.5,2.0,\n1,0.25,3.0,40.0\n2,0.75,2.5,\n3,0.5,1.0,20.0\n"
PROTOCOL = {"extractor": "Keras InceptionV3", "resize": "299, bilinear", "real": 5000, "generated": 4000}
EVALUATION = [
    {
        "step": 10,
        "epoch": 1,
        "results": [{"name": "fid", "value": 12.5, **PROTOCOL}, {"name": "recall", "value": 0.25, **PROTOCOL}],
    },
    {"step": 20, "epoch": 2, "results": [{"name": "recall", "value": 0.5, "note": "early", **PROTOCOL}]},
    {
        "step": 30,
        "epoch": 3,
        "results": [
            {"name": "fid", "value": 20.0, "error": None, "note": "", **PROTOCOL},
            {"name": "recall", "value": None, "error": 0.125, "note": "k = 3", **PROTOCOL},
        ],
    },
]
SENTENCE = "The generator makes one mode of many; try another loss."
DIAGNOSTICS = {"looks": [], "findings": [{"kind": "mode collapse", "step": 20, "sentence": SENTENCE}]}


def pixels(step):
    """A picture of one colour for each step, of 40 x 30 pixels."""
    return np.full((30, 40, 3), (8 * step, 255 - 8 * step, 128), "uint8")


@pytest.fixture
def folder(tmp_path):
    """A run folder made by hand."""
    folder = tmp_path / "run"
    for step in STEPS:
        save_image(folder / "samples" / f"step_{step:08d}.png", pixels(step))
    save_image(folder / "diagnostics.png", pixels(1))
    (folder / "history.csv").write_text(HISTORY)
    for name, content in (("config", CONFIG), ("evaluation", EVALUATION), ("diagnostics", DIAGNOSTICS)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


class Page(html.parser.HTMLParser):
    """What a browser would see: elements with their attributes, and the text of each section."""

    def __init__(self, path):
        super().__init__()
        self.elements, self.text, self.scripts, self.section = [], {}, [], "top"
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.section = dict(attributes).get("id", self.section) if tag == "section" else self.section

    def handle_data(self, data):
        if self.lasttag == "script" and "film" in data:
            self.scripts.append(data)
        elif self.lasttag != "style":
            self.text[self.section] = " ".join((self.text.get(self.section, "") + " " + data).split())

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]


def picture(attributes):
    start = "data:image/png;base64,"
    assert attributes["src"].startswith(start)
    return base64.b64decode(attributes["src"].removeprefix(start))


def test_report_shows_what_the_run_left(folder):
    path = report.write(folder)
    assert path == folder / "report.html"
    page = Page(path)
    assert "dcgan on two words" in page.text["top"]
    assert (
        "30 steps batches of 64 16 \N{MULTIPLICATION SIGN} 16 pixels seed 7 tensorflow 22 November 2026, 12:54 UTC"
        in page.text["top"]
    )
    assert [a["href"] for a in page.all("a")] == [f"#{a['id']}" for a in page.all("section")]
    assert page.text["diagnostics"] == f"Diagnostics Step 20 {SENTENCE}"
    assert "data /home/me/two words" in page.text["configuration"]
    assert (
        "devices mirrored gif yes diagnose no ema 0.999 data_shapes [[1797, 16, 16, 1]]" in page.text["configuration"]
    )
    assert "keras_gans 0.1.0 python 3.11.7" in page.text["environment"]
    assert [picture(image) for image in page.all("img", **{"class": "figure"})] == [
        (folder / "diagnostics.png").read_bytes()
    ]
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_report_shows_the_last_metrics_with_their_protocol_and_the_best(folder):
    text = Page(report.write(folder)).text["metrics"]
    head = "Metrics metric at step 30 best extractor resize real generated note"
    fid = "fid 20 12.5 at step 10 Keras InceptionV3 299, bilinear 5000 4000"
    assert (
        text
        == f"{head} {fid} recall \N{EN DASH} ± 0.125 0.5 at step 20 Keras InceptionV3 299, bilinear 5000 4000 k = 3"
    )


def test_report_shows_the_figure_of_singular_values(folder):
    save_image(folder / "spectra.png", pixels(2))
    images = Page(report.write(folder)).all("img", **{"class": "figure"})
    assert [picture(image) for image in images] == [
        (folder / f"{name}.png").read_bytes() for name in ("diagnostics", "spectra")
    ]


def test_report_holds_the_frames_and_shows_the_last(folder):
    (folder / "samples" / "step_00000012.png").write_bytes(b"half-written")
    (folder / "samples" / "notes.png").write_bytes((folder / "diagnostics.png").read_bytes())
    page = Page(report.write(folder))
    images = page.all("img", **{"class": "frame crisp"})
    assert [picture(image) for image in images] == [
        (folder / "samples" / f"step_{step:08d}.png").read_bytes() for step in STEPS
    ]
    assert ["hidden" in image for image in images] == [True] * 6 + [False]
    assert [(image["width"], image["height"]) for image in images] == [("600", "450")] * 7  # 15 times as large
    assert page.all("div", **{"class": "film"})[0]["data-steps"] == " ".join(map(str, STEPS))
    assert page.all("input")[0]["max"] == "6"
    assert "7 frames, to step 30" in page.text["samples"]


@pytest.mark.parametrize(("room", "steps"), [(4.5, [0, 10, 20, 30]), (2, [0, 30]), (1.5, [30])])
def test_report_thins_frames_that_weigh_too_much(folder, monkeypatch, room, steps):
    largest = max(path.stat().st_size for path in (folder / "samples").iterdir())
    monkeypatch.setattr(frames, "MOST_BYTES", room * largest)
    page = Page(report.write(folder))
    assert page.all("div", **{"class": "film"})[0]["data-steps"].split() == list(map(str, steps))
    assert f"{len(steps)} of 7 frames" in page.text["samples"]


def test_report_of_a_run_that_left_only_its_config_says_how_to_get_the_rest(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    text = Page(report.write(tmp_path)).text
    assert text["samples"].startswith("Samples No frames were kept.")
    assert text["curves"] == "Curves No pass over the data has ended yet."
    assert text["metrics"].startswith("Metrics Nothing was measured. keras-gans train --metrics")
    assert text["diagnostics"].startswith("Diagnostics The run was not watched for failures.")
    assert text["spectra"].startswith("Spectra No singular values were followed. keras-gans train --spectra")
    assert "ema 0.999" in text["configuration"]


@pytest.mark.parametrize(
    ("name", "part", "contents"),
    [
        ("history.csv", "curves", ["epoch,a\nzero,1\n", "a\n1\n", "epoch,a\n1,2,3\n", "epoch,a\n\0" + "9" * 200_000]),
        ("evaluation.json", "metrics", ["{", "3", "[3]", '[{"step": 1}]', '[{"step": 1, "results": [3]}]', "[" * 9999]),
        ("diagnostics.json", "diagnostics", ["{}", "[]", '{"findings": 3}', '{"findings": [{}]}']),
    ],
)
def test_report_leaves_a_damaged_part_out(folder, name, part, contents):
    for content in contents:
        (folder / name).write_text(content)
        page = Page(report.write(folder))
        assert f"{part.capitalize()} This part is left out, since what the run left of it" in page.text[part], content
        assert "7 frames" in page.text["samples"]


def test_report_of_a_strange_config_is_still_a_page(folder):
    odd = {
        "recipe": "\ud800",
        "data": {"a": 1},
        "steps": 1e400,
        "image_size": "x",
        "started_with": 3,
        "long": "x" * 5000,
    }
    (folder / "config.json").write_text(json.dumps(odd))
    text = Page(report.write(folder)).text
    assert "long " + "x" * 1000 + "…" in text["configuration"]
    assert "This part is left out" in text["environment"]
    assert "7 frames" in text["samples"]


def test_report_of_what_is_no_run_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none", tmp_path / "config.json"):
        with pytest.raises(ValueError, match=r"^Expected a run folder, .* Received: .*\.$"):
            report.write(path)
    assert list(tmp_path.iterdir()) == []


EVIL = "</script></style>\"'><script>alert(1)</script><img src=http://evil onerror=alert(1)>&amp;$title${x}"


def test_report_takes_nothing_of_a_strangers_files_for_more_than_text(folder):
    harmless = [tag for tag, _ in Page(report.write(folder)).elements]
    evil = {**CONFIG, EVIL: EVIL, "started_with": {"time": EVIL, EVIL: EVIL}, "backend": EVIL}
    evil |= {"recipe": EVIL, "data": EVIL, "steps": EVIL, "batch_size": EVIL, "image_size": EVIL}
    (folder / "config.json").write_text(json.dumps(evil))
    result = {key: EVIL for key in ("name", "value", "error", "note", *PROTOCOL)}
    (folder / "evaluation.json").write_text(json.dumps([{"step": EVIL, "results": [result]}]))
    (folder / "diagnostics.json").write_text(json.dumps({"findings": [{"step": EVIL, "sentence": EVIL}]}))
    quoted = EVIL.replace('"', '""')
    (folder / "history.csv").write_text(f'epoch,d_loss,"{quoted}_loss","{quoted}"\n0,1,2,3\n')
    page = Page(report.write(folder))
    assert {tag for tag, _ in page.elements} <= set(harmless)
    assert len(page.all("script")) == 1
    for part in ("top", "curves", "metrics", "diagnostics", "configuration", "environment", "repeat"):
        assert "<script>alert(1)</script>" in page.text[part], part
    assert_asks_for_nothing(page)


def test_report_asks_for_nothing_from_outside(folder):
    path = report.write(folder)
    page = Page(path)
    assert_asks_for_nothing(page)
    assert "http" not in re.sub('http-equiv|src="[^"]*"', "", path.read_text(encoding="utf-8"))


def assert_asks_for_nothing(page):
    """No address but within the page, no handler, no style that loads, one script, whose hash the policy names."""
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("srcset", "style")]
        assert attributes.get("src", "data:").startswith("data:"), tag
        assert attributes.get("href", "#").startswith(("#", "data:,")), tag
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    (script,) = page.scripts
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["content"].split("; ") == [
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{hashed}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_report_repeats_the_run_with_a_command_that_means_the_same_settings(folder, monkeypatch):
    """The command line's own reading of it."""
    given = []
    monkeypatch.setattr("keras_gans.cli.training._train", lambda folder, settings, *_, **__: given.append(settings))
    for devices, backend in (("mirrored", "tensorflow"), ("data_parallel", "jax"), (None, "tensorflow")):
        config = {**CONFIG, "devices": devices, "backend": backend, "tensorboard": True, "width": 32, "gif": False}
        config |= {"start": "/home/me/it's one/model.keras", "start_crc32": 1}
        config["set"] = {
            "n_critic": 2,
            "fresh_fakes": False,
            "latent_dim": None,
            "d_learning_rate": 4e-4,
            "loss": "a b",
        }
        (folder / "config.json").write_text(json.dumps(config))
        text = Page(report.write(folder)).text["repeat"]
        environment, command = re.fullmatch(r"Repeat (.*?)keras-gans (train .*?) With the same .*", text).groups()
        assert environment == ("KERAS_BACKEND=jax " if backend == "jax" else "")
        result = CliRunner().invoke(cli.app, shlex.split(command))
        assert result.exit_code == 0, result.output
        read = {**given[-1], "set": arguments.typed("dcgan", given[-1]["set"])}
        assert settings.Settings.of(read) == settings.Settings.of(config)


def circles(svg):
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    return np.array(found, dtype=float)


def test_line_chart_places_points_and_labels_on_the_same_scale():
    svg = line_chart({"a": [(1, -2.0), (2, 0.0), (4, 6.0), (3, float("nan")), (5, float("inf"))]}, 400, 200)
    points = circles(svg)
    assert len(points) == 3
    (x1, low), (x2, zero), (x4, high) = points
    assert x4 - x1 == pytest.approx(3 * (x2 - x1), abs=0.3)
    assert low - zero == pytest.approx((zero - high) / 3, abs=0.3)
    labels = re.findall(r'<text x="44" y="([\d.]+)" text-anchor="end">(-?[\d.]+)</text>', svg)
    assert len(labels) >= 3
    for y, label in labels:
        assert float(y) - 4 == pytest.approx(zero - float(label) * (zero - high) / 6, abs=0.3)
    assert svg.count("<polyline") == 1
    assert "legend" not in svg


@pytest.mark.parametrize(
    ("ys", "labels"),
    [
        ([3.0], ["2", "3", "4"]),
        ([0.0], ["-1.0", "0.0", "1.0"]),
        ([1e8, 2e8], ["1e+08", "2e+08"]),
        ([1e-7, 3e-7], ["1e-07", "2e-07", "3e-07"]),
        ([-1e300, 1.0, 2.0], ["1.0", "2.0"]),
        ([1e-310, 3e-310], ["2e-310", "3e-310"]),
    ],
)
def test_line_chart_labels_round_numbers(ys, labels):
    svg = line_chart({"a": list(enumerate(ys))}, 400, 200)
    found = re.findall(r'text-anchor="end">([^<]*)</text>', svg)
    assert set(labels) <= set(found)
    assert len(found) <= 8


def test_line_chart_names_curves_where_there_are_several():
    svg = line_chart({"a": [(1, 1.0)], "<b>": [(1, 2.0), (2, 3.0)], "none": [(1, float("nan"))]}, 400, 200)
    assert re.findall(r'<span class="colour(\d)">(.*?)</span>', svg) == [("0", "a"), ("1", "&lt;b&gt;")]
    assert line_chart({"none": [(1, float("nan"))]}, 400, 200) == line_chart({}, 400, 200) == ""


def test_line_chart_draws_a_long_curve_with_its_ends():
    svg = line_chart({"a": [(x, float(x % 7)) for x in range(100_000)]}, 400, 200)
    (places,) = re.findall(r'<polyline points="([^"]*)"', svg)
    xs = [float(place.split(",")[0]) for place in places.split()]
    assert 500 < len(xs) <= 1001
    assert "<circle" not in svg
    assert xs == sorted(xs)
    labels = [float(label.replace(",", "")) for label in re.findall(r'text-anchor="middle">([\d,]+)</text>', svg)]
    assert labels[0] == 0
    assert 80_000 <= labels[-1] <= 100_000


# In a real browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs the package selenium")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "disable-dev-shm-usage",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "window-size=1366,768",
        f"user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield driver
    driver.quit()


def colour(browser):
    """The colour in the middle of the picture that the page shows, as (red, green, blue) of a screenshot."""
    shown = [image for image in browser.find_elements("css selector", ".frame") if image.is_displayed()]
    assert len(shown) == 1
    with Image.open(io.BytesIO(shown[0].screenshot_as_png)) as screenshot:
        return screenshot.convert("RGB").getpixel((screenshot.width // 2, screenshot.height // 2))


def assert_shows(browser, step):
    expected = tuple(int(v) for v in pixels(step)[0, 0])
    assert colour(browser) == pytest.approx(expected, abs=2)
    assert browser.find_element("css selector", ".step").text == f"step {step}"


def test_report_in_a_browser_moves_through_the_frames(browser, folder):
    browser.get(report.write(folder).as_uri())
    slider = browser.find_element("css selector", "input[type=range]")
    body = browser.find_element("css selector", "body")
    assert_shows(browser, 30)
    slider.send_keys("\ue012")  # arrow left, on the slider
    assert_shows(browser, 25)
    browser.execute_script("arguments[0].blur()", slider)
    body.send_keys("\ue012")  # and anywhere on the page
    assert_shows(browser, 20)
    body.send_keys("\ue014")
    assert_shows(browser, 25)
    slider.click()  # in its middle
    assert_shows(browser, 15)
    slider.send_keys("\ue011")  # home
    assert_shows(browser, 0)
    button = browser.find_element("css selector", "button")
    button.click()  # plays, and stops by itself
    deadline = time.monotonic() + 20
    while browser.find_element("css selector", ".step").text != "step 30":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert_shows(browser, 30)
    assert button.text == "Play"
    assert browser.get_log("browser") == []


def test_report_in_a_browser_runs_no_script_but_its_own(browser, folder):
    """Even a script that got past the escaping is refused, which the console says."""
    path = report.write(folder)
    page = path.read_text(encoding="utf-8")
    path.write_text(page.replace("</main>", "<script>document.title = 'changed'</script></main>"), encoding="utf-8")
    browser.get(path.as_uri())
    assert browser.title == "dcgan on two words"
    assert [entry for entry in browser.get_log("browser") if "Content Security Policy" in entry["message"]]


def test_report_in_a_browser_fits_a_laptops_screen(browser, folder):
    """Nothing is wider than the window, all parts have a size, and the first frame is on the first screen."""
    browser.get(report.write(folder).as_uri())
    widths = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1] == 1366
    assert all(part.size["height"] > 50 for part in browser.find_elements("css selector", "section, svg"))
    assert browser.execute_script("return document.querySelector('.screen').getBoundingClientRect().bottom") < 768


@pytest.mark.parametrize("found", [True, False])
def test_report_is_opened_in_the_browser_if_wanted(folder, monkeypatch, found):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: (opened.append(address), found)[1])
    code, output = run("report", folder)
    assert (code, opened) == (0, [])
    code, output = run("report", folder, "--open")
    assert (code, opened) == (0, [(folder / "report.html").as_uri()])
    assert ("Found no browser" in output) is not found
