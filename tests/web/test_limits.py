"""The coarse shield per address: it counts, forgets, starts no threads, and turns away who asks without end."""

import datetime as dt
import threading

from flask import Flask

from marketplace.app import create_app
from marketplace.kernel import clock
from marketplace.web import limits
from marketplace.web.config import Mode, Settings

NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


def after(seconds):
    return clock.stopped_at(NOON + dt.timedelta(seconds=seconds))


def test_counts_are_kept_by_key_and_begin_anew_when_their_minute_is_over():
    store = limits.ProcessStore()
    with after(0):
        assert [store.incr("one", 60), store.incr("one", 60), store.incr("two", 60)] == [1, 2, 1]
    with after(59):
        assert (store.incr("one", 60), store.get("one")) == (3, 3)
        assert store.get_expiry("one") == NOON.timestamp() + 60
    with after(60):
        assert store.get("one") == 0
        assert store.incr("one", 60) == 1


def test_addresses_that_went_away_are_forgotten_by_whoever_comes_later():
    store = limits.ProcessStore()
    with after(0):
        for number in range(100):
            store.incr(f"address {number}", 60)
    with after(61):
        store.incr("somebody", 60)
    assert store.reset() == 1


def test_counting_starts_no_thread():
    store = limits.ProcessStore()
    before = threading.active_count()
    for number in range(50):
        store.incr(f"address {number}", 60)
    assert threading.active_count() == before


def test_the_site_itself_turns_away_with_a_page_in_the_readers_language(monkeypatch, tmp_path, templates):
    monkeypatch.setattr(limits, "PER_ADDRESS", "3 per minute")
    app = create_app(Settings.from_environment({"LOTUSFAIR_MODE": "demo", "LOTUSFAIR_DATA_DIR": str(tmp_path)}))
    app.jinja_env.bytecode_cache = templates
    client = app.test_client()
    assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3
    for lang, words in (("zh", "请稍慢一点"), ("en", "A little slower, please")):
        answer = client.get("/healthz", headers={"Accept-Language": lang})
        assert answer.status_code == 429
        assert words in answer.text
    assert client.get("/healthz", environ_base={"REMOTE_ADDR": "198.18.0.1"}).status_code == 200


def test_who_asks_without_end_is_turned_away_and_the_next_address_is_not(monkeypatch):
    monkeypatch.setattr(limits, "PER_ADDRESS", "3 per minute")
    app = Flask(__name__)
    app.config["MODE"] = str(Mode.PRODUCTION)
    limits.configure_limits(app)
    app.add_url_rule("/", view_func=lambda: "here")
    client = app.test_client()
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/", environ_base={"REMOTE_ADDR": "198.18.0.1"}).status_code == 200
