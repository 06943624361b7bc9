"""A door for SMS as somebody outside the house would write it, and factories that make none."""


class KeptDoor:
    """Keeps what it was given."""

    is_open = True

    def __init__(self):
        self.sent = []

    def send(self, *, to, text, key):
        self.sent.append((to, text, key))


def kept():
    return KeptDoor()


def needs_its_secret():
    raise KeyError("PROVIDER_SECRET")


def makes_nothing():
    return object()


not_a_factory = 7
