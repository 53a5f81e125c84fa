"""Both ends of a conversation with tools on each wire: what a model says, and what its client does.

What is said is a list of ("think", text), ("text", text) and ("call", id, name, arguments); a
conversation a list of ("user", text), ("said", [...]) and ("results", [(id, name, text), ...]).
Each end is strict: it reads only what official clients and services accept.
"""

from __future__ import annotations

import json

from headroom.ccr.tool import NAME

SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}}
OTHER = "lookup"
SSE = [("content-type", "text/event-stream; charset=utf-8"), ("request-id", "req_1")]
JSON = [("content-type", "application/json"), ("request-id", "req_1")]


def sse(value, name=None):
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(value)}\n\n".encode()


def events(body):
    """Return (name, data) of every event; there must be nothing else."""
    text = body.decode()
    assert text.endswith("\n\n")
    out = []
    for each in text.removesuffix("\n\n").split("\n\n"):
        lines = [line.split(": ", 1) for line in each.split("\n")]
        assert all(line[0] in ("event", "data") for line in lines), lines
        found = dict(lines)
        data = found["data"]
        out.append((found.get("event"), data if data == "[DONE]" else json.loads(data)))
    return out


def cut(text, size=7):
    return [text[n : n + size] for n in range(0, len(text), size)] or [""]


class Anthropic:
    name = "anthropic"
    headers = (("x-api-key", "sk-ant-api03-x"),)

    def path(self, stream):
        return "/v1/messages"

    def request(self, talk, stream):
        messages = []
        for kind, what in talk:
            if kind == "user":
                messages.append({"role": "user", "content": what})
            elif kind == "said":
                messages.append({"role": "assistant", "content": [self.block(x) for x in what]})
            else:
                results = [
                    {"type": "tool_result", "tool_use_id": i, "content": text}
                    for i, _, text in what
                ]
                messages.append({"role": "user", "content": results})
        tools = [{"name": OTHER, "description": "Looks up.", "input_schema": SCHEMA}]
        body = {"model": "claude-sonnet-4-5", "max_tokens": 999, "stream": stream}
        return {**body, "tools": tools, "system": "You help.", "messages": messages}

    def block(self, thing):
        if thing[0] == "think":
            return {"type": "thinking", "thinking": thing[1], "signature": f"S/{thing[1]}+="}
        if thing[0] == "text":
            return {"type": "text", "text": thing[1]}
        return {"type": "tool_use", "id": thing[1], "name": thing[2], "input": thing[3]}

    def thing(self, block):
        if block["type"] == "thinking":
            assert block["signature"] == f"S/{block['thinking']}+="
            return "think", block["thinking"]
        if block["type"] == "text":
            assert block["text"].strip()
            return "text", block["text"]
        return "call", block["id"], block["name"], block["input"]

    def talk(self, body):
        out = []
        for message in body["messages"]:
            content = message["content"]
            if isinstance(content, str):
                out.append(("user", content))
            elif message["role"] == "assistant":
                assert content
                out.append(("said", [self.thing(each) for each in content]))
            else:
                out.append(("results", [(e["tool_use_id"], None, e["content"]) for e in content]))
        names = {c[1]: c[2] for k, said in out if k == "said" for c in said if c[0] == "call"}
        return [(k, [(i, names[i], t) for i, _, t in v] if k == "results" else v) for k, v in out]

    def tools(self, body):
        return [each["name"] for each in body["tools"]]

    def usage(self, n):
        return {"input_tokens": 100 + n, "cache_read_input_tokens": 10, "output_tokens": 1}

    def answer(self, said, stream, n, ends=None):
        stop = ends or ("tool_use" if any(x[0] == "call" for x in said) else "end_turn")
        head = {"id": f"msg_{n}", "type": "message", "role": "assistant", "model": "claude"}
        if not stream:
            body = {**head, "content": [self.block(x) for x in said], "stop_reason": stop}
            return JSON, [json.dumps({**body, "usage": self.usage(n)}).encode()]
        out = [
            ({"type": "message_start", "message": {**head, "content": [], "usage": self.usage(n)}})
        ]
        for index, thing in enumerate(said):
            out += self.begun(index, thing)
            if not index:
                out.append({"type": "ping"})
        delta = {"stop_reason": stop, "stop_sequence": None}
        out.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 20 + n}})
        out.append({"type": "message_stop"})
        return SSE, [sse(each, each["type"]) for each in out]

    def begun(self, index, thing):
        block, deltas = self.block(thing), []
        if thing[0] == "think":
            deltas = [{"type": "thinking_delta", "thinking": t} for t in cut(thing[1])]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
            block = {**block, "thinking": "", "signature": ""}
        elif thing[0] == "text":
            deltas = [{"type": "text_delta", "text": t} for t in cut(thing[1])]
            block = {**block, "text": ""}
        else:
            given = json.dumps(thing[3])
            deltas = [{"type": "input_json_delta", "partial_json": t} for t in ["", *cut(given)]]
            block = {**block, "input": {}}
        yield {"type": "content_block_start", "index": index, "content_block": block}
        for each in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": each}
        yield {"type": "content_block_stop", "index": index}

    def read(self, body, stream):
        """Return (said, usage, why it stopped)."""
        if not stream:
            value = json.loads(body)
            assert value["id"]
            return [self.thing(b) for b in value["content"]], value["usage"], value["stop_reason"]
        out = [value for name, value in events(body) if name != "ping"]
        assert out[0]["type"] == "message_start"
        blocks, opened, usage, stop = [], None, dict(out[0]["message"]["usage"]), None
        for at, value in enumerate(out[1:], 1):
            match value["type"]:
                case "content_block_start":
                    assert opened is None
                    assert value["index"] == len(blocks)
                    opened = dict(value["content_block"])
                    given = ""
                case "content_block_delta":
                    assert value["index"] == len(blocks)
                    delta = value["delta"]
                    if "partial_json" in delta:
                        given += delta["partial_json"]
                    for key in ("text", "thinking", "signature"):
                        if key in delta:
                            opened[key] += delta[key]
                case "content_block_stop":
                    assert value["index"] == len(blocks)
                    if opened["type"] == "tool_use":
                        opened["input"] = json.loads(given)
                    blocks.append(opened)
                    opened = None
                case "message_delta":
                    assert stop is None
                    stop = value["delta"]["stop_reason"]
                    usage |= value["usage"]
                case "message_stop":
                    assert at == len(out) - 1
                case _:
                    raise AssertionError(value)
        assert out[-1]["type"] == "message_stop"
        return [self.thing(block) for block in blocks], usage, stop

    def failed(self, body):
        """Return the error that a stream ends with."""
        name, value = events(body)[-1]
        assert name == value["type"] == "error"
        return value["error"]["type"], value["error"]["message"]


