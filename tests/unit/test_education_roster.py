"""OneRoster bundles: what is read, what is refused and where it stands, what would change."""

from datetime import datetime

import msgspec
import pytest

from tests.schools import (
    MANIFEST,
    SEATS,
    USERS,
    bundle,
    delta,
    delta_of_1_2,
    files_of_1_2,
    without,
)
from verticals.education.example import pack, sample
from verticals.education.roster import oneroster, policy
from verticals.education.roster.errors import RosterInvalid
from verticals.education.roster.models import Change, Known, Plan

LEA = "p1,,,true,o1,student,lea.exemple,,Léa,Martin-Exemple,,,,,,g1,,\n"
SEAT = "e3,,,k1,o1,p1,student,false,,\n"
NOON, EARLIER = "2026-11-02T12:00:00.000Z", "2026-11-01T12:00:00.000Z"
# What is wrong, and where it must be told to stand.
BAD = [
    ("a pupil twice", (USERS, LEA, LEA * 2), (USERS, 5, "sourcedId", "there twice")),
    ("a seat of nobody", (SEATS, SEAT, SEAT.replace("p1", "p77")),
     (SEATS, 4, "userSourcedId", "not in the list")),
    ("a seat in no class", (SEATS, SEAT, SEAT.replace("k1", "k77")),
     (SEATS, 4, "classSourcedId", "not in the list")),
    ("a parent of nobody", (USERS, '"p1,p2"', '"p1,p77"'),
     (USERS, 9, "agentSourcedIds", "not in the list")),
    ("a role of no school", (USERS, "o1,guardian", "o1,wizard"), (USERS, 10, "role", "the words")),
    ("no name", (USERS, "Léa,", ","), (USERS, 4, "givenName", "empty")),
    ("a day of nowhere", (SEATS, SEAT, SEAT.replace(",,\n", ",2026-13-01,\n")),
     (SEATS, 4, "beginDate", "no date")),
    ("an end before", (SEATS, SEAT, SEAT.replace(",,\n", ",2026-12-01,2026-11-01\n")),
     (SEATS, 4, "endDate", "before")),
    ("a status in a whole file", (SEATS, "e3,,", "e3,tobedeleted,"),
     (SEATS, 4, "status", "sent whole")),
    ("a column away", (SEATS, "userSourcedId", "user"), (SEATS, 1, "userSourcedId", "missing")),
    ("too many cells", (SEATS, SEAT, SEAT.strip() + ",,,\n"), (SEATS, 4, "", "more cells")),
    ("a quote left open", (SEATS, SEAT, '"' + SEAT), (SEATS, 4, "", "no CSV")),
    ("a long name", (USERS, "Léa,", "L" * 501 + ","), (USERS, 4, "givenName", "too long")),
    ("another version", (MANIFEST, "oneroster.version,1.1", "oneroster.version,2.0"),
     (MANIFEST, 3, "oneroster.version", "1.1 and 1.2")),
    ("an unknown way", (MANIFEST, "classes,bulk", "classes,most"),
     (MANIFEST, 5, "file.classes", "bulk, delta or absent")),
    ("a file that is not announced", (MANIFEST, "classes,bulk", "classes,absent"),
     (MANIFEST, 5, "file.classes", "absent")),
]  # fmt: skip


def known_of(content: bytes) -> dict[str, dict[str, Known]]:
    """A list that has taken in a bundle."""
    return {
        file: {
            row.id: Known(file=file, id=row.id, cells=row.cells, modified_at=row.modified_at)
            for row in rows
        }
        for file, rows in oneroster.read(content).rows.items()
    }


def plan_of(content: bytes, known: dict[str, dict[str, Known]]) -> Plan:
    plan, faults = policy.plan(known, oneroster.read(content), {})
    oneroster.refuse(faults)
    return plan


def changes(plan: Plan) -> dict[str, tuple[list[str], list[str], list[str]]]:
    return {
        one.file: ([r.id for r in one.added], [r.id for r in one.changed], list(one.gone))
        for one in plan.changes
        if one.some
    }


