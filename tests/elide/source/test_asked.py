from headroom.elide.source.asked import definitions

TEXT = """\
proc other(x: int): int =
  x + 1

proc total(items: seq[int]): int =
  var sum = 0

  for one in items:
    sum += one
  sum

proc last() =
  echo total(@[1])
"""


def asked(text, query):
    return list(definitions(text.split("\n"), text, query))


def test_a_definition_reaches_to_the_next_line_that_is_not_indented():
    assert asked(TEXT, "Explain `total`.") == [range(3, 9)]
    assert asked(TEXT, "Explain the proc total.") == [range(3, 9)]


def test_braces_belong_to_the_definition_that_they_close():
    text = "sub one {\n  1;\n}\nsub two\n{\n  2;\n}\nsub three {\n  3;\n}\n"
    assert asked(text, "What does `one` do?") == [range(3)]


def test_numbers_in_front_of_lines_change_nothing():
    numbered = "\n".join(f"{at:>5}\t{line}" for at, line in enumerate(TEXT.split("\n"), 1))
    assert asked(numbered, "Explain `total`.") == [range(3, 9)]


def test_what_is_only_called_or_not_named_is_no_definition():
    assert asked(TEXT, "Explain `echo`.") == []
    assert asked(TEXT, "") == []
    assert asked("", "Explain `total`.") == []


def test_a_long_definition_is_cut_and_many_of_a_name_are_few():
    text = "proc a() =\n" + "  step()\n" * 500
    assert asked(text, "Explain `a`.") == [range(60)]
    assert len(asked("proc a() =\n  step()\n" * 500, "Explain `a`.")) == 4
