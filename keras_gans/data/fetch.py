"""Fetches the public archives of Pix2Pix and CycleGAN; nothing is downloaded unless `fetch` is called."""

import dataclasses
import http.client
import os
import shutil
import stat
import tarfile
import urllib.error
import urllib.request
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

import keras

from keras_gans.files.decode import shown
from keras_gans.registry import Registry

ARCHIVES = Registry("public set")  # Name -> `Archive`.

_SERVER = "http://efrosgans.eecs.berkeley.edu"
_CHUNK = 1 << 20  # bytes
_TIMEOUT = 60  # seconds without a byte
_MOST_MEMBERS = 1_000_000  # of an archive; edges2handbags has 138,767
_MOST_EXPANSION = 100  # times that an archive may grow; pictures are packed already


@dataclasses.dataclass(frozen=True)
class Archive:
    """A .tar.gz or .zip file on a server.

    Args:
        url: str, where it lies.
        sha256: str, its checksum, or None where none has been published.
    """

    url: str
    sha256: str | None = None


for _name in ("edges2handbags", "edges2shoes", "facades", "maps", "night2day"):
    ARCHIVES[_name] = Archive(f"{_SERVER}/pix2pix/datasets/{_name}.tar.gz")

for _name, _sha256 in {
    "ae_photos": None,
    "apple2orange": "845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8",
    "cezanne2photo": "3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff",
    "facades": "9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0",
    "horse2zebra": "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1",
    "iphone2dslr_flower": "8fcb5e374d631b107e1d961b8c4cd0a186aa2a4ff3e279923f4c426128de7113",
    "maps": "639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e",
    "monet2photo": "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04",
    "summer2winter_yosemite": "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
    "ukiyoe2photo": "02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08",
    "vangogh2photo": "362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff",
}.items():
    _key = f"cyclegan_{_name}" if _name in ARCHIVES else _name
    ARCHIVES[_key] = Archive(f"{_SERVER}/cyclegan/datasets/{_name}.zip", _sha256)


def fetch(name, folder="datasets"):
    """Downloads and extracts a public set of pictures, unless that has been done before.

    A download that broke off goes on where it stopped at the next call. The archive is deleted once it is extracted.

    Args:
        name: name in `ARCHIVES`. For `data.pairs`, the sets of Pix2Pix: edges2handbags, edges2shoes, facades, maps,
            night2day (29 MB to 8 GB); for `data.domains`, those of CycleGAN: horse2zebra, apple2orange, ... The two
            that are in both are those of Pix2Pix; CycleGAN's are called cyclegan_facades and cyclegan_maps.
        folder: where to put them.

    Returns:
        `pathlib.Path` of the extracted folder, folder/name.

    Raises:
        ValueError: if the name is unknown, the download fails or is not what it should be, or the archive is damaged
            or holds anything but files and folders inside itself, in which case nothing is extracted.

    Deviations:
        CycleGAN's archives are checked against the SHA-256 that TensorFlow Datasets publishes for `cycle_gan`. For
        Pix2Pix's and for ae_photos none is known: they are checked by gzip's and zip's own CRC-32 only. Cityscapes is
        left out, since its licence does not let the authors hand it on.

    Reference:
        Isola, Zhu, Zhou, Efros, 2017, Image-to-Image Translation with Conditional Adversarial Networks,
        arXiv:1611.07004; Zhu, Park, Isola, Efros, 2017, Unpaired Image-to-Image Translation using Cycle-Consistent
        Adversarial Networks, arXiv:1703.10593; their data sets.
    """
    archive, place = ARCHIVES[name], Path(os.path.expanduser(folder)) / name
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    file = place.parent / f"{name}{''.join(PurePosixPath(archive.url).suffixes[-2:])}"
    _download(archive, file)
    _extract(file, place)
    file.unlink()
    return place


# The download


def _download(archive, file):
    part = file.with_name(f"{file.name}.part")
    try:
        if not file.exists():
            _continue(archive.url, part)
            os.replace(part, file)
        keras.utils.get_file(  # Finds it there, and downloads it anew only if the checksum differs.
            file.name, archive.url, file_hash=archive.sha256, cache_dir=str(file.parent.resolve()), cache_subdir=""
        )
    except Exception as error:  # Keras raises a bare Exception when a download fails.
        kept = f"; {part.stat().st_size} bytes are kept, and the next call goes on there" if part.exists() else ""
        raise ValueError(f"Expected to download {archive.url}{kept}. Received: {error}") from error


def _continue(url, part):
    """Downloads what is missing of a file, by HTTP's Range where the server knows that."""
    done = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and error.headers.get("Content-Range", "").endswith(f"/{done}"):
            return  # Nothing is missing.
        raise
    with response:
        done = done if response.status == 206 else 0
        length = response.headers.get("Content-Length")
        _write(response, part, done, done + int(length) if length else None)


def _write(response, part, done, total):
    bar = keras.utils.Progbar(total, interval=1)
    with open(part, "ab" if done else "wb") as file:
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            done += len(chunk)
            bar.update(done)
    if total is not None and done != total:
        raise http.client.IncompleteRead(b"", total - done)


# The archive


def _extract(file, place):
    aside = place.with_name(f".{place.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        with zipfile.ZipFile(file) if file.suffix == ".zip" else tarfile.open(file, "r:gz") as archive:
            _check_members(archive, file)
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Of tar; Python 3.14's default.
            archive.extractall(aside)
            _check_end(archive)
        inner = [path for path in shown(aside) if path.name != "__MACOSX"]
        os.replace(inner[0] if len(inner) == 1 and inner[0].is_dir() else aside, place)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, UnicodeError) as error:
        file.unlink()
        raise ValueError(
            f"Expected a whole archive, and deleted one that is damaged. Received: {str(file)!r} ({error})."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _check_end(archive):
    """Reads on behind the last member of a tar, so that gzip compares its checksum; a tar ends where it is damaged."""
    while isinstance(archive, tarfile.TarFile) and archive.fileobj.read(_CHUNK):
        pass


def _check_members(archive, file):
    """Refuses an archive with a path that leaves it, with more than files and folders, or that would fill the disk."""
    if isinstance(archive, zipfile.ZipFile):
        members = ((info.filename, _is_plain(info), info.file_size) for info in archive.infolist())
    else:
        members = ((member.name, member.isfile() or member.isdir(), member.size) for member in archive)
    most, total = _MOST_EXPANSION * file.stat().st_size, 0
    for count, (name, plain, size) in enumerate(members, 1):
        windows, total = PureWindowsPath(name), total + size  # PureWindowsPath knows both kinds of slashes.
        if not plain or windows.drive or windows.root or ".." in windows.parts:
            raise ValueError(
                "Expected an archive of files and folders that stay inside it; nothing was extracted. "
                f"Received: {name!r} in {str(file)!r}."
            )
        if count > _MOST_MEMBERS or total > most:
            raise ValueError(
                f"Expected an archive of at most {_MOST_MEMBERS} files that grows at most {_MOST_EXPANSION} times; "
                f"nothing was extracted. Received: {count} files or more, of {total} bytes, in {str(file)!r}."
            )


def _is_plain(info):
    """Whether a member of a zip is a file or folder; those made on Windows do not say."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind in (0, stat.S_IFREG, stat.S_IFDIR)
