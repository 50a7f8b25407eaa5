"""Where the reference data lies: tests/data, and in it archives of what compresses well, which the build unpacks.

`models`: networks of random weights, whose values repeat. `results`: what the references make of them, and tables.

    python stored.py NAME FOLDER      unpacks tests/data/NAME.tar.xz there, to look at
"""
import io
import lzma
import pathlib
import sys
import tarfile
import tempfile

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
_unpacked = {}


def folder(name):
    """A folder with what the archive holds, the same for the whole process. pack() keeps what is changed there."""
    if name not in _unpacked:
        _unpacked[name] = tempfile.TemporaryDirectory()
        if (DATA / f"{name}.tar.xz").exists():
            unpack(name, _unpacked[name].name)
    return pathlib.Path(_unpacked[name].name)


def unpack(name, place):
    with tarfile.open(DATA / f"{name}.tar.xz") as archive:
        archive.extractall(place, filter="data")


def pack(name):
    """Writes the archive again. Order, times and owners are fixed, so that the same files give the same bytes."""
    root, plain = folder(name), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            entry = tarfile.TarInfo(path.relative_to(root).as_posix())
            entry.size = path.stat().st_size
            with open(path, "rb") as file:
                archive.addfile(entry, file)
    (DATA / f"{name}.tar.xz").write_bytes(lzma.compress(plain.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def write_picture(path, picture):
    """A PNG of RGB or grey values, by the way of packing that makes it smallest."""
    import cv2
    picture = picture if picture.ndim == 2 else picture[..., ::-1]
    options = [[cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, strategy, cv2.IMWRITE_PNG_FILTER, rows]
               for strategy in (0, 1, 3) for rows in (0x08, 0x10, 0x20, 0x40, 0x80, 0xF8)]
    pathlib.Path(path).write_bytes(min((cv2.imencode(".png", picture, o)[1].tobytes() for o in options), key=len))


if __name__ == "__main__":
    unpack(sys.argv[1], sys.argv[2])
