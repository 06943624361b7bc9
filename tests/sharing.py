"""What the engines of this process share: every test makes its own, and compiling statements anew was a third of its time."""

from collections import defaultdict

from sqlalchemy.util import LRUCache

from marketplace.web.db import db

#: More than the house has statements.
MOST_STATEMENTS = 5000
_dialects = {}
_compiled = defaultdict(lambda: LRUCache(MOST_STATEMENTS))


def sharing(engine):
    """Return the engine, which now finds what engines of its kind compiled before it."""
    kind = engine.dialect.name
    if kind not in _dialects:
        engine.connect().close()  # a dialect learns from its first connection what it speaks to
        _dialects[kind] = engine.dialect
    # the dialect is part of the key under which a compiled statement is kept
    engine.dialect, engine._compiled_cache = _dialects[kind], _compiled[kind]
    return engine


def share(app, templates):
    """Let an application of its own find what others of this process compiled: templates, and statements."""
    app.jinja_env.bytecode_cache = templates
    with app.app_context():
        for engine in db.engines.values():
            sharing(engine)
    return app
