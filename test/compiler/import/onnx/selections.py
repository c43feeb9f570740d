# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

IMAGE = [("x", ["N", 5, 2, 3])]

# A split is slices: with sizes as attribute or input, or in equal parts, of which the last may be smaller.
accept("split", [node("Split", ["x"], ["a", "b"], axis=1, split=[2, 3]), node("Concat", ["b", "a"], ["y"], axis=1)],
       inputs=IMAGE, opset=11)
# CHECK-LABEL: == split
# CHECK: ann.slice %arg0 starts = [0, 0, 0, 0] sizes = [-1, 2, 2, 3]
# CHECK: %[[B:.+]] = ann.slice %arg0 starts = [0, 2, 0, 0] sizes = [-1, 3, 2, 3]
# CHECK: ann.concat %[[B]]
accept("parts", [node("Split", ["x"], ["a", "b"], axis=1, num_outputs=2), node("Relu", ["b"], ["y"])],
       inputs=IMAGE, opset=18)
# CHECK-LABEL: == parts
# CHECK: ann.slice %arg0 starts = [0, 3, 0, 0] sizes = [-1, 2, 2, 3]

accept("gather", [node("Gather", ["x", "i"], ["y"], axis=1)], inputs=IMAGE,
       initializers=[tensor("i", [2, 2], [0, -1, 2, 2], INT64)])
# CHECK-LABEL: == gather
# CHECK: %[[G:.+]] = ann.gather %arg0 axis = 1 indices = [0, 4, 2, 2]
# CHECK: ann.reshape %[[G]] shape = [-1, 2, 2, 2, 3]
accept("token", [node("Gather", ["x", "i"], ["y"], axis=1)], inputs=IMAGE, initializers=[ints("i", 0)])
# CHECK-LABEL: == token
# CHECK: ann.reshape %{{.*}} shape = [-1, 2, 3]

accept("expand", [node("Expand", ["x", "s"], ["y"])], inputs=[("x", ["N", 1, 3])],
       initializers=[ints("s", [1, 4, 1])])
# CHECK-LABEL: == expand
# CHECK: ann.expand %arg0 shape = [1, 4, 1] : (tensor<?x1x3xf32>) -> tensor<?x4x3xf32>

# Whole factors repeat elements; anything else picks them.
SCALES = [tensor("scales", [4], [1.0, 1.0, 2.0, 3.0])]
accept("upsample", [node("Upsample", ["x", "scales"], ["y"])], inputs=IMAGE, initializers=SCALES,
       opset=9)
# CHECK-LABEL: == upsample
# CHECK: ann.resize %arg0 scales = [2, 3]
accept("resize", [node("Resize", ["x", "", "scales"], ["y"])], inputs=IMAGE, initializers=SCALES)
# CHECK-LABEL: == resize
# CHECK: ann.resize %arg0 scales = [2, 3]
accept("sizes", [node("Resize", ["x", "", "", "sizes"], ["y"],
                      coordinate_transformation_mode="asymmetric", nearest_mode="floor")],
       inputs=IMAGE, initializers=[ints("sizes", [1, 5, 3, 3])])
# CHECK-LABEL: == sizes
# CHECK: ann.gather %arg0 axis = 2 indices = [0, 0, 1]

# Enlarged by whole numbers, linear is a convolution of each channel, one output for each place between two
# elements; what is beyond the border is what stands at it.
accept("linear", [node("Resize", ["x", "", "scales"], ["y"], mode="linear")], inputs=IMAGE,
       initializers=SCALES)
