"""What identity brings."""

from datetime import timedelta

from hub.core.vertical import About, Personal, Portability, Slice, Tick
from hub.identity import account_pages, api, factor_pages, pages, password_pages
from hub.identity.models import PasswordForgotten
from hub.identity.tasks import forget_the_past_later, write_link_later

slice = Slice(
    package="hub.identity",
    handlers=(
        api.open_session,
        api.show_me,
        api.choose_organisation,
        api.close_session,
        pages.show_sign_in,
        pages.sign_in,
        pages.show_sign_up,
        pages.sign_up,
        pages.sign_out,
        pages.show_organisations,
        pages.choose_organisation,
        pages.show_welcome,
        *account_pages.handlers,
        *factor_pages.handlers,
        *password_pages.handlers,
    ),
    tasks=(forget_the_past_later, write_link_later),
    on={PasswordForgotten: (write_link_later,)},
    ticks=(Tick(task=forget_the_past_later, every=timedelta(minutes=10)),),
    portability=Portability(
        named={"person": ("id", "email", "name", "language", "created_at")},
        same_by={"person": ("email",)},
        stays={
            "session": "who is signed in here now",
            "second_factor": "a secret between a person and this hub",
            "second_factor_offer": "a secret that is being shown",
            "recovery_code": "hashes that only this hub can compare",
            "password_link": "hashes that only this hub can compare",
            "sign_in_attempt": "wrong passwords of the last minutes",
        },
    ),
    personal=Personal(
        forgets_last=("forget_person",),
        about={
            "person": About(words="Your account.", person=("id",)),
            "session": About(words="A browser that is signed in as you.", person=("person",)),
            "second_factor": About(
                words="That you have a second factor, and since when.", person=("person",)
            ),
            "second_factor_offer": About(
                words="That a second factor is being set up.", person=("person",)
            ),
            "recovery_code": About(
                words="That you have a recovery code, and when it was used.", person=("person",)
            ),
            "password_link": About(
                words="That you asked for a new password, and when.", person=("person",)
            ),
            "sign_in_attempt": About(
                words="A wrong password for your address in the last minutes.", email=("email",)
            ),
        },
    ),
)
