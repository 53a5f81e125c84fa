"""Conversations of an agent on each wire, as its client would send them, turn by turn."""

from __future__ import annotations

import json

from tests.proxy.strict import SEAL, SIGNATURE, THOUGHT

COMMANDS = {0: "make log", 1: "make metrics", 2: "git log --stat"}


def log(seed, lines=300):
    return "\n".join(
        f"2026-03-0{seed + 1}T10:{n // 60:02}:{n % 60:02}Z INFO worker[{n * seed % 7}] handled job {n * 7919 % 1000 + seed} in {n % 13} ms"
        for n in range(lines)
    )


OUTPUTS = [
    log(1),
    json.dumps([{"id": n, "host": f"web-{n % 5}", "ms": n * 37 % 91} for n in range(200)]),
    log(2),
]
QUESTION = "Which job was slow? Kde je žluťoučký kůň?"
SHELL = {"type": "object", "properties": {"command": {"type": "string"}}}


def chat(turns, shell=True, **more):
    messages = [
        {"role": "system", "content": "You are an agent."},
        {"role": "user", "content": QUESTION},
    ]
    for n in range(turns):
        call = {"name": "bash", "arguments": json.dumps({"command": COMMANDS[n]})}
        messages.append(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": f"c{n}", "type": "function", "function": call}],
            }
        )
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": OUTPUTS[n]})
    body = {"model": "gpt-4o", "temperature": 1.0, "messages": messages, **more}
    if shell:
        body["tools"] = [{"type": "function", "function": {"name": "bash", "parameters": SHELL}}]
    return body


def responses(turns, shell=True):
    items = [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}]
    for n in range(turns):
        items.append({"type": "reasoning", "id": f"r{n}", "summary": [], "encrypted_content": SEAL})
        items.append(
            {
                "type": "function_call",
                "call_id": f"c{n}",
                "name": "shell",
                "arguments": json.dumps({"command": COMMANDS[n]}),
            }
        )
        items.append({"type": "function_call_output", "call_id": f"c{n}", "output": OUTPUTS[n]})
    body = {"model": "gpt-5", "instructions": "You are an agent.", "input": items, "store": False}
    if shell:
        body["tools"] = [{"type": "function", "name": "shell", "parameters": SHELL}]
    return body


def anthropic(turns, shell=True):
    messages = [{"role": "user", "content": QUESTION}]
    for n in range(turns):
        thinking = {"type": "thinking", "thinking": "Let me look.", "signature": SIGNATURE}
        call = {
            "type": "tool_use",
            "id": f"toolu_{n}",
            "name": "Bash",
            "input": {"command": COMMANDS[n]},
        }
        messages.append({"role": "assistant", "content": [thinking, call]})
        result = {"type": "tool_result", "tool_use_id": f"toolu_{n}", "content": OUTPUTS[n]}
        if n == turns - 1:
            result["cache_control"] = {"type": "ephemeral"}
        messages.append({"role": "user", "content": [result]})
    body = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 1000,
        "system": [{"type": "text", "text": "You are an agent."}],
        "messages": messages,
    }
    if shell:
        body["tools"] = [{"name": "Bash", "input_schema": SHELL}]
    return body


def gemini(turns, shell=True):
    contents = [{"role": "user", "parts": [{"text": QUESTION}]}]
    for n in range(turns):
        call = {
            "functionCall": {"name": "run_shell_command", "args": {"command": COMMANDS[n]}},
            "thoughtSignature": THOUGHT,
        }
        contents.append({"role": "model", "parts": [call]})
        answer = {"name": "run_shell_command", "response": {"output": OUTPUTS[n]}}
        contents.append({"role": "user", "parts": [{"functionResponse": answer}]})
    body = {"contents": contents, "systemInstruction": {"parts": [{"text": "You are an agent."}]}}
    if shell:
        body["tools"] = [
            {"functionDeclarations": [{"name": "run_shell_command", "parameters": SHELL}]}
        ]
    return body


def code_assist(turns, shell=True):
    return {"model": "gemini-3-pro", "project": "p", "request": gemini(turns, shell)}


def converse(turns, shell=True):
    name = "shell" if shell else "look"
    messages = [{"role": "user", "content": [{"text": QUESTION}]}]
    for n in range(turns):
        reasoning = {"reasoningText": {"text": "Let me look.", "signature": SIGNATURE}}
        call = {"toolUseId": f"tooluse_{n}", "name": name, "input": {"command": COMMANDS[n]}}
        said = [{"reasoningContent": reasoning}, {"toolUse": call}]
        inside = {"json": {"output": OUTPUTS[n], "code": 0}} if n % 2 else {"text": OUTPUTS[n]}
        result = {"toolUseId": f"tooluse_{n}", "content": [inside], "status": "success"}
        messages.append({"role": "assistant", "content": said})
        messages.append({"role": "user", "content": [{"toolResult": result}]})
    messages[-1]["content"].append({"cachePoint": {"type": "default"}})
    body = {"messages": messages, "system": [{"text": "You are an agent."}]}
    tool = {"toolSpec": {"name": name, "inputSchema": {"json": SHELL}}}
    return {
        **body,
        "toolConfig": {"tools": [tool]},
        "inferenceConfig": {"maxTokens": 1000, "temperature": 1.0},
    }


CODE_ASSIST = "/v1internal:streamGenerateContent?alt=sse"
CONVERSE = "/model/us.anthropic.claude-sonnet-4-5-v1%3A0/converse-stream"
WIRES = {
    "chat": ("/v1/chat/completions", chat),
    "responses": ("/v1/responses", responses),
    "anthropic": ("/v1/messages", anthropic),
    "gemini": ("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", gemini),
    "code-assist": (CODE_ASSIST, code_assist),
    "converse": (CONVERSE, converse),
}
WITHOUT_OFFER = ("code-assist", "converse")
"""Wires on which the proxy cannot take calls of its tool out of the answers."""
SPELLINGS = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "spaced": {},
    "indented": {"indent": 2, "ensure_ascii": False},
}


def outputs_of(name, body):
    """Return what the tools' results say in a request."""
    if name == "chat":
        return [m["content"] for m in body["messages"] if m["role"] == "tool"]
    if name == "responses":
        return [i["output"] for i in body["input"] if i.get("type") == "function_call_output"]
    if name == "anthropic":
        blocks = [b for m in body["messages"] if m["role"] == "user" for b in m["content"]]
        return [b["content"] for b in blocks if isinstance(b, dict)]
    if name == "converse":
        blocks = [b for m in body["messages"] for b in m["content"] if "toolResult" in b]
        inside = [c for b in blocks for c in b["toolResult"]["content"]]
        return [c["text"] if "text" in c else c["json"]["output"] for c in inside]
    parts = [p for c in body.get("request", body)["contents"] for p in c["parts"]]
    return [p["functionResponse"]["response"]["output"] for p in parts if "functionResponse" in p]


def items_of(name, body):
    """Return the turns of a request, without the marks of the client's cache, as JSON texts."""
    body = body.get("request", body)
    key = next(key for key in ("input", "contents", "messages") if key in body)
    return [json.dumps(_unmarked(item)) for item in body[key]]


def _unmarked(value):
    if isinstance(value, dict):
        return {key: _unmarked(item) for key, item in value.items() if key != "cache_control"}
    if isinstance(value, list):
        return [_unmarked(item) for item in value if item != {"cachePoint": {"type": "default"}}]
    return value
