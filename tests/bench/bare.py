"""A bare Flask page: what any page costs under this server before it does anything. The measure of all others."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def page():
    return "<!doctype html><html lang=en><title>Bare</title><p>Nothing but Flask.</p></html>"
