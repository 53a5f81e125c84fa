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
    ("command", "files"),
    [
        ("bash -lc 'cat a.py'", ["a.py"]),
        ('/bin/sh -c "cd src && cat a.py" | head -20', ["a.py"]),
        ("cd x && zsh -lc \"sed -n '1,80p' a.py\"", ["a.py"]),
        ("bash -c \"bash -c 'cat a.py'\"", ["a.py"]),
        ('pwsh -NoProfile -Command "Get-Content a.ps1"', ["a.ps1"]),
        ("cmd /c type a.bat", ["a.bat"]),
        ("/usr/bin/cat a.py", ["a.py"]),
        ("docker compose exec -T app cat a.py", ["a.py"]),
        ("docker exec app bash -c 'cat a.py'", ["a.py"]),
        ("ssh host 'cat a.py'", ["a.py"]),
        ('ssh -p 22 host "cd x && head -5 a.py"', ["a.py"]),
        ("kubectl exec -n prod web-0 -c app -- cat a.py", ["a.py"]),
        ("\\cat a.py", ["a.py"]),
        ("command cat a.py", ["a.py"]),
        ("time cat a.py", ["a.py"]),
        ("timeout -k 1 5s cat a.py", ["a.py"]),
        ("nice -n 5 sudo -u app env LANG=C cat a.py", ["a.py"]),
        ("if [ -f a.py ]; then cat a.py; fi", ["a.py"]),
        ("for f in a.py b.py; do cat $f; done", []),
        ("while read f; do cat $f; done < list", []),
        ("find . -name 'a*.py' -exec head -50 {} \\;", []),
    ],
)
def test_whatever_starts_a_command_it_prints_what_it_prints(command, files):
    assert names(command) == [files]


@pytest.mark.parametrize(
    "command",
    [
        "sed -nE '1,80p' a.py",
        "sed -E -n '1,80p' a.py",
        "sed -ne 1,80p a.py",
        "sed --quiet 1,80p a.py",
        "sed 80q a.py",
        "sed '10,80!d' a.py",
        "sed -n '/<main>/,/<\\/main>/p' a.py",
        "awk 'NR>=10 && NR<=80' a.py",
        "awk 'NR >= 10 { print NR \": \" $0 }' a.py",
        "awk '{printf \"%d %s\\n\", NR, $0}' a.py",
        "gawk 'FNR<80' a.py",
        "awk 1 a.py",
        "awk '/^def run/,/^def /' a.py",
        "rg -n '' a.py",
        "awk '{ print }' a.py",
        "sed '' a.py",
        "sed '80,$d' a.py",
        "grep -n ^ a.py",
        "grep '$' a.py",
        "perl -ne 'print' a.py",
        "perl -pe '' a.py",
        "perl -ne 'print if 10..80' a.py",
        "grep -n '' a.py",
        "grep -n . a.py",
        'grep -n ".*" a.py | sed -n 10,80p',
        "Get-Content a.py | Select-Object -Skip 10 -First 80",
        "cat a.py | grep -n run -A 30",
        "grep -n 'def run' -A 30 a.py | head -40",
        "grep -B5 -A10 run a.py",
        "grep -nC 12 run a.py",
        "grep --context=8 -e run a.py",
        "rg -n -A 20 run a.py",
    ],
)
def test_lines_of_a_file_are_printed_in_many_ways(command):
    assert names(command) == [["a.py"]]


