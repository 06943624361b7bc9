"""Keys of personal data stay out of what is printed."""

from marketplace.kernel.crypto import Sealer


def test_the_repr_of_a_sealer_shows_no_key():
    shown = repr(Sealer({"k1": b"first secret"}, "k1", b"second secret").with_subjects({"s1": b"third secret"}))
    assert "k1" in shown
    assert "secret" not in shown
