"""OneRoster bundles: what is read, what is refused and where it stands, what would change."""

import pytest

from tests.schools import MANIFEST, SEATS, USERS, bundle, delta, without
from verticals.education.example import pack, sample
from verticals.education.roster import oneroster, policy
from verticals.education.roster.errors import RosterInvalid
from verticals.education.roster.models import Known, Plan

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
        "orgs": 1, "academicSessions": 1, "courses": 1, "classes": 2, "users": 9, "enrollments": 7,
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


def files_of_1_2() -> dict[str, str]:
    """The sample as 1.2 has it: roles in a file of their own; Noé is in two schools."""
    files = dict(sample())
    files[MANIFEST] = files[MANIFEST].replace("version,1.1", "version,1.2")
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


def test_version_1_2_has_its_roles_in_a_file_and_a_pupil_may_be_in_two_schools() -> None:
    people = {row.id: row.cells for row in oneroster.read(pack(files_of_1_2())).rows["users"]}
    assert people["p2"]["orgSourcedIds"] == "o1,o2"
    assert {id: cells["role"] for id, cells in people.items()}["g2"] == "guardian"
    assert people["p2"]["role"] == "student"


@pytest.mark.parametrize(
    ("old", "new", "stands"),
    [
        ("r-p2,,,p2,", "r-p2,,,p77,", ("roles.csv", "userSourcedId")),
        ("r-p2,,,p2,primary,student", "r-p2,,,p2,primary,wizard", ("roles.csv", "role")),
        ("r-t1,,,t1,", "r-t1,tobedeleted,,t1,", (USERS, "role")),
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


def test_differences_of_1_2_that_tell_no_role_leave_it_as_it_is() -> None:
    files, known = files_of_1_2(), known_of(pack(files_of_1_2()))
    manifest = "propertyName,value\noneroster.version,1.2\nfile.users,delta\n"
    head, *lines = files[USERS].splitlines(True)
    line = next(one for one in lines if one.startswith("g1,"))
    told = line.replace("g1,,,", f"g1,active,{NOON},").replace("Claire", "Clara")
    roles = files["roles.csv"].splitlines(True)[0]
    plan = plan_of(pack({MANIFEST: manifest, USERS: head + told, "roles.csv": roles}), known)
    [changed] = next(one.changed for one in plan.changes if one.file == "users")
    assert (changed.cells["givenName"], changed.cells["role"]) == ("Clara", "parent")


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
