# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

IMAGES = [("x", ["N", 2, 5, 5])]


def pool(op, **attributes):
    return [node(op, ["x"], ["y"], **attributes)]


accept("max", pool("MaxPool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1), inputs=IMAGES)
# CHECK-LABEL: == max
# CHECK: ann.max_pool %arg0 kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] ceil_mode
# CHECK-SAME: -> tensor<?x2x3x3xf32>

accept("average", pool("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
       inputs=IMAGES)
# CHECK-LABEL: == average
# CHECK: ann.average_pool %arg0 kernel_shape = [3, 3] strides = [1, 1] pads = [1, 1, 1, 1]
# CHECK-SAME: count_include_pad
# CHECK-SAME: -> tensor<?x2x5x5xf32>

accept("global", pool("GlobalAveragePool"), inputs=IMAGES)
# CHECK-LABEL: == global
# CHECK: ann.global_average_pool %arg0 {{.*}} -> tensor<?x2x1x1xf32>

# The axes of a mean are an attribute up to opset 17, an input from 18 on.
accept("mean13", pool("ReduceMean", axes=[-1, 2], keepdims=0), inputs=IMAGES)
# CHECK-LABEL: == mean13
# CHECK: ann.reduce_mean %arg0 axes = [2, 3] {{.*}} -> tensor<?x2xf32>
accept("mean18", [node("ReduceMean", ["x", "axes"], ["y"])], inputs=IMAGES, opset=18,
       initializers=[ints("axes", [2, 3])])
# CHECK-LABEL: == mean18
# CHECK: ann.reduce_mean %arg0 axes = [2, 3] keepdims {{.*}} -> tensor<?x2x1x1xf32>

accept("largest", pool("ReduceMax", axes=[-1, 2], keepdims=0), inputs=IMAGES)
# CHECK-LABEL: == largest
# CHECK: ann.reduce_max %arg0 axes = [2, 3] {{.*}} -> tensor<?x2xf32>
accept("smallest", [node("ReduceMin", ["x", "axes"], ["y"])], inputs=IMAGES, opset=18,
       initializers=[ints("axes", [1])])
# CHECK-LABEL: == smallest
# CHECK: ann.reduce_min %arg0 axes = [1] keepdims {{.*}} -> tensor<?x1x5x5xf32>
# The exponentials of a sum are those of what is below the largest.
accept("logsumexp", pool("ReduceLogSumExp", axes=[1], keepdims=0), inputs=IMAGES)
# CHECK-LABEL: == logsumexp
# CHECK: %[[M:.+]] = ann.reduce_max %arg0 axes = [1] keepdims
# CHECK: %[[D:.+]] = ann.sub %arg0, %[[M]]
# CHECK: %[[E:.+]] = ann.exp %[[D]]
# CHECK: %[[S:.+]] = ann.reduce_sum %[[E]] axes = [1] keepdims
# CHECK: %[[L:.+]] = ann.log %[[S]]
# CHECK: %[[A:.+]] = ann.add %[[M]], %[[L]]
# CHECK: ann.reshape %[[A]] shape = [-1, 5, 5]
accept("root", pool("GlobalLpPool"), inputs=IMAGES)
# CHECK-LABEL: == root
# CHECK: ann.square
# CHECK: ann.reduce_sum %{{.*}} axes = [2, 3] keepdims
# CHECK: ann.sqrt
refuse("power", pool("GlobalLpPool", p=3), inputs=IMAGES)
# CHECK: power.onnx: node 'globallppool' (GlobalLpPool): p must be 1 or 2, found 3

refuse("flat", pool("MaxPool", kernel_shape=[2]), inputs=[("x", ["N", 5])])
# CHECK: flat.onnx: node 'maxpool' (MaxPool): input must have a batch, channels and spatial dimensions, found 2 dimensions
refuse("counts", pool("MaxPool", kernel_shape=[2]), inputs=IMAGES)
# CHECK: counts.onnx: node 'maxpool' (MaxPool): kernel_shape, strides, dilations and pads must be given for 2 spatial dimensions
refuse("axis", pool("ReduceMean", axes=[4]), inputs=IMAGES)
# CHECK: axis.onnx: node 'reducemean' (ReduceMean): axis 4 is not a dimension of a tensor of rank 4
refuse("indices", [node("MaxPool", ["x"], ["a", "i"], kernel_shape=[2, 2]), node("Add", ["a", "i"], ["y"])],
       inputs=IMAGES)
# CHECK: indices.onnx: node 'maxpool' (MaxPool): output 'i' is used, but only the first output is supported
refuse("big", pool("AveragePool", kernel_shape=[6, 6]), inputs=IMAGES)
# CHECK: big.onnx: node 'averagepool' (AveragePool): {{.*}}kernel
