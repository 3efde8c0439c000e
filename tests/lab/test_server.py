"""The server: who may come in, what a message may do, and when it ends. Its games are stand-ins, but in one test."""

import asyncio
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
import websockets
from odd_messages import malformed
from websockets.asyncio.client import connect

from keras_gans.lab import board, server, wire
from keras_gans.lab.scenes import LARGEST


class StandIn:
    """A game that only remembers what it was told, and can say something."""

    def __init__(self, number, hear):
        self.number, self.hear, self.facts, self.frame, self.told = number, hear, {}, None, []

    def tell(self, **command):
        self.told.append(command)

    def stop(self):
        self.told.append("stop")


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setattr(board, "Player", StandIn)
    monkeypatch.setattr(server, "GRACE", 0.3)
    lab = server.Lab("collapse", tmp_path / "own")
    thread = threading.Thread(target=lab.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not lab.server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield lab
    lab.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert [player.told[-1] for player in lab.board.players] == ["stop", "stop"]


def socket(lab, address=None, **options):
    options.setdefault("origin", lab.address.rsplit("/", 2)[0])
    return connect((address or lab.address).replace("http", "ws") + "live", max_size=2**24, **options)


def status(address, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


async def heard(connection, kind):
    """The next sentence of a kind."""
    while True:
        content = await asyncio.wait_for(connection.recv(), 10)
        if isinstance(content, str) and json.loads(content)["kind"] == kind:
            return json.loads(content)


def test_the_page_is_behind_a_token_and_for_this_machine_alone(lab):
    base = lab.address.rsplit("/", 2)[0]
    assert base.startswith("http://127.0.0.1:")
    assert len(lab.token) > 30
    assert status(lab.address) == 200
    assert status(lab.address + "main.js") == 200
    assert status(base + "/") == status(base + "/wrong/") == status(base + "/wrong/main.js") == 404
    assert status(lab.address, Host="evil.example") == 400


@pytest.mark.parametrize(
    "name", ["../server.py", "%2e%2e/server.py", "..%2fserver.py", "scenes.py", "/etc/passwd", "x"]
)
def test_no_other_file_is_served(lab, name):
    assert status(lab.address + name) == 404


def test_the_page_asks_nobody_else(lab):
    with urllib.request.urlopen(lab.address) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for path in server.PAGE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text.replace('"ws"', ""), path
        assert "https://" not in text, path


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None, "http://127.0.0.1:1", "https://127.0.0.1"])
def test_other_origins_are_refused(lab, origin):
    async def try_it():
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            await socket(lab, origin=origin)

    asyncio.run(try_it())


def test_other_tokens_are_refused(lab):
    async def try_it():
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            await socket(lab, lab.address.replace(lab.token, "x" * len(lab.token)))

    asyncio.run(try_it())


def test_a_thousand_malformed_messages_are_answered_and_harm_nothing(lab, tmp_path):
    async def try_it():
        async with socket(lab) as connection:
            before = await heard(connection, "board")
            told = [list(player.told) for player in lab.board.players]
            for text in malformed(1000, seed=1):
                await connection.send(text)
                assert "Expected " in (await heard(connection, "refused"))["words"]
            await connection.send(bytes(range(256)))
            assert "Expected " in (await heard(connection, "refused"))["words"]
            assert [player.told for player in lab.board.players] == told
            await connection.send('{"do": "play"}')
            after = await heard(connection, "board")
            assert after == {**before, "playing": True}
            assert [player.told[-1] for player in lab.board.players] == [{"do": "play"}, {"do": "play"}]

    asyncio.run(try_it())
    assert list(tmp_path.iterdir()) == []


def test_a_message_that_is_too_long_ends_its_connection_alone(lab):
    async def try_it():
        async with socket(lab) as other:
            async with socket(lab) as connection:
                await connection.send("x" * (LARGEST + 1))
                with pytest.raises(websockets.exceptions.ConnectionClosed, match="1009"):
                    await heard(connection, "never")
            await other.send('{"do": "pause"}')
            assert (await heard(other, "board"))["playing"] is False

    asyncio.run(try_it())


