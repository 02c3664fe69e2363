"""Is the answer right, and what decided that?"""

# ruff: noqa: RUF001 - signs of other scripts look like ours

import pytest

from sartor.checking.checker import SupportChecker
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.correct import correct, matcher
from sartor.evaluation.measures.phrases import contains
from sartor.evaluation.measures.silence import says_nothing
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Answer, Question


def decided(expected, answer, *, match="", question="What does it say?", checker=None, **more):
    wanted = (expected,) if isinstance(expected, str) else tuple(expected)
    asked = Question("q", question, wanted, match, **more)
    return correct(Asked(asked, Answer(answer)), checker)


@pytest.mark.parametrize(
    ("answer", "expected", "found"),
    [
        ("Refunds take 14 days.", ["14 days"], True),
        ("Refunds take  14\nDAYS.", ["14 days"], True),
        ("Refunds take 114 days.", ["14 days"], False),
        ("In Zürich, of course.", ["Zurich"], True),
        ("They are in the carpet.", ["car"], False),
        ("It was $8.", ["$8"], True),
        ("It was $85.", ["$8"], False),
        ("防守丢了308分。", ["308分"], True),
        ("他住在北京市。", ["北京"], True),
        ("不可以。", ["可以"], False),
        ("One or the other.", ["neither", "other"], True),
        ("Nothing expected.", [], False),
        ("An empty wish.", [""], False),
        ("Paris, France", ["Paris (France)"], True),
        ("It is called Eiffel Tower", ["the Eiffel Tower"], True),
        ("Dogs are not allowed.", ["allowed"], False),
        ("Dogs aren't allowed.", ["not allowed"], True),
        ("It is not Paris; Paris is only the largest city.", ["Paris"], True),
        ("Not the Louvre but the Prado.", ["the Louvre"], False),
        ("Lyon instead of Paris.", ["Paris"], False),
        ("Written in C++.", ["C"], False),
        ("Written in C++.", ["C++"], True),
        ("It takes 5 business days.", ["five business days"], True),
        ("It takes 15 business days.", ["five business days"], False),
        ("It takes five days in business class.", ["six business days"], False),
        ("A fourteen-day window is open.", ["14 day window"], True),
        ("It is the iPhone 15, not one of the 14 others.", ["iPhone 14"], False),
        ("The fee of 12 euros.", ["fee of €12"], True),
        ("Quinze jours ouvrés.", ["15 jours"], True),
        ("Treinta días naturales.", ["30 días"], True),
        ("Treinta y un días.", ["30 días"], False),
        ("It is non-refundable.", ["not refundable"], True),
        ("It is non-refundable.", ["refundable"], False),
        ("JRR Tolkien", ["J. R. R. Tolkien"], True),
        ("Made in the U.S.", ["US"], True),
    ],
)
def test_a_short_text_is_found_as_whole_words_that_are_not_denied(answer, expected, found):
    assert contains(answer, expected) is found


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        ("14 days", "It is a fourteen-day window.", True),
        ("14 days", "Two weeks.", True),
        ("14 days", "14", True),
        ("14 days", "14 of the 30 offices", False),
        ("14 days", "Within 30 days.", False),
        ("14", "Within 14 days.", True),
        ("3", "On March 3, 2020.", False),
        ("5 years", "The warranty is five years.", True),
        ("5 years", "Fünf Jahre.", True),
        ("€12", "It costs 12 euros.", True),
        ("12 euros", "It costs $12.", False),
        ("1,000", "There were 1000 people.", True),
        ("1000", "There were 1,000 people.", True),
        ("50%", "fifty percent", True),
        ("50 percent", "50 %", True),
        ("50 percent", "50", True),
        ("$1,500,000", "It was $1.5 million.", True),
        ("12 km", "Some 7.5 miles.", True),
        ("-5 °C", "It was minus 5 degrees Celsius.", True),
        ("5 °C", "It was -5 °C.", False),
        ("about 200", "There were 207.", True),
        ("3,096,000", "3.1 million", True),
        ("365", "370", False),
        ("at least 14 days", "At most 14 days.", False),
        ("8 pm", "It closes at 20:00.", True),
        ("third", "It came 3rd.", True),
        ("1 March 1991", "On 1991-03-01.", True),
        ("March 1, 1991", "Am 1. März 1991.", True),
        ("1991年3月1日", "March 1, 1991", True),
        ("1 March 1991", "In March 1991.", False),
        ("March 1991", "On 1 March 1991.", True),
        ("1991", "In March 1991.", True),
        ("1991", "In the 1990s.", False),
        ("２０", "20", True),
        ("0.66", "The quick ratio is 0.66x.", True),
        ("0.66", "The quick ratio is 0.96x.", False),
        ("-3.7%", "It decreased by 3.7%.", True),
        ("-3.7%", "It increased by 3.7%.", False),
        ("-3.7%", "It fell to 3.7%.", False),
        ("3.7%", "It decreased by 3.7%.", True),
        ("10-15 days", "Between 10 and 15 days.", True),
        ("10-15 days", "10 to 20 days", False),
        ("10-15 days", "15 days", False),
        ("1914-1918", "From 1914 until 1918.", True),
        ("2–8 °C", "Store at 2 to 8 degrees Celsius.", True),
        ("14 juillet 1789", "le 14/07/1789", True),
        ("12 de octubre de 1492", "On 12 October 1492.", True),
        ("31 euros", "Trente et un euros.", True),
        ("30 euros", "Treinta y un euros.", False),
        ("30 days", "Within 14 days, not 30 days.", False),
        ("30 days", "Not 14 days but 30 days.", True),
        ("30 days", "Not more than 30 days.", True),
        ("30 Tage", "Nicht 30 Tage, sondern 14.", False),
        ("30 euros", "No 30 euros sino 14.", False),
        ("5 March 2021", "Not on 5 March 2021.", False),
    ],
)
def test_numbers_and_dates_are_compared_as_what_they_mean(expected, answer, right):
    found = decided(expected, answer)
    assert (found.right, found.decided_by) == (right, "number")
    assert bool(found.reason) is not right


