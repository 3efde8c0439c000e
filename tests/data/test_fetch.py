"""fetch: archives of a local server, broken off, damaged, false or hostile; no network."""

import functools
import hashlib
import http.server
import io
import stat
import sys
import tarfile
import threading
import zipfile

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.fetch import ARCHIVES, Archive


def picture():
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 16, 3)).astype("uint8")).save(file, "PNG")
    return file.getvalue()


def write_tar(path, members=(), links=()):
    with tarfile.open(path, "w:gz") as archive:
        for name in members:
            info = tarfile.TarInfo(name)
            info.size = len(picture())
            archive.addfile(info, io.BytesIO(picture()))
        for name, target, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return path


def write_zip(path, members=(), links=()):
    with zipfile.ZipFile(path, "w") as archive:
        for name in members:
            archive.writestr(name, picture())
        for name, target in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
    return path


WRITERS = {".tar.gz": write_tar, ".zip": write_zip}
MEMBERS = ("toy/train/1.png", "toy/train/2.png", "toy/test/1.png")


class Server(http.server.BaseHTTPRequestHandler):
    """Serves one file, knows ranges, and breaks off where it is told to."""

    content, requests, break_at, ranges, failing = b"", [], None, True, False

    def do_GET(self):
        asked = self.headers.get("Range")
        self.requests.append(asked)
        if self.failing:
            return self.send_error(503)
        start = int(asked[len("bytes=") : -1]) if asked and self.ranges else 0
        if start >= len(self.content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(self.content)}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(206 if asked and self.ranges else 200)
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        self.wfile.write(self.content[start : self.break_at])

    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Registers `toy`, a zip on a local server; gives the handler's class, whose settings may be changed."""

    class Handler(Server):
        requests = []

    Handler.content = write_zip(tmp_path / "served.zip", MEMBERS).read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.01)).start()
    checksum = hashlib.sha256(Handler.content).hexdigest()
    url = f"http://127.0.0.1:{server.server_address[1]}/toy.zip"
    monkeypatch.setitem(ARCHIVES, "toy", Archive(url, checksum))
    yield Handler
    server.shutdown()
    server.server_close()


def offer(monkeypatch, path):
    monkeypatch.setitem(ARCHIVES, "toy", Archive(path.as_uri()))


