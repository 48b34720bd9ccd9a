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


def files_of_1_2() -> dict[str, str]:
    """The sample as 1.2 has it: roles in a file of their own; Noé is in two schools."""
    files = dict(sample())
    files[MANIFEST] = files[MANIFEST].replace("version,1.1", "version,1.2")
    files[MANIFEST] += "file.roles,bulk\n"
    files["orgs.csv"] += "o2,,,École des Saules,school,0480001Y,\n"
    users = [line.split(",", 6) for line in files[USERS].splitlines()[1:]]
    files[USERS] = files[USERS].replace("orgSourcedIds,role,", "").replace("true,o1,", "true,")
    for role in ("teacher", "student", "parent", "guardian"):
        files[USERS] = files[USERS].replace(f"true,{role},", "true,")
    head = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    lines = [f"r-{u[0]},,,{u[0]},primary,{u[5]},,,o1,\n" for u in users]
    lines.append("r-second,,,p2,secondary,student,,,o2,\n")
    files["roles.csv"] = f"{head}orgSourcedId,userProfileSourcedId\n" + "".join(lines)
    return files


def delta_of_1_2(users: str = "", roles: str = "") -> bytes:
    """Differences of people, of roles, or of both, by the lines below their heads."""
    made = {MANIFEST: "propertyName,value\noneroster.version,1.2\n"}
    for name, lines in ((USERS, users), ("roles.csv", roles)):
        if lines:
            made[MANIFEST] += f"file.{name.removesuffix('.csv')},delta\n"
            made[name] = files_of_1_2()[name].splitlines(True)[0] + lines
    return pack(made)
