"""The one blueprint of this package's pages."""

from flask import Blueprint

bp = Blueprint("products", __name__)
