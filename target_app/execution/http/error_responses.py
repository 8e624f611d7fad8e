"""Errors of FastAPI's routes, as the problem documents that the webhook answers with."""

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from target_app.execution.response_bodies import RefusalError, method_not_allowed

_METHOD_NOT_ALLOWED = 405
_LONGEST_PATH = 200  # as shown


def answer_errors(api: FastAPI) -> None:
    """Have `api` answer refusals, wrong methods and unknown paths with problem documents."""
    api.add_exception_handler(RefusalError, _refused)
    api.add_exception_handler(HTTPException, _missing)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)  # noqa: S101 - Starlette's type is wider than its use
    answer = error.answer()
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, answer.status, headers)


async def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    method, path = request.method, request.url.path
    if error.status_code == _METHOD_NOT_ALLOWED:
        allowed = set((error.headers or {}).get("Allow", "").split(", "))
        if "GET" in allowed:
            allowed.add("HEAD")  # see Service.__call__
        return await _refused(request, method_not_allowed(method, sorted(allowed)))
    return await _refused(request, RefusalError("not_found", f"{method} {path[:_LONGEST_PATH]}"))
