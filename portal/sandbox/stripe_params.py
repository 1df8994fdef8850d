"""What a request to the sandbox's Stripe may say: judged by the types of the installed library, key by key."""

from __future__ import annotations

import re
import types
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions

from portal.sandbox.stripe_refusals import Refused, missing, not_offered, unknown

Params = dict[str, Any]
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_WORDS = {"true": True, "false": False}


def read(pairs: Collection[tuple[str, str]], shape: Any, offered: Collection[str]) -> Params:
    """The parameters of a form or query, in the library's `shape`; `offered` are those that the stand-in acts on.

    Raises Refused for what Stripe does not know, for a value of the wrong kind, and for what is not offered.
    """
    found: Params = _object(_nested(pairs), shape, "")
    for name in found:
        if name not in offered:
            raise not_offered(name)
    return found


def _nested(pairs: Collection[tuple[str, str]]) -> Params:
    """a[b][0]=c as {"a": {"b": {"0": "c"}}}."""
    found: Params = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None:
            raise unknown(key)
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        inside = found
        for part in path[:-1]:
            inside = inside.setdefault(part or str(len(inside)), {})
            if not isinstance(inside, dict):
                raise Refused(f"Invalid object: {key}", param=key)
        inside[path[-1] or str(len(inside))] = value
    return found


@cache
def hints(shape: Any) -> Mapping[str, Any]:
    """The keys of one of the library's parameter types and the type of each, without its options of transport."""
    own = {name: hint for name, hint in shape.__annotations__.items() if name not in RequestOptions.__annotations__}
    return get_type_hints(type("Own", (), {"__annotations__": own, "__module__": shape.__module__}))


def _is_object(hint: Any) -> bool:
    return hasattr(hint, "__required_keys__")


def _object(value: Any, shape: Any, where: str) -> Params:
    if not isinstance(value, dict):
        raise Refused(f"Invalid object: {value}", param=where)
    known = hints(shape)
    for name in value:
        if name not in known:
            raise unknown(_below(where, name))
    for name in known:
        if name in shape.__required_keys__ and name not in value:
            raise missing(_below(where, name))
    return {name: _value(one, known[name], _below(where, name)) for name, one in value.items()}


def _below(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


def _value(value: Any, hint: Any, where: str) -> Any:
    choices = _choices(hint)
    if _is_object(hint):
        return _object(value, hint, where)
    if get_origin(hint) in (list, dict):
        return _many(value, hint, where)
    if len(choices) > 1:
        return _one_of(value, choices, where)
    if isinstance(value, dict):
        raise Refused(f"Invalid value: {where} is one value, not an object or a list", param=where)
    if value == "" and hint is not Any:
        said = f"You passed an empty string for '{where}', which cannot be unset."
        raise Refused(said, code="parameter_invalid_empty", param=where)
    return _plain(value, choices[0], where)


def _choices(hint: Any) -> list[Any]:
    """What a union allows. A list of words stays closed: the library opens it for words of the future."""
    if get_origin(hint) not in (Union, types.UnionType):
        return [hint]
    found = list(get_args(hint))
    words = [one for one in found if get_origin(one) is Literal and any(get_args(one))]
    return [one for one in found if one is not str] if words else found


def _one_of(value: Any, choices: list[Any], where: str) -> Any:
    """The first of the union's kinds that fits; what an object says of its own keys is the answer."""
    nested = [one for one in choices if _is_object(one) or get_origin(one) in (list, dict)]
    if isinstance(value, dict) and nested:
        return _value(value, nested[0], where)
    refused = None
    for choice in choices:
        if choice in nested or getattr(choice, "__name__", "") == "UntypedStripeObject":
            continue
        try:
            return _plain(value, choice, where)
        except Refused as error:
            refused = error
    raise refused or Refused(f"Invalid object: {value}", param=where)


def _many(value: Any, hint: Any, where: str) -> Any:
    inside = get_args(hint)
    if get_origin(hint) is dict:
        if not isinstance(value, dict):
            raise Refused(f"Invalid object: {value}", param=where)
        said = {name: _plain(one, inside[1], _below(where, name)) for name, one in value.items()}
        return {name: one for name, one in said.items() if one != ""}  # an empty value unsets its key
    if not isinstance(value, dict) or not all(name.isascii() and name.isdigit() for name in value):
        raise Refused(f"Invalid array: {where}", param=where)
    return [_value(value[name], inside[0], _below(where, name)) for name in sorted(value, key=int)]


def _plain(value: Any, hint: Any, where: str) -> Any:
    if isinstance(value, dict):
        raise Refused(f"Invalid value: {where} is one value, not an object or a list", param=where)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise Refused(f"Invalid {where}: must be one of {', '.join(map(str, get_args(hint)))}", param=where)
        return value
    if hint is bool:
        if value not in _WORDS:
            raise Refused(f"Invalid boolean: {value}", param=where)
        return _WORDS[value]
    return _number(value, hint, where) if hint in (int, float, Decimal) else value


def _number(value: str, hint: Any, where: str) -> int | str:
    """A whole number as such; a decimal stays text, as Stripe writes it."""
    if hint is int:
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise Refused(f"Invalid integer: {value}", code="parameter_invalid_integer", param=where)
        return int(value)
    try:
        Decimal(value)
    except InvalidOperation:
        raise Refused(f"Invalid decimal: {value}", param=where) from None
    return value
