"""What every application makes anew and the suite makes once: a process of the portal pays for it once as well."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import typst
from jinja2 import Environment
from sqlalchemy import Connection, Engine, event
from werkzeug.routing import Rule


@pytest.fixture(scope="session", autouse=True)
def remembered_routes() -> None:
    """What werkzeug makes of a rule is made once for the whole suite: it is most of what an application costs."""
    made: dict[tuple[object, ...], Rule] = {}
    compile_rule = Rule.compile

    def remembering(rule: Rule) -> None:
        key = (rule.rule, rule.host, rule.subdomain, repr(rule.defaults), rule.merge_slashes)
        like = made.get(key)
        if like is None:
            compile_rule(rule)
            made[key] = rule
            return
        rule._parts, rule._trace, rule._converters = like._parts, like._trace, like._converters
        rule.arguments |= like.arguments
        rule._build = like._build.__func__.__get__(rule, None)  # type: ignore[attr-defined]
        rule._build_unknown = like._build_unknown.__func__.__get__(rule, None)  # type: ignore[attr-defined]

    Rule.compile = remembering  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session", autouse=True)
def remembered_queries() -> None:
    """What SQLAlchemy makes of a query is made once for each dialect, not again for the engine of each test."""
    first: dict[str, Engine] = {}

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        engine = connection.engine
        known = first.setdefault(engine.dialect.name, engine)
        engine.dialect = connection.dialect = known.dialect  # what was made is remembered for this dialect alone
        engine._compiled_cache = known._compiled_cache
        engine._compiled_cache.capacity = 5000  # type: ignore[union-attr]


@pytest.fixture(scope="session", autouse=True)
def remembered_templates() -> None:
    """What Jinja makes of a template is made once, not again for each application and each mailer."""
    made: dict[tuple[object, ...], Any] = {}
    compile_template = Environment.compile

    def remembering(environment: Environment, source: Any, name: Any = None, filename: Any = None, *rest: Any) -> Any:
        key = (type(environment), environment.trim_blocks, source, name, filename, *rest)
        if not isinstance(source, str):
            return compile_template(environment, source, name, filename, *rest)
        if key not in made:
            made[key] = compile_template(environment, source, name, filename, *rest)
        return made[key]

    Environment.compile = remembering  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session", autouse=True)
def remembered_fonts() -> None:
    """What draws documents reads its fonts once. Its drawers are of one application at a time."""
    made: dict[str, Any] = {}
    compiler = typst.Compiler

    def remembering(**said: Any) -> Any:
        if (key := repr(said)) not in made:
            made[key] = compiler(**said)
        return made[key]

    typst.Compiler = remembering  # type: ignore[misc, assignment]


@pytest.fixture(scope="session", autouse=True)
def seldom_collected() -> None:
    """Rubbish that refers to itself is looked for seldom: what the suite has loaded is large and never rubbish."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
