"""Reviews, for programs. A guest's key is the signed link of the letter that asks for one."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from tourism import reviews
from tourism.quoting.doors import enter, settings_of
from tourism.reviewing.actions import writing
from tourism.reviewing.models import WriteReview
from tourism.reviewing.views import STAYED, ReviewWritten, view_written
from tourism.reviews.views import ReviewsView, view_reviews


@get(
    "/api/v1/properties/{id:int}/reviews",
    opt=access(ANYBODY, gives_way=True),
    tags=["Search"],
    summary="Reviews of a house",
)
async def list_reviews(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    id: FromPath[int],
    page: FromQuery[int] = 1,
) -> ReviewsView:
    """Ten a page, the newest publication first; the mean is over all that are shown, of the last
    three years. Each was written after a stay that was booked here."""
    now = request.app.state.database.clock.now()
    found = await reviews.list_reviews(reader, id, now, page)
    return view_reviews(settings_of(request), found)


@post("/api/v1/reviews/{token:str}", opt=access(ANYBODY), tags=["Booking"], summary="Review a stay")
async def write_review(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: JSONBody[WriteReview]
) -> Response[ReviewWritten]:
    """Publishes the review of a stay that is over, once; 409 `not-stayed-yet` before, and
    `review-closed` for another one. The token is that of the letter."""
    reference = enter(request, tx, STAYED, token)

    async def act() -> ReviewWritten:
        return view_written(await writing.write_review(tx, reference.id, data))

    return await answer_once(tx, request, act, scope=f"guest:{token}")


handlers = (list_reviews, write_review)
