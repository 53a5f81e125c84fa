"""A token-classification model of a few hundred bytes, written field by field, with its tokenizer.

The ONNX file says: scores = Gather(table, input_ids) * Cast(attention_mask). No package is needed
to write it; field numbers are those of onnx.proto.
"""

import struct

import pytest

from headroom.kompress.location import Place

FLOAT, INT64 = 1, 7


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def node(operation, inputs, output, *attributes):
    body = b"".join(field(1, name) for name in inputs)
    body += field(2, output) + field(4, operation)
    for name, value in attributes:
        body += field(5, field(1, name) + field(3, value) + field(20, 2))
    return body


def value(name, kind):
    shape = b"".join(field(1, field(2, size)) for size in ("batch", "tokens"))
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


def onnx_file(table, *, inputs=("input_ids", "attention_mask"), gather="Gather"):
    """Return the bytes of a model that gives each token id its score in the table."""
    ids, mask = inputs
    tensor = field(1, len(table)) + field(2, FLOAT) + field(8, "table")
    tensor += field(9, struct.pack(f"<{len(table)}f", *table))
    graph = b"".join(
        [
            field(1, node(gather, ["table", ids], "scores")),
            field(1, node("Cast", [mask], "there", ("to", FLOAT))),
            field(1, node("Mul", ["scores", "there"], "final_scores")),
            field(2, "tiny"),
            field(5, tensor),
            field(11, value(ids, INT64)),
            field(11, value(mask, INT64)),
            field(12, value("final_scores", FLOAT)),
        ]
    )
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


def tokenizer(words):
    """Return a tokenizer of whole words and punctuation, with [CLS] and [SEP] around a text."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = ["[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {word: n for n, word in enumerate([*special, *words])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return made


@pytest.fixture
def build(tmp_path):
    """Return a function that writes a model in which each word has a score, and says where."""
    pytest.importorskip("onnxruntime", reason="there is no wheel of it for some systems")
    pytest.importorskip("tokenizers")

    def write(scores, folder=tmp_path / "model", name="onnx/kompress-fp32.onnx", **how):
        place = Place(folder / name, folder / "tokenizer.json")
        place.model.parent.mkdir(parents=True, exist_ok=True)
        table = [how.pop("unknown", 0.5), 0.0, 0.0, *scores.values()]
        place.model.write_bytes(onnx_file(table, **how))
        tokenizer(list(scores)).save(str(place.tokenizer))
        return place

    return write
