"""What may be touched, and the reason where it may not."""

import json
from dataclasses import replace

import pytest

from headroom import registry
from headroom.config import Options
from headroom.core.result import Reason
from headroom.core.types import Role, Segment
from headroom.engine.policy import (
    Scene,
    asks_for_all,
    file_rules,
    fold_only,
    keep,
    offered_tools,
    purposes,
    scene,
)


def segment(role=Role.TOOL, turn=0, **more):
    return Segment(("messages", turn, "content"), "text", role, turn, **more)


@pytest.mark.parametrize(
    ("one", "options", "reason"),
    [
        (segment(), {}, None),
        (segment(pinned="signed thinking"), {}, Reason.PINNED),
        (segment(Role.SYSTEM), {}, Reason.SYSTEM),
        (segment(Role.SYSTEM), {"compress_system_messages": True}, None),
        (segment(Role.USER), {}, Reason.USER),
        (segment(Role.USER), {"compress_user_messages": True}, None),
        (segment(Role.ASSISTANT), {"compress_user_messages": True}, Reason.ASSISTANT),
        (segment(turn=9), {"protect_recent": 1}, Reason.RECENT),
        (segment(turn=8), {"protect_recent": 1}, None),
        (segment(tool="Read"), {}, Reason.READ),
        (segment(tool="mcp__files__read-file"), {}, Reason.READ),
        (segment(tool="Bash", command="cd src && cat -n app.py"), {}, Reason.READ),
        (segment(tool="Bash", command="sed -n '1,80p' app.py"), {}, Reason.READ),
        (segment(tool="Bash", command="rg -n cat src"), {}, None),
        (segment(tool="Bash", command="make test | tail -50"), {}, None),
        (segment(tool="Bash", command="cat > a.py << EOF\ncat\nEOF\npython a.py"), {}, None),
        (segment(tool="Read", command="web/node_modules/left-pad/index.js"), {}, None),
        (segment(tool="Read", command="/srv/app/poetry.lock"), {}, None),
        (segment(tool="Bash", command="cat build.log"), {}, None),
        (segment(tool="Bash", command="head -50 build.log | cat"), {}, None),
        (segment(tool="Bash", command="cat build.log app.py"), {}, Reason.READ),
        (segment(tool="Bash", command="cat build.log; cat app.py"), {}, Reason.READ),
        (segment(tool="Bash", command="ls *.log | xargs cat"), {}, Reason.READ),
        (segment(tool="Bash", command="cat '/var/log/../app.py'"), {}, Reason.READ),
        (segment(tool="Read", command="src/log.py"), {}, Reason.READ),
        (segment(tool="read_files", command="a.py\nb.log"), {}, Reason.READ),
        (segment(tool="read_files", command="a.log\nb.log"), {}, None),
        (segment(tool="file_editor", command="view /p/app.py"), {}, Reason.READ),
        (segment(tool="str_replace_based_edit_tool", command="view"), {}, Reason.READ),
        (segment(tool="file_editor", command="view /p/build.log"), {}, None),
        (segment(tool="file_editor", command="create /p/app.py"), {}, Reason.READ),
        (segment(tool="Edit", command="/p/node_modules/a.js"), {}, Reason.READ),
        (segment(tool="Bash", command="git log -3"), {"protect": ["git log*"]}, Reason.PROTECTED),
        (
            segment(tool="Bash", command="cd a && git log"),
            {"protect": ["git log"]},
            Reason.PROTECTED,
        ),
        (segment(tool="Bash", command="git logs"), {"protect": ["git log"]}, None),
        (segment(tool="mcp__db__query"), {"protect": ["mcp__db__*"]}, Reason.PROTECTED),
        (segment(tool="mcp__db__query"), {"protect": ["query"]}, Reason.PROTECTED),
        (segment(tool="Query"), {"protect": ["mcp__*", "other"]}, None),
        (segment(tool="Read", command="a/data.bin"), {"allow": ["*.bin"]}, None),
        (segment(tool="Read", command="a/app.py"), {"allow": ["*.bin"]}, Reason.READ),
        (segment(tool="Read"), {"allow": ["read"], "protect": ["Read"]}, Reason.PROTECTED),
    ],
)
def test_each_segment_has_its_reason(one, options, reason):
    assert keep(one, Scene(10, editing=True), Options.build(options)) == reason


