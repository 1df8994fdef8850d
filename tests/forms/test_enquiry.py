"""The enquiry form: what it takes as typed, and what it says when an answer can't be right."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from portal.domain.enquiry import Answers
from portal.forms.enquiry import EnquiryForm

GOOD = {
    "full_name": "Priya Nair",
    "email": "priya@nairfibre.example",
    "interest": "FIB-SPLICE",
    "region": "west-midlands",
    "audience": "individual",
}


def filled(**changes: str) -> EnquiryForm:
    return EnquiryForm(MultiDict({**GOOD, **changes})).use(["FIB-SPLICE", "fibre", "other"])


def problems(**changes: str) -> list[tuple[str, str]]:
    form = filled(**changes)
    assert form.validate() is (not form.problems)
    return form.problems


def answers(**changes: str) -> Answers:
    assert problems(**changes) == []
    return filled(**changes).answers()


def test_the_five_answers_that_are_needed_are_enough() -> None:
    assert answers() == Answers("Priya Nair", "priya@nairfibre.example", "FIB-SPLICE", "west-midlands", "individual")


@pytest.mark.promise("ITC-6")
def test_exactly_five_answers_and_outside_the_uk_a_country_are_not_optional() -> None:
    fields = [field for field in filled() if field.name in EnquiryForm.ANSWERS]
    assert [field.name for field in fields if not field.optional] == [*list(GOOD)[:4], "country", *list(GOOD)[4:]]


def test_every_missing_answer_is_asked_for_in_the_order_of_the_page() -> None:
    assert problems(**dict.fromkeys(GOOD, "  ")) == [
        ("full_name", "Enter your full name"),
        ("email", "Enter your email address"),
        ("interest", "Choose what it is about"),
        ("region", "Choose where you are based"),
        ("audience", "Choose who it is for"),
    ]


def test_errors_stand_in_the_order_of_the_page_whatever_is_wrong() -> None:
    wrong = problems(
        full_name="", region="outside-uk", audience="cats", learners="many", telephone="no", message="a\x00"
    )
    assert [name for name, _ in wrong] == ["full_name", "country", "audience", "learners", "telephone", "message"]


@pytest.mark.parametrize(
    "name",
    [
        *("Priya Nair", "Priya", "李明", "Нина Иванова", "محمد بن سلمان", "דוד לוי", "สมชาย ใจดี", "Áine Ní Bhriain"),
        *("Siân O’Dowd", "Siobhan O'Dowd", "Anne-Marie St. John, MBE", "R2 D2", "X Æ A-12", "Jose\u0301"),
        *("می‌نا", "ಶ್ರೀಮತಿ ಕೃಷ್ಣ‍ಮೂರ್ತಿ", "𠮷野家", "\U00031350", "Priya 🎓", "Priya \U0001fae9"),
    ],
)
def test_a_name_in_any_script_is_taken_as_typed(name: str) -> None:
    assert answers(full_name=name).full_name == name


def test_blanks_around_an_answer_are_dropped_and_those_inside_stay() -> None:
    assert answers(full_name="  Priya   Nair\t").full_name == "Priya   Nair"


def test_two_hundred_characters_are_a_name_and_one_more_is_too_long() -> None:
    assert answers(full_name="é" * 200).full_name == "é" * 200
    assert problems(full_name="é" * 201) == [("full_name", "Full name must be 200 characters or fewer")]


def test_five_thousand_characters_are_a_message_and_one_more_is_too_long() -> None:
    assert answers(message="x" * 5000).message == "x" * 5000
    assert answers(message="x\r\n" * 2500).message == ("x\n" * 2500).strip()
    assert problems(message="x" * 5001) == [("message", "Message must be 5,000 characters or fewer")]


@pytest.mark.parametrize(
    "letter",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202a", "\u202e", "\u2066", "\u2069", "\ufffd", "\uffff", "\ufdd0"],
)
@pytest.mark.parametrize(
    ("field", "what"), [("full_name", "Full name"), ("message", "Message"), ("organisation", "Organisation")]
)
def test_a_character_that_cannot_be_shown_is_refused_kindly(letter: str, field: str, what: str) -> None:
    said = f"{what} has a character that can’t be shown; please type it again"
    assert problems(**{field: f"Priya{letter}Nair"}) == [(field, said)]


@pytest.mark.parametrize("break_", ["\n", "\t", "\r"])
def test_lines_and_tabs_are_for_the_message_alone(break_: str) -> None:
    assert answers(message=f"One{break_}two").message == "One" + break_.replace("\r", "\n") + "two"
    assert problems(full_name=f"One{break_}two")[0][0] == "full_name"


@pytest.mark.parametrize(
    "address",
    [
        "priya+courses@nairfibre.example",
        "Priya.Nair@NairFibre.Example",
        "o'dowd@nairfibre.example",
        "priya@bücher.example",
        "priya@xn--bcher-kva.example",
        "жанна@пример.example",
        "p@a.b.c.d.example",
    ],
)
def test_an_address_is_kept_as_typed(address: str) -> None:
    assert answers(email=address).email == address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("priya", "Enter an email address with an @ in it, like name@example.com"),
        ("@nairfibre.example", "Enter an email address with a name before the @"),
        ("priya@", "Enter an email address in the correct format, like name@example.com"),
        ("priya@nairfibre", "Enter an email address in the correct format, like name@example.com"),
        ("priya nair@nairfibre.example", "Enter an email address in the correct format, like name@example.com"),
        ("a@b.example, c@d.example", "Enter an email address in the correct format, like name@example.com"),
        ("Priya <priya@nairfibre.example>", "Enter an email address in the correct format, like name@example.com"),
        ("p@" + "x" * 253, "Email address must be 254 characters or fewer"),
        ("p\u202e@x.example", "Email address has a character that can’t be shown; please type it again"),
        ("p@x.example\nBcc: q@x.example", "Email address has a character that can’t be shown; please type it again"),
    ],
)
def test_a_wrong_address_is_answered_with_what_to_enter(address: str, words: str) -> None:
    assert problems(email=address) == [("email", words)]


@pytest.mark.parametrize(
    ("typed", "number"), [("6", 6), (" 6 ", 6), ("1,000", 1000), ("1 000", 1000), ("100000", 100_000), ("٦", 6)]
)
def test_a_number_of_people_may_be_typed_as_people_type_it(typed: str, number: int) -> None:
    assert answers(learners=typed).learners == number


@pytest.mark.parametrize("typed", ["half a dozen", "0", "-6", "6.5", "100001", "99999999", "²", "6 people", ","])
def test_what_is_not_a_number_of_people_is_answered_with_an_example(typed: str) -> None:
    assert problems(learners=typed) == [("learners", "Enter how many people as a number, such as 6")]


@pytest.mark.parametrize("region", ["west-midlands", "northern-ireland", "crown-dependencies"])
def test_no_country_is_asked_inside_the_uk_and_one_left_over_is_dropped(region: str) -> None:
    assert answers(region=region).country is None
    assert answers(region=region, country="IE").country is None


def test_outside_the_uk_the_country_is_needed() -> None:
    assert problems(region="outside-uk") == [("country", "Choose which country")]
    assert answers(region="outside-uk", country="IE").country == "IE"
    assert problems(region="outside-uk", country="GB") == [("country", "Choose which country")]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "01632 960 001",
            "(01632) 960001",
            "+44 (0)121 496 0143",
            "07700900148",
            "01632-960-001 ext. 12",
            "+353 1 234",
        ),
        *("0121.496.0143", "٠١٦٣٢ ٩٦٠٠٠١", "00 1 (555) 010-0199 (mornings)"),
    ],
)
def test_a_telephone_number_is_taken_in_any_form(typed: str) -> None:
    assert answers(telephone=typed).telephone == typed


@pytest.mark.parametrize("typed", ["call me", "1234", "1" * 21])
def test_what_is_no_telephone_number_is_answered_with_examples(typed: str) -> None:
    words = "Enter a phone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192"
    assert problems(telephone=typed) == [("telephone", words)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("interest", "NO-SUCH", "Choose what it is about"),
        ("region", "atlantis", "Choose where you are based"),
        ("audience", "cats", "Choose who it is for"),
        ("marketing", "perhaps", "Choose news from the list"),
    ],
)
def test_a_choice_that_is_not_offered_is_refused(field: str, value: str, words: str) -> None:
    assert problems(**{field: value}) == [(field, words)]


def test_optional_answers_left_empty_are_not_provided() -> None:
    left = dict.fromkeys(("organisation", "learners", "telephone", "message", "heard_from", "marketing"), " ")
    assert answers(**left) == answers()


def test_only_yes_is_a_yes_to_news() -> None:
    assert answers().marketing is False
    assert answers(marketing="yes").marketing is True


def test_a_script_in_an_answer_is_text_like_any_other() -> None:
    typed = "<script>alert(1)</script> & “quoted”"
    assert answers(message=typed).message == typed


@pytest.mark.parametrize("name", ["\u200b", " \u200b\u2060 ", "\u00a0\u3000", "\u202e"])
def test_a_name_that_nobody_can_see_is_no_name(name: str) -> None:
    assert problems(full_name=name) == [("full_name", "Enter your full name")]


def test_a_name_may_hold_what_joins_its_letters() -> None:
    assert answers(full_name="می\u200cخواهم").full_name == "می\u200cخواهم"
