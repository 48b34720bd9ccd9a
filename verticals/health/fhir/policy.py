"""What is kept, as resources of FHIR R4; French identifiers under the systems of FR Core."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from hub.core.problems import Problem
from verticals.health.agenda import Appointment, Mode, Practitioner, Slot, State
from verticals.health.documents import Consent, Document, Opened
from verticals.health.fhir.models import Resource, Search
from verticals.health.fhir.reading import PARAMETERS, RPPS
from verticals.health.patients import Ins, Patient

MEDIA_TYPE = "application/fhir+json"
BASE = "/api/v1/health/fhir"
WRITTEN_ON = "2026-11-27"
STATUS_SYSTEM = "urn:usage-hub:identity-status"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CANCELLATION = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_BIRTHPLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
_INSEE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
_KINDS = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
_COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
_MEETING = {
    "place": {"system": _ACT, "code": "AMB", "display": "ambulatory"},
    "video": {"system": _ACT, "code": "VR", "display": "virtual"},
}
_SCOPE = {
    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
    "code": "patient-privacy",
}
_PAPER = {"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}
_OPT_IN = {"system": _ACT, "code": "OPTIN"}
_RECIPIENT = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
    "code": "IRCP",
}
_ISSUES = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported",
    406: "not-supported", 409: "conflict", 429: "throttled", 503: "transient",
}  # fmt: skip


def patient_of(patient: Patient, ins: Ins | None) -> Resource:
    """A patient; the matricule only of a qualified identity (RNIV)."""
    names: list[Resource] = [
        {"use": "official", "family": patient.birth_name, "given": patient.first_names.split()}
    ]
    if patient.used_name:
        names.append({"use": "usual", "family": patient.used_name, "given": [patient.first_name]})
    told = (("email", patient.email), ("phone", patient.phone))
    found: Resource = {
        "resourceType": "Patient",
        "id": str(patient.id),
        "meta": {
            "versionId": str(patient.revision),
            "lastUpdated": _instant(patient.changed_at),
            "tag": [{"system": STATUS_SYSTEM, "code": patient.status.value}],
        },
        "active": True,
        "name": names,
        "gender": patient.sex.value,
        "birthDate": patient.born_on.isoformat(),
    }
    if patient.merged_into is not None:
        other = {"reference": f"Patient/{patient.merged_into}"}
        found |= {"active": False, "link": [{"other": other, "type": "replaced-by"}]}
    if telecom := [{"system": kind, "value": value} for kind, value in told if value]:
        found["telecom"] = telecom
    if ins is not None:
        found["identifier"] = [_identifier_of(ins)]
    if patient.birthplace:
        code = {"system": _COMMUNES, "code": patient.birthplace}
        address = {"extension": [{"url": _INSEE, "valueCoding": code}]}
        found["extension"] = [{"url": _BIRTHPLACE, "valueAddress": address}]
    return found


def _identifier_of(ins: Ins) -> Resource:
    """The matricule with its key, 15 signs, of the kind that its OID says (FR Core)."""
    kind = "INS-NIR" if ins.is_nir else "INS-NIA"
    return {
        "use": "official",
        "type": {"coding": [{"system": _KINDS, "code": kind}]},
        "system": f"urn:oid:{ins.oid}",
        "value": ins.whole,
    }


def practitioner_of(one: Practitioner) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": str(one.id),
        "meta": {"lastUpdated": _instant(one.changed_at)},
        "identifier": [{"use": "official", "system": RPPS, "value": one.rpps}],
        "active": one.active,
        "name": [{"use": "official", "family": one.family, "given": one.given.split()}],
        "qualification": [{"code": {"text": one.profession}}],
    }


def schedule_of(one: Practitioner) -> Resource:
    """Everybody who receives has one, under their own id."""
    return {
        "resourceType": "Schedule",
        "id": str(one.id),
        "meta": {"lastUpdated": _instant(one.changed_at)},
        "active": one.active,
        "actor": [{"reference": f"Practitioner/{one.id}", "display": one.name}],
    }


def slot_of(slot: Slot) -> Resource:
    open_or_not = "busy-unavailable" if slot.closed else "free"
    return {
        "resourceType": "Slot",
        "id": str(slot.id),
        "meta": {"lastUpdated": _instant(slot.changed_at)},
        "serviceType": [{"coding": [_MEETING[mode]]} for mode in slot.modes],
        "schedule": {"reference": f"Schedule/{slot.practitioner}"},
        "status": "busy" if slot.taken else open_or_not,
        "start": _instant(slot.begins_at),
        "end": _instant(slot.ends_at),
    }


def appointment_of(one: Appointment) -> Resource:
    cancelled = one.state is State.CANCELLED
    comes = "declined" if cancelled else "accepted"
    found: Resource = {
        "resourceType": "Appointment",
        "id": str(one.id),
        "meta": {"lastUpdated": _instant(one.changed_at)},
        "status": one.state.value,
        "serviceType": [{"coding": [_MEETING[Mode(one.mode).value]]}],
        "start": _instant(one.begins_at),
        "end": _instant(one.ends_at),
        "slot": [{"reference": f"Slot/{one.slot}"}],
        "created": _instant(one.booked_at),
        "participant": [
            {"actor": {"reference": f"Patient/{one.patient}"}, "status": comes},
            {"actor": {"reference": f"Practitioner/{one.practitioner}"}, "status": comes},
        ],
    }
    if cancelled:
        coded = {"system": _CANCELLATION, "code": "prov" if one.by_practice else "pat"}
        found["cancelationReason"] = {"coding": [coded]}
    return found


def consent_of(one: Consent, now: datetime) -> Resource:
    """A patient lets one professional open one document until an instant."""
    changed = one.revoked_at or one.given_at
    ends = min(one.until_at, one.revoked_at or one.until_at)
    return {
        "resourceType": "Consent",
        "id": str(one.id),
        "meta": {"lastUpdated": _instant(changed)},
        "status": "active" if one.holds(now) else "inactive",
        "scope": {"coding": [_SCOPE]},
        "category": [{"coding": [_PAPER]}],
        "patient": {"reference": f"Patient/{one.patient}"},
        "dateTime": _instant(one.given_at),
        "policyRule": {"coding": [_OPT_IN]},
        "provision": {
            "type": "permit",
            "period": {"start": _instant(one.given_at), "end": _instant(ends)},
            "actor": [
                {
                    "role": {"coding": [_RECIPIENT]},
                    "reference": {"reference": f"Practitioner/{one.practitioner}"},
                }
            ],
            "data": [
                {
                    "meaning": "instance",
                    "reference": {"reference": f"DocumentReference/{one.document}"},
                }
            ],
        },
    }


def document_of(document: Document, title: str | None, url: str) -> Resource:
    """A document that the asker may open, and where they do: there each opening is written down.
    Without a title where what is sealed cannot be read."""
    titled = {} if title is None else {"title": title}
    return {
        "resourceType": "DocumentReference",
        "id": str(document.id),
        "meta": {"lastUpdated": _instant(document.added_at)},
        "status": "current",
        "subject": {"reference": f"Patient/{document.patient}"},
        "date": _instant(document.added_at),
        "content": [
            {
                "attachment": {
                    "contentType": document.media_type,
                    "url": url,
                    "size": document.bytes,
                    **titled,
                    "creation": _instant(document.added_at),
                }
            }
        ],
    }


def binary_of(id: str, opened: Opened) -> Resource:
    """What a document holds."""
    return {
        "resourceType": "Binary",
        "id": id,
        "contentType": opened.media_type,
        "data": b64encode(opened.content).decode(),
    }


def collection_of(found: Iterable[Resource], base: str) -> Resource:
    """Resources that belong together, as a patient takes them away."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one}
            for one in found
        ],
    }


