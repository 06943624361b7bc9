"""Where pictures lie and how they are sent."""

import io

import pytest
from PIL import Image

from marketplace.media import queries
from marketplace.media.services import DiskStore, accept_image, keep_files, store_image


def picture(colour="teal"):
    out = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(out, "JPEG")
    return out.getvalue()


def test_the_same_picture_sent_twice_is_one_row_and_one_set_of_files(session, tmp_path):
    clean = accept_image(picture())
    keep_files(DiskStore(tmp_path), clean)
    keep_files(DiskStore(tmp_path), clean)
    first = store_image(session, clean, None, "Rice")
    assert store_image(session, accept_image(picture()), None).id == first.id
    view = queries.image_views(session, [first.id, None, 999])[first.id]
    assert (
        view.sources("avif")
        == f"/media/{clean.sha256}/160.avif 160w, /media/{clean.sha256}/320.avif 320w, /media/{clean.sha256}/400.avif 400w"
    )
    assert view.fallback.endswith("/400.jpeg")
    assert (view.width, view.height, view.alt) == (400, 300, "Rice")
    assert sorted(path.suffix for path in tmp_path.rglob("*.*")) == sorted([".avif", ".jpeg", ".webp"] * 3)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "640.svg", "640.jpeg/..", "99999.jpeg", ".hidden", "640.php"])
def test_a_name_that_is_no_picture_of_ours_is_not_found(tmp_path, name):
    assert DiskStore(tmp_path).path("a" * 64, name) is None
    with pytest.raises(ValueError, match=r".*"):
        DiskStore(tmp_path).keep("a" * 64, name, b"x")


def test_a_file_is_sent_under_its_own_type_for_ever(app, client, writing):
    clean = accept_image(picture("gold"))
    keep_files(DiskStore(app.extensions["settings"].media_dir), clean)
    assert client.get(f"/media/{clean.sha256}/320.jpeg").status_code == 404, "a file without its row is nobody's"
    store_image(writing, clean, None)
    for kind in ("avif", "webp", "jpeg"):
        with client.get(f"/media/{clean.sha256}/320.{kind}") as answer:
            assert answer.status_code == 200
            assert answer.mimetype == f"image/{kind}"
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{'0' * 64}/320.jpeg").status_code == 404
    assert client.get(f"/media/{clean.sha256}/321.jpeg").status_code == 404


def test_a_picture_kept_private_has_no_public_address_and_is_another_than_the_same_file_on_sale(app, client, writing):
    clean = accept_image(picture("navy"))
    private = clean.kept_private()
    store = DiskStore(app.extensions["settings"].media_dir)
    keep_files(store, private)
    hidden = store_image(writing, private, None)
    writing.commit()
    for sha256 in (private.sha256, clean.sha256):
        assert client.get(f"/media/{sha256}/320.jpeg").status_code == 404
    assert queries.image_views(writing, [hidden.id]) == {}
    keep_files(store, clean)
    shown = store_image(writing, clean, None)
    writing.commit()
    assert shown.id != hidden.id
    with client.get(f"/media/{clean.sha256}/320.jpeg") as answer:
        assert answer.status_code == 200
    assert client.get(f"/media/{private.sha256}/320.jpeg").status_code == 404
    view = queries.private_image_views(writing, [hidden.id, shown.id])
    assert view.keys() == {hidden.id}
    assert view[hidden.id].at("/office/x").fallback == "/office/x/400.jpeg"
