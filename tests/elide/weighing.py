"""What the tests of outlines weigh source with."""

from headroom.elide.source.code import weigh


def weights(text, query="Summarise this file."):
    lines = text.rstrip("\n").split("\n")
    found = weigh(lines, query)
    assert found is not None
    assert len(found) == len(lines)
    assert all(0 <= weight <= 1 for weight in found)
    return {line: weight for line, weight in zip(lines, found, strict=True) if line.strip()}