@pytest.mark.parametrize(
    ("asked", "expected", "answer", "right"),
    [
        ("What was it (USD millions)?", "$1577.00", "It was $1,577 million.", True),
        ("What was it (USD millions)?", "$1577.00", "It was $1,677 million.", False),
        ("What was it (USD millions)?", "$1,577 million", "1577", True),
        ("What was it in USD billions?", "$8.70", "It was $8.7 billion.", True),
        ("What was it in thousand euros?", "12", "It was 12,000 euros.", True),
        ("What was it?", "$1577.00", "It was $1,577 million.", False),
        ("How many days in millions?", "5 days", "5000000 days", False),
    ],
)
def test_a_scale_that_the_question_names_goes_for_bare_amounts(asked, expected, answer, right):
    question = Question("q", asked, (expected,))
    assert correct(Asked(question, Answer(answer))).right is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        ("red, green and blue", "blue, red and green", True),
        ("red, green and blue", "- green\n- blue\n- red", True),
        ("red, green and blue", "red and green", False),
        ("red and green", "red, not green", False),
        ("Larry Page and Sergey Brin", "Sergey Brin and Larry Page", True),
        ("x, y and z", "z and x", False),
        ("more than one thing in a row and another", "another", False),
    ],
)
def test_the_items_of_a_list_may_come_in_any_order(expected, answer, right):
    assert decided(expected, answer).right is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        ("yes", "Yes, both are American.", True),
        ("Yes.", "No, only one is.", False),
        ("yes", "They are both American.", False),
        ("no", "No refunds are given.", True),
        ("no", "There is no doubt that they are.", False),
        ("yes", "Both are American, so the answer is yes.", True),
        ("ja", "Ja, das geht.", True),
        ("true", "Correct.", True),
        ("true", "That is true.", True),
        ("true", "That's not true.", False),
        ("false", "This is false.", True),
        ("nein", "Das ist nicht richtig.", True),
        ("是", "是的，可以退款。", True),
        ("是", "不是。", False),
    ],
)
def test_yes_and_no_are_read_from_how_an_answer_begins_or_concludes(expected, answer, right):
    found = decided(expected, answer)
    assert (found.right, found.decided_by) == (right, "yes or no")


LONG = "Refunds are paid within 14 days of receipt to the card of Anna Smith."


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        (LONG, "Within two weeks of receipt, refunds are paid to Ms Smith's card.", True),
        (LONG, "Within 30 days of receipt, refunds are paid to Anna Smith's card.", False),
        (LONG, "Within 14 days of receipt, refunds are paid to Bob Jones's card.", False),
        (LONG, "It says 14 days, and Smith.", False),
        (
            "退款在收到商品后14天内退回原信用卡账户。",
            "收到商品后14天内，退款退回原信用卡账户。",
            True,
        ),
        (
            "退款在收到商品后14天内退回原信用卡账户。",
            "收到商品后30天内，退款退回原信用卡账户。",
            False,
        ),
    ],
)
def test_a_longer_text_is_compared_by_its_numbers_names_and_key_terms(expected, answer, right):
    found = decided(expected, answer)
    assert (found.right, found.decided_by) == (right, "facts")


def test_the_name_of_a_firm_and_a_scale_are_no_facts_of_their_own():
    expected = "Yes. For 3M in 2022 it was positive, with a working capital of $1.6bn in all."
    assert decided(expected, "Yes: 3M had positive working capital, $1.6 billion in 2022.").right


def test_an_answer_that_contradicts_the_expected_text_is_wrong():
    expected = "The bridge was designed by Anna Smith and opened to all traffic in May 1932."
    answer = "The bridge was not designed by Anna Smith and opened to all traffic in May 1932."
    checker = SupportChecker(MemoryLibrary([]))
    assert decided(expected, answer).right
    found = decided(expected, answer, checker=checker)
    assert not found.right
    assert "contradicts" in found.reason
    assert decided(expected, expected, checker=checker).right


