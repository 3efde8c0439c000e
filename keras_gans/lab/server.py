"""The laboratory's server: a page and a WebSocket on this machine alone, behind a token that only the address has."""

import asyncio
import contextlib
import pathlib
import secrets
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from keras_gans.lab import messages, wire
from keras_gans.lab.board import Board
from keras_gans.lab.scenes import LARGEST

HOST = "127.0.0.1"
PAGE = pathlib.Path(__file__).parent / "page"
KINDS = {".svg": "image/svg+xml", ".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
GRACE = 5.0  # seconds after the last page is closed, for one that is loaded anew
PAUSE = 1 / 20  # seconds at least between two frames of a game to a page
AHEAD = 4  # frames that a page is sent before it has said that it has seen earlier ones: of two games two each
WAITING = 200  # sentences that wait for a slow page; of more the oldest go
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Lab:
    """A laboratory that serves until it is stopped, or its last page is closed.

    Attributes:
        address: string, to open in a browser; its token is the key.

    Args:
        scene: string, the name of the first scene.
        own: None, or `pathlib.Path` of a folder of own scenes.
        stays: whether it goes on without a page.

    Raises:
        ValueError: if there is no such scene.
    """

    def __init__(self, scene, own=None, stays=False):
        self.token, self.stays, self._pages, self._loop = secrets.token_urlsafe(24), stays, set(), None
        self.board = Board(scene, own, self._hear)
        self._socket = socket.socket()
        self._socket.bind((HOST, 0))
        self._socket.listen()  # so that a browser that is early waits
        port = self._socket.getsockname()[1]
        self.address = f"http://{HOST}:{port}/{self.token}/"
        self.origins = {f"http://{HOST}:{port}", f"http://localhost:{port}"}
        routes = [
            WebSocketRoute("/{token}/live", self._live),
            Route("/{token}/", self._page),
            Route("/{token}/{name}", self._page),
        ]
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False)
        config = uvicorn.Config(
            Starlette(routes=routes, middleware=[hosts], lifespan=self._lifespan),
            log_level="error",
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=LARGEST,
            ws_max_queue=16,
            timeout_graceful_shutdown=2,
        )
        self.server = uvicorn.Server(config)

    def run(self):
        """Serves until it ends; then both games have ended, too."""
        try:
            self.server.run(sockets=[self._socket])
        finally:
            self.board.stop()
            self._socket.close()

    def stop(self):
        """Lets `run` end soon."""
        self.server.should_exit = True

    @contextlib.asynccontextmanager
    async def _lifespan(self, app):
        self._loop = asyncio.get_running_loop()
        yield

    async def _page(self, request):
        """A file of the page; its names are known beforehand, and there are no others."""
        name = request.path_params.get("name", "index.html")
        if not self._knows(request) or name not in FILES:
            return PlainTextResponse("Not found.", 404)
        content = (PAGE / name).read_bytes()
        return Response(content, media_type=KINDS[pathlib.Path(name).suffix], headers=HEADERS)

    def _knows(self, connection):
        return secrets.compare_digest(connection.path_params["token"].encode(), self.token.encode())

    async def _live(self, socket):
        """A page's connection: what games say goes out, messages come in, and each that is none gets an answer."""
        if not self._knows(socket) or socket.headers.get("origin") not in self.origins:
            await socket.close(1008)
            return
        await socket.accept()
        page = Page(socket)
        if not self._pages:
            self.board.watch(True)
        self._pages.add(page)
        sender = asyncio.create_task(page.send())
        try:
            page.say(self.board.state())
            for player in self.board.players:
                for content in player.facts.values():
                    page.say({**content, "game": player.number})
                if player.frame is not None:
                    page.show(player.number, player.frame)
            while True:
                received = await socket.receive()
                if received["type"] == "websocket.disconnect":
                    break
                self._answer(page, received.get("text") or received.get("bytes") or "")
        except WebSocketDisconnect:
            pass
        finally:
            sender.cancel()
            self._pages.discard(page)
            if not self._pages:
                self.board.watch(False)
                if not self.stays:
                    self._loop.call_later(GRACE, self._stop_if_alone)

    def _answer(self, page, text):
        try:
            message = messages.read(text)
            if message["do"] == "seen":
                page.seen()
                return
            answer = self.board.do(message)
        except (ValueError, OSError) as error:
            page.say({"kind": "refused", "words": str(error)})
            return
        if answer:
            page.say(answer)
        for one in self._pages:
            one.say(self.board.state())

    def _stop_if_alone(self):
        if not self._pages:
            self.stop()

    def _hear(self, player, kind, content):
        """Called from a player's thread for what it said."""
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._pass_on, player, kind, content)

    def _pass_on(self, player, kind, content):
        for page in self._pages:
            if kind == wire.FRAME:
                page.show(player.number, content)
            elif kind is None:
                page.say({"kind": "ended", "game": player.number})
            else:
                page.say({**content, "game": player.number})


class Page:
    """What waits to be sent to one page: sentences in their order, and of each game the newest frame alone.

    Args:
        socket: `starlette.websockets.WebSocket`.
    """

    def __init__(self, socket):
        self._socket, self._sentences, self._frames, self._unseen = socket, [], {}, 0
        self._news = asyncio.Event()

    def say(self, content):
        """Lets a sentence wait, a dict."""
        self._sentences = [*self._sentences[-WAITING:], content]
        self._news.set()

    def show(self, number, frame):
        """Lets a frame wait in place of the one before."""
        self._frames[number] = frame
        self._news.set()

    def seen(self):
        """The page has seen a frame."""
        self._unseen = max(0, self._unseen - 1)
        self._news.set()

    async def send(self):
        """Sends what waits: sentences at once, frames as fast as the page draws them."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self._news.wait()
                self._news.clear()
                sentences, self._sentences = self._sentences, []
                frames = {}
                if self._unseen < AHEAD:
                    frames, self._frames = self._frames, {}
                    self._unseen += len(frames)
                for content in sentences:
                    await self._socket.send_text(wire.sentence(content).decode())
                for number, frame in frames.items():
                    await self._socket.send_bytes(bytes([number, 0, 0, 0]) + frame)
                if frames:
                    await asyncio.sleep(PAUSE)


FILES = tuple(sorted(path.name for path in PAGE.iterdir() if path.suffix in KINDS))
