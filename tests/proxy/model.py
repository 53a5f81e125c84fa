"""A provider's checks and its cache of prompts: what it refuses, and what it says a request used.

Anthropic and Bedrock: at most four breakpoints; the longest prefix of blocks that ended at one before is read
(0.1), what follows up to the last breakpoint is written (1.25). Others: the longest common prefix, in
steps of 128 tokens from 1,024 on. Four characters count as a token.
"""

from __future__ import annotations

import hashlib
import json

from tests.proxy.standin import Answer
from tests.proxy.strict import blocks, refusal


class Model:
    """A script for `Provider`: strict about requests, with a cache, and honest about usage."""

    def __init__(self):
        self.price = 0.0
        self.refused = []
        self._marks = set()
        self._last = ""

    def __call__(self, received):
        body = received.json
        body = body.get("request", body)
        wrong = refusal(body)
        if wrong:
            self.refused.append(wrong)
            return Answer(400, chunks=[json.dumps({"error": {"message": wrong}}).encode()])
        use = self._anthropic if received.target.startswith("/v1/messages") else self._automatic
        use = self._converse if "inferenceConfig" in body else use
        said = use(body)
        said = {"response": said} if "v1internal" in received.target else said
        return Answer(chunks=[json.dumps(said).encode()])

    def _cached(self, listed):
        """Return what is fresh, read and written of blocks, some of which end what is cached."""
        chain, seen, read, marked = hashlib.sha256(), 0, 0, 0
        ends = []
        for text, mark in listed:
            chain.update(text.encode())
            seen += len(text) // 4
            ends.append((chain.hexdigest(), seen))
            read = seen if ends[-1][0] in self._marks else read
            marked = seen if mark else marked
        self._marks |= {digest for digest, end in ends if end <= marked}
        written = max(marked - read, 0)
        fresh = seen - max(marked, read)
        self.price += 0.1 * read + 1.25 * written + fresh
        return fresh, read, written

    def _converse(self, body):
        listed = []
        tools = body.get("toolConfig", {}).get("tools", [])
        said = [block for message in body["messages"] for block in message["content"]]
        for block in (*tools, *body.get("system", []), *said):
            if "cachePoint" in block:
                listed[-1] = (listed[-1][0], True)
            else:
                listed.append((json.dumps(block), False))
        fresh, read, written = self._cached(listed)
        usage = {"inputTokens": fresh, "cacheReadInputTokens": read, "outputTokens": 5}
        return {"usage": {**usage, "cacheWriteInputTokens": written}}

    def _anthropic(self, body):
        listed = []
        for block in blocks(body):
            mark = isinstance(block, dict) and block.pop("cache_control", None)
            listed.append((json.dumps(block), mark))
        fresh, read, written = self._cached(listed)
        usage = {"input_tokens": fresh, "cache_read_input_tokens": read}
        return {"usage": {**usage, "cache_creation_input_tokens": written, "output_tokens": 5}}

    def _automatic(self, body):
        key = {"input", "contents", "messages"} & set(body)
        text = json.dumps([body.get("tools"), body[key.pop()]])
        same = next(
            (n for n, (a, b) in enumerate(zip(text, self._last, strict=False)) if a != b),
            min(len(text), len(self._last)),
        )
        self._last = text
        total = len(text) // 4
        read = same // 4 // 128 * 128 if same // 4 >= 1024 else 0
        self.price += 0.1 * read + total - read
        if "contents" in body:
            return {"usageMetadata": {"promptTokenCount": total, "cachedContentTokenCount": read}}
        if "input" in body:
            return {
                "usage": {"input_tokens": total, "input_tokens_details": {"cached_tokens": read}}
            }
        return {"usage": {"prompt_tokens": total, "prompt_tokens_details": {"cached_tokens": read}}}