def bundle_of(search: Search, found: Iterable[Resource], after: UUID | None, base: str) -> Resource:
    """What a search found; `after` is the last resource's id where there are more."""
    address = f"{base}/{search.type}"
    links = [{"relation": "self", "url": _address(address, search.asked)}]
    if after is not None:
        more = (*search.asked, ("_after", str(after)))
        links.append({"relation": "next", "url": _address(address, more)})
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if entries := [
        {"fullUrl": f"{address}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]:
        bundle["entry"] = entries
    return bundle


def _address(address: str, query: Iterable[tuple[str, str]]) -> str:
    written = urlencode(list(query))
    return f"{address}?{written}" if written else address


def outcome_of(problem: Problem) -> Resource:
    """Why nothing is given."""
    not_here = problem.type.endswith(":fhir-not-supported")
    code = "not-supported" if not_here else _ISSUES.get(problem.status, "processing")
    code = "exception" if problem.status == 500 else code
    said = f"{problem.detail}".strip() or f"{problem.title}"
    issue = {"severity": "error", "code": code, "diagnostics": said}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def capability_of(base: str) -> Resource:
    """What this server offers, under its own address."""
    says = "Read and search, for the practice that is signed in; nothing is written."
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": WRITTEN_ON,
        "kind": "instance",
        "software": {"name": "usage-hub"},
        "implementation": {"description": says, "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", MEDIA_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A session of a member of the practice."},
                "resource": [
                    {
                        "type": type,
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [
                            {"name": name, "type": kind} for name, kind in parameters.items()
                        ],
                    }
                    for type, parameters in PARAMETERS.items()
                ]
                + [{"type": "Binary", "interaction": [{"code": "read"}]}],
            }
        ],
    }


def _instant(at: datetime) -> str:
    return at.isoformat()
