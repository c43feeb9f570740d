//===- The snn dialect: the one header to include --------------------------------------------------===//
//
// A spiking network as streams of events over time steps. See SNNDialect.td for the idea, SNNTypes.td
// for the streams, SNNAttrs.td for codes and schedules, SNNOps.td for encode, synapses, neurons and
// decode.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNN_H
#define SNNC_DIALECTS_SNN_SNN_H

#include "dialects/snn/WeightLayout.h"
#include "dialects/support/Head.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "snn/Functions.h"
#include "snn/IndexMap.h"

#include "dialects/snn/SNNDialect.h.inc"
#include "dialects/snn/SNNEnums.h.inc"

namespace snnc::snn {
/// What a neuron follows: runtime/include/snn/Functions.h.
using ::snn::Function;
} // namespace snnc::snn

#define GET_ATTRDEF_CLASSES
#include "dialects/snn/SNNAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/snn/SNNTypes.h.inc"

namespace snnc::snn {

/// Shape of a stream (spikes or current), without batch.
llvm::ArrayRef<int64_t> getStreamShape(mlir::Type stream);
/// What the numbers of a stream are: changes or rates.
StreamMeaning getStreamMeaning(mlir::Type stream);
/// Whether what a stream carries is an integer.
bool isFixed(mlir::Type stream);
/// The name of a function.
llvm::StringRef stringifyFunction(Function function);
/// The function of a name.
std::optional<Function> symbolizeFunction(llvm::StringRef name);

/// A constant that a synapse adds to its current.
struct AddedConstant {
  mlir::Value numbers; ///< or null
  /// The dimension of the current along which its only dimension lies; none where it broadcasts.
  std::optional<size_t> dimension;
};

namespace detail {
/// The operands that are streams; they come before the weights.
mlir::OperandRange getLeadingStreams(mlir::Operation *op);
/// How a factor passes through a synapse that moves elements (elements it drops keep the factor 1), or nothing for another.
std::optional<llvm::SmallVector<std::vector<double>>>
pullThroughMap(mlir::Operation *op, const std::vector<double> &factor);
std::optional<std::vector<double>> pushThroughMap(mlir::Operation *op, unsigned index,
                                                  const std::vector<double> &factor);
/// Streams come first and carry the meaning of the result.
mlir::LogicalResult verifySynapse(mlir::Operation *op);
/// The bare name of a function, as `snn.neuron` writes it.
mlir::ParseResult parseFunctionName(mlir::AsmParser &parser, FunctionAttr &function);
/// The bare name of an input code, as `snn.encode` writes it.
mlir::ParseResult parseInputCodeName(mlir::AsmParser &parser, InputCodeAttr &code);
} // namespace detail

} // namespace snnc::snn

#include "dialects/snn/SNNInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/snn/SNNOps.h.inc"

namespace snnc::snn {
/// Whether integer networks have `function`.
bool hasIntegerForm(Function function);
/// Whether integers take `function` from a table of its values.
bool needsTable(Function function);
/// Whether integers take `function` as what lies between two bounds of each neuron.
bool takesBounds(Function function);
/// Whether the range of a population in integers is in the multipliers of operand `index`: it divides that one, and
/// bounds, instead of the result.
bool takesRange(Function function, unsigned index);
/// The largest `align` of a function in integers, or nothing for one that takes none.
std::optional<int64_t> getLargestAlign(Function function);

/// Time steps of a network with a schedule that does not end, where nobody says how many: the paper's figure of merit is
/// reached by about as many with its own schedule.
inline constexpr int64_t kDefaultSteps = 32;
/// Time steps until every schedule in `network` has ended; nothing where one does not end. Without neurons: of its input.
std::optional<int64_t> countSteps(mlir::Operation *network);

/// What leads to an output of a network: a decoder, and what the host computes of it, in order.
struct OutputPath {
  DecodeOp decode;
  llvm::SmallVector<mlir::Operation *> head;
};
/// Of a value that a spiking network returns; nothing where it is not decoded.
std::optional<OutputPath> getOutputPath(mlir::Value result);

/// The numbers of a weight, bias or factor of a verified synapse, which is a constant (SNN-S3): where IR that a pass has not
/// finished yet breaks that, the process ends with a message.
std::vector<double> readWeights(mlir::Value weight);

/// What a synapse adds, one number per element of its current; nothing where it adds nothing.
std::optional<std::vector<double>> readAddedConstant(SynapseOpInterface synapse);

/// The least common multiple of how many elements each window of a pool averages: the factor by which
/// an integer pool's sums are larger than its means. 0 where it exceeds 15 bits.
int64_t getCommonCount(AveragePoolOp pool);
} // namespace snnc::snn

namespace snnc::snn::detail {
// Integer networks: whether what `fixed` says fits the operation.
mlir::LogicalResult verifyFixed(EncodeOp op);
mlir::LogicalResult verifyFixed(NeuronOp op);
mlir::LogicalResult verifyFixed(DecodeOp op);
mlir::LogicalResult verifyFixed(RequantizeOp op);
/// Whether it has the table or the bounds that neurons of `shape` need for `function`. A clip of programs from before there were
/// bounds has a table.
mlir::LogicalResult verifyTarget(mlir::Operation *op, Function function, FixedNeuronAttr fixed,
                                 llvm::ArrayRef<int64_t> shape);
} // namespace snnc::snn::detail

#endif
