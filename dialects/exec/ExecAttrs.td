//===- Attributes of the exec dialect: synapses, index maps, kernels -------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_EXECATTRS_TD
#define SNNC_DIALECTS_EXEC_EXECATTRS_TD

include "dialects/exec/ExecDialect.td"
include "dialects/exec/ExecInterfaces.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

class Exec_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Exec_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class Exec_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::snnc::exec";
}

//===- Synapses ---------------------------------------------------------------------------------===//

class Exec_SynapseAttr<string name, string attrMnemonic> : Exec_Attr<name, attrMnemonic, [
    DeclareAttrInterfaceMethods<Exec_SynapseAttrInterface>]> {
  let assemblyFormat = "`<` struct(params) `>`";
}

def Exec_ConvAttr : Exec_SynapseAttr<"Conv", "conv"> {
  let summary = "a window that slides over a stream C x spatial, weights O x C/group x kernel";
  let description = [{
    One or two spatial dimensions; `pads` are all begins, then all ends; weights count times 2^`shift`.

    Example: `#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>`
  }];
  let parameters = (ins "::mlir::DenseI64ArrayAttr":$strides, "::mlir::DenseI64ArrayAttr":$pads,
                        "::mlir::DenseI64ArrayAttr":$dilations, "int64_t":$group, "int64_t":$shift);
}

def Exec_GemmAttr : Exec_SynapseAttr<"Gemm", "gemm"> {
  let summary = "full connection along the last dimension, weights K x M";
  let description = [{
    Weights count times 2^`shift`.

    Example: `#exec.gemm<shift = 0>`
  }];
  let parameters = (ins "int64_t":$shift);
}

def Exec_PoolAttr : Exec_SynapseAttr<"Pool", "pool"> {
  let summary = "sum of a sliding window of a stream C x spatial, times a common multiple of its means";
  let description = [{
    An element counts, in each window, the least common multiple of how many elements windows average, over how many
    that window does. Positions in the padding are averaged only with `count_include_pad`.

    Example: `#exec.pool<kernel = [2, 2], strides = [2, 2], pads = [0, 0, 0, 0], count_include_pad = false>`
  }];
  let parameters = (ins "::mlir::DenseI64ArrayAttr":$kernel, "::mlir::DenseI64ArrayAttr":$strides,
                        "::mlir::DenseI64ArrayAttr":$pads, "bool":$count_include_pad);
}

//===- Steps of index maps ------------------------------------------------------------------------===//

class Exec_IndexStepAttr<string name, string attrMnemonic> : Exec_Attr<name, attrMnemonic, [
    DeclareAttrInterfaceMethods<Exec_IndexStepAttrInterface>]>;

def Exec_ReshapeAttr : Exec_IndexStepAttr<"Reshape", "reshape"> {
  let summary = "the same elements in the same order, another shape";
  let description = "Example: `#exec.reshape<[64]>`";
  let parameters = (ins "::mlir::DenseI64ArrayAttr":$shape);
  let assemblyFormat = "`<` $shape `>`";
}

def Exec_TransposeAttr : Exec_IndexStepAttr<"Transpose", "transpose"> {
  let summary = "permuted dimensions";
  let description = "Dimension i of the result is dimension `perm[i]`. Example: `#exec.transpose<[1, 0]>`";
  let parameters = (ins "::mlir::DenseI64ArrayAttr":$perm);
  let assemblyFormat = "`<` $perm `>`";
}

