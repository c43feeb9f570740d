"""An ONNX network in PyTorch: as the ANN, and as the spiking network the way the paper's code runs it.

The graph is read into a list of (operator, inputs, output) with every constant computed and every
BatchNormalization folded into the convolution before it, so that PyTorch has no more to do than we have.
`run` drives that list once; `StepLoop` drives it once per time step with the changes that the neurons send
(docs/spec/snn.md), all neurons of a layer at once as tensors: what a user of PyTorch would write.
"""

import numpy
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F


def load(path):
    """The nodes of the network at `path`, its input's and its output's name."""
    graph = onnx.load(path).graph
    constants = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
    nodes = []
    for node in graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        inputs = [constants.get(name, name) for name in node.input]
        if node.op_type == "Constant":
            constants[node.output[0]] = onnx.numpy_helper.to_array(attributes["value"])
        elif all(not isinstance(i, str) or i == "" for i in inputs):
            constants[node.output[0]] = fold(node.op_type, inputs, attributes)
        elif node.op_type == "BatchNormalization":
            fold_batch_norm(nodes[-1], inputs, attributes)
            nodes[-1]["output"] = node.output[0]
        else:
            nodes.append(dict(kind=node.op_type, inputs=inputs, output=node.output[0], **attributes))
    for node in nodes:
        node["inputs"] = [i if isinstance(i, str) else prepare(i) for i in node["inputs"]]
    initializers = {t.name for t in graph.initializer}
    entry = next(i.name for i in graph.input if i.name not in initializers)
    return nodes, entry, graph.output[0].name


def prepare(constant):
    """Weights become float32 tensors; shapes, axes and pads lists."""
    array = numpy.asarray(constant)
    return torch.tensor(array) if array.dtype == numpy.float32 else array.tolist()


def fold(kind, inputs, attributes):
    """Shape arithmetic on constants, as PyTorch's exporter writes it."""
    a = [numpy.asarray(i) for i in inputs if not isinstance(i, str)]
    if kind == "Shape":
        return numpy.array(a[0].shape)
    if kind == "Gather":
        return numpy.take(a[0], a[1], axis=attributes.get("axis", 0))
    if kind in ("Mul", "Sub"):
        return a[0] * a[1] if kind == "Mul" else a[0] - a[1]
    if kind == "Cast":
        return a[0].astype(onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[attributes["to"]])
    if kind == "ConstantOfShape":
        return numpy.full(a[0], onnx.numpy_helper.to_array(attributes["value"])[0])
    if kind == "Concat":
        return numpy.concatenate(a, axis=attributes["axis"])
    if kind == "Reshape":
        return a[0].reshape(a[1])
    if kind == "Transpose":
        return a[0].transpose(attributes["perm"])
    if kind == "Slice":
        where = [slice(None)] * a[0].ndim
        for start, end, axis, step in zip(*a[1:5]):
            end = None if end < -a[0].shape[axis] else end
            where[axis] = slice(start, end, step)
        return a[0][tuple(where)]
    raise ValueError(f"constant {kind} is not supported")


def fold_batch_norm(conv, inputs, attributes):
    _, scale, shift, mean, variance = inputs
    factor = scale / numpy.sqrt(variance + attributes.get("epsilon", 1e-5))
    weight = conv["inputs"][1] * factor.reshape(-1, 1, 1, 1)
    bias = conv["inputs"][2] if len(conv["inputs"]) > 2 else 0
    conv["inputs"][1:] = [weight, (bias - mean) * factor + shift]


def apply(node, values, affine=True):
    """What `node` gives; its linear part alone unless `affine`."""
    kind = node["kind"]
    x, *rest = [values[i] if isinstance(i, str) and i else i for i in node["inputs"]]
    bias = rest[1] if affine and kind in ("Conv", "Gemm") and len(rest) > 1 else None
    if kind == "Conv":
        top, left, bottom, right = node.get("pads", [0] * 4)
        if (top, left) != (bottom, right):
            x, top, left = F.pad(x, (left, right, top, bottom)), 0, 0
        return F.conv2d(x, rest[0], bias, node.get("strides", 1), (top, left),
                        node.get("dilations", 1), node.get("group", 1))
    if kind == "Gemm":
        return F.linear(x, rest[0] if node.get("transB", 0) else rest[0].t(), bias)
    if kind == "Relu":
        return F.relu(x)
    if kind == "Add":
        return x + rest[0]
    if kind == "GlobalAveragePool":
        return x.mean((2, 3), keepdim=True)
    if kind == "AveragePool":
        return F.avg_pool2d(x, node["kernel_shape"], node.get("strides"))
    if kind == "MaxPool":
        return F.max_pool2d(x, node["kernel_shape"], node.get("strides"))
    if kind == "Flatten":
        return x.flatten(1)
    if kind == "Pad":
        pads = rest[0]
        half = len(pads) // 2
        return F.pad(x, [n for d in reversed(range(half)) for n in (pads[d], pads[half + d])])
    if kind == "Slice":
        for start, end, axis, step in zip(*rest[:4]):
            x = x.index_select(axis, torch.arange(x.shape[axis])[start:end:step])
        return x
    raise ValueError(f"{kind} is not supported")


class ANN(torch.nn.Module):
    def __init__(self, path):
        super().__init__()
        self.nodes, self.entry, self.exit = load(path)

    def forward(self, x):
        values = {self.entry: x}
        for node in self.nodes:
            values[node["output"]] = apply(node, values)
        return values[self.exit]

    def ranges(self, x):
        """The largest output of every ReLU per neuron position over `x`: the paper's scales."""
        values, largest = {self.entry: x}, {}
        for node in self.nodes:
            values[node["output"]] = value = apply(node, values)
            if node["kind"] == "Relu":
                top = value.amax(0, keepdim=True)
                largest[node["output"]] = torch.where(top > 1e-5, top, torch.ones_like(top))
        return largest


class StepLoop:
    """Sign gradient descent with the exponential schedule 0.15 * 0.95^k, direct input."""

    def __init__(self, ann, ranges):
        self.ann, self.ranges = ann, ranges

    def rest(self, shape):
        """What every node gives for an all-zero input with silent neurons."""
        values = {self.ann.entry: torch.zeros(shape)}
        for node in self.ann.nodes:
            value = apply(node, values)
            values[node["output"]] = torch.zeros_like(value) if node["kind"] == "Relu" else value
        return values

    def run(self, x, steps):
        resting = self.rest(x.shape)
        relus = [n for n in self.ann.nodes if n["kind"] == "Relu"]
        estimates = {n["output"]: resting[n["inputs"][0]].clone() for n in relus}
        outputs = {n["output"]: torch.zeros_like(estimates[n["output"]]) for n in relus}
        decoded = resting[self.ann.exit].clone()
        for step in range(steps):
            eta = 0.15 * 0.95**step
            changes = {self.ann.entry: x if step == 0 else torch.zeros_like(x)}
            for node in self.ann.nodes:
                name = node["output"]
                if node["kind"] != "Relu":
                    changes[name] = apply(node, changes, affine=False)
                    continue
                estimates[name] += changes[node["inputs"][0]]
                target = F.relu(estimates[name])
                sign = torch.where(outputs[name] * self.ranges[name] >= target, 1.0, -1.0)
                outputs[name] -= eta * sign
                changes[name] = -eta * self.ranges[name] * sign
            decoded += changes[self.ann.exit]
        return decoded
