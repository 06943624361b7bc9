"""Alembic's environment: the house's metadata, on whatever database the application is pointed at."""

import importlib
import importlib.util
import pkgutil
from logging import getLogger

from alembic import context
from flask import current_app, has_app_context
from sqlalchemy import Engine

import marketplace
from marketplace.kernel.db import Model, UtcDateTime, make_engine

log = getLogger("alembic.env")

for found in pkgutil.iter_modules(marketplace.__path__):
    if found.ispkg and importlib.util.find_spec(f"marketplace.{found.name}.models"):
        importlib.import_module(f"marketplace.{found.name}.models")


def engine() -> Engine:
    """Return the engine: an address given by the caller, or the application's writer."""
    url = context.config.attributes.get("url")
    if url:
        return make_engine(url)
    if has_app_context():
        return current_app.extensions["sqlalchemy"].engines[None]
    raise RuntimeError("run migrations through 'flask --app wsgi db upgrade' or give an address")


def render_item(kind, item, autogen_context):
    """Write our own column types by name."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from marketplace.kernel.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def include_object(_item, name, kind, reflected, compare_to):
    """Leave tables alone that are made by hand-written statements (search indexes) and Alembic's own."""
    if kind == "table" and reflected and compare_to is None:
        return False
    wanted = context.config.attributes.get("tables")
    if wanted is None or kind != "table":
        return True
    return name in wanted


def guard_references(connection, word):
    """Switch SQLite's guard of references: it alters a table by making it anew, and could not drop one that others point at."""
    if connection.dialect.name == "sqlite":
        connection.connection.execute(f"PRAGMA foreign_keys = {word}")  # beneath SQLAlchemy: inside a transaction it does nothing


chosen = engine()
with chosen.connect() as connection:
    guard_references(connection, "OFF")
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_item=render_item,
        include_object=include_object,
        compare_type=True,
        transactional_ddl=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        guard_references(connection, "ON")  # the connection goes back to the application's pool
if context.config.attributes.get("url"):
    chosen.dispose()