@pytest.mark.parametrize(
    "command",
    [
        "python3 - <<'EOF'\nprint(open('a.py').read())\nEOF",
        "python <<PY\nfrom pathlib import Path\nprint(Path('a.py').read_text())\nPY",
        "cd x && python3 - <<'EOF'\nwith open('a.py') as f:\n    print(f.read())\nEOF",
        "python3 -c \"for l in open('a.py'): print(l, end='')\"",
        "python3 - <<'EOF'\nfor n, line in enumerate(open('a.py'), 1):\n    print(n, line, end='')\nEOF",
        "python3 <<E\nwith open('a.py') as f:\n    for n, line in enumerate(f):\n        print(n, line)\nE",
        "python3 -c \"print(''.join(open('a.py').readlines()[10:80]))\"",
        "python3 - <<'E'\nlines = open('a.py').readlines()\nprint(''.join(lines[10:80]))\nE",
        "python3 - <<'E'\ns = open('a.py').read()\nfor n in range(9):\n    print(n, s[n])\nE",
        "python3 -c \"s = open('a').readlines()\nfor n, l in enumerate(s[5:9], 5): print(n, l)\"",
        "node -p \"require('fs').readFileSync('a.js', 'utf8')\"",
        'echo "$(cat a.py)"',
        "printf '%s' \"$(<a.py)\"",
    ],
)
def test_a_script_prints_a_file_wherever_it_stands(command):
    assert names(command) == [[]]


@pytest.mark.parametrize(
    "command",
    [
        "make test 2>&1 | tail -50",
        "ls -la | head -30",
        "grep -rn 'a|cat b' src | head",
        "cat a.py | grep -n run -A 3",
        "grep -n run -A 3 a.py",
        "grep -rn run -A 30 src",
        "grep -rnA 30 run src",
        "grep -n run -A 30 --recursive src",
        "rg -n run -A 30 src",
        "make | grep error -A 30",
        "grep -c 3000 a.py",
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
        "bash -c 'make 2>&1 | tail -50'",
        "bash -c 'cat a.py' | grep run",
        "bash -c 'cat > a.py << EOF\ncat b\nEOF'",
        "bash cat a.py",
        "timeout 60 make test",
        "docker exec app pytest -q",
        "perl -ne 'print if /run/' a.py",
        "python3 -c \"with open('a.log') as f:\n for l in f: print(l.split()[0])\"",
        'python3 -c "for x in range(9): print(x)"',
        "./tail.py a.log",
        "type-check src",
        "awk '{print $1}' a.log",
        "awk '/error/ {print $0}' a.log",
        "sed 's/a/b/' a.py",
        "grep -rn . src",
        "grep -n run a.py",
        "if make; then echo cat a.py; fi",
        "find . -name a.py -exec grep -n run {} +",
        "python3 - <<'EOF'\nprint(len(open('a.py').read()))\nEOF",
        "python3 - <<'EOF' | grep run\nprint(open('a.py').read())\nEOF",
        "cat > a.py <<'EOF'\nprint(open('b.py').read())\nEOF",
        "python3 -c \"for l in open('a.log'): print(l.split()[0])\"",
        "python a.py && echo cat b",
        "python3 -c \"s = open('a.log').read(); print(len(s))\"",
        "python3 -c \"s = open('a.log').read(); print(s.count('x'))\"",
        "git show HEAD --stat",
        "git show HEAD -- a:b",
        "echo $(date)",
        "",
    ],
)
def test_a_filter_of_output_a_search_and_an_inline_document_print_no_file(command):
    assert names(command) == []


def test_what_a_search_looks_for_is_no_name_of_a_file():
    assert names("grep -A 20 run x.py app.log") == [["x.py", "app.log"]]
    assert names('grep -n -A 20 "run it" app.log') == [["app.log"]]


def test_quotes_and_documents_that_never_end_hold_all_that_follows():
    assert names("echo 'x; cat a.py\ncat b.py") == []
    assert names("cat > a << EOF\ncat b.py\ncat c.py") == []


def test_only_the_beginning_of_a_command_counts():
    assert names("x " * 100_000 + "; cat a.py") == []


@given(st.text(st.sampled_from("cat |&;<>'\"\\\nEOFab.$(){}"), max_size=300))
def test_any_command_is_taken(command):
    assert all(isinstance(stage, str) for stages in pipelines(command) for stage in stages)
    assert isinstance(names(command), list)
