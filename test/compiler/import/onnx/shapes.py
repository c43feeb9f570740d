# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

IMAGES = [("x", ["N", 2, 4, 6])]


def one(name, op, *lists, opset=13, inputs=IMAGES, extra=(), **attributes):
    """A node that reads x and lists of integers."""
    names = [f"i{k}" for k in range(len(lists))]
    tensors = [ints(key, value) for key, value in zip(names, lists)]
    return dict(name=name, nodes=[node(op, ["x", *names], ["y"], **attributes)], inputs=inputs,
                opset=opset, initializers=[*tensors, *extra])


accept(**one("flatten", "Flatten"))
# CHECK-LABEL: == flatten
# CHECK: ann.flatten %arg0 axis = 1 {{.*}} -> tensor<?x48xf32>
accept(**one("flatten_back", "Flatten", axis=-3))
# CHECK-LABEL: == flatten_back
# CHECK: ann.flatten %arg0 axis = 1
# 0 copies a dimension, -1 is the rest; the batch varies, whatever stands in its place.
accept(**one("reshape", "Reshape", [0, 0, -1]))
# CHECK-LABEL: == reshape
# CHECK: ann.reshape %arg0 shape = [-1, 2, 24]
accept(**one("reshape_rest", "Reshape", [-1, 8, 6]))
# CHECK-LABEL: == reshape_rest
# CHECK: ann.reshape %arg0 shape = [-1, 8, 6]
accept(**one("reshape_fixed", "Reshape", [1, 48], inputs=[("x", [1, 2, 4, 6])]))
# CHECK-LABEL: == reshape_fixed
# CHECK: ann.reshape %arg0 shape = [-1, 48]
accept(**one("transpose", "Transpose", perm=[0, 2, 3, 1]))
# CHECK-LABEL: == transpose
# CHECK: ann.transpose %arg0 perm = [0, 2, 3, 1] {{.*}} -> tensor<?x4x6x2xf32>
accept(**one("squeeze11", "Squeeze", opset=11, axes=[1], inputs=[("x", ["N", 1, 4])]))
# CHECK-LABEL: == squeeze11
# CHECK: ann.reshape %arg0 shape = [-1, 4]
accept(**one("squeeze13", "Squeeze", [-2], inputs=[("x", ["N", 1, 4])]))
# CHECK-LABEL: == squeeze13
# CHECK: ann.reshape %arg0 shape = [-1, 4]
accept(**one("unsqueeze11", "Unsqueeze", opset=11, axes=[4, 1]))
# CHECK-LABEL: == unsqueeze11
# CHECK: ann.reshape %arg0 shape = [-1, 1, 2, 4, 1, 6]
accept(**one("unsqueeze13", "Unsqueeze", [-1]))
# CHECK-LABEL: == unsqueeze13
# CHECK: ann.reshape %arg0 shape = [-1, 2, 4, 6, 1]
# Pads are an attribute up to opset 10; from 18 on they may be for some axes only.
accept(**one("pad7", "Pad", opset=7, pads=[0, 0, 1, 2, 0, 0, 3, 4], value=0.5))
# CHECK-LABEL: == pad7
# CHECK: ann.pad %arg0 pads = [0, 0, 1, 2, 0, 0, 3, 4] value = 5.000000e-01
accept("pad18", [node("Pad", ["x", "p", "v", "a"], ["y"])], inputs=IMAGES, opset=18,
       initializers=[ints("p", [1, 2]), tensor("v", [], [2.0]), ints("a", [-1])])
# CHECK-LABEL: == pad18
# CHECK: ann.pad %arg0 pads = [0, 0, 0, 1, 0, 0, 0, 2] value = 2.000000e+00
# Slices clamp, count from the end, and step backwards.
accept(**one("slice9", "Slice", opset=9, starts=[1, -2], ends=[100, 6], axes=[2, 3]))
# CHECK-LABEL: == slice9
# CHECK: ann.slice %arg0 starts = [0, 0, 1, 4] sizes = [-1, 2, 3, 2] steps = [1, 1, 1, 1]
accept(**one("slice13", "Slice", [-1, 0], [-100, 5], [3, 1], [-2, 1]))
# CHECK-LABEL: == slice13
# CHECK: ann.slice %arg0 starts = [0, 0, 0, 5] sizes = [-1, 2, 4, 3] steps = [1, 1, 1, -2]
accept("concat", [node("Relu", ["x"], ["a"]), node("Concat", ["x", "a"], ["y"], axis=-1)], inputs=IMAGES)
# CHECK-LABEL: == concat
# CHECK: ann.concat %arg0, %{{.+}} axis = 3 {{.*}} -> tensor<?x2x4x12xf32>