@pytest.mark.parametrize(("change", "stands"), [case[1:] for case in BAD], ids=[b[0] for b in BAD])
def test_a_bad_line_is_told_with_its_file_line_column_and_words(
    change: tuple[str, str, str], stands: tuple[str, int, str, str]
) -> None:
    with pytest.raises(RosterInvalid) as refused:
        plan_of(bundle(change), {})
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    first = rows[0]
    assert (first.file, first.line, first.column) == stands[:3]
    assert stands[3] in str(first.says)


def test_every_bad_line_of_a_list_is_told_at_once() -> None:
    content = bundle((USERS, "Léa,", ","), (USERS, "true,o1,student,tom", "perhaps,o1,student,tom"),
                     (SEATS, "e9,,,k2", ",,,k2"))  # fmt: skip
    with pytest.raises(RosterInvalid) as refused:
        oneroster.read(content)
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    assert [(one.file, one.line, one.column) for one in rows] == [
        (USERS, 4, "givenName"),
        (USERS, 7, "enabledUser"),
        (SEATS, 8, "sourcedId"),
    ]


def test_another_encoding_is_told_with_its_line() -> None:
    files: dict[str, bytes] = {name: text.encode() for name, text in sample().items()}
    files[USERS] = sample()[USERS].encode("cp1252")
    with pytest.raises(RosterInvalid) as refused:
        oneroster.read(pack(files))
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    assert (rows[0].file, rows[0].line) == (USERS, 2)
    assert "Windows-1252" in str(rows[0].says)


@pytest.mark.parametrize("content", [b"", b"PK", b"a" * 20_000_001], ids=["none", "torn", "large"])
def test_what_is_no_bundle_is_refused_with_words(content: bytes) -> None:
    with pytest.raises(RosterInvalid):
        oneroster.read(content)


def test_a_bundle_in_a_folder_or_that_grows_without_end_is_refused() -> None:
    with pytest.raises(RosterInvalid, match="folder"):
        oneroster.read(pack({f"liste/{name}": text for name, text in sample().items()}))
    with pytest.raises(RosterInvalid, match="200 times"):
        oneroster.read(pack({**sample(), "notes.csv": "0" * 9_000_000}))


def test_passwords_telephones_and_demographics_are_not_even_read() -> None:
    content = bundle((USERS, "agnes@ecole.example.org,,,,,", "agnes@ecole.example.org,06,07,,,pw"))
    [agnes, *_] = oneroster.read(content).rows["users"]
    assert set(agnes.cells) == {
        "enabledUser", "username", "givenName", "familyName", "email", "agentSourcedIds", "role",
        "orgSourcedIds",
    }  # fmt: skip


def test_the_first_list_is_all_new_and_the_same_again_changes_nothing() -> None:
    first = plan_of(bundle(), {})
    assert {one.file: len(one.added) for one in first.changes} == {
        "orgs": 1, "academicSessions": 1, "courses": 1, "classes": 2, "users": 9,
        "roles": 0, "enrollments": 7,
    }  # fmt: skip
    assert not plan_of(bundle(), known_of(bundle())).some


def test_who_is_absent_from_a_whole_list_leaves_and_takes_their_places_along() -> None:
    plan = plan_of(without("p3", "e5", "g2"), known_of(bundle()))
    assert changes(plan) == {"users": ([], [], ["g2", "p3"]), "enrollments": ([], [], ["e5"])}
    assert plan.names["users:p3"] == "Inès Petit-Exemple"


def test_differences_add_change_and_remove_what_they_name_and_nothing_else() -> None:
    told = delta(
        users=f"p4,tobedeleted,{NOON},,,,,,,,,,,,,,,\n"
        f"p5,active,{NOON},true,o1,student,u,,Ana,Neuve,,,,,,,,\n"
        f"p3,active,{NOON},true,o1,student,ines.exemple,,Inès,Grand,,,,,,g2,,\n",
        enrollments=f"e20,active,{NOON},k1,o1,p5,student,false,2026-11-03,\n",
    )
    assert changes(plan_of(told, known_of(bundle()))) == {
        "users": (["p5"], ["p3"], ["p4"]),
        "enrollments": (["e20"], [], ["e6"]),
    }


