"""Sessions that neither share a request's context nor hold the writer while a page works."""

from tests.farmers.places import client, writing

__all__ = ["client", "writing"]