@pytest.mark.parametrize(
    "one",
    [
        segment(tool="headroom_retrieve"),
        segment(tool="mcp__headroom__headroom_retrieve"),
        segment(tool="mcp_headroom_headroom_retrieve"),
        segment(tool="mcp_headroom.headroom_retrieve"),
        segment(tool="headroom-headroom_retrieve"),
        segment(tool="Bash", command="cd src && headroom retrieve abcde12345 --lines 3 | head"),
        segment(tool="Bash", command="python3 -m headroom retrieve abcde12345"),
        segment(tool="shell", command=".venv/bin/headroom retrieve abcde12345"),
        segment(tool="shell", command="uv run headroom retrieve abcde12345"),
    ],
)
@pytest.mark.parametrize("profile", ["lossless", "balanced", "aggressive"])
def test_what_was_brought_back_is_not_shortened_again(one, profile):
    options = Options.build({"profile": profile})
    assert keep(one, Scene(10, editing=False), options) is Reason.RETRIEVED


@pytest.mark.parametrize(
    "command",
    [
        "HEADROOM_PASSTHROUGH=1 make test",
        "cd src && HEADROOM_PASSTHROUGH=1 make test 2>&1 | tail -200",
        "CI=1 LANG=C HEADROOM_PASSTHROUGH=yes make",
        "env -i HEADROOM_PASSTHROUGH=1 make",
        "export HEADROOM_PASSTHROUGH=1; make",
        "(HEADROOM_PASSTHROUGH=true cat app.py)",
        "time HEADROOM_PASSTHROUGH=1 make",
        "bash -lc 'HEADROOM_PASSTHROUGH=1 make'",
        '/bin/sh -c "HEADROOM_PASSTHROUGH=1 make"',
        "$env:HEADROOM_PASSTHROUGH = '1'; make",
        "set HEADROOM_PASSTHROUGH=1 && make",
        "make\nHEADROOM_PASSTHROUGH=1 make test",
    ],
)
def test_an_agent_gets_the_output_of_a_command_as_it_is_if_it_asks_for_that(command):
    one = segment(tool="Bash", command=command)
    for options in ({}, {"profile": "aggressive", "allow": ["*"], "fold_only": ["*"]}):
        for editing in (True, False):
            assert keep(one, Scene(10, editing), Options.build(options)) is Reason.ASKED


@pytest.mark.parametrize(
    "command",
    [
        "HEADROOM_PASSTHROUGH=0 make",
        "HEADROOM_PASSTHROUGH= make",
        "HEADROOM_PASSTHROUGH=off make",
        "MY_HEADROOM_PASSTHROUGH=1 make",
        "echo HEADROOM_PASSTHROUGH=1",
        "grep -rn HEADROOM_PASSTHROUGH=1 docs",
        "unset HEADROOM_PASSTHROUGH; make",
    ],
)
def test_a_command_that_merely_names_the_variable_asks_for_nothing(command):
    assert keep(segment(tool="Bash", command=command), Scene(10, editing=True), Options()) is None


def test_what_a_hostile_command_asks_is_told_in_no_time():
    for piece in ("a=b ", "env -a ", "((((", "bash -c '", "x/", "export "):
        assert not asks_for_all(piece * 100_000)