def Exec_SliceAttr : Exec_IndexStepAttr<"Slice", "slice"> {
  let summary = "a strided part of every dimension";
  let description = "Example: `#exec.slice<starts = [0, 1], sizes = [8, 2], steps = [1, 2]>`";
  let parameters = (ins "::mlir::DenseI64ArrayAttr":$starts, "::mlir::DenseI64ArrayAttr":$sizes,
                        "::mlir::DenseI64ArrayAttr":$steps);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Exec_PadAttr : Exec_IndexStepAttr<"Pad", "pad"> {
  let summary = "a border that no event reaches; negative pads crop";
  let description = "All begins, then all ends. Example: `#exec.pad<[0, 1, 1, 0, 1, 1]>`";
  let parameters = (ins "::mlir::DenseI64ArrayAttr":$pads);
  let assemblyFormat = "`<` $pads `>`";
}

def Exec_GatherAttr : Exec_IndexStepAttr<"Gather", "gather"> {
  let summary = "chosen elements along one dimension, in any order and number";
  let description = "Example: `#exec.gather<axis = 1, indices = [0, 0, 0]>`";
  let parameters = (ins "int64_t":$axis, "::mlir::DenseI64ArrayAttr":$indices);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Exec_InsertAttr : Exec_IndexStepAttr<"Insert", "insert"> {
  let summary = "a part of a concatenation of `size` elements along one dimension";
  let description = "Example: `#exec.insert<axis = 0, offset = 8, size = 10>`";
  let parameters = (ins "int64_t":$axis, "int64_t":$offset, "int64_t":$size);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===- How a delivery is done -----------------------------------------------------------------------===//

def Exec_Kernel : Exec_Enum<"Kernel", "what takes an event to sums", [
  I32EnumAttrCase<"Conv", 0, "conv">,   // looks for the windows of the event
  I32EnumAttrCase<"Gemm", 1, "gemm">,   // adds a row of weights
  I32EnumAttrCase<"Pool", 2, "pool">,   // as conv, with shares in place of weights
  I32EnumAttrCase<"Map", 3, "map">,     // adds to one place
  I32EnumAttrCase<"Copy", 4, "copy">,   // adds to a list of places
  // In the order of values: what a pixel's inputs add to its sums.
  I32EnumAttrCase<"GatherConv", 5, "gather_conv">,           // the window of the pixel, all channels of it
  I32EnumAttrCase<"GatherDepthwise", 6, "gather_depthwise">, // the window of the pixel, channel by channel
  I32EnumAttrCase<"GatherGemm", 7, "gather_gemm">,           // the channels of the pixel
  I32EnumAttrCase<"GatherPool", 8, "gather_pool">,           // the window of the pixel, in shares
  I32EnumAttrCase<"GatherMap", 9, "gather_map">,             // the pixel itself
  I32EnumAttrCase<"GatherMove", 10, "gather_move">           // elements of another pixel, by tables of rows, columns, channels
]>;

def Exec_InputForm : Exec_Enum<"InputForm", "in what form an input is given", [
  I32EnumAttrCase<"Raw", 0, "raw">,    // the integers that it is normalized from
  I32EnumAttrCase<"Int8", 1, "int8">,  // 8 bits with a sign: bytes less 128, or integers
  I32EnumAttrCase<"Float", 2, "float"> // the numbers that they stand for
]>;

def Exec_OutputForm : Exec_Enum<"OutputForm", "what is given of an output's numbers", [
  I32EnumAttrCase<"Int32", 0, "int32">, // all of their bits
  I32EnumAttrCase<"Int8", 1, "int8">,   // 8 bits, without the lowest ones
  I32EnumAttrCase<"Class", 2, "class">  // the place of the largest
]>;

def Exec_Order : Exec_Enum<"Order", "in which order the work of several time steps is done", [
  I32EnumAttrCase<"Steps", 0, "steps">,   // all layers, step by step: all state is live
  I32EnumAttrCase<"Layers", 1, "layers">, // layer by layer through all steps: only live layers have memory
  // Layer by layer, by what neurons end at: no steps, where each layer begins once its inputs are final.
  I32EnumAttrCase<"Values", 2, "values">
]>;

//===- What a program takes and gives -----------------------------------------------------------------===//

def Exec_InputAttr : Exec_Attr<"Input", "input"> {
  let summary = "an input of the network, by its name and shape without batch";
  let description = "Example: `#exec.input<\"image\", [1, 8, 8]>`";
  let parameters = (ins StringRefParameter<"">:$name, "::mlir::DenseI64ArrayAttr":$shape);
  let assemblyFormat = "`<` $name `,` $shape `>`";
}

def Exec_OutputAttr : Exec_Attr<"Output", "output"> {
  let summary = "an output of the network: what a decoder gives, and the function that is left to the caller";
  let description = [{
    `decoder` counts the program's `exec.decode`, from 0; `head` is the last function of what the caller computes
    of its numbers.

    Example: `#exec.output<"probabilities", 0, "softmax">`
  }];
  let parameters = (ins StringRefParameter<"">:$name, "int64_t":$decoder, StringRefParameter<"">:$head);
  let assemblyFormat = "`<` $name `,` $decoder `,` $head `>`";
}

#endif