def test_a_change_of_class_in_mid_year_moves_the_place() -> None:
    told = delta(
        enrollments=f"e3,active,{NOON},k1,o1,p1,student,false,2026-09-01,2026-11-02\n"
        f"e21,active,{NOON},k2,o1,p1,student,false,2026-11-02,\n"
    )
    assert changes(plan_of(told, known_of(bundle()))) == {"enrollments": (["e21"], ["e3"], [])}


def test_differences_that_come_late_change_nothing() -> None:
    known = known_of(bundle())
    later = f"p1,active,{NOON},true,o1,student,l,,Léa,Après,,,,,,,,\n"
    row = oneroster.read(delta(users=later)).rows["users"][0]
    known["users"]["p1"] = Known(
        file="users", id="p1", cells=row.cells, modified_at=row.modified_at
    )
    before = f"p1,tobedeleted,{EARLIER},,,,,,,,,,,,,,,\n"
    plan = plan_of(delta(users=before), known)
    assert not plan.some
    assert [one.older for one in plan.changes if one.file == "users"] == [1]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f"p1,gone,{NOON},true,o1,student,l,,L,M,,,,,,,,\n", "status"),
        ("p1,active,yesterday,true,o1,student,l,,L,M,,,,,,,,\n", "dateLastModified"),
        ("p1,active,2026-11-02T12:00:00,true,o1,student,l,,L,M,,,,,,,,\n", "dateLastModified"),
        ("p1,active,,true,o1,student,l,,L,M,,,,,,,,\n", "dateLastModified"),
    ],
)
def test_differences_say_what_happens_and_when(line: str, column: str) -> None:
    with pytest.raises(RosterInvalid) as refused:
        oneroster.read(delta(users=line))
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    assert [(one.line, one.column) for one in rows] == [(2, column)]


def test_version_1_2_has_its_roles_in_a_file_and_a_pupil_may_be_in_two_schools() -> None:
    plan = plan_of(pack(files_of_1_2()), {})
    people = {row.id: row.cells for row in of_file(plan, "users").added}
    assert people["p2"]["orgSourcedIds"] == "o1,o2"
    assert people["g2"]["role"] == "guardian"
    assert people["p2"]["role"] == "student"


@pytest.mark.parametrize(
    ("old", "new", "stands"),
    [
        ("r-p2,,,p2,", "r-p2,,,p77,", ("roles.csv", "userSourcedId")),
        ("r-p2,,,p2,primary,student", "r-p2,,,p2,primary,wizard", ("roles.csv", "role")),
        ("r-t1,,,t1,primary,teacher,,,o1,\n", "", (USERS, "role")),
        ("r-t1,,,t1,", "r-t1,tobedeleted,,t1,", ("roles.csv", "status")),
        (
            "r-second,,,p2,secondary,student,,,o2,",
            "r-second,,,p2,secondary,student,,,o9,",
            ("roles.csv", "orgSourcedId"),
        ),
    ],
)
def test_a_role_of_nobody_and_somebody_without_a_role_are_told(
    old: str, new: str, stands: tuple[str, str]
) -> None:
    files = files_of_1_2()
    assert old in files["roles.csv"]
    files["roles.csv"] = files["roles.csv"].replace(old, new)
    with pytest.raises(RosterInvalid) as refused:
        plan_of(pack(files), {})
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    assert [(one.file, one.column) for one in rows] == [stands]


def known_of_1_2() -> dict[str, dict[str, Known]]:
    """A list that has taken in the sample of 1.2."""
    plan = plan_of(pack(files_of_1_2()), {})
    return {
        one.file: {
            row.id: Known(file=one.file, id=row.id, cells=row.cells, modified_at=row.modified_at)
            for row in one.added
        }
        for one in plan.changes
    }


def of_file(plan: Plan, file: str) -> Change:
    return next(one for one in plan.changes if one.file == file)


