"""Files as people have them, by format: odd line ends, comments, things that ours could hit."""

import json as _json

import yaml as _yaml

from headroom.edits.text import FORMATS

JSON = {
    "nothing": "",
    "a comment only": "// mine\n",
    "empty": "{}",
    "empty, open": "{\n}\n",
    "one line": '{"env": {"A": "1"}, "mcpServers": {}}\n',
    "one line, comma": '{"a": 1,}',
    "two blanks": '{\n  "env": {\n    "A": "1"\n  },\n  "mcpServers": {}\n}\n',
    "four blanks": '{\n    "mcpServers": {\n        "x": {"command": "y"}\n    }\n}',
    "tabs": '{\n\t"mcpServers": {\n\t\t"x": {\n\t\t\t"command": "y"\n\t\t}\n\t}\n}\n',
    "carriage returns": '{\r\n  "env": {\r\n    "A": "1"\r\n  }\r\n}\r\n',
    "byte order mark": '\ufeff{\n  "a": 1\n}\n',
    "comments": '// top\n{\n  "a": 1, // one\n  /* two */ "b": 2 // last\n  // end\n}\n// after\n',
    "trailing commas": '{\n  "mcpServers": {\n    "x": {},\n  },\n}\n',
    "comment in an empty one": '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
    "bare keys": "{\n  mcpServers: {\n    'x': {command: 'y', n: +1, h: 0xFF}\n  }\n}\n",
    "spelled oddly": '{"a":1.0,"b":9007199254740993,"c":"\\u00e9é\\/","d":[1,2,{"e":null}]}',
    "null": '{\n  "mcpServers": null,\n  "env": null\n}\n',
    "ours is there": '{\n  "mcpServers": {\n    "headroom": {"command": "old"}\n  },\n  "env": {"URL": "x"}\n}\n',
}
TOML = {
    "nothing": "",
    "a comment only": "# mine\n",
    "keys": 'model = "x" # which\nopenai_base_url = "http://old"\n',
    "no line end": 'model = "x"',
    "tables": '# top\n\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "y"\nargs = [\n  "a", # ]\n  "b",\n]\n\n# end\n[tools]\nweb = true\n',
    "carriage returns": 'model = "x"\r\n\r\n[tools]\r\nweb = true\r\n',
    "byte order mark": "\ufeff[tools]\nweb = true\n",
    "dotted": 'mcp_servers.other.command = "y"\ntools.web = true\n',
    "inline": 'mcp_servers = { other = { command = "y" } }\nenv = {}\n',
    "strings": "a = '''\n[not.a.table]\nb = 1\n'''\nc = \"\"\"x\\\"\"\"\"\n[t]\nd = '#'\n",
    "lists of tables": '[[providers]]\nname = "mistral"\napi_base = "http://old"\n\n[[providers]]\nname = "other"\n',
    "table only": "[env]\n\n[b]\nx = 1\n",
    "blank lines": "a = 1\n\n\n",
}
YAML = {
    "nothing": "",
    "a comment only": "# mine\n",
    "start only": "---\n",
    "empty": "{}\n",
    "keys": "ANTHROPIC_HOST: http://old\nGOOSE_MODEL: x\n",
    "no line end": "GOOSE_MODEL: x",
    "extensions": "# top\nextensions:\n  developer:\n    enabled: true\n    type: builtin\n  # last\nGOOSE_MODEL: x # which\n",
    "empty extensions": "extensions: {}  # none\nGOOSE_MODEL: x\n",
    "no extensions": "extensions:\nGOOSE_MODEL: x\n",
    "null extensions": "extensions: null\nGOOSE_MODEL: ~\n",
    "carriage returns": "extensions:\r\n  developer:\r\n    enabled: true\r\n",
    "byte order mark": "\ufeffname: x\nmodels: []\n",
    "lists": "name: x\nmodels:\n  - name: a\n    apiBase: http://old\n  - name: b\nmcpServers:\n  - name: s\n    command: y\n    args:\n      - z\n",
    "lists without indent": "models:\n- name: a\n- name: b\nrules: |\n  some: text\n  more\n",
    "flow": "extensions: {developer: {enabled: true}}\nmodels: [{name: a}]\n",
    "text at the end": "name: x\nrules: >\n  folded\n  text\n\n",
    "quoted": "'extensions':\n  \"developer\": {enabled: true}\nname: 'it''s'\n",
}
TEXTS = {"json": JSON, "toml": TOML, "yaml": YAML}
CASES = [(kind, name, text) for kind, texts in TEXTS.items() for name, text in texts.items()]
IDS = [f"{kind}: {name}" for kind, name, _ in CASES]


def data(kind, text):
    """What the file says, by a parser that is not ours where there is one."""
    if kind == "yaml":
        return _yaml.safe_load(text) or {}
    if kind == "json":
        try:
            return _json.loads(text.removeprefix("\ufeff"))
        except ValueError:
            pass
    return FORMATS[kind].parse(text)
