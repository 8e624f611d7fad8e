"""Errors of FastAPI's routes, as the problem documents that the webhook answers with."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from target_app.execution.answers import Problem, RefusalError

_METHOD_NOT_ALLOWED = 405


def answer_errors(api: FastAPI) -> None:
    """Have `api` answer refusals, wrong requests and unknown paths with problem documents."""
    api.add_exception_handler(RefusalError, _refused)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _missing)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)  # noqa: S101 - Starlette's type is wider than its use
    answer = error.answer()
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, answer.status, headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the same
    problems = [
        Problem("other", "type", str(e["msg"]), ".".join(str(x) for x in e["loc"][1:]))
        for e in error.errors()
    ]
    return await _refused(
        request, RefusalError("validation", "The request has problems.", problems=problems)
    )


async def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    code = "method_not_allowed" if error.status_code == _METHOD_NOT_ALLOWED else "not_found"
    return await _refused(request, RefusalError(code, f"{request.method} {request.url.path}"))