refuse(**one("axis", "Flatten", axis=5))
# CHECK: axis.onnx: node 'flatten' (Flatten): axis 5 is not a dimension of a tensor of rank 4
refuse(**one("elements", "Reshape", [0, 5, -1]))
# CHECK: elements.onnx: node 'reshape' (Reshape): shape does not hold the elements of its input
accept(**one("batch", "Reshape", [2, 24]))
# CHECK-LABEL: == batch
# CHECK: -> (tensor<?x2x24xf32> {ann.name = "y"})
refuse("computed", [node("Reshape", ["x", "x"], ["y"])], inputs=IMAGES)
# CHECK: computed.onnx: node 'reshape' (Reshape): input 1 must be integers that are known when the model is imported
refuse(**one("perm", "Transpose", perm=[1, 1, 2, 3]))
# CHECK: perm.onnx: node 'transpose' (Transpose): {{.*}}perm
refuse(**one("squeeze", "Squeeze", [1]))
# CHECK: squeeze.onnx: node 'squeeze' (Squeeze): squeezes dimension 1, which is not 1
refuse("unsqueeze", [node("Unsqueeze", ["x"], ["y"])], inputs=IMAGES)
# CHECK: unsqueeze.onnx: node 'unsqueeze' (Unsqueeze): needs axes
# Borders of the input's own elements are lists of them; what negative pads crop is gone before.
accept(**one("reflect", "Pad", [0, 0, 2, 0, 0, 0, 0, 1], mode="reflect"))
# CHECK-LABEL: == reflect
# CHECK: %[[H:.+]] = ann.gather %arg0 axis = 2 indices = [2, 1, 0, 1, 2, 3]
# CHECK: ann.gather %[[H]] axis = 3 indices = [0, 1, 2, 3, 4, 5, 4]
accept(**one("edge", "Pad", [0, 0, -1, 0, 0, 0, 2, 0], mode="edge"))
# CHECK-LABEL: == edge
# CHECK: ann.gather %arg0 axis = 2 indices = [1, 2, 3, 3, 3]
accept(**one("wrap", "Pad", [0, 0, 1, 0, 0, 0, 5, 0], mode="wrap", opset=19))
# CHECK-LABEL: == wrap
# CHECK: ann.gather %arg0 axis = 2 indices = [3, 0, 1, 2, 3, 0, 1, 2, 3, 0]
refuse(**one("mode", "Pad", [0] * 8, mode="symmetric"))
# CHECK: mode.onnx: node 'pad' (Pad): mode 'symmetric' is not one of constant, reflect, edge, wrap
refuse(**one("mirror", "Pad", [0, 0, 4, 0, 0, 0, 0, 0], mode="reflect"))
# CHECK: mirror.onnx: node 'pad' (Pad): mirrors 4 elements of dimension 2, which has 4; at most 3 can be
refuse(**one("pad_batch", "Pad", [1] + [0] * 7, mode="edge"))
# CHECK: pad_batch.onnx: node 'pad' (Pad): pads the batch
refuse(**one("pads", "Pad", [1, 1]))
# CHECK: pads.onnx: node 'pad' (Pad): {{.*}}8{{.*}}2
refuse(**one("empty", "Slice", [5], [5], [3]))
# CHECK: empty.onnx: node 'slice' (Slice): leaves nothing of dimension 3
refuse(**one("part", "Slice", [0], [1], [0]))
# CHECK: part.onnx: node 'slice' (Slice): takes a part of the batch
refuse(**one("steps", "Slice", [0], [2], [3], [0]))
# CHECK: steps.onnx: node 'slice' (Slice): steps must not be 0
refuse(**one("ends", "Slice", [0, 0], [2]))
# CHECK: ends.onnx: node 'slice' (Slice): needs as many ends, axes and steps as starts
refuse("sides", [node("Concat", ["x", "w"], ["y"], axis=1)], inputs=IMAGES,
       initializers=[tensor("w", [1, 2, 3, 6])])
# CHECK: sides.onnx: node 'concat' (Concat): {{.*}}
