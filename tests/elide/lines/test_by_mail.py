"""Mails: headers stay, and the body of the one that is asked for."""

from __future__ import annotations

from headroom import compress, expand, retrieve
from headroom.elide.lines.by_mail import by_mail
from headroom.lines.mail import mails
from tests.lines.test_mail import NAMES, mail

TOPICS = "boats rivers bridges castles gardens engines lamps clocks maps roofs doors wells"


def thread():
    lines = []
    for n, topic in enumerate(TOPICS.split()):
        body = [
            f"I have looked at the {topic} in town {k}, and {k * n % 7} were old."
            for k in range(25)
        ]
        lines += mail(n, [*body, f"> what of the {topic}?", f"So the {topic} stay as they are."])
    return lines


def test_the_mail_that_is_asked_for_stays_and_of_others_who_wrote_when_about_what():
    lines = thread()
    made = by_mail(lines, mails(lines), 'What does "Flo" say about engines?', 0.4)
    assert all(f'From: "{name}" <' in made.body for name in NAMES)
    assert "So the engines stay as they are." in made.body
    assert "So the wells stay as they are." not in made.body
    assert made.kept.endswith('"… A-B" stands for lines A to B')
    assert "of 12 mails" in made.kept


def test_of_an_overview_each_mail_has_its_first_lines():
    lines = thread()
    made = by_mail(lines, mails(lines), "Summarise these mails.", 0.4)
    assert all(f"I have looked at the {topic} in town 0," in made.body for topic in TOPICS.split())


def test_a_thread_is_cut_and_comes_back():
    text = "\n".join(thread())
    messages = [{"role": "user", "content": 'What does "Flo" say about engines?'}]
    messages.append({"role": "tool", "content": text})
    made = compress(messages, model="gpt-4o")
    shown = made.messages[-1]["content"]
    assert "So the engines stay as they are." in shown
    assert len(shown) < len(text) / 2
    assert expand(made.messages) == messages
    assert "engines in town 9" in retrieve(made.refs[0], query="engines in town 9").text
