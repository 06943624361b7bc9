"""What a WSGI server loads: `app`."""

from marketplace.app import create_app

app = create_app()
