//===- The exec dialect: the one header to include ---------------------------------------------------===//
//
// How a network runs on a processor. See ExecDialect.td for the idea, ExecOps.td for tasks, layers and buffers, ExecAttrs.td
// for synapses and index maps, Storage.h for where elements lie in memory, Pixels.h for what is computed pixel by pixel.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_EXEC_H
#define SNNC_DIALECTS_EXEC_EXEC_H

#include "dialects/snn/SNN.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "snn/IndexMap.h"
#include <string>
#include <vector>

namespace snnc::exec {
/// What an event adds: to elements to, to + toStride ..., `count` of them, the numbers weight, weight + weightStride ...
struct Row {
  int64_t to, toStride, weight, weightStride, count;
};
} // namespace snnc::exec

#include "dialects/exec/ExecDialect.h.inc"
#include "dialects/exec/ExecEnums.h.inc"

#include "dialects/exec/ExecAttrInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/exec/ExecAttrs.h.inc"

#include "dialects/exec/ExecOpInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/exec/ExecOps.h.inc"

namespace snnc::exec {

/// The index map of `steps` (IndexStepAttrInterface) on a stream of `shape`. Fails, with a diagnostic, where they do not
/// fit.
mlir::FailureOr<::snn::IndexMap>
makeIndexMap(mlir::ArrayRef<int64_t> shape, mlir::ArrayAttr steps,
             mlir::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The task that writes all of `memory` at once, and nothing else fills: a whole exec.requantize, or null.
RequantizeOp getWriter(mlir::Value memory);

/// Where the values of a stream are in the order of values: what its neurons end at, or the input, or sums that are passed on.
/// Null of an input that is read where it is.
mlir::Value getValues(mlir::Value stream);

/// Words of 32 bits that have a bit for each of `elements`.
inline int64_t countMarkWords(int64_t elements) { return (elements + 31) / 32; }

/// The buffer that defines `memory`.
BufferOp getBuffer(mlir::Value memory);

/// Of all elements that are there in the end, also where only a part is at a time.
llvm::ArrayRef<int64_t> getShape(mlir::Value memory);

/// The task that sends `stream`: through the layer that yields it, if there are layers.
TaskOpInterface getSender(mlir::Value stream);

/// Elements that are neighbours in memory: along channels where there are three dimensions, else along the last one.
int64_t getPixelSize(mlir::ArrayRef<int64_t> shape);

/// What its operation is called in the model, else its kind.
std::string getTaskName(mlir::Operation *task);

/// The layer's tasks in order, and the last one, which sends what the layer yields or decodes.
inline auto getTasks(LayerOp layer) { return layer.getBody().front().getOps<TaskOpInterface>(); }
TaskOpInterface getLast(LayerOp layer);

/// All tasks in order, in layers or not.
std::vector<TaskOpInterface> getTasks(ProgramOp program);

/// How an integer network reads its input.
EncodeOp getEncode(ProgramOp program);

/// What the elements of an integer pool count in each window (row-major over its output). Nothing where their common
/// multiple has more than 15 bits.
std::optional<std::vector<int32_t>> getShares(PoolAttr pool, mlir::ArrayRef<int64_t> in,
                                              mlir::ArrayRef<int64_t> out);

} // namespace snnc::exec

#endif
