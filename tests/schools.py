"""Bundles of a school of the tests: the sample, changed."""

from verticals.education.example import pack, sample

USERS, SEATS, MANIFEST = "users.csv", "enrollments.csv", "manifest.csv"


def bundle(*changes: tuple[str, str, str]) -> bytes:
    """The sample with texts replaced, each of which must stand there: (file, old, new)."""
    files = dict(sample())
    for file, old, new in changes:
        assert old in files[file], (file, old)
        files[file] = files[file].replace(old, new)
    return pack(files)


def without(*ids: str) -> bytes:
    """The sample without the lines of these ids, whole."""
    files = {
        name: "".join(line for line in text.splitlines(True) if line.partition(",")[0] not in ids)
        for name, text in sample().items()
    }
    return pack(files)


def delta(**files: str) -> bytes:
    """A bundle of differences: the lines of some files below their heads."""
    modes = {"propertyName": "value", "manifest.version": "1.0", "oneroster.version": "1.1"}
    modes |= {f"file.{name}": "delta" for name in files}
    made = {"manifest.csv": "".join(f"{name},{value}\n" for name, value in modes.items())}
    for name, lines in files.items():
        made[f"{name}.csv"] = sample()[f"{name}.csv"].splitlines(True)[0] + lines
    return pack(made)
