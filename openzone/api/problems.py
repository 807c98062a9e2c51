"""Problems as RFC 9457 has them: one form for every error, with the codes of the house."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from openzone.api.languages import language
from openzone.api.written import as_json
from openzone.errors import CODES, Fault, OpenZoneError
from openzone.rulebook.model import Text

MEDIA_TYPE = "application/problem+json"
TYPES = "/v1/problems"
RETRY_S = 5
INTERNAL = "internal"
UNPROCESSABLE = 422

STATUS: Mapping[str, int] = {
    "unreadable": 400,
    "not_signed_in": 401,
    "sign_in_refused": 401,
    "not_allowed": 403,
    "csrf": 403,
    "second_factor_needed": 403,
    "password_change_needed": 403,
    "four_eyes": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "no_reform": 404,
    "own_work": 403,
    "repeat_differs": 409,
    "last_administrator": 409,
    "wrong_state": 409,
    "stale_approval": 409,
    "same_text": 409,
    "approved_before": 409,
    "stale_revision": 412,
    "job_not_done": 409,
    "erased": 410,
    "share_ended": 410,
    "too_large": 413,
    "media_type": 415,
    "too_many": 429,
    "too_many_attempts": 429,
    INTERNAL: 500,
    "no_extra": 501,
    "identity_provider": 502,
    "busy": 503,
    "took_too_long": 503,
    "store_full": 507,
    "store_read_only": 503,
    "store_busy": 503,
    "store_gone": 503,
    "store_weak": 503,
    "store_version": 503,
    "store_damaged": 503,
}
"""The status of each code; of every other code of the house it is 422."""

TITLES: Mapping[int, Text] = {
    400: Text("请求无法读取", "The request cannot be read"),
    401: Text("尚未登录", "Not signed in"),
    403: Text("不允许", "Not allowed"),
    404: Text("没有找到", "Not found"),
    405: Text("此处不支持该方法", "The method is not for this address"),
    406: Text("没有所要的格式", "Not in the form asked for"),
    409: Text("与现状冲突", "In conflict with what stands"),
    410: Text("已不再提供", "No longer there"),
    412: Text("前提已不成立", "No longer as it was when it was read"),
    413: Text("请求过大", "The request is too large"),
    415: Text("不接受这种格式", "This kind of content is not taken"),
    422: Text("内容被拒绝", "The content is refused"),
    428: Text("须说明所依据的版本", "Say which version this rests on"),
    429: Text("请求过于频繁", "Too many requests"),
    500: Text("服务内部出错", "The service failed"),
    502: Text("身份提供方没有正常应答", "The provider of identities did not answer"),
    501: Text("未安装此部分", "This part is not installed"),
    503: Text("暂时无法提供服务", "The service cannot do this now"),
    507: Text("存储空间已满", "The store is full"),
}
OF_STATUS: Mapping[int, str] = {
    400: "unreadable", 401: "not_signed_in", 403: "not_allowed", 404: "not_found",
    405: "method_not_allowed", 406: "not_acceptable", 413: "too_large", 415: "media_type",
    422: "wrong_value", 429: "too_many", 503: "busy",
}  # fmt: skip
"""The code of a status that the framework gives without one."""

log = logging.getLogger("openzone.api")


class HttpError(OpenZoneError):
    """A refusal with a status of its own, where the code alone does not tell it."""

    def __init__(
        self,
        faults: Fault | Iterable[Fault],
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(faults)
        self.status = status or STATUS.get(self.code, UNPROCESSABLE)
        self.headers = dict(headers or {})


def not_found(faults: Fault | Iterable[Fault]) -> HttpError:
    """What the address names is not there."""
    return HttpError(faults, 404)


def status_of(error: OpenZoneError) -> int:
    """The status of an error: its own, else that of its code."""
    own = getattr(error, "status", None)
    return own if isinstance(own, int) else STATUS.get(error.code, UNPROCESSABLE)


def problem(
    faults: Sequence[Fault], status: int, request_id: str = "", lang: str = "en"
) -> dict[str, Any]:
    """The document of a problem."""
    code = faults[0].code if faults else OF_STATUS.get(status, INTERNAL)
    title = TITLES.get(status)
    data: dict[str, Any] = {
        "type": f"{TYPES}/{code}",
        "title": title.lang(lang) if title else HTTPStatus(status).phrase,
        "status": status,
        "detail": faults[0].message if faults else CODES.get(code, ""),
        "instance": f"urn:openzone:request:{request_id}",
        "code": code,
        "faults": [fault.as_dict() for fault in faults],
    }
    return data


def problem_response(
    request: Request,
    faults: Sequence[Fault],
    status: int,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as the answer to a request, in the language it asks for."""
    lang = language(request)
    id = getattr(request.state, "request_id", "")
    told = {"content-language": lang, "cache-control": "no-store", **(headers or {})}
    if status in (503, 507):
        told.setdefault("retry-after", str(RETRY_S))
    if status == 401:
        told.setdefault("www-authenticate", 'Bearer realm="openzone"')
    body = as_json(problem(faults, status, id, lang))
    return Response(body, status, told, MEDIA_TYPE)


# ---- handlers ------------------------------------------------------------------------------------


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, OpenZoneError)
    return refusal_response(request, error)


def refusal_response(request: Request, error: OpenZoneError) -> Response:
    """The problem that an error of the house is."""
    status = status_of(error)
    if status >= 500:
        log.warning("request %s: %s", getattr(request.state, "request_id", ""), error)
    faults = [_without_place(fault) for fault in error.faults]
    return problem_response(request, faults, status, getattr(error, "headers", None))


def _without_place(fault: Fault) -> Fault:
    """A fault of the store without what the database said of itself: that is for the log."""
    if fault.code.startswith("store_"):
        return Fault(fault.code, fault.message, next=fault.next)
    return fault


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_invalid_fault(one) for one in error.errors()]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem_response(request, faults, 400)
    return problem_response(request, faults, UNPROCESSABLE)


def _invalid_fault(one: Mapping[str, Any]) -> Fault:
    """What the framework found wrong, as a fault of the house."""
    place = [str(part) for part in one["loc"]]
    field = ".".join(place[1:] if place[:1] in (["body"], ["query"], ["path"]) else place)
    kind = str(one["type"])
    if kind == "json_invalid":
        return Fault("unreadable", f"is not JSON: {one['msg']}",
                     next="check quotes, commas and brackets")  # fmt: skip
    code = {"missing": "missing_field", "extra_forbidden": "unknown_field"}.get(kind)
    if code is None:
        bounded = ("greater_than", "less_than", "too_long", "too_short")
        code = "out_of_range" if kind.startswith(bounded) else "wrong_value"
    seen = one.get("input")
    said = str(one["msg"]).removeprefix("Value error, ")
    return Fault(code, said, field=field, seen=None if code == "missing_field" else seen)


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = OF_STATUS.get(error.status_code, "wrong_value")
    path = request.scope.get("path", "")
    message = {
        404: "there is nothing at this address",
        405: "this address does not take this method",
    }.get(error.status_code, str(error.detail))
    seen = f"{request.method} {path}" if error.status_code in (404, 405) else None
    fault = Fault(code, message, seen=seen, next="/openapi.json lists every address")
    return problem_response(request, [fault], error.status_code, error.headers)


def install(app: FastAPI) -> None:
    """Let every error of an application be told as a problem."""
    app.add_exception_handler(OpenZoneError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
