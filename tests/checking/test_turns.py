"""What turns a sentence round without another number or name, and what turns it back."""

import pytest

from sartor.checking import check

DRUGS = "In the trial, drug A is more effective than drug B. The shop closes at 8 pm."
ORDER = "The battery must be replaced before the motor is started."
OFFICES = "Jonas Weber leads the Berlin office; Greta Lindqvist founded the company."
TABLE = "| Part | Warranty |\n|---|---|\n| Battery | 12 months |\n| Motor | 36 months |\n"


def verdict(text, source):
    (sentence,) = check(text, [source])
    return sentence


def test_single_capitals_name_the_parties_of_a_comparison():
    assert verdict("Drug B is more effective than drug A.", DRUGS).support == "contradicted"
    assert verdict("Drug B is less effective than drug A.", DRUGS).support == "supported"


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("The motor must be started before the battery is replaced.", "contradicted"),
        ("Before the battery is replaced, the motor must be started.", "contradicted"),
        ("The motor must not be started before the battery is replaced.", "supported"),
        ("The motor is started after the battery is replaced.", "supported"),
        ("Before the motor is started, the battery must be replaced.", "supported"),
    ],
)
def test_what_comes_first_is_read_from_before_and_after(claim, support):
    assert verdict(claim, ORDER).support == support


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The room costs 150 euros per week.", "The room costs 150 euros per night."),
        ("Dogs are welcome in the canteen.", "Dogs are welcome everywhere except in the canteen."),
        ("Used items may be returned.", "Unused items may be returned."),
        ("Unused items may be returned.", "Used items may be returned."),
        ("The shop opens at 9:15 pm.", "The shop opens at 9:15 am."),
        ("Payment is due after 30 days.", "Payment is due within 30 days."),
        ("The fee was refunded.", "The fee was not yet refunded."),
        ("It was Anna who paid Ben.", "Ben paid Anna."),
        ("Yes, alcohol is reimbursed.", "Alcohol is not reimbursed."),
        ("Alcohol is not allowed before noon.", "Alcohol is allowed before noon."),
    ],
)
def test_shares_exceptions_prefixes_halves_of_the_day_and_clefts_contradict(claim, source):
    assert verdict(claim, source).support == "contradicted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The shop closes at 8 pm.", "The shop closes at 20:00."),
        ("Revenue was EUR 84 million.", "Revenue was 84 million euros."),
        ("No, alcohol is not reimbursed.", "Alcohol is not reimbursed."),
        ("It was Ben who paid Anna.", "Ben paid Anna."),
        ("Refunds are possible in July.", "No refunds are possible except in July."),
        ("Workers must wear a badge.", "Employees must wear a badge."),
    ],
)
def test_the_same_by_another_clock_or_in_another_form_is_supported(claim, source):
    assert verdict(claim, source).support == "supported"


def test_a_source_that_says_it_of_another_subject_proves_nothing():
    sentence = verdict("Employees must wear a badge.", "Visitors must wear a badge.")
    assert sentence.support == "unsupported"
    assert sentence.reason == "the source says it of visitors, not of employees"


def test_clauses_of_one_sentence_lend_each_other_no_words_but_for_a_pronoun():
    assert verdict("Greta Lindqvist leads the Berlin office.", OFFICES).support == "contradicted"
    assert verdict("Greta Lindqvist founded the company.", OFFICES).support == "supported"
    tied = "Greta Lindqvist founded the company; she leads the Berlin office."
    assert verdict("Greta Lindqvist leads the Berlin office.", tied).support == "supported"


def test_a_number_comes_from_the_row_that_names_the_subject():
    assert verdict("The battery has 12 months of warranty.", TABLE).support == "supported"
    sentence = verdict("The battery has 36 months of warranty.", TABLE)
    assert sentence.support == "unsupported"
    assert sentence.reason == 'another row of the table speaks of "battery"'


def test_a_reason_names_what_tells_two_equal_numerals_apart():
    sentence = verdict("You must be over 18 to enter.", "You must be under 18 to enter.")
    assert sentence.reason == "the source says under 18, not over 18"
    sentence = verdict("The room costs 150 euros per week.", "The room costs 150 euros per night.")
    assert sentence.reason == "the source says 150 euros per night, not 150 euros per week"
