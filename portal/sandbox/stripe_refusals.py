"""How the sandbox's Stripe says no: with the types, codes and shapes that Stripe's library sorts errors by."""

from __future__ import annotations


class Refused(Exception):
    """Ends the request with this status and error."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        type_: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        said = {"type": type_, "code": code, "message": message, "param": param}
        self.body = {"error": {name: value for name, value in said.items() if value is not None}}


def unknown(param: str) -> Refused:
    """Stripe has no such parameter."""
    return Refused(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def missing(param: str) -> Refused:
    """Stripe needs this parameter."""
    return Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)


def exclusive(*params: str) -> Refused:
    """Stripe takes one of these, never both."""
    said = f"You may only specify one of these parameters: {', '.join(params)}."
    return Refused(said, code="parameters_exclusive", param=params[0])


def no_such(kind: str, id_: str, param: str = "id", status: int = 404) -> Refused:
    """Nothing has this id: 404 where the address names it, 400 where a parameter does."""
    return Refused(f"No such {kind}: '{id_}'", code="resource_missing", param=param, status=status)


def not_offered(param: str) -> Refused:
    """Stripe has it, the stand-in has not: better refused than silently ignored."""
    said = f"Stripe knows {param}; this stand-in does not offer it."
    return Refused(said, code="not_offered_by_the_sandbox", param=param)
