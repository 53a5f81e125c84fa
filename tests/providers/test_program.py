"""Commands and tools in programs that agents write, and in arguments that name several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.providers._shape import named
from headroom.providers.program import programmed


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('text(await tools.exec_command({"cmd": "cat a.py"}));', "cat a.py"),
        (
            "const r = await tools.exec_command({cmd: 'cat a.py', workdir: '/x'}); text(r)",
            "cat a.py",
        ),
        ("text(await tools.exec_command({cmd: `cat a.py\nls`}))", "cat a.py\nls"),
        ('await tools.exec_command({ cmd: "grep \\"x\\" a.py" })', 'grep "x" a.py'),
        ('await tools.shell({command: ["bash", "-lc", "cat a.py"]})', "cat a.py"),
        ('await tools.shell({command: ["cat", "a.py"]})', "cat a.py"),
        (
            'Promise.all([tools.exec_command({cmd:"cat a"}), tools.exec_command({cmd:"cat b"})])',
            "cat a\ncat b",
        ),
        ('await tools.apply_patch("*** Begin Patch\\n")', "apply_patch"),
        (
            'text(await tools.mcp__headroom__headroom_retrieve({ref: "abcde12345"}))',
            "mcp__headroom__headroom_retrieve",
        ),
        ("const cmd = 'cat a.py'; run({cmd: 'cat a.py'})", None),
        ("*** Begin Patch\n*** Update File: a.py", None),
    ],
)
def test_a_program_says_what_it_gives_to_a_shell_and_which_tools_it_calls(code, said):
    assert programmed(code) == said
    assert named(code) == said
    assert named({"code": code}) == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"commands": ["cat a.py", "ls"]}, "cat a.py\nls"),
        ({"commands": [{"command": "cat a.py"}]}, "cat a.py"),
        ('{"files": [{"path": "a.py", "start_line": 1}, {"path": "b.py"}]}', "a.py\nb.py"),
        ({"paths": ["a.py"]}, "a.py"),
        ({"filePath": "a.py"}, "a.py"),
        ({"filepath": "a.py"}, "a.py"),
        ({"files": [None, 3, {}]}, None),
        ({"files": "a.py"}, None),
    ],
)
def test_arguments_that_name_several_name_them_by_lines(arguments, said):
    assert named(arguments) == said


@given(st.text(alphabet="tols.exc_m({}):\"'`\\cd, a\n[]", max_size=300))
def test_any_program_is_looked_at_without_an_error(code):
    assert programmed(code) is None or isinstance(programmed(code), str)


def test_a_hostile_program_is_looked_at_in_a_moment():
    assert programmed("tools.x(" + "cmd:[" * 4_000) is not None
    assert programmed("tools.x(" + 'cmd:"\\' * 4_000) is not None
