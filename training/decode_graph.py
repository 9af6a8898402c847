"""The decode graph, written by hand: torch's export fuses neither attention nor skip-normalization.

Keys and values are written in place: GroupQueryAttention takes past and present as one buffer and
reads only as far as seqlens_k says, so a row's result does not depend on the other rows.
"""
import numpy as np
from onnx import TensorProto as T
from onnx import helper, numpy_helper


def build(decoder, config):
    nodes, weights, state = [], [], {k: v.detach().float().numpy() for k, v in decoder.state_dict().items()}

    def const(name, value):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(kind, inputs, outputs, domain="", **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, name=outputs[0], **attributes))
        return outputs[0]

    def matmul(name, x, key):
        return op("MatMul", [x, const(name + ".w", state[key + ".weight"].T)], name)

    def norm_of(key):
        return [const(key + ".g", state[key + ".weight"]), const(key + ".b", state[key + ".bias"])]

    words = const("words", state["words.weight"])
    op("Gather", [words, "ids"], "word")
    op("Mul", ["word", const("four", np.float32(4))], "word4")
    op("Gather", [const("places", state["places.weight"]), "pos"], "place")
    x = op("Add", ["word4", "place"], "x")
    y = op("LayerNormalization", [x] + norm_of("layers.0.norm1"), "y", epsilon=1e-5)
    for n in range(config.lm_layers):
        at = f"layers.{n}."
        qkv = matmul(f"{n}.qkv0", y, at + "qkv")
        qkv = op("Add", [qkv, const(f"{n}.qkv.bias", state[at + "qkv.bias"])], f"{n}.qkv")
        mixed = op("GroupQueryAttention",
                   [qkv, "", "", f"past_k.{n}", f"past_v.{n}", "seqlens_k", "total"],
                   [f"{n}.mixed", f"present_k.{n}", f"present_v.{n}"], "com.microsoft",
                   num_heads=config.heads, kv_num_heads=config.kv_heads, do_rotary=0)
        out = matmul(f"{n}.out", mixed, at + "out")
        y = op("SkipLayerNormalization", [out, x] + norm_of(at + "norm2") + [const(f"{n}.out.bias", state[at + "out.bias"])],
               [f"{n}.norm2", "", "", f"{n}.x1"], "com.microsoft", epsilon=1e-5)
        up = matmul(f"{n}.up0", y, at + "up")
        up = op("BiasGelu", [up, const(f"{n}.up.bias", state[at + "up.bias"])], f"{n}.up", "com.microsoft")
        down = matmul(f"{n}.down", up, at + "down")
        after = f"layers.{n + 1}.norm1" if n + 1 < config.lm_layers else "norm"
        last = ["", "", f"{n}.x2"] if n + 1 < config.lm_layers else []
        y = op("SkipLayerNormalization",
               [down, f"{n}.x1"] + norm_of(after) + [const(f"{n}.down.bias", state[at + "down.bias"])],
               [f"{n}.norm1"] + last, "com.microsoft", epsilon=1e-5)
        x = f"{n}.x2"
    op("Transpose", [words], "words.t", perm=[1, 0])
    op("MatMul", [y, "words.t"], "logits0")
    op("Add", ["logits0", const("bias", state["bias"])], "logits")
    box = matmul("box0", y, "box.0")
    box = op("BiasGelu", [box, const("box.0.bias", state["box.0.bias"])], "box1", "com.microsoft")
    box = matmul("box2", box, "box.2")
    op("Add", [box, const("box.2.bias", state["box.2.bias"])], "box3")
    op("Sigmoid", ["box3"], "box4")
    # Centre and size to corners, as one product.
    turn = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [-.5, 0, .5, 0], [0, -.5, 0, .5]], np.float32)
    op("MatMul", ["box4", const("corners", turn)], "box5")
    judged = op("BiasGelu", [matmul("critic0", y, "critic.0"), const("critic.0.bias", state["critic.0.bias"])], "critic1", "com.microsoft")
    op("Add", [matmul("critic2", judged, "critic.2"), const("critic.2.bias", state["critic.2.bias"])], "critic3")
    op("Sigmoid", ["critic3"], "critic4")
    op("Squeeze", ["critic4", const("last", np.array([-1], np.int64))], "plausible")
    op("Clip", ["box5", const("zero", np.float32(0)), const("one", np.float32(1))], "boxes")

    dh = config.lm // config.heads
    cache = ["B", config.kv_heads, config.max_tokens, dh]
    pairs = [f"{n}.{i}" for i in range(config.lm_layers) for n in ("k", "v")]
    value = helper.make_tensor_value_info
    inputs = [value("ids", T.INT64, ["B", "T"]), value("pos", T.INT64, ["B", "T"]),
              value("seqlens_k", T.INT32, ["B"]), value("total", T.INT32, [1])]
    inputs += [value("past_" + p, T.FLOAT, cache) for p in pairs]
    outputs = [value("logits", T.FLOAT, ["B", "T", config.vocabulary]), value("boxes", T.FLOAT, ["B", "T", 4]),
               value("plausible", T.FLOAT, ["B", "T"])]
    outputs += [value("present_" + p, T.FLOAT, cache) for p in pairs]
    graph = helper.make_graph(nodes, "decode", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
                             ir_version=8, producer_name="loupe")
