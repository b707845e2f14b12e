"""The consultation sheet on paper: A4, tagged, every field as text."""

from __future__ import annotations

import pytest
from browsing import PHONE, assert_accessible, shot
from pdf_text import Pdf, flat
from rasa_stand_in import COMPLETE, advice, text

from knowledge import load_knowledge

WORDS = "中国で当社の商標が勝手に登録されました"
A4 = (595, 842)


@pytest.fixture
def sheet(browse, server, talk):
    talk.say(WORDS)
    talk.choose("jp_trademark.yes")
    return browse(server.url + talk.read()["sheet_url"], server.url)


def test_every_field_of_the_sheet_is_text_on_paper(sheet, talk):
    pdf = Pdf(sheet.pdf(format="A4", tagged=True, outline=True))
    written = flat(pdf.text)
    knowledge = load_knowledge()
    found = talk.read()["advice"]
    (route,) = found["routes"]
    fields = [
        *sheet.locator("h1, h2, h3, h4, th").all_inner_texts(),
        WORDS,
        knowledge.problems["squatted_trademark"].label,
        *(knowledge.facts[fact].label for fact in COMPLETE),
        "2,400,000円",
        "1,600,000円",
        "800,000円",
        "5,000,000円",
        "2/3",
        "対象となる可能性があります",
        route["name"],
        *(condition["text"] for condition in route["conditions"]),
        *route["self_checks"],
        *route["eligible_costs"],
        *(step["expression"] for step in route["estimate"]["steps"]),
        *(place["name"] for place in route["apply_at"]),
        *(change["text"] for change in route["later_changes"]),
        *found["assumptions"],
        found["desk"]["name"],
        found["desk"]["phone"],
        found["desk"]["email"],
        "令和4年度（2022年度）",
        found["knowledge_version"],
    ]
    missing = [field for field in fields if flat(field) not in written]
    assert missing == []
    assert "印刷する" not in written
    assert (True, "ja") == (pdf.tagged, pdf.language)
    assert pdf.box == pytest.approx(A4, abs=1)
    assert pdf.headings >= 10
    assert pdf.table_headers >= 20


def test_the_sheet_has_a_field_for_all_that_the_desk_asks(sheet):
    """The list of the staff console's sheet: a web conversation fills or leaves room for each."""
    for field in (
        "番号",
        "相談の開始",
        "担当",
        "相談の方法",
        "会社名・お名前（匿名でも可）",
        "連絡先（任意）",
        "記録への同意",
        "相談の内容（本人の言葉）",
        "お困りごと・希望",
        "期限・急ぎの度合い",
        "これまでにしたこと",
        "わかっていること",
        "まだわかっていないこと",
        "確かめた支援と、伝えた見立て",
        "案内した窓口",
        "次にすること",
        "備考",
        "訂正・改訂（日付と内容）",
        "データの年度",
    ):
        assert sheet.get_by_text(field, exact=True).count() >= 1, field


def test_a_warning_letter_is_urgent(browse, server, talk, rasa):
    facts = {"problems": ["sued_abroad"], "accused": True}
    rasa.answer = lambda _: [text("うかがいます"), advice(facts)]
    talk.say("警告状が届きました")
    page = browse(server.url + talk.read()["sheet_url"], server.url)
    assert load_knowledge().desk.reasons["accused"] in page.locator("main").inner_text()


def test_the_sheet_can_be_read_by_all_on_a_screen(sheet):
    assert_accessible(sheet)
    shot(sheet, "sheet-desktop", full_page=True)
    sheet.set_viewport_size(PHONE)
    assert sheet.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(sheet)
    shot(sheet, "sheet-320px")


def test_print_button_prints(sheet):
    sheet.evaluate("window.print = () => { document.title = 'printed'; }")
    sheet.get_by_role("button", name="印刷する").click()
    assert sheet.title() == "printed"