CLARA = f'g1,active,{NOON},true,claire,,Clara,Exemple,,,claire@example.org,,,"p1,p2",,\n'
# What differences tell, and the roles and schools that p2 and g1 have then.
ROLES = [
    ("a person and no role", (CLARA, ""), ("student", "o1,o2"), ("parent", "o1")),
    ("another role", ("", f"r-9,active,{NOON},p2,secondary,aide,,,o1,\n"),
     ("aide,student", "o1,o2"), ("parent", "o1")),
    ("one school less", ("", f"r-second,tobedeleted,{NOON},,,,,,,\n"),
     ("student", "o1"), ("parent", "o1")),
    ("a line that is somebody else's now",
     ("", f"r-second,active,{NOON},g1,secondary,teacher,,,o2,\n"),
     ("student", "o1"), ("parent,teacher", "o1,o2")),
    ("the last role", ("", f"r-g1,inactive,{NOON},,,,,,,\n"), ("student", "o1,o2"), ("", "")),
    ("both", (CLARA, f"r-g1,active,{NOON},g1,primary,guardian,,,o1,\n"),
     ("student", "o1,o2"), ("guardian", "o1")),
]  # fmt: skip


@pytest.mark.parametrize(("told", "p2", "g1"), [pytest.param(*r[1:], id=r[0]) for r in ROLES])
def test_differences_of_1_2_add_change_and_end_roles_one_by_one(
    told: tuple[str, str], p2: tuple[str, str], g1: tuple[str, str]
) -> None:
    known = known_of_1_2()
    changed = of_file(plan_of(delta_of_1_2(*told), known), "users").changed
    cells = {id: one.cells for id, one in known["users"].items()}
    cells |= {row.id: row.cells for row in changed}
    got = [(cells[id]["role"], cells[id]["orgSourcedIds"]) for id in ("p2", "g1")]
    assert got == [p2, g1]
    assert cells["g1"]["givenName"] == ("Clara" if told[0] else "Claire")
    assert {row.id for row in changed} <= {"p2", "g1"}


def test_what_was_known_without_lines_becomes_lines_with_the_first_that_is_told() -> None:
    known = known_of(bundle())  # a list of 1.1
    first = plan_of(delta_of_1_2(roles=f"r-9,active,{NOON},p2,secondary,aide,,,o1,\n"), known)
    roles = [row.cells["role"] for row in of_file(first, "roles").added]
    assert sorted(roles) == ["aide", "student"]
    take(known, first)
    assert known["users"]["p2"].cells["role"] == "aide,student"
    other = plan_of(delta_of_1_2(users=CLARA), known)
    assert {row.id for row in of_file(other, "users").changed} == {"g1"}
    ended = plan_of(delta_of_1_2(roles=f"r-9,tobedeleted,{NOON},,,,,,,\n"), known)
    [left] = of_file(ended, "users").changed
    assert (left.id, left.cells["role"], left.cells["orgSourcedIds"]) == ("p2", "student", "o1")


@pytest.mark.parametrize("first", ["", f"r-9,active,{NOON},g1,secondary,aide,,,o1,\n"])
def test_a_role_of_1_1_that_a_line_tells_again_ends_with_that_line(first: str) -> None:
    known = known_of(bundle())
    for line in (first, f"r-g1,active,{NOON},g1,primary,parent,,,o1,\n"):
        if line:
            take(known, plan_of(delta_of_1_2(roles=line), known))
    take(known, plan_of(delta_of_1_2(roles=f"r-g1,tobedeleted,{NOON},,,,,,,\n"), known))
    assert known["users"]["g1"].cells["role"] == ("aide" if first else "")
    assert [id for id in known["roles"] if id != "r-9"] == []


def take(known: dict[str, dict[str, Known]], plan: Plan) -> None:
    """The list once a plan is carried out."""
    for change in plan.changes:
        there = known.setdefault(change.file, {})
        for id in change.gone:
            there.pop(id)
        for row in (*change.added, *change.changed):
            there[row.id] = Known(
                file=change.file, id=row.id, cells=row.cells, modified_at=row.modified_at
            )


def test_a_list_that_was_kept_before_roles_were_a_file_is_still_read() -> None:
    read = oneroster.read(bundle())
    modes = {file: mode for file, mode in read.modes.items() if file != "roles"}
    plan, faults = policy.plan({}, msgspec.structs.replace(read, modes=modes), {})
    assert not faults.found
    assert len(of_file(plan, "users").added) == 9