class Chat:
    name = "openai-chat"
    headers = (("authorization", "Bearer sk-x"),)

    def path(self, stream):
        return "/v1/chat/completions"

    def request(self, talk, stream):
        messages = [{"role": "system", "content": "You help."}]
        for kind, what in talk:
            if kind == "user":
                messages.append({"role": "user", "content": what})
            elif kind == "said":
                messages.append(self.message(what))
            else:
                messages += [
                    {"role": "tool", "tool_call_id": i, "content": text} for i, _, text in what
                ]
        function = {"name": OTHER, "parameters": SCHEMA}
        body = {"model": "gpt-4o", "tools": [{"type": "function", "function": function}]}
        more = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
        return {**body, "messages": messages, **more}

    def message(self, said):
        text = "".join(x[1] for x in said if x[0] == "text")
        calls = [self.call(x) for x in said if x[0] == "call"]
        message = {"role": "assistant", "content": text or None}
        return {**message, "tool_calls": calls} if calls else message

    def call(self, thing):
        function = {"name": thing[2], "arguments": json.dumps(thing[3])}
        return {"id": thing[1], "type": "function", "function": function}

    def said(self, message):
        text, calls = message.get("content"), message.get("tool_calls") or ()
        assert text is None or text
        out = [("text", text)] if text else []
        for call in calls:
            assert call["type"] == "function"
            function = call["function"]
            out.append(("call", call["id"], function["name"], json.loads(function["arguments"])))
        assert out
        return out

    def talk(self, body):
        out, names = [], {}
        for message in body["messages"][1:]:
            match message["role"]:
                case "user":
                    out.append(("user", message["content"]))
                case "assistant":
                    out.append(("said", self.said(message)))
                    names |= {c[1]: c[2] for c in out[-1][1] if c[0] == "call"}
                case "tool":
                    if out[-1][0] != "results":
                        out.append(("results", []))
                    name = names[message["tool_call_id"]]
                    out[-1][1].append((message["tool_call_id"], name, message["content"]))
        return out

    def tools(self, body):
        return [each["function"]["name"] for each in body["tools"]]

    def usage(self, n):
        return {"prompt_tokens": 100 + n, "completion_tokens": 20 + n, "total_tokens": 120 + 2 * n}

    def answer(self, said, stream, n, ends=None):
        stop = ends or ("tool_calls" if any(x[0] == "call" for x in said) else "stop")
        head = {"id": f"chatcmpl-{n}", "created": 1000 + n, "model": "gpt-4o"}
        if not stream:
            choice = {"index": 0, "message": self.message(said), "finish_reason": stop}
            body = {**head, "object": "chat.completion", "choices": [choice]}
            return JSON, [json.dumps({**body, "usage": self.usage(n)}).encode()]
        head["object"] = "chat.completion.chunk"
        deltas = [{"role": "assistant", "content": None if said[0][0] == "call" else ""}]
        index = 0
        for thing in said:
            if thing[0] == "text":
                deltas += [{"content": text} for text in cut(thing[1])]
                continue
            call = self.call(thing)
            given, call["function"]["arguments"] = call["function"]["arguments"], ""
            deltas.append({"tool_calls": [{"index": index, **call}]})
            deltas += [
                {"tool_calls": [{"index": index, "function": {"arguments": text}}]}
                for text in cut(given)
            ]
            index += 1
        choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
        choices.append({"index": 0, "delta": {}, "finish_reason": stop})
        out = [sse({**head, "choices": [each], "usage": None}) for each in choices]
        out.append(sse({**head, "choices": [], "usage": self.usage(n)}))
        return SSE, [*out, b"data: [DONE]\n\n"]

    def read(self, body, stream):
        if not stream:
            value = json.loads(body)
            choice = value["choices"][0]
            return self.said(choice["message"]), value["usage"], choice["finish_reason"]
        *out, (_, done) = events(body)
        assert done == "[DONE]"
        assert len({value["id"] for _, value in out}) == 1
        text, calls, roles, stops, usage = "", [], [], [], None
        for _, value in out:
            usage = value["usage"] or usage
            for choice in value["choices"]:
                assert not stops
                delta = choice["delta"]
                roles += [delta["role"]] if "role" in delta else []
                text += delta.get("content") or ""
                for part in delta.get("tool_calls", ()):
                    if "id" in part:
                        assert part["index"] == len(calls)
                        calls.append(json.loads(json.dumps(part)))
                    else:
                        said = part["function"]["arguments"]
                        calls[part["index"]]["function"]["arguments"] += said
                stops += [choice["finish_reason"]] if choice["finish_reason"] else []
        assert roles == ["assistant"]
        [stop] = stops
        return self.said({"content": text or None, "tool_calls": calls}), usage, stop

    def failed(self, body):
        _, value = events(body)[-1]
        return value["error"]["type"], value["error"]["message"]


