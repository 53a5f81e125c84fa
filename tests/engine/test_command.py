"""Which commands print files as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.engine.command import pipelines, printed
from headroom.engine.policy import file_rules

READING = file_rules().read_command


def names(command):
    return list(printed(command, READING))


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("cat a.py", ["a.py"]),
        ("cd src && cat -n a.py", ["a.py"]),
        ("sed -n '1,80p' a.py", ["a.py"]),
        ("sed -n '1,80p' a.py | head -20", ["a.py"]),
        ("nl -ba a.py | sed -n '10,20p'", ["a.py"]),
        ("head -n 5 a.py b.py 2>/dev/null", ["a.py", "b.py"]),
        ("cat a.py 2>&1 | cat -A", ["a.py"]),
        ("(cat a.py)", ["a.py"]),
        ("LC_ALL=C cat a.py", ["a.py"]),
        ("sudo cat a.conf", ["a.conf"]),
        ("cat > a.py << 'EOF'\nhead\nEOF\ncat b.py", ["b.py"]),
        ("ls; cat a.py", ["a.py"]),
        ("git ls-files | xargs cat", []),
        ("find . -name a.py | xargs -n 1 head -5", []),
        ("cat 'my file.py'", []),
        ("type src\\app.log", ["src\\app.log"]),
        ("python3 -c \"print(open('a.py').read())\"", []),
        ("cd x && python -c 'import sys; sys.stdout.write(open(\"a.py\").read())'", []),
        ("python -c \"from pathlib import Path; print(Path('a.py').read_text())\"", []),
        ("python3 -c \"\nwith open('a.py') as f:\n    print(f.read())\n\"", []),
        ("node -e \"console.log(require('fs').readFileSync('a.ts', 'utf8'))\"", []),
    ],
)
def test_a_command_that_prints_files_names_them(command, files):
    assert names(command) == [files]


@pytest.mark.parametrize(
    "command",
    [
        "make test 2>&1 | tail -50",
        "ls -la | head -30",
        "grep -rn 'a|cat b' src | head",
        "cat a.py | grep -n run -A 30",
        "cat a.log | sort | uniq -c",
        "cat > a.py << 'EOF'\nprint(1)\nEOF",
        "cat << EOF > a.py\ncat b\nEOF",
        "cat a.py > b.py",
        "cat <<-EOF | python\ntype(x)\nEOF\npython a.py",
        'python -c "\nimport os\ntype(os)\nhead = 1\n"',
        "echo 'x; cat a.py'",
        "python -c \"import json; print(json.load(open('a.json'))['version'])\"",
        "python -c \"print(len(open('a.py').read()))\"",
        "python3 -c \"print(open('a.log').read())\" | grep error",
        "node -p \"JSON.parse(require('fs').readFileSync('package.json')).version\"",
        "git log | less",
        "python a.py && echo cat b",
        "",
    ],
)
def test_a_filter_of_output_a_search_and_an_inline_document_print_no_file(command):
    assert names(command) == []


def test_quotes_and_documents_that_never_end_hold_all_that_follows():
    assert names("echo 'x; cat a.py\ncat b.py") == []
    assert names("cat > a << EOF\ncat b.py\ncat c.py") == []


def test_only_the_beginning_of_a_command_counts():
    assert names("x " * 100_000 + "; cat a.py") == []


@given(st.text(st.sampled_from("cat |&;<>'\"\\\nEOFab.$(){}"), max_size=300))
def test_any_command_is_taken(command):
    assert all(isinstance(stage, str) for stages in pipelines(command) for stage in stages)
    assert isinstance(names(command), list)