def test_whole_roles_that_leave_a_known_person_out_are_told_with_their_number() -> None:
    files, known = files_of_1_2(), known_of_1_2()
    manifest = "propertyName,value\noneroster.version,1.2\nfile.roles,bulk\n"
    roles = files["roles.csv"].replace("r-t1,,,t1,primary,teacher,,,o1,\n", "")
    with pytest.raises(RosterInvalid) as refused:
        plan_of(pack({MANIFEST: manifest, "roles.csv": roles}), known)
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    assert [(one.file, one.column) for one in rows] == [("roles.csv", "t1")]


def test_an_older_line_of_1_1_ends_no_role_of_1_2() -> None:
    known = known_of_1_2()
    at = datetime.fromisoformat(NOON)
    known["users"]["g1"] = msgspec.structs.replace(known["users"]["g1"], modified_at=at)
    line = f'g1,active,{EARLIER},true,o1,guardian,claire,,Claire,Exemple,,,,,,"p1,p2",,\n'
    assert not plan_of(delta(users=line), known).some


def test_a_role_that_is_told_late_changes_nothing_and_one_of_nobody_is_a_fault() -> None:
    known = known_of_1_2()
    for id, one in known["roles"].items():
        at = datetime.fromisoformat(NOON)
        known["roles"][id] = msgspec.structs.replace(one, modified_at=at)
    late = delta_of_1_2(roles=f"r-second,tobedeleted,{EARLIER},,,,,,,\n")
    assert not plan_of(late, known).some
    with pytest.raises(RosterInvalid):
        plan_of(delta_of_1_2(roles=f"r-9,active,{NOON},p77,primary,aide,,,o1,\n"), known)


def test_who_leaves_takes_their_roles_along_and_1_1_takes_the_place_of_1_2() -> None:
    known = known_of_1_2()
    away = plan_of(delta_of_1_2(users=f"p2,tobedeleted,{NOON},,,,,,,,,,,,,\n"), known)
    assert of_file(away, "roles").gone == ("r-p2", "r-second")
    line = f'g1,active,{NOON},true,o1,guardian,claire,,Claire,Exemple,,,,,,"p1,p2",,\n'
    old = plan_of(delta(users=line), known)
    assert of_file(old, "roles").gone == ("r-g1",)
    [changed] = of_file(old, "users").changed
    assert changed.cells["role"] == "guardian"


# Who is told in a delta, in a list where p1 and g1 name each other: whose line drops the other and
# when, what the other's own line says and when, and whether the link stands then on either side.
LINKS = [
    ("the pupil's line drops the parent", [("p1", "", NOON)], False),
    ("the parent's line drops the pupil", [("g1", "p2", NOON)], False),
    ("an earlier line still names the pupil", [("p1", "", NOON), ("g1", "p1,p2", EARLIER)], False),
    ("both at the same instant", [("g1", "p1,p2", NOON), ("p1", "", NOON)], False),
    ("a later line names the pupil", [("p1", "", EARLIER), ("g1", "p1,p2", NOON)], True),
    ("nobody drops anybody", [("g1", "p1,p2", NOON)], True),
]


@pytest.mark.parametrize(("told", "stands"), [pytest.param(*one[1:], id=one[0]) for one in LINKS])
def test_a_link_that_one_side_drops_ends_on_both_unless_the_other_says_so_later(
    told: list[tuple[str, str, str]], stands: bool
) -> None:
    known = known_of(bundle())
    lines = "".join(
        f'{id},active,{at},true,o1,{known["users"][id].cells["role"]},x,,Nom,Neuf,,,,,,"{agents}",,\n'
        for id, agents, at in told
    )
    plan = plan_of(delta(users=lines), known)
    cells = {id: one.cells for id, one in known["users"].items()}
    cells |= {row.id: row.cells for row in plan.changes[4].changed}
    named = {id: set(one["agentSourcedIds"].split(",")) for id, one in cells.items()}
    assert ("p1" in named["g1"] or "g1" in named["p1"]) is stands
    assert "p2" in named["g1"]  # the other child's link stands
