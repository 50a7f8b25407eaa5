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


if __name__ == "__main__":
    unpack(sys.argv[1], sys.argv[2])