@pytest.mark.parametrize(
    "one",
    [
        segment(tool="headroom_compress"),
        segment(tool="Bash", command="headroom compress a.log"),
        segment(tool="Bash", command="grep headroom retrieve.py"),
    ],
)
def test_other_tools_and_commands_of_ours_are_content_like_any_other(one):
    assert keep(one, Scene(10, editing=False), Options()) is None


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("tool_call", {"id": "headroom__headroom_retrieve", "args": {"ref": "a", "query": "q"}}),
        ("run_typescript", {"code": "return await mcp_headroom.headroom_retrieve({ref: 'a'})"}),
        ("exec", "text(await tools.mcp__headroom__headroom_retrieve({ref: 'a'}))"),
    ],
)
def test_a_tool_that_calls_ours_by_its_name_brings_back_what_ours_does(tool, arguments):
    said = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = {"id": "c", "type": "function", "function": {"name": tool, "arguments": said}}
    body = {
        "messages": [
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": "x"},
        ]
    }
    *_, result = registry.provider("openai-chat").segments(body)
    assert keep(result, Scene(10, editing=True), Options()) is Reason.RETRIEVED


@pytest.mark.parametrize(
    "tool",
    [
        *("readFile", "viewFile", "read_file_content", "get_file_content", "open_file_tool"),
        *("read_file_v2", "read_lines", "view_range", "read_code", "read_source_file", "get_file"),
        *("fs/read_text_file", "default_api:read_file", "acp_fs_read_text_file", "show_file_lines"),
        "mcp__jetbrains__get_file_text_by_path",
    ],
)
def test_a_tool_that_is_called_as_if_it_reads_files_does(tool):
    assert keep(segment(tool=tool, command="a.py"), Scene(10, editing=True), Options()) is (
        Reason.READ
    )
    assert keep(segment(tool=tool, command="a.log"), Scene(10, editing=True), Options()) is None


@pytest.mark.parametrize(
    "tool",
    [
        *("read_dir", "list_files", "get_file_info", "read_graph", "get_profile", "view_page"),
        *("search_files", "find_file", "read_emails", "thread_file_count", "get_build_log_file"),
    ],
)
def test_a_tool_that_tells_something_else_of_files_does_not_read_them(tool):
    assert keep(segment(tool=tool, command="a.py"), Scene(10, editing=True), Options()) is None


def test_reads_are_content_like_any_other_where_no_editor_is_in_sight():
    assert keep(segment(tool="Read"), Scene(10, editing=False), Options()) is None


@pytest.mark.parametrize(
    "tools",
    [
        [{"name": "Edit", "input_schema": {}}],
        [{"type": "function", "function": {"name": "str_replace_editor"}}],
        [{"type": "function", "name": "apply_patch"}],
        [{"functionDeclarations": [{"name": "write_file"}]}],
        [{"type": "apply_patch"}],
        [{"name": "replace_string_in_file"}],
        [{"name": "insert_edit_into_file"}],
        [{"name": "mcp__serena__replace_symbol_body"}],
        [{"name": "replace_file_text_by_path"}],
        [{"name": "createTextFile"}],
        [{"name": "edit_notebook_file"}],
        [{"name": "ide:delete_lines"}],
    ],
)
def test_an_edit_tool_on_offer_is_an_editor_in_sight(tools):
    assert scene([segment()], {"tools": tools}, Options()).editing


ELSE = ("update_user_profile", "create_ticket", "insert_row", "write_query", "apply_filter")


@pytest.mark.parametrize(
    "tools",
    [None, "edit", [1, None, {}], [{"name": 3}], [{"name": "Bash"}], [{"name": n} for n in ELSE]],
)
def test_other_tools_and_odd_lists_are_no_editor(tools):
    assert not scene([segment()], {"tools": tools}, Options()).editing
    assert "Edit" not in list(offered_tools({"tools": tools}))


def test_an_edit_that_was_made_is_an_editor_in_sight():
    assert scene([segment(tool="MultiEdit")], [], Options()).editing
    assert scene([segment(tool="Bash", command="sed -i s/a/b/ x.py")], [], Options()).editing
    wrapped = segment(tool="Bash", command="bash -lc 'cd src && sudo sed -i s/a/b/ x.py'")
    assert scene([wrapped], [], Options()).editing
    assert not scene([segment(tool="Bash", command="ls")], [], Options()).editing


