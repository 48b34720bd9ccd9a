"""What the audit record brings."""

from datetime import timedelta

from hub.audit.api import list_entries_of_all, list_my_entries, take_my_chain, verify_chain
from hub.audit.tasks import link_entries_later
from hub.core.vertical import About, Keeps, Kept, Personal, Portability, Slice, Tick

slice = Slice(
    package="hub.audit",
    handlers=(list_my_entries, take_my_chain, list_entries_of_all, verify_chain),
    tasks=(link_entries_later,),
    ticks=(Tick(task=link_entries_later, every=timedelta(seconds=2)),),
    portability=Portability(
        kept={
            "audit_entry": Kept(years=10, why="who did what to accounts that are kept", sealed=True)
        },
        with_triggers=("audit_entry",),
        stays={
            "audit_link": "the chain of this hub; the new one seals the entries that arrive",
            "audit_own_link": "the organisation's chain in this hub, which it takes as a file",
            "audit_waiting": "entries that this hub has still to seal",
            "audit_walk": "how far the chain of this hub was verified",
        },
    ),
    personal=Personal(
        about={
            "audit_entry": About(
                words="Something that you did for an organisation.",
                actor=("actor",),
                keeps=Keeps.ACTS,
            )
        },
        nobody={
            "audit_waiting": "numbers of entries that wait for their seal",
            "audit_link": "hashes over the entries of everybody",
            "audit_own_link": "hashes over the entries of an organisation",
            "audit_walk": "how far the chain was verified",
        },
        tenants=("tenants_of_actor",),
    ),
)
