"""Pointers to what stands earlier in the same request."""

from hypothesis import given

from headroom import compress, expand
from headroom.core import fold
from headroom.engine.echo import MIN_CHARS, Earlier
from tests.choices import choices

SOURCE = "\n".join(f"def function_{n}(argument):\n    return argument + {n}\n" for n in range(40))
OPTIONS = {"editing": False, "min_tokens": 20}


def tool(text, call="c1"):
    return {"role": "tool", "tool_call_id": call, "content": text}


def test_an_identical_output_becomes_a_pointer_that_expands():
    messages = [tool(SOURCE), {"role": "user", "content": "again"}, tool(SOURCE, "c2")]
    result = compress(messages, **OPTIONS)
    assert "identical to message 1" in result.messages[2]["content"]
    assert result.outcomes[2].reason == "repeated"
    assert result.messages[1] is messages[1]
    assert expand(result.messages) == messages


def test_a_partial_reread_points_at_its_lines():
    lines = SOURCE.split("\n")
    part = "\n".join(["$ sed -n 30,90p app.py", *lines[29:90]])
    result = compress([tool(SOURCE), tool(part, "c2")], **OPTIONS)
    after = result.messages[1]["content"]
    if result.messages[0]["content"] == SOURCE:
        assert "lines 30-90 of message 1" in after or "[headroom:" in after
    assert expand(result.messages) == [tool(SOURCE), tool(part, "c2")]


def test_spans_point_only_at_text_that_is_sent_verbatim():
    earlier = Earlier()
    earlier.add(0, SOURCE, "folded away")
    assert earlier.spans(SOURCE) == []
    earlier.add(1, SOURCE, SOURCE)
    ((start, end, pointer),) = earlier.spans("head\n" + SOURCE)
    assert (start, end) == (1, 1 + len(SOURCE.split("\n")))
    assert "message 2" in pointer


def test_the_second_text_of_a_message_is_named_as_a_part():
    earlier = Earlier()
    earlier.add(0, "small", "small")
    earlier.add(0, SOURCE, SOURCE)
    assert "message 1 part 2" in earlier.same(SOURCE)


def test_short_texts_are_never_pointed_at():
    earlier = Earlier()
    earlier.add(0, "x" * (MIN_CHARS - 1), "x" * (MIN_CHARS - 1))
    assert earlier.same("x" * (MIN_CHARS - 1)) is None


def test_a_pointer_alone_stays_as_it_is():
    pointer = fold.block("same", (), 'identical to message 1, which begins "x"')
    assert expand(pointer) == pointer
    assert expand([tool(pointer)]) == [tool(pointer)]


LINES = (
    *(f"    value_{n} = compute_something({n})" for n in range(12)),
    *("}", "", "else:", "\tpass"),
)


def repetitive(made):
    """Texts of which the later ones have stretches of the earlier ones."""
    texts = []
    for _ in range(1 + made.below(5)):
        lines = made.several(lambda: made.one(LINES), 0, 20)
        if texts and made.below(3):
            again = made.one(texts)
            start = made.below(len(again) + 1)
            lines[made.below(len(lines) + 1) :] = again[start : start + made.below(61)]
        texts.append(lines + made.several(lambda: made.one(LINES), 0, 20))
    return ["\n".join(lines) for lines in texts]


@given(choices(256).map(repetitive))
def test_any_repetitive_conversation_expands_exactly(texts):
    messages = [tool(text, f"c{n}") for n, text in enumerate(texts)]
    result = compress(messages, **OPTIONS)
    assert expand(result.messages) == messages
    assert result.tokens_after <= result.tokens_before
