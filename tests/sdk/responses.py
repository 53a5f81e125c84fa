"""The Responses API's answers as its clients' streaming helpers need them: with every event."""

from __future__ import annotations

import json

from tests.proxy.dialogue import JSON, SSE, Responses, cut, sse


class FullResponses(Responses):
    """Every item begins empty, has its parts announced, and is filled by deltas."""

    def item(self, thing, status="completed"):
        if thing[0] == "think":
            part = {"type": "summary_text", "text": thing[1]}
            sealed = {"encrypted_content": f"E/{thing[1]}+=", "status": status}
            return {"id": f"rs_{thing[1][:4]}", "type": "reasoning", "summary": [part], **sealed}
        item = {"id": f"{thing[0]}_{thing[1][:4].strip()}", "status": status}
        if thing[0] == "text":
            return {**item, "type": "message", "role": "assistant", "content": [said(thing[1])]}
        given = {"call_id": thing[1], "name": thing[2], "arguments": json.dumps(thing[3])}
        return {**item, "type": "function_call", **given}

    def usage(self, n):
        made = {"input_tokens": 100 + n, "input_tokens_details": {"cached_tokens": 10}}
        made |= {"output_tokens": 20 + n, "output_tokens_details": {"reasoning_tokens": 3}}
        return {**made, "total_tokens": 120 + 2 * n}

    def answer(self, said, stream, n, ends="completed"):
        head = {"id": f"resp_{n}", "object": "response", "created_at": 1000, "model": "gpt-5"}
        head |= {"error": None, "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}
        items = [self.item(thing) for thing in said]
        whole = {**head, "status": ends, "output": items, "usage": self.usage(n)}
        if not stream:
            return JSON, [json.dumps(whole).encode()]
        begun = {**head, "status": "in_progress", "output": [], "usage": None}
        out = [
            {"type": f"response.{name}", "response": begun} for name in ("created", "in_progress")
        ]
        for index, thing in enumerate(said):
            out += self.filled(index, self.item(thing))
        out.append({"type": f"response.{ends}", "response": whole})
        return SSE, [sse({**e, "sequence_number": at}, e["type"]) for at, e in enumerate(out)]

    def filled(self, index, item):
        at = {"output_index": index}
        empty = {"message": {"content": []}, "reasoning": {"summary": []}}
        empty["function_call"] = {"arguments": ""}
        begun = {**item, **empty[item["type"]], "status": "in_progress"}
        yield {"type": "response.output_item.added", **at, "item": begun}
        yield from getattr(self, item["type"])(item, {**at, "item_id": item["id"]})
        yield {"type": "response.output_item.done", **at, "item": item}

    def message(self, item, at):
        [part], at = item["content"], {**at, "content_index": 0}
        yield {"type": "response.content_part.added", **at, "part": said("")}
        for text in cut(part["text"]):
            yield {"type": "response.output_text.delta", **at, "delta": text, "logprobs": []}
        yield {"type": "response.output_text.done", **at, "text": part["text"], "logprobs": []}
        yield {"type": "response.content_part.done", **at, "part": part}

    def reasoning(self, item, at):
        [part], at = item["summary"], {**at, "summary_index": 0}
        kind = "response.reasoning_summary"
        yield {"type": f"{kind}_part.added", **at, "part": {**part, "text": ""}}
        for text in cut(part["text"]):
            yield {"type": f"{kind}_text.delta", **at, "delta": text}
        yield {"type": f"{kind}_text.done", **at, "text": part["text"]}
        yield {"type": f"{kind}_part.done", **at, "part": part}

    def function_call(self, item, at):
        kind = "response.function_call_arguments"
        for text in cut(item["arguments"]):
            yield {"type": f"{kind}.delta", **at, "delta": text}
        yield {"type": f"{kind}.done", **at, "arguments": item["arguments"], "name": item["name"]}


def said(text):
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
