"""The practice's pages of patients: sought by their day of birth, added, their identity checked."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import headers_of
from verticals.health.patients import actions, looking
from verticals.health.patients.errors import PatientUnknown
from verticals.health.patients.forms import PRIVATE, Form, do_form, key_of, revision_of
from verticals.health.patients.models import (
    NIA_OID,
    NIR_OID,
    AddPatient,
    CheckIdentity,
    CorrectTraits,
    Paper,
    Patient,
    Sex,
    Sought,
    TakeIns,
    What,
)

HOME = "/cabinet/patients"
FIELDS = ("birth_name", "first_names", "born", "sex", "birthplace", "used_name", "email", "phone")
SHOWN = 100


@get(HOME, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def show_patients(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    ne: FromQuery[str] = "",
    nom: FromQuery[str] = "",
) -> Response[str]:
    """Patients, by day of birth (`ne`) and the beginning of a name (`nom`)."""
    return await _list(request, tx, {"ne": ne, "nom": nom}, {}, None)


@post(HOME, opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False)
async def add_patient(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Know somebody more."""

    async def act(writing: Tx, form: Form) -> Patient:
        said = {name: form.get(name, "") for name in FIELDS}
        command = AddPatient(**said, another="another" in form)
        return await actions.add_patient(writing, key_of(form), command)

    form, added, error = await do_form(request, act)
    if added is None:
        return await _list(request, tx, {}, form, error)
    return Redirect(f"{HOME}/{added.id}", status_code=303)


async def _list(
    request: AnyRequest, tx: Tx, sought: Form, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    born_on, wrong = _day(sought.get("ne", ""))
    wanted = Sought(born_on=born_on, name=sought.get("nom", "")[:100], wanted=SHOWN)
    found = [] if wrong else await actions.search_patients(tx, wanted)
    await looking.note_read(tx, [one.id for one in found], What.RECORD)
    return page(
        request,
        "patients/list.html",
        status_code=problem.status if problem else 200,
        patients=found,
        sought=sought,
        wrong=wrong,
        twin=error.extra.get("patient") if error else None,
        sexes=list(Sex),
        typed=typed,
        problem=problem,
    )


def _day(typed: str) -> tuple[date | None, bool]:
    try:
        return (date.fromisoformat(typed) if typed else None), False
    except ValueError:
        return None, True


@get(
    HOME + "/{id:uuid}", opt=access("practice"), response_headers=[PRIVATE], include_in_schema=False
)
async def show_patient(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One patient, and the status of their identity."""
    return await _patient(request, tx, id, {}, None)


@post(
    HOME + "/{id:uuid}/{what:str}",
    opt=access("practice"),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def check_patient(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], what: FromPath[str]
) -> Response[Any]:
    """A paper was looked at (`identite`), INSi has answered (`ins`), or traits are corrected
    (`traits`)."""

    async def act(writing: Tx, form: Form) -> bool:
        revision = revision_of(form)
        if what == "identite":
            said = CheckIdentity(paper=form.get("paper", ""), revision=revision)
            await actions.check_identity(writing, id, said)
        elif what == "ins":
            answer = {"matricule": form.get("matricule", ""), "oid": form.get("oid", "")}
            await actions.take_ins(writing, id, TakeIns(revision=revision, **answer))
        elif what == "traits":
            traits = {name: form.get(name, "") for name in FIELDS}
            said = CorrectTraits(revision=revision, another="another" in form, **traits)
            await actions.correct_traits(writing, id, said)
        else:
            raise PatientUnknown()
        return True

    form, _, error = await do_form(request, act)
    if error is not None:
        return await _patient(request, tx, id, form, error, about=what)
    return Redirect(f"{HOME}/{id}", status_code=303, headers=headers_of(replayed=False))


async def _patient(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None, about: str = ""
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    patient = await actions.find_patient(tx, id)
    await looking.note_read(tx, [patient.id], What.RECORD)
    ins, unreadable = await actions.show_ins(tx, patient)
    return page(
        request,
        "patients/patient.html",
        status_code=problem.status if problem else 200,
        patient=patient,
        ins=ins,
        unreadable=unreadable,
        papers=list(Paper),
        oids={"NIR": NIR_OID, "NIA": NIA_OID},
        sexes=list(Sex),
        twin=error.extra.get("patient") if error else None,
        about=about,
        typed=typed,
        problem=problem,
    )


handlers = (show_patients, add_patient, show_patient, check_patient)