class Responses:
    name = "openai-responses"
    headers = (("authorization", "Bearer sk-x"),)

    def path(self, stream):
        return "/v1/responses"

    def request(self, talk, stream):
        items = []
        for kind, what in talk:
            if kind == "user":
                items.append({"role": "user", "content": [{"type": "input_text", "text": what}]})
            elif kind == "said":
                items += [self.item(thing, "") for thing in what]
            else:
                items += [
                    {"type": "function_call_output", "call_id": i, "output": text}
                    for i, _, text in what
                ]
        tools = [{"type": "function", "name": OTHER, "parameters": SCHEMA}]
        body = {"model": "gpt-5", "store": False, "instructions": "You help.", "tools": tools}
        return {**body, "input": items, "stream": stream}

    def item(self, thing, status="completed"):
        more = {"status": status} if status else {}
        if thing[0] == "think":
            sealed = {"id": f"rs_{thing[1]}", "encrypted_content": f"E/{thing[1]}+="}
            return {"type": "reasoning", "summary": [], **sealed}
        if thing[0] == "text":
            text = {"type": "output_text", "text": thing[1], "annotations": []}
            return {"type": "message", "role": "assistant", "content": [text], **more}
        given = {"name": thing[2], "arguments": json.dumps(thing[3])}
        more |= {"id": f"fc_{thing[1]}", "x": None} if status else {}
        return {"type": "function_call", "call_id": thing[1], **given, **more}

    def thing(self, item):
        if item["type"] == "reasoning":
            assert item["encrypted_content"] == f"E/{item['id'][3:]}+="
            return "think", item["id"][3:]
        if item["type"] == "message":
            [part] = item["content"]
            return "text", part["text"]
        return "call", item["call_id"], item["name"], json.loads(item["arguments"])

    def talk(self, body):
        out, names = [], {}
        for item in body["input"]:
            kind = item.get("type")
            if kind == "function_call_output":
                if out[-1][0] != "results":
                    out.append(("results", []))
                name = names[item["call_id"]]
                out[-1][1].append((item["call_id"], name, item["output"]))
            elif item.get("role") == "user":
                content = item["content"]
                text = content if isinstance(content, str) else content[0]["text"]
                out.append(("user", text))
            else:
                thing = self.thing(item)
                if thing[0] == "call":
                    names[thing[1]] = thing[2]
                if not out or out[-1][0] != "said":
                    out.append(("said", []))
                out[-1][1].append(thing)
        return out

    def tools(self, body):
        return [each["name"] for each in body["tools"]]

    def usage(self, n):
        details = {"cached_tokens": 10}
        return {"input_tokens": 100 + n, "input_tokens_details": details, "output_tokens": 20 + n}

    def answer(self, said, stream, n, ends="completed"):
        items = [self.item(thing) for thing in said]
        head = {"id": f"resp_{n}", "object": "response", "model": "gpt-5"}
        whole = {**head, "status": ends, "output": items, "usage": self.usage(n)}
        if not stream:
            return JSON, [json.dumps(whole).encode()]
        begun = {**head, "status": "in_progress", "output": []}
        out = [
            {"type": "response.created", "response": begun},
            {"type": "response.in_progress", "response": begun},
        ]
        for index, item in enumerate(items):
            where = {"output_index": index}
            out.append({"type": "response.output_item.added", **where, "item": item})
            if item["type"] == "message":
                out += [
                    {"type": "response.output_text.delta", **where, "content_index": 0, "delta": t}
                    for t in cut(item["content"][0]["text"])
                ]
            if item["type"] == "function_call":
                out += [
                    {"type": "response.function_call_arguments.delta", **where, "delta": t}
                    for t in cut(item["arguments"])
                ]
            out.append({"type": "response.output_item.done", **where, "item": item})
        out.append({"type": f"response.{ends}", "response": whole})
        return SSE, [sse({**e, "sequence_number": n}, e["type"]) for n, e in enumerate(out)]

    def read(self, body, stream):
        if not stream:
            value = json.loads(body)
            return [self.thing(i) for i in value["output"]], value["usage"], value["status"]
        out = events(body)
        values = [value for _, value in out]
        assert [name for name, _ in out] == [value["type"] for value in values]
        assert [value["sequence_number"] for value in values] == list(range(len(values)))
        kinds = [value["type"] for value in values]
        assert kinds[:2] == ["response.created", "response.in_progress"]
        assert kinds.count("response.created") == kinds.count("response.in_progress") == 1
        items, opened = [], None
        for value in values[2:-1]:
            assert value["output_index"] == len(items)
            if value["type"] == "response.output_item.added":
                assert opened is None
                opened = value["item"]
            elif value["type"] == "response.output_item.done":
                items.append(value["item"])
                opened = None
        response = values[-1]["response"]
        assert values[0]["response"]["id"] == response["id"]
        assert response["output"] == items
        return [self.thing(i) for i in items], response["usage"], response["status"]

    def failed(self, body):
        name, value = events(body)[-1]
        assert name == value["type"] == "response.failed"
        error = value["response"]["error"]
        return error["code"], error["message"]