# CHECK-LABEL: == linear
# CHECK: %[[H:.+]] = ann.gather %arg0 axis = 2 indices = [0, 0, 1, 1]
# CHECK: %[[W:.+]] = ann.gather %[[H]] axis = 3 indices = [0, 0, 1, 2, 2]
# CHECK: %[[C:.+]] = ann.conv %[[W]], %{{.+}} strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] group = 5 : (tensor<?x5x4x5xf32>, tensor<30x1x3x3xf32>) -> tensor<?x30x2x3xf32>
# CHECK: %[[R:.+]] = ann.reshape %[[C]] shape = [-1, 5, 2, 3, 2, 3]
# CHECK: %[[T:.+]] = ann.transpose %[[R]] perm = [0, 1, 4, 2, 5, 3]
# CHECK: ann.reshape %[[T]] shape = [-1, 5, 4, 9]
# By other numbers it is a product with a matrix.
accept("matrix", [node("Resize", ["x", "", "", "sizes"], ["y"], mode="linear")], inputs=IMAGE,
       initializers=[ints("sizes", [1, 5, 3, 3])])
# CHECK-LABEL: == matrix
# CHECK: %[[T:.+]] = ann.transpose %arg0 perm = [0, 1, 3, 2]
# CHECK: %[[M:.+]] = ann.matmul %[[T]]
# CHECK: ann.transpose %[[M]] perm = [0, 1, 3, 2] : (tensor<?x5x3x3xf32>) -> tensor<?x5x3x3xf32>
refuse("lanczos", [node("Resize", ["x", "", "scales"], ["y"], mode="lanczos")], inputs=IMAGE,
       initializers=SCALES)
# CHECK: error: lanczos.onnx: node 'resize' (Resize): mode 'lanczos' is not one of nearest, linear, cubic
refuse("antialias", [node("Resize", ["x", "", "", "sizes"], ["y"], mode="linear", antialias=1)], inputs=IMAGE,
       initializers=[ints("sizes", [1, 5, 1, 3])], opset=18)
# CHECK: error: antialias.onnx: node 'resize' (Resize): antialias is not supported where something becomes smaller; use AveragePool, or antialias = 0
refuse("crop", [node("Resize", ["x", "roi", "", "sizes"], ["y"], coordinate_transformation_mode="tf_crop_and_resize")],
       inputs=IMAGE, initializers=[ints("sizes", [1, 5, 3, 3]),
                                   tensor("roi", [8], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.5])])
# CHECK: error: crop.onnx: node 'resize' (Resize): has a roi that reaches beyond the input

accept("tile", [node("Tile", ["x", "r"], ["y"])], inputs=IMAGE, initializers=[ints("r", [1, 1, 2, 1])])
# CHECK-LABEL: == tile
# CHECK: ann.gather %arg0 axis = 2 indices = [0, 1, 0, 1]
refuse("tile_batch", [node("Tile", ["x", "r"], ["y"])], inputs=IMAGE, initializers=[ints("r", [2, 1, 1, 1])])
# CHECK: error: tile_batch.onnx: node 'tile' (Tile): repeats the batch
accept("depth", [node("DepthToSpace", ["x"], ["y"], blocksize=2, mode="CRD")], inputs=[("x", ["N", 8, 2, 3])])
# CHECK-LABEL: == depth
# CHECK: ann.reshape %arg0 shape = [-1, 2, 2, 2, 2, 3]
# CHECK: ann.transpose %{{.*}} perm = [0, 1, 4, 2, 5, 3]
# CHECK: ann.reshape %{{.*}} shape = [-1, 2, 4, 6]
refuse("block", [node("SpaceToDepth", ["x"], ["y"], blocksize=2)], inputs=IMAGE)
# CHECK: error: block.onnx: node 'spacetodepth' (SpaceToDepth): cannot move blocks of 2 x 2
refuse("index", [node("Gather", ["x", "i"], ["y"], axis=1)], inputs=IMAGE, initializers=[ints("i", 5)])
# CHECK: error: index.onnx: node 'gather' (Gather): index 5 lies outside of dimension 1 of size 5
refuse("samples", [node("Gather", ["x", "i"], ["y"])], inputs=IMAGE, initializers=[ints("i", 0)])
# CHECK: error: samples.onnx: node 'gather' (Gather): picks samples of the batch
refuse("empty", [node("Split", ["x"], ["y", "z"], axis=1, split=[5, 0])], inputs=IMAGE, opset=11)
# CHECK: error: empty.onnx: node 'split' (Split): has a part of size 0; parts must not be empty
