"""Writes the small networks that the fuzz target of ONNX files begins with, tests/fuzz/seeds/onnx: steps of every kind that a network may have.

Needs onnx.

    python onnx_seeds.py
"""
import os

import numpy as np
from onnx import TensorProto, helper, numpy_helper

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fuzz", "seeds", "onnx")


class Network:
    def __init__(self, opset, height=16, width=16, channels=2):
        self.nodes, self.weights, self.opset, self.shape, self.last = [], [], opset, [1, channels, height, width], "x"

    def numbers(self, values, kind=np.float32):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(values, kind), name))
        return name

    def sizes(self, values):
        return self.numbers(values, np.int64)

    def add(self, op, *more, first=None, outputs=1, **attributes):
        names = [f"{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, [first or self.last, *more], names, **attributes))
        self.last = names[0]
        return names

    def write(self, name):
        side = [s if s > 0 else "side" for s in self.shape]
        graph = helper.make_graph(self.nodes, "n", [helper.make_tensor_value_info("x", TensorProto.FLOAT, side)],
                                  [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, None)], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], producer_name="pytorch")
        with open(os.path.join(OUT, name), "wb") as file:
            file.write(model.SerializeToString())


def main():
    os.makedirs(OUT, exist_ok=True)
    n = Network(11)
    n.add("Conv", n.numbers(np.ones((2, 1, 3, 3))), n.numbers([0, 1]), group=2, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1], dilations=[1, 1])
    n.add("BatchNormalization", *(n.numbers([1, 1]) for _ in range(4)), epsilon=1e-5)
    n.add("Relu")
    n.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0], ceil_mode=1)
    n.add("Resize", "", n.numbers([1, 1, 2, 2]), mode="linear", coordinate_transformation_mode="align_corners")
    n.add("Pad", n.sizes([0, 0, 1, 1, 0, 0, 1, 1]), mode="reflect")
    n.add("ConvTranspose", n.numbers(np.ones((2, 1, 2, 2))), kernel_shape=[2, 2], strides=[2, 2], output_padding=[1, 1])
    n.write("layers")

    n = Network(13, channels=4)
    shape = n.add("Shape")[0]
    n.add("Gather", n.sizes(2), axis=0)
    n.add("Mul", n.sizes(2))
    height = n.add("Unsqueeze", n.sizes([0]))[0]
    n.add("Slice", n.sizes([0]), n.sizes([2]), n.sizes([0]), first=shape)
    n.add("Cast", to=7)
    sizes = n.add("Concat", height, height, axis=0)[0]
    n.add("Resize", "", "", sizes, first="x", mode="nearest")
    parts = n.add("Split", n.sizes([1, 3]), axis=1, outputs=2)
    n.add("Slice", n.sizes([0, 1]), n.sizes([9, 2**63 - 1]), n.sizes([2, 3]), n.sizes([2, 1]), first=parts[1])
    n.add("Transpose", perm=[0, 2, 3, 1])
    n.add("ReduceMean", axes=[3], keepdims=1)
    n.write("forms")

    n = Network(11, 2, 2)
    n.add("Clip", n.numbers(0), n.numbers(6))
    scaled = n.add("Mul", n.numbers([[[2]], [[3]]]))[0]
    n.add("GlobalAveragePool")
    n.add("Div", n.numbers(2))
    n.add("Sub", scaled)
    n.add("Pow", n.numbers(2))
    n.add("Concat", scaled, axis=1)
    n.add("Softmax", axis=1)
    n.add("Flatten", axis=1)
    n.add("Gemm", n.numbers(np.ones((1, 16))), n.numbers([1]), transB=1)
    n.write("shades")

    n = Network(12, -1, -1, 1)
    n.add("DepthToSpace", blocksize=1, mode="CRD")
    n.add("SpaceToDepth", blocksize=2)
    n.add("InstanceNormalization", n.numbers([1] * 4), n.numbers([1] * 4), epsilon=1e-5)
    n.add("PRelu", n.numbers([[[.1]]] * 4))
    n.add("Reshape", n.sizes([0, 4, -1]))
    n.add("MatMul", n.numbers(np.ones((64, 2))))
    n.add("Gather", n.sizes([0, 1]), axis=1)
    n.add("Unsqueeze", axes=[1])
    n.add("Squeeze", axes=[1])
    n.add("Sigmoid")
    n.write("free")


if __name__ == "__main__":
    main()
