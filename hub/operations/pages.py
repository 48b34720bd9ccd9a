"""The operator's page: what waits, what comes again, what failed, who did what."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub import audit
from hub.core import failures
from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import Conflict, NotFound
from hub.core.pages import page
from hub.core.work import retry_failed_task

AnyRequest = Request[Any, Any, Any]


class RetryRefused(Conflict):
    """This failure was retried already, or its task is gone"""

    code = "retry-refused"


@get("/pro/operations", opt=access("operator"), include_in_schema=False)
async def show_operations(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    return page(
        request,
        "operations/operations.html",
        queue=await failures.find_queue(tx),
        schedules=await failures.list_schedules(tx),
        failed=await failures.list_failed_tasks(tx),
        entries=await audit.list_entries_of_all(tx),
    )


@post("/pro/operations/failures/{id:uuid}/retry", opt=access("operator"), include_in_schema=False)
async def retry_failure(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Redirect:
    """Send a failed task again, once."""
    known = next((f for f in await failures.list_failed_tasks(tx, 500) if f.id == id), None)
    if known is None:
        raise NotFound("This failure is unknown.")
    tasks = {task.name: task for task in request.app.state.composition.tasks}
    if not await retry_failed_task(tx, known, tasks):
        raise RetryRefused("Look at the list again.")
    await audit.record(tx, action="operations.retry", subject=f"failed_task:{id}")
    return Redirect("/pro/operations", status_code=303)


handlers = (show_operations, retry_failure)