@pytest.mark.parametrize(
    "command",
    [
        "sed -e s/a/b/ -i x.py",
        "sed --in-place=.bak s/a/b/ x.py",
        "gsed -i s/a/b/ x.py",
        "perl -p -i -e s/a/b/ x.py",
        "grep -rl a . | xargs sed -i s/a/b/",
        "find . -name '*.py' -exec perl -pi -e s/a/b/ {} +",
        "awk -i inplace '{ print }' x.py",
        "patch < fix.diff",
        "git am fix.patch",
        "bash -lc 'git apply <<E\n--- a\nE'",
        "cat > x.py <<'EOF'\nprint(1)\nEOF",
        "cat <<EOF >> x.py\nprint(1)\nEOF",
        "printf 'a = 1\\n' > x.py",
        "ed -s x.py <<E\n1d\nw\nE",
        "Get-Content x | Set-Content y",
        "python3 - <<'E'\nfrom pathlib import Path\np = Path('x.py')\np.write_text('b')\nE",
        "cd src && python3 -c \"s = open('x').read(); open('x', 'w').write(s)\"",
        "python - <<E\n" + "old = 1\n" * 2_000 + "open('x', mode='w').write(old)\nE",
        "node -e \"require('fs').writeFileSync('x.js', 'b')\"",
    ],
)
def test_an_edit_that_was_made_by_a_shell_is_an_editor_in_sight(command):
    assert scene([segment(tool="Bash", command=command)], [], Options()).editing


@pytest.mark.parametrize(
    "command",
    [
        "sed -n 's/-i/x/p' x.py",
        "sed 's/a -i b/c/' x.py",
        "make > build.log 2>&1",
        "echo 'a > b'",
        "echo done >&2",
        "echo x > /dev/null",
        "cat > /tmp/try.py <<E\nprint(1)\nE",
        "cat <<E | grep a\na > b\nE",
        "patch --version",
        "git apply-mailbox",
        "python3 -c \"print(open('x', 'r').read())\"",
        "python3 - <<E\nprint(open('x', encoding='utf-8').read())\nE",
        "grep -n \"open('x', 'w')\" src/x.py",
        "rg write_text\\( src",
        "perl -ne 'print if 1..9' x.py",
    ],
)
def test_what_a_shell_does_besides_is_no_edit(command):
    assert not scene([segment(tool="Bash", command=command)], [], Options()).editing


@pytest.mark.parametrize(
    "command",
    [
        "bash -lc 'git log -3'",
        "sudo git log",
        "(git log)",
        "GIT_PAGER=cat git log | head",
        "if true; then git log; fi",
    ],
)
def test_what_the_user_says_of_a_command_holds_wherever_it_is_run(command):
    one = segment(tool="Bash", command=command)
    assert keep(one, Scene(10, editing=False), Options(protect=["git log*"])) is Reason.PROTECTED
    assert fold_only(one, Options(fold_only=["git log*"]))
    assert not fold_only(one, Options(fold_only=["git diff*"]))


def test_what_the_user_says_of_a_file_holds_for_a_command_that_prints_it():
    one = segment(tool="Bash", command="bash -lc 'head -50 src/a.py b.bin'")
    assert keep(one, Scene(10, editing=False), Options(protect=["src/a.py"])) is Reason.PROTECTED
    assert fold_only(one, Options(fold_only=["*.bin"]))
    # All that is shown has to be what may be shortened.
    editing = Scene(10, editing=True)
    assert keep(one, editing, Options(allow=["*.bin"])) is Reason.READ
    assert keep(one, editing, Options(allow=["*.bin", "src/*"])) is None
    nameless = segment(tool="Bash", command="cat a.bin; ls | xargs cat")
    assert keep(nameless, editing, Options(allow=["a.bin"])) is Reason.READ


def test_the_caller_knows_best():
    assert scene([segment()], [], Options(editing=True)).editing
    assert not scene([segment(tool="Edit")], [], Options(editing=False)).editing