def test_all_pages_share_a_board_and_scenes_are_saved(lab, tmp_path):
    async def try_it():
        async with socket(lab) as one, socket(lab) as other:
            scene = (await heard(one, "board"))["scene"]
            await heard(other, "board")
            await one.send(json.dumps({"do": "game", "game": 1, "spec": {"recipe": "wgan", "knobs": {}}}))
            changed = await heard(other, "board")
            assert changed["scene"]["games"] == [scene["games"][0], {"recipe": "wgan", "knobs": {}}]
            assert changed["name"] == ""
            await one.send(json.dumps({"do": "save", "name": "mine", "scene": changed["scene"]}))
            assert (await heard(one, "saved"))["name"] == "mine"
            assert "mine" in (await heard(other, "board"))["scenes"]
            await one.send(json.dumps({"do": "open", "name": "r1"}))
            assert (await heard(one, "board"))["name"] in ("mine", "r1")
            await one.send(json.dumps({"do": "open", "name": "mine"}))

    asyncio.run(try_it())
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["mine.json"]
    told = [command for command in lab.board.players[1].told if command["do"] == "set"]
    assert told[-1]["spec"] == {"recipe": "wgan", "knobs": {}}
    assert lab.board.players[1].told[-1] == {"do": "watch", "on": False}


def test_a_slow_page_gets_fewer_frames_and_the_newest(lab):
    player = lab.board.players[0]

    async def steps(connection):
        """The steps of the frames that come until none does."""
        found = []
        while True:
            try:
                content = await asyncio.wait_for(connection.recv(), 0.3)
            except asyncio.TimeoutError:
                return found
            if isinstance(content, bytes):
                found.append(wire.unpacked(content[4:])[0]["step"])

    async def try_it():
        async with socket(lab) as connection:
            await heard(connection, "board")
            for step in range(2000):
                player.hear(player, wire.FRAME, wire.frame({"step": step}, {"points": [[0, 1]]}))
                await asyncio.sleep(0)
            sent = await steps(connection)
            assert 1 <= len(sent) <= server.AHEAD
            assert sent == sorted(sent)
            for step in range(2000, 3000):
                player.hear(player, wire.FRAME, wire.frame({"step": step}, {"points": [[0, 1]]}))
            for _ in range(server.AHEAD):
                await connection.send('{"do": "seen"}')
            more = await steps(connection)
            assert more[-1] == 2999
            assert len(more) <= server.AHEAD

    asyncio.run(try_it())


def test_it_ends_after_its_last_page_but_not_when_that_is_loaded_anew(lab):
    async def come():
        async with socket(lab) as connection:
            await heard(connection, "board")

    asyncio.run(come())
    asyncio.run(come())  # within the time of grace
    assert not lab.server.should_exit
    deadline = time.monotonic() + 10
    while not lab.server.should_exit:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_command_ends_with_ctrl_c_and_leaves_no_process(tmp_path):
    """With real games, which are still loading then."""
    words = [sys.executable, "-m", "keras_gans.cli", "lab", "--no-open"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout.readline().startswith("The laboratory is at http://127.0.0.1:")
        deadline = time.monotonic() + 20
        while not (children := pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()):
            assert time.monotonic() < deadline
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.wait(20)
    assert not any(pathlib.Path(f"/proc/{child}").exists() for child in children)
    assert list(tmp_path.iterdir()) == []


def test_without_its_packages_the_command_says_how_to_install_them(monkeypatch):
    from command_line import run

    monkeypatch.setattr("keras_gans.lab.serving.missing", lambda: ["starlette"])
    code, output = run("lab", "--no-open")
    assert code == 2
    assert 'pip install "keras_gans[lab]"' in output
    assert output.strip().endswith("Received: an environment without starlette.")


def test_an_unknown_scene_is_answered_in_a_sentence():
    from command_line import run

    code, output = run("lab", "--no-open", "--scene", "colapse")
    assert code == 2
    assert "Expected the name of a scene: vanishing-gradient, collapse" in output


@pytest.mark.parametrize(("name", "received"), [("", "the folder"), ("film.png", "film.png")])
def test_a_film_goes_into_a_file_of_its_kinds(tmp_path, monkeypatch, name, received):
    from command_line import run

    monkeypatch.chdir(tmp_path)
    code, output = run("lab", "--export", name or tmp_path)
    assert code == 2
    assert f"Expected a file to write that ends in .html, .gif or .mp4. Received: {received}" in output


def test_a_film_that_cannot_be_written_is_refused_before_it_is_recorded(tmp_path, monkeypatch):
    from command_line import run

    monkeypatch.setattr("keras_gans.lab.export.recorded", lambda *arguments: pytest.fail("recorded first"))
    (tmp_path / "file").write_text("")
    code, output = run("lab", "--export", tmp_path / "file" / "film.html")
    assert code == 2
    assert "Error: Expected what can be read and written. Received: " in output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