def left(folder):
    """All that lies in a folder, as relative paths."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# What is fetched


@pytest.mark.parametrize("suffix", WRITERS)
def test_fetch_extracts_the_archive(tmp_path, monkeypatch, suffix):
    offer(monkeypatch, WRITERS[suffix](tmp_path / f"away{suffix}", MEMBERS))
    place = data.fetch("toy", tmp_path / "sets")
    assert place == tmp_path / "sets" / "toy"
    assert left(tmp_path / "sets") == ["toy/test/1.png", "toy/train/1.png", "toy/train/2.png"]
    assert len(data.pairs(place, image_size=8)) == 2


def test_fetch_extracts_an_archive_without_a_folder_of_its_own(tmp_path, monkeypatch):
    offer(monkeypatch, write_zip(tmp_path / "a.zip", ["trainA/1.png", "trainB/1.png", "__MACOSX/._1.png"]))
    data.fetch("toy", tmp_path / "sets")
    assert left(tmp_path / "sets")[-2:] == ["toy/trainA/1.png", "toy/trainB/1.png"]
    offer(monkeypatch, write_zip(tmp_path / "a.zip", ["set/trainA/1.png", "__MACOSX/._1.png"]))
    data.fetch("toy", tmp_path / "others")
    assert left(tmp_path / "others") == ["toy/trainA/1.png"]


def test_fetch_once(tmp_path, served):
    first = data.fetch("toy", tmp_path / "sets")
    assert data.fetch("toy", str(tmp_path / "sets")) == first
    assert len(served.requests) == 1


def test_fetch_default_folder(tmp_path, monkeypatch):
    offer(monkeypatch, write_zip(tmp_path / "a.zip", MEMBERS))
    monkeypatch.chdir(tmp_path)
    data.fetch("toy")
    assert (tmp_path / "datasets" / "toy" / "train" / "1.png").read_bytes() == picture()


def test_fetch_unknown_name():
    with pytest.raises(
        ValueError, match=r"Unknown public set\. Did you mean 'horse2zebra'\?.*Received: 'horse2zebras'"
    ):
        data.fetch("horse2zebras")


def test_archives_have_addresses_and_checksums():
    assert {"facades", "maps", "edges2shoes", "edges2handbags", "horse2zebra", "apple2orange", "monet2photo"} <= set(
        ARCHIVES
    )
    for name, archive in ARCHIVES.items():
        kind = "cyclegan" if archive.url.endswith(".zip") else "pix2pix"
        assert archive.url.startswith(
            f"http://efrosgans.eecs.berkeley.edu/{kind}/datasets/{name.removeprefix('cyclegan_')}."
        )
        assert archive.sha256 is None or len(bytes.fromhex(archive.sha256)) == 32
    assert [name for name in ARCHIVES if "facades" in name] == ["facades", "cyclegan_facades"]


# Downloads that fail


def test_fetch_goes_on_where_it_broke_off(tmp_path, served):
    served.break_at = 100
    with pytest.raises(
        ValueError, match=r"download http.*toy\.zip; 100 bytes are kept, .* Received: IncompleteRead\(.* more"
    ):
        data.fetch("toy", tmp_path)
    served.break_at = None
    data.fetch("toy", tmp_path)
    assert served.requests == [None, "bytes=100-"]
    assert left(tmp_path / "toy") == ["test/1.png", "train/1.png", "train/2.png"]


def test_fetch_begins_anew_where_the_server_knows_no_ranges(tmp_path, served):
    (tmp_path / "toy.zip.part").write_bytes(served.content[:50])
    served.ranges = False
    data.fetch("toy", tmp_path)
    assert len(left(tmp_path / "toy")) == 3


def test_fetch_takes_a_part_that_is_complete(tmp_path, served):
    (tmp_path / "toy.zip.part").write_bytes(served.content)
    data.fetch("toy", tmp_path)
    assert served.requests == [f"bytes={len(served.content)}-"]


def test_fetch_mends_a_part_that_is_false(tmp_path, served):
    (tmp_path / "toy.zip.part").write_bytes(b"x" * 50)
    data.fetch("toy", tmp_path)  # The checksum tells, and the whole is downloaded again.
    assert served.requests == ["bytes=50-", None]
    assert len(left(tmp_path / "toy")) == 3


def test_fetch_refuses_another_checksum(tmp_path, served, monkeypatch):
    monkeypatch.setitem(ARCHIVES, "toy", Archive(ARCHIVES["toy"].url, "0" * 64))
    with pytest.raises(ValueError, match=r"Expected to download .* Received: .*hash does not match"):
        data.fetch("toy", tmp_path / "sets")
    assert not (tmp_path / "sets" / "toy").exists()


def test_fetch_server_fails(tmp_path, served):
    served.failing = True
    with pytest.raises(ValueError, match=r"Expected to download http.*toy\.zip\. Received: HTTP Error 503"):
        data.fetch("toy", tmp_path / "sets")


def test_fetch_missing_file(tmp_path, monkeypatch):
    offer(monkeypatch, tmp_path / "nowhere.zip")
    with pytest.raises(ValueError, match=r"Expected to download file:.*nowhere\.zip\. Received: .*No such file"):
        data.fetch("toy", tmp_path / "sets")


# Archives that are not what they should be


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("damage", ["cut", "none", "flipped"])
def test_fetch_damaged_archive(tmp_path, monkeypatch, suffix, damage):
    path = WRITERS[suffix](tmp_path / f"away{suffix}", MEMBERS)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes({"cut": bytes(content[: len(content) // 2]), "none": b"hello", "flipped": bytes(content)}[damage])
    offer(monkeypatch, path)
    with pytest.raises(ValueError, match=r"Expected a whole archive.* Received: '.*toy(\.tar\.gz|\.zip)' \(.*\)\.$"):
        data.fetch("toy", tmp_path / "sets")
    assert not left(tmp_path / "sets")


ESCAPING = ["../out.png", "toy/../../out.png", "/tmp/keras_gans_out.png", "C:\\out.png", "..\\out.png"]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", ESCAPING)
def test_fetch_refuses_paths_that_escape(tmp_path, monkeypatch, suffix, name):
    offer(monkeypatch, WRITERS[suffix](tmp_path / f"away{suffix}", [*MEMBERS, name]))
    with pytest.raises(ValueError, match=r"stay inside it; nothing was extracted\. Received: '.*out\.png' in '.*toy\."):
        data.fetch("toy", tmp_path / "sets")
    assert left(tmp_path) == sorted([f"away{suffix}", f"sets/toy{suffix}"])


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["../../out", "/etc", "toy"])
def test_fetch_refuses_links_in_tar(tmp_path, monkeypatch, kind, target):
    offer(monkeypatch, write_tar(tmp_path / "away.tar.gz", MEMBERS, [("toy/link", target, kind)]))
    with pytest.raises(ValueError, match=r"nothing was extracted\. Received: 'toy/link' in "):
        data.fetch("toy", tmp_path / "sets")
    assert left(tmp_path / "sets") == ["toy.tar.gz"]


def test_fetch_refuses_devices_in_tar(tmp_path, monkeypatch):
    offer(monkeypatch, write_tar(tmp_path / "away.tar.gz", MEMBERS, [("toy/pipe", "", tarfile.FIFOTYPE)]))
    with pytest.raises(ValueError, match=r"Received: 'toy/pipe' in "):
        data.fetch("toy", tmp_path / "sets")


def test_fetch_refuses_links_in_zip(tmp_path, monkeypatch):
    offer(monkeypatch, write_zip(tmp_path / "away.zip", MEMBERS, [("toy/link", "/etc")]))
    with pytest.raises(ValueError, match=r"nothing was extracted\. Received: 'toy/link' in "):
        data.fetch("toy", tmp_path / "sets")
    assert left(tmp_path / "sets") == ["toy.zip"]


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE])
def test_fetch_makes_no_devices_of_tar(tmp_path, monkeypatch, kind):
    offer(monkeypatch, write_tar(tmp_path / "away.tar.gz", MEMBERS, [("toy/device", "", kind)]))
    if kind == tarfile.CONTTYPE:  # A file of an old kind.
        assert (data.fetch("toy", tmp_path / "sets") / "device").is_file()
        return
    with pytest.raises(ValueError, match=r"Received: 'toy/device' in "):
        data.fetch("toy", tmp_path / "sets")


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFLNK])
def test_fetch_makes_no_devices_of_zip(tmp_path, monkeypatch, kind):
    with zipfile.ZipFile(tmp_path / "away.zip", "w") as archive:
        info = zipfile.ZipInfo("toy/device")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    offer(monkeypatch, tmp_path / "away.zip")
    with pytest.raises(ValueError, match=r"Received: 'toy/device' in "):
        data.fetch("toy", tmp_path / "sets")


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(
    "name", ["C:out.png", "\\\\server\\share\\out.png", "//server/out.png", "toy/..", "./../out.png"]
)
def test_fetch_refuses_drives_and_shares(tmp_path, monkeypatch, suffix, name):
    offer(monkeypatch, WRITERS[suffix](tmp_path / f"away{suffix}", [*MEMBERS, name]))
    with pytest.raises(ValueError, match=r"stay inside it; nothing was extracted\. Received: "):
        data.fetch("toy", tmp_path / "sets")
    assert left(tmp_path) == sorted([f"away{suffix}", f"sets/toy{suffix}"])


@pytest.mark.parametrize("suffix", WRITERS)
def test_fetch_refuses_archives_that_would_fill_the_disk(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"away{suffix}"
    if suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("toy/a.png", bytes(10**7))
    else:
        with tarfile.open(path, "w:gz") as archive:
            info = tarfile.TarInfo("toy/a.png")
            info.size = 10**7
            archive.addfile(info, io.BytesIO(bytes(10**7)))
    offer(monkeypatch, path)
    with pytest.raises(
        ValueError, match=r"grows at most 100 times; nothing was .* Received: 1 files or more, of 10000000"
    ):
        data.fetch("toy", tmp_path / "sets")
    assert left(tmp_path / "sets") == [f"toy{suffix}"]


@pytest.mark.parametrize("suffix", WRITERS)
def test_fetch_refuses_archives_of_very_many_members(tmp_path, monkeypatch, suffix):
    offer(monkeypatch, WRITERS[suffix](tmp_path / f"away{suffix}", MEMBERS))
    monkeypatch.setattr(sys.modules["keras_gans.data.fetch"], "_MOST_MEMBERS", 2)
    with pytest.raises(
        ValueError, match=r"archive of at most 2 files .*nothing was extracted. Received: 3 files or more"
    ):
        data.fetch("toy", tmp_path / "sets")


@pytest.mark.parametrize("suffix", WRITERS)
def test_fetch_extracts_files_of_any_name(tmp_path, monkeypatch, suffix):
    names = ["two words", "-x", "caf\u00e9", "\U0001f43c", "a\nb", 'it\'s "so"', "a..b", "..a"]
    offer(monkeypatch, WRITERS[suffix](tmp_path / f"away{suffix}", [f"toy/{name}.png" for name in names]))
    assert left(data.fetch("toy", tmp_path / "sets")) == sorted(f"{name}.png" for name in names)