def test_a_huge_command_is_looked_at_only_at_its_beginning():
    assert not file_rules().reads(segment(command="x " * 100_000 + "; cat a"))


def test_files_that_are_read_together_stay_unless_nobody_edits_any_of_them():
    both = segment(tool="read_files", command="src/app.py\npoetry.lock")
    locks = segment(tool="read_files", command="yarn.lock\npoetry.lock")
    scene_ = Scene(10, editing=True)
    assert keep(both, scene_, Options()) is Reason.READ
    assert keep(locks, scene_, Options()) is None


def test_a_place_in_a_file_is_a_read_where_its_lines_are_numbered():
    window = "[File: a.py (90 lines total)]\n" + "\n".join(f"{n}:x = {n}" for n in range(20, 60))
    page = "\n".join(f"A page of the web, paragraph {n}" for n in range(40))
    rules = file_rules()
    assert rules.reads(replace(segment(tool="open", command="a.py"), text=window))
    assert rules.reads(replace(segment(tool="scroll_down"), text=window))
    assert not rules.reads(replace(segment(tool="open", command="build.log"), text=window))
    assert not rules.reads(replace(segment(tool="open"), text=page))


def test_what_an_editor_tool_shows_of_a_file_stays():
    for tool in ("file_editor", "str_replace_based_edit_tool"):
        assert keep(segment(tool=tool, command="view"), Scene(9, editing=True), Options()) is (
            Reason.READ
        )


@pytest.mark.parametrize(
    ("command", "around"),
    [
        ("ls", True),
        ("cd a && ls -la; wc -l *.c", True),
        ("git log --oneline -5", True),
        ("git show HEAD --stat", True),
        ("find . -name '*.py' | head", True),
        ("bash -lc 'ls src'", True),
        ("make | wc -l", False),
        ("lsof -i", False),
        ("git diff", False),
        ("./tree.py", False),
        (None, False),
    ],
)
def test_a_command_that_looks_around_is_told(command, around):
    assert purposes(command)["look"] is around


@pytest.mark.parametrize(
    ("command", "made_up"),
    [
        ("make 2>&1 | tail -50", True),
        ("grep -rn a . | cut -d: -f1 | sort | uniq -c", True),
        ("python - <<'E'\nprint(1)\nE", True),
        ("cd a && node -e 'console.log(1)'", True),
        ("./bench 3", True),
        ("bash -lc 'make | tail -3'", True),
        ("python -m pytest -q", False),
        ("make", False),
        ("git log | cat", False),
        (None, False),
    ],
)
def test_output_that_an_agent_made_up_itself_is_told(command, made_up):
    found = purposes(command)
    assert (found["filtered"] or found["scripted"]) is made_up


@pytest.mark.parametrize(
    ("command", "summed"),
    [
        ("awk '{n[$1]++} END {for (k in n) print k, n[k]}' access.log | sort", True),
        ("cut -d' ' -f1 access.log | sort | uniq -c | sort -rn | head", True),
        ('cd db && sqlite3 shop.db "select count(*) from orders"', True),
        ("psql -c 'select 1'", True),
        ("python3 - <<'E'\nprint(1)\nE", True),
        ("node -e 'console.log(1)'", True),
        ("python3 run.py", False),
        ("awk '{print $1}' access.log", False),
        ("uniq access.log", False),
        ("cat sqlite3.log", False),
        (None, False),
    ],
)
def test_output_that_adds_up_or_picks_out_is_told(command, summed):
    assert purposes(command)["summed"] is summed


@pytest.mark.parametrize(
    ("tool", "answers"),
    [
        *(("Task", True), ("dispatch_agent", True), ("mcp__jupyter__execute_code", True)),
        *(("python", True), ("run_sql", True), ("query_database", True), ("psql", True)),
        *(("bash", False), ("read_file", False), ("query_logs", False), ("get_task", False)),
        *(("list_agents", False), (None, False)),
    ],
)
def test_tools_that_answer_what_they_were_given_to_find_out_are_told(tool, answers):
    assert purposes(None, tool)["summed"] is answers
