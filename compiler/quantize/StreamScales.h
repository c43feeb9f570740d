//===- StreamScales: what one unit of every integer stream is worth ----------------------------------------===//
//
// The least significant bit (LSB) of each element of each stream, as a real number. Spikes have the
// LSB of their steps. Currents that are added to each other form a *group*: its convolutions,
// gemms and scales choose one LSB per output channel together, in which their weights round best. Pools and
// moves of elements are exact: their LSBs follow from those of their inputs.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_STREAMSCALES_H
#define SNNC_COMPILER_QUANTIZE_STREAMSCALES_H

#include "compiler/quantize/RoundWeights.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace snnc::quantize {

/// Rewrites a real network so that its synapses have an integer form: borders of pads become biases,
/// whatever joins others in a sum without weights of its own gets a `snn.scale` by 1, and sums that
/// weights or other streams multiply get, with `rounds`, a `snn.requantize`. `magnitudes` of all streams may
/// be empty.
void prepareIntegers(mlir::func::FuncOp network,
                     const llvm::DenseMap<mlir::Value, double> &magnitudes, bool rounds);

/// What a requantize was inserted for: how large its stream gets, and in how many bits that, doubled twice,
/// is to be passed on at most.
double getMagnitude(snn::RequantizeOp op);
int getBits(snn::RequantizeOp op);

/// Sets of currents that share their LSBs because an addition (or a bias) connects them.
class CurrentSets {
public:
  void insert(mlir::Value current) { sets.try_emplace(current, Set{current}); }
  void unite(mlir::Value one, mlir::Value other);
  /// The same current for all that share.
  mlir::Value getLeader(mlir::Value current) const {
    return leaders.contains(current) ? leaders.lookup(current) : current;
  }
  llvm::ArrayRef<mlir::Value> getMembers(mlir::Value leader) const {
    return sets.find(leader)->second;
  }

private:
  using Set = llvm::SmallVector<mlir::Value>;
  llvm::DenseMap<mlir::Value, Set> sets;            ///< by leader
  llvm::DenseMap<mlir::Value, mlir::Value> leaders; ///< of all but the leaders
};

CurrentSets getSums(mlir::func::FuncOp network);

/// Whether the LSB of what `synapse` delivers can be chosen: it has weights, or requantizes.
bool isWeighted(mlir::Operation *synapse);

class StreamScales {
public:
  /// `spikeScales`: the LSBs of each spike stream. `coarser`: by how many bits the LSBs of a sum are to
  /// be larger than its weights ask for, by the number (in program order) of any operation in it.
  /// `moments`: how the inputs of each convolution and gemm vary, in program order; empty without images.
  StreamScales(mlir::func::FuncOp network, llvm::DenseMap<mlir::Value, Numbers> spikeScales,
               unsigned weightBits, llvm::ArrayRef<unsigned> coarser,
               llvm::ArrayRef<std::vector<InputMoments>> moments);

  const Numbers &get(mlir::Value stream) const { return scales.find(stream)->second; }
  /// By which power of two the events of a convolution or gemm are multiplied.
  unsigned getShift(mlir::Operation *synapse) const { return shifts.lookup(synapse); }
  /// Whether the LSB of the sum that `synapse` is in is finer than its weights, of all convolutions and gemms.
  bool hasShift(mlir::Operation *synapse) const;
  /// The number of an operation, in program order; none for one that was inserted.
  std::optional<size_t> getNumber(mlir::Operation *op) const {
    auto found = numbers.find(op);
    return found == numbers.end() ? std::nullopt : std::optional<size_t>(found->second);
  }
  /// The largest integer weight.
  double getLargest(mlir::Operation *synapse) const;
  /// The integer weights of a weighted synapse, in the shape of its real ones; with `meanErrors` also what they leave
  /// out of each output on average, as real numbers, empty where it is not known.
  Numbers getWeights(mlir::Operation *synapse, Numbers *meanErrors = nullptr) const;
  /// A real constant added to `current` in its LSBs.
  Numbers getBias(mlir::Value current, const Numbers &constant,
                  llvm::ArrayRef<int64_t> shape) const;

private:
  struct Sum {
    llvm::SmallVector<mlir::Operation *> weighted;
    size_t pending = 0; ///< weighted synapses whose inputs have no scale yet
    int64_t elements = 0;
    unsigned coarser = 0;
  };

  mlir::func::FuncOp network;
  unsigned weightBits;
  CurrentSets sets;
  llvm::DenseMap<mlir::Value, Sum> sums; ///< by leader
  llvm::DenseMap<mlir::Value, Numbers> scales;
  llvm::DenseMap<mlir::Operation *, unsigned> shifts;
  llvm::DenseMap<mlir::Operation *, size_t> numbers;
  llvm::DenseMap<mlir::Operation *, llvm::ArrayRef<InputMoments>> moments;

  void visit(mlir::Operation *op);
  void choose(mlir::Value leader);
  void makeUniform(mlir::Operation *op);
  /// Whether a sum is a scale by itself with one factor for each channel (of these magnitudes): any LSB is
  /// exact, and that in which the factor is 1 makes the smallest integers.
  bool isExact(mlir::Value leader, const std::vector<double> &factors) const;
  /// The weights of each output of a convolution or gemm.
  std::vector<WeightRow> getRows(mlir::Operation *op) const;
  /// What an integer of the weights of an output is worth.
  double getUnit(mlir::Operation *op, size_t output) const;
  /// Whether a weight of a convolution or gemm is as large as integers are.
  bool fillsRange(mlir::Operation *op) const;
  /// The factors of a scale times the LSBs of what they multiply.
  Numbers getFactors(mlir::Operation *scale) const;
  void setSum(mlir::Value leader, const Numbers &scale);
};

} // namespace snnc::quantize

#endif
