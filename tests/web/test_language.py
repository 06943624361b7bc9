"""The words of all packages, merged in memory."""

from marketplace.web.language import HouseWords

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "%(num)d parcel"
msgid_plural "%(num)d parcels"
msgstr[0] "%(num)d 个包裹"

msgid "Rice"
msgstr "大米"
"""


def test_chinese_is_found_for_one_and_for_many(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "zh.po").write_text(PO, encoding="utf-8")
    words = HouseWords([tmp_path, tmp_path / "without-words"]).loaded
    assert words["zh"].ugettext("Rice") == "大米"
    for count in (0, 1, 2, 5):
        assert words["zh"].ungettext("%(num)d parcel", "%(num)d parcels", count) == "%(num)d 个包裹"
    assert words["en"].ungettext("%(num)d parcel", "%(num)d parcels", 1) == "%(num)d parcel"
    assert words["en"].ungettext("%(num)d parcel", "%(num)d parcels", 2) == "%(num)d parcels"


def test_a_word_nobody_translated_is_said_in_english(tmp_path):
    assert HouseWords([tmp_path]).loaded["zh"].ugettext("Rice") == "Rice"


def test_a_sentence_of_a_template_escapes_what_is_put_into_it_and_nothing_else(app):
    source = "{{ _('%(who)s & 5%% <b>', who='<i>') }}|{{ _('5%% & <b>') }}|{% trans who='<i>' %}to {{ who }}{% endtrans %}"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert app.jinja_env.from_string(source).render() == "&lt;i&gt; & 5% <b>|5% & <b>|to &lt;i&gt;"
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert app.jinja_env.from_string("{{ _('Basket') }}").render() == "篮子"