class Gemini:
    name = "gemini"
    headers = (("x-goog-api-key", "x"),)
    listed = False

    def path(self, stream):
        model = "/v1beta/models/gemini-2.5-pro"
        if not stream:
            return f"{model}:generateContent"
        return f"{model}:streamGenerateContent" + ("" if self.listed else "?alt=sse")

    def request(self, talk, stream):
        contents = []
        for kind, what in talk:
            if kind == "user":
                contents.append({"role": "user", "parts": [{"text": what}]})
            elif kind == "said":
                contents.append({"role": "model", "parts": self.parts(what)})
            else:
                parts = [
                    {"functionResponse": {"name": name, "response": {"output": text}}}
                    for _, name, text in what
                ]
                contents.append({"role": "user", "parts": parts})
        declared = [{"name": OTHER, "parameters": SCHEMA}]
        tools = [{"functionDeclarations": declared}, {"codeExecution": {}}]
        return {"contents": contents, "tools": tools}

    def parts(self, said):
        """Only the first call of a turn is signed."""
        out, signed = [], False
        for thing in said:
            if thing[0] == "text":
                out.append({"text": thing[1]})
            elif thing[0] == "call":
                part = {"functionCall": {"name": thing[2], "args": thing[3]}}
                out.append(part if signed else {**part, "thoughtSignature": "Gy/+/w=="})
                signed = True
        return out

    def said(self, parts):
        out, calls = [], 0
        for part in parts:
            if "text" in part:
                assert part["text"]
                if out and out[-1][0] == "text":
                    out[-1] = ("text", out[-1][1] + part["text"])
                else:
                    out.append(("text", part["text"]))
            else:
                calls += 1
                call = part["functionCall"]
                out.append(("call", None, call["name"], call["args"]))
        return out

    def talk(self, body):
        out = []
        for content in body["contents"]:
            parts = content["parts"]
            assert parts
            if content["role"] == "model":
                out.append(("said", self.said(parts)))
                calls = [part for part in parts if "functionCall" in part]
                assert not calls or "thoughtSignature" in calls[0]
            elif "text" in parts[0]:
                out.append(("user", parts[0]["text"]))
            else:
                given = [part["functionResponse"] for part in parts]
                out.append(("results", [(None, g["name"], *g["response"].values()) for g in given]))
        return out

    def tools(self, body):
        return [each["name"] for each in body["tools"][0]["functionDeclarations"]]

    def usage(self, n):
        return {"promptTokenCount": 100 + n, "candidatesTokenCount": 20 + n}

    def answer(self, said, stream, n, ends="STOP"):
        parts, head = self.parts(said), {"modelVersion": "g", "responseId": f"r{n}"}
        if not stream:
            candidate = {"content": {"role": "model", "parts": parts}, "finishReason": ends}
            body = {"candidates": [candidate], "usageMetadata": self.usage(n), **head}
            return JSON, [json.dumps(body).encode()]
        pieces = []
        for part in parts:
            pieces += [{"text": t} for t in cut(part["text"])] if "text" in part else [part]
        candidates = [{"content": {"role": "model", "parts": [each]}} for each in pieces]
        candidates[-1]["finishReason"] = ends
        out = [{"candidates": [c], "usageMetadata": self.usage(n), **head} for c in candidates]
        if not self.listed:
            return SSE, [sse(each) for each in out]
        texts = [json.dumps(each, indent=1).encode() for each in out]
        return JSON, [b"[" + texts[0], *(b"\n,\r\n" + each for each in texts[1:]), b"\n]\n"]

    def read(self, body, stream):
        if not stream:
            values = [json.loads(body)]
        elif self.listed:
            values = json.loads(body)
        else:
            values = [value for _, value in events(body)]
        assert len({value["responseId"] for value in values}) == 1
        firsts = [value["candidates"][0] for value in values]
        stops = [first["finishReason"] for first in firsts if "finishReason" in first]
        assert stops == [firsts[-1].get("finishReason")]
        parts = [part for first in firsts for part in first["content"]["parts"]]
        return self.said(parts), values[-1]["usageMetadata"], stops[0]

    def failed(self, body):
        value = json.loads(body)[-1] if self.listed else json.loads(body.split(b"\n\n")[-1])
        return value["error"]["status"], value["error"]["message"]


class GeminiList(Gemini):
    listed = True


SPOKEN = {
    "anthropic": Anthropic(),
    "chat": Chat(),
    "responses": Responses(),
    "gemini": Gemini(),
    "gemini-list": GeminiList(),
}


def ours(call_id, **asked):
    return ("call", call_id, NAME, asked)


def theirs(call_id, **asked):
    return ("call", call_id, OTHER, asked)
