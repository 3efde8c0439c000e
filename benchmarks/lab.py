"""The laboratory: how soon is there a picture, how fast do games train with a page and without, does memory stay flat?

    python -m benchmarks.lab

The page is a client that takes what a browser would; both games of the scene `r1` play. Where Chromium and its driver
are installed, the command is also waited for in it.
"""

import asyncio
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from websockets.asyncio.client import connect

from benchmarks.startup import leave, parsed, table
from keras_gans.lab import server, wire

SPAN = 20.0  # seconds of each measurement of speed
MINUTES = 10  # over which memory is watched
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,800")
WAITS = (  # what `in_chromium` returns
    "`keras-gans lab` to its page in a Chromium that runs already",
    "`keras-gans lab` to the first frame of both games, drawn there",
    "processor time of each game until then",
)
DRAWN = "return window.laboratory?.panels.every(({ view }) => view.arrays && !view.waiting)"


class Client:
    """A page that counts: frames of each game, and the steps that their heads tell."""

    def __init__(self):
        self.frames, self.steps = [0, 0], [0, 0]

    async def read(self, connection):
        """Takes what comes, for ever."""
        async for content in connection:
            if isinstance(content, bytes):
                self.frames[content[0]] += 1
                self.steps[content[0]] = wire.unpacked(content[4:])[0]["step"]
                await connection.send('{"do": "seen"}')
            else:
                said = json.loads(content)
                if said["kind"] == "figures":
                    self.steps[said["game"]] = said["step"]


def memory(lab):
    """Resident memory of both games' processes, in MB."""
    found = []
    for player in lab.board.players:
        status = pathlib.Path(f"/proc/{player.process.pid}/status").read_text()
        found.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
    return found


async def measure(lab, begin, minutes=MINUTES):
    """Measures all; returns rows of (what, value)."""
    client, rows = Client(), []

    def page():
        return connect(lab.address.replace("http", "ws") + "live", origin=lab.address.rsplit("/", 2)[0], max_size=2**24)

    async def spent(seconds):
        before = list(client.frames), list(client.steps), time.monotonic()
        await asyncio.sleep(seconds)
        took = time.monotonic() - before[2]
        return [
            [(b - a) / took for a, b in zip(*pair)] for pair in ((before[0], client.frames), (before[1], client.steps))
        ]

    async with page() as connection:
        reading = asyncio.create_task(client.read(connection))
        while not all(client.frames):
            await asyncio.sleep(0.02)
        rows.append(("start of the command to the first frame of both games", f"{time.monotonic() - begin:.1f} s"))
        played = time.monotonic()
        await connection.send('{"do": "play"}')
        while min(client.steps) < 1:
            await asyncio.sleep(0.02)
        rows.append(("play to the first step of both games", f"{time.monotonic() - played:.1f} s"))
        await asyncio.sleep(5)
        frames, steps = await spent(SPAN)
        rows.append(("frames a second with a page, left and right", " and ".join(f"{value:.1f}" for value in frames)))
        rows.append(("steps a second with a page, left and right", " and ".join(f"{value:.0f}" for value in steps)))
        reading.cancel()
    before, at = list(client.steps), time.monotonic()
    await asyncio.sleep(SPAN)
    async with page() as connection:
        reading = asyncio.create_task(client.read(connection))
        await asyncio.sleep(1)
        alone = [(b - a) / (time.monotonic() - at) for a, b in zip(before, client.steps)]
        rows.append(("steps a second without a page, left and right", " and ".join(f"{value:.0f}" for value in alone)))
        held = []
        for _ in range(max(1, round(minutes * 6))):
            await asyncio.sleep(10)
            held.append(memory(lab))
        for side, values in zip(("left", "right"), zip(*held)):
            quarter = max(1, len(values) // 4)
            first, last = statistics.median(values[:quarter]), statistics.median(values[-quarter:])
            words = f"{first:.0f} MB in the first quarter, {last:.0f} MB in the last"
            rows.append((f"memory of the {side} game over {minutes:g} minutes of training", words))
        rows.append(("steps made by then", " and ".join(f"{step:,}" for step in client.steps)))
        reading.cancel()
    return rows


def processor_time(pid):
    """Seconds of a processor that each child of a process has taken, a list."""
    found = []
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        fields = pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
        found.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    return found


def in_chromium():
    """Starts the command and opens its page in a Chromium that runs already.

    Returns:
        Seconds from the command to the page, whose controls are there; to the first frame of both games, drawn; and
        of a processor that the games took until then, the mean of both, which other programs do not lengthen.
    """
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in OPTIONS:
        options.add_argument(option)
    command = [sys.executable, "-m", "keras_gans.cli", "lab", "--scene", "r1", "--no-open"]
    with webdriver.Chrome(options=options, service=Service(DRIVER)) as browser, tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
            try:
                browser.get(process.stdout.readline().split()[-1])
                page = time.monotonic() - begin
                WebDriverWait(browser, 300, 0.02).until(lambda browser: browser.execute_script(DRAWN))
                return page, time.monotonic() - begin, statistics.mean(processor_time(process.pid))
            finally:
                process.send_signal(signal.SIGINT)


def main():
    """Measures and writes the result."""
    out = parsed(__doc__)
    waits = in_chromium() if CHROMIUM and DRIVER else ()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        lab = server.Lab("r1", pathlib.Path(folder), stays=True)
        thread = threading.Thread(target=lab.run, daemon=True)
        thread.start()
        try:
            rows = asyncio.run(measure(lab, begin))
        finally:
            lab.stop()
            thread.join()
    rows += [(what, f"{wait:.1f} s") for what, wait in zip(WAITS, waits)]
    about = "Both games of the scene `r1` (non-saturating, and with R1 on D; batches of 256, three layers of 128), in"
    about += " a process each. The page is a client that takes what a browser would."
    leave("lab", "The laboratory", [about, table(["what", "measured"], rows)], out)


if __name__ == "__main__":
    main()
