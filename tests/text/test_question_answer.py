import pytest

from sartor.text.question_answer import plainly, statement, takes_for_granted


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("When was the tower completed?", "In 1889.", "The tower was completed In 1889."),
        ("When was the tower completed?", "1889", "The tower was completed in 1889."),
        ("Who wrote the list?", "Jonas Petri", "Jonas Petri wrote the list."),
        ("What is the capital of France?", "Paris", "Paris is the capital of France."),
        ("Which city hosted the fair?", "Lyon", "Lyon city hosted the fair."),
        ("How many cars does the ferry carry?", "60", "The ferry carry 60 cars."),
        ("The museum is in what city?", "Brunsfeld", "The museum is in city Brunsfeld."),
        ("Are dogs allowed?", "Yes", "Dogs allowed."),
        ("Are dogs allowed?", "No", "It is not the case that dogs allowed."),
        ("Who is older, Ann or Bob?", "Bob", "Bob is older."),
        ("Wann war das?", "1889", "Wann war das: 1889."),
        ("", "In 1889.", "In 1889."),
        ("When?", "", ""),
    ],
)
def test_question_and_answer_become_one_statement(question, answer, said):
    assert statement(question, answer) == said


def test_only_questions_that_begin_with_a_question_word_take_something_for_granted():
    assert takes_for_granted("When was the tower completed?")
    assert not takes_for_granted("Was the tower completed in 1889?")


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Yes, alcohol is reimbursed.", "alcohol is reimbursed."),
        ("No dogs are allowed.", "No dogs are allowed."),
        ("It was Anna who paid Ben.", "Anna paid Ben."),
        ("It is a fact that it rains.", "It is a fact that it rains."),
    ],
)
def test_a_leading_yes_and_a_cleft_are_said_plainly(said, plain):
    assert plainly(said) == plain