@pytest.mark.parametrize(
    ("match", "expected", "answer", "right"),
    [
        ("exact", "The Eiffel Tower", "eiffel tower.", True),
        ("exact", "Paris", "It is Paris.", False),
        ("contains", "14 days", "after 14 days", True),
        ("number", "14 days", "after two weeks", True),
        ("number", "14 open tickets", "fourteen open tickets", True),
        ("regex", r"^\d{4}-\d\d$", "2026-11", True),
        ("regex", r"^\d{4}-\d\d$", "2026-11-21", False),
        ("facts", "Paris in 1932", "In 1932 it was in Paris.", True),
        ("facts", "Paris in 1932", "In 1933 it was in Paris.", False),
    ],
)
def test_the_questions_own_match_decides_first(match, expected, answer, right):
    found = decided(expected, answer, match=match)
    assert (found.right, found.decided_by) == (right, match)


def test_a_schema_decides_by_the_form_and_where_one_is_expected_by_the_value():
    schema = {"type": "object", "required": ["days"]}
    assert decided((), '{"days": 14}', match="schema", schema=schema).right
    assert not decided((), '{"weeks": 2}', match="schema", schema=schema).right
    assert decided('{"days": 14.0}', '{ "days": 14 }', match="schema", schema=schema).right
    assert not decided('{"days": 14}', '{"days": 30}', match="schema", schema=schema).right
    broken = decided("{", '{"days": 14}', match="schema", schema=schema)
    assert broken.right is None
    assert "cannot be read" in broken.reason


def test_any_of_several_expected_texts_is_enough():
    found = decided(["14 days", "a fortnight"], "It takes a fortnight.")
    assert (found.right, found.decided_by) == (True, "contains")
    assert matcher(Question("q", "?", match=""), "14 days") == "number"


def test_a_persons_label_overrules_everything():
    question = Question("q", "How long?", ("14 days",), answerable=False)
    for label in (True, False):
        found = correct(Asked(question, Answer("14 days"), label=label))
        assert (found.right, found.decided_by) == (label, "label")


def test_a_failed_system_is_wrong_and_says_why():
    found = correct(Asked(Question("q", "How long?", ("14 days",)), None, "TimeoutError: 120 s"))
    assert (found.right, found.reason) == (False, "TimeoutError: 120 s")


def test_nothing_to_decide_by_is_not_wrong():
    assert decided((), "Something.").right is None
    assert decided("x", "Something.", match="telepathy").right is None


def test_silence_is_right_only_where_there_is_no_answer():
    silent = Answer("The nearest thing found says 14 days.", abstained=True)
    question = Question("q", "How long?", ("14 days",))
    unanswerable = Question("q", "How long?", answerable=False)
    told = Question("q", "How long?", ("I don't know.",))
    assert correct(Asked(question, silent)).right is False
    assert correct(Asked(unanswerable, silent)).right is True
    assert correct(Asked(told, silent)).right is True
    assert correct(Asked(unanswerable, Answer("14 days"))).right is False
    assert correct(Asked(unanswerable, Answer("I don't know."))).decided_by == "abstention"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "I don't know.",
        "I'm sorry, but I cannot answer that question based on the provided context.",
        "The provided context does not mention the price.",
        "Unfortunately, the provided documents don't contain information about that.",
        "I couldn't find an answer to this in the documents. Please contact support.",
        "There is no information about that in the documents.",
        "The price isn't mentioned in the documents.",
        "N/A",
        "Not specified.",
        "Ich weiß es nicht.",
        "Die Dokumente enthalten keine Informationen dazu.",
        "Je ne sais pas.",
        "Les documents ne le précisent pas.",
        "No lo sé.",
        "Los documentos no lo mencionan.",
        "文档中没有提到。",
        "我不知道。",
        "Unable to determine from the filing.",
        "The answer is not in the text.",
        "It is impossible to say from the context.",
        "The provided excerpts do not disclose it.",
        "Das geht aus den Unterlagen nicht hervor.",
        "No se menciona en los documentos.",
        "Aucune information disponible.",
        "資料には記載されていません。",
        "The documents don't say, so I can't answer.",
    ],
)
def test_plain_statements_of_not_knowing_are_recognised(text):
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "None.",
        "There is no fee.",
        "Water damage is not covered.",
        "Breakfast is not provided.",
        "He did not know the answer.",
        "The documents do not mention cats, but dogs are welcome.",
        "I don't know about cats. Dogs are welcome.",
        "Keine Haustiere.",
        "Guests who are unable to find the key may call.",
        "I don't know the exact date; it was in 1969.",
        "The documents do not mention a fee, so it costs 0 euro.",
        "没有。",
    ],
)
def test_an_answer_that_says_no_is_not_taken_for_silence(text):
    assert not says_nothing(text)
