"""Calls of the client's own tools: which of them runs a command, reads or edits, and its arguments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.e2e.view import Call, Json, Tool

if TYPE_CHECKING:
    from collections.abc import Iterable

SHELL = (
    "bash exec_command shell_command shell local_shell run_shell_command run_commands "
    "execute_command execute_bash terminal developer__shell exec"
).split()
READ = "read read_file read_files view file_editor".split()
EDIT = "edit replace multiedit str_replace file_editor apply_patch".split()
FINISH = "finish attempt_completion task_complete".split()

PATHS = "file_path filePath filepath path absolute_path paths files".split()
COMMANDS = "command cmd commands script".split()
OLD = "old_string oldString old_str oldText before".split()
NEW = "new_string newString new_str newText after".split()
PATCHES = "input patchText patch".split()


@dataclass(frozen=True)
class Edit:
    """One exact replacement in a file."""

    path: str
    old: str
    new: str

    def patch(self) -> str:
        """Return it in the patch language of `apply_patch`, with the file named as in its folder."""
        name = self.path.rsplit("/", 1)[-1]
        return f"*** Begin Patch\n*** Update File: {name}\n@@\n-{self.old}\n+{self.new}\n*** End Patch\n"


def pick(tools: list[Tool], names: Iterable[str]) -> Tool | None:
    """Return the first tool that has one of these names, best name first."""
    named = {tool.name.lower(): tool for tool in reversed(tools)}
    return next((named[name] for name in names if name in named), None)


def shell(tools: list[Tool], command: str, ident: str) -> Call | None:
    """Return a call that runs a command; None if the client has no shell."""
    tool = pick(tools, SHELL)
    if tool is None:
        return None
    if tool.kind == "custom":  # Code mode: a program that calls the tools.
        return Call(ident, tool, f"text(await tools.exec_command({json.dumps({'cmd': command})}));")
    return Call(ident, tool, filled(tool.schema, dict.fromkeys(COMMANDS, command)))


def read(tools: list[Tool], path: str, ident: str) -> Call | None:
    """Return a call that reads a file, by the shell where there is no other tool for it."""
    tool = pick(tools, READ)
    if tool is None:
        return shell(tools, f"cat {path}", ident)
    given = dict.fromkeys(PATHS, path)
    if "view" in tool.schema.get("properties", {}).get("command", {}).get("enum", ()):
        given["command"] = "view"
    return Call(ident, tool, filled(tool.schema, given))


def edit(tools: list[Tool], change: Edit, ident: str) -> Call | None:
    """Return a call that makes an edit, in code mode by its function for patches."""
    tool = pick(tools, EDIT)
    if tool is None:
        code = pick(tools, SHELL)
        if code is None or code.kind != "custom":
            return None
        return Call(ident, code, f"text(await tools.apply_patch({json.dumps(change.patch())}));")
    if tool.kind == "custom":
        return Call(ident, tool, change.patch())
    given: Json = dict.fromkeys(PATHS, change.path)
    given |= dict.fromkeys(OLD, change.old) | dict.fromkeys(NEW, change.new)
    given |= dict.fromkeys(PATCHES, change.patch())
    if "str_replace" in tool.schema.get("properties", {}).get("command", {}).get("enum", ()):
        given["command"] = "str_replace"
    return Call(ident, tool, filled(tool.schema, given))


def retrieve(tools: list[Tool], ref: str, query: str, ident: str) -> Call | None:
    """Return a call of the tool that brings originals back; None if the client has none."""
    tool = next((each for each in tools if each.name.endswith("headroom_retrieve")), None)
    return Call(ident, tool, filled(tool.schema, {"ref": ref, "query": query})) if tool else None


def finish(tools: list[Tool], text: str, ident: str) -> Call | None:
    """Return the call by which some clients want to be told that a task is done."""
    tool = pick(tools, FINISH)
    given = dict.fromkeys(("message", "result", "summary"), text)
    return Call(ident, tool, filled(tool.schema, given)) if tool else None


def filled(schema: Json, given: Json, root: Json | None = None) -> Any:
    """Return the smallest value that fits a schema and has the given properties where it knows them.

    Lists that hold none of them stay as short as the schema allows.
    """
    root = schema if root is None else root
    schema = _resolved(schema, root)
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    kind = _kind(schema)
    if kind == "object":
        known = schema.get("properties", {})
        names = [name for name in known if name in given or name in schema.get("required", ())]
        return {name: _fit(name, known[name], given, root) for name in names}
    if kind == "array":
        return [filled(schema.get("items", {}), given, root)] * int(schema.get("minItems", 0))
    if kind in {"integer", "number"}:
        return max(0, schema.get("minimum", 0))
    return {"boolean": False, "null": None}.get(kind, "the task")


def _fit(name: str, schema: Json, given: Json, root: Json) -> Any:
    """Return the value of one property: as given, in a list where the schema wants one, or filled."""
    schema = _resolved(schema, root)
    if _kind(schema) == "array":
        items = _resolved(schema.get("items", {}), root)
        if _kind(items) == "object" and set(items.get("properties", {})) & set(given):
            return [filled(items, given, root)]
        return [given[name]] if name in given else filled(schema, given, root)
    return given[name] if name in given else filled(schema, given, root)


def _resolved(schema: Json, root: Json) -> Json:
    """Return the schema behind references and choices: of a choice its first that is not null."""
    while True:
        if "$ref" in schema:
            found: Any = root
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
            continue
        choices = next(
            (schema[key] for key in ("anyOf", "oneOf", "allOf") if schema.get(key)), None
        )
        if not choices:
            return schema
        schema = next((each for each in choices if each.get("type") != "null"), choices[0])


def _kind(schema: Json) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    return str(kind).lower()  # Gemini writes OBJECT.
