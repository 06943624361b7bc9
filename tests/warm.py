"""Imported by the server process of the races once it has everything: what each racer would otherwise do anew."""

from sqlalchemy.orm import configure_mappers

configure_mappers()
