//===- StreamScales: what one unit of every integer stream is worth ----------------------------------------===//
//
// The least significant bit (LSB) of each element of each stream, as a real number. Spikes have the
// LSB of their steps. Currents that are added to each other form a *group*: its convolutions,
// gemms and scales choose one LSB per output channel together, in which their weights round best. Pools and
// moves of elements are exact: their LSBs follow from those of their inputs. What is requantized gets an LSB that fits
// those who read it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_STREAMSCALES_H
#define SNNC_COMPILER_QUANTIZE_STREAMSCALES_H

#include "compiler/quantize/Importance.h"
#include "compiler/quantize/PrepareIntegers.h"
#include "compiler/quantize/RoundingMemo.h"
#include <optional>

namespace snnc::quantize {

/// What an operation needs before its weights can be integers.
struct Demand {
  enum Kind {
    Align,  ///< its operand has several LSBs where it can take one
    Round,  ///< beside the LSBs of other sources of its operand, weights of some would be lost
    Replace ///< a scale by 1 cannot be said in a factor of 16 bits
  };
  Kind kind;
  size_t number; ///< of the operation, in program order
};

/// By how many bits an LSB may be finer than weights ask for: for factors beside them, and for weights that multiply much
/// larger integers than others do.
inline constexpr unsigned kLargestFactorShift = 7, kLargestShift = 11;

/// The channels of a sum: elements with one LSB.
struct Channels {
  int64_t count, plane;
  bool isLast; ///< they are columns; else planes

  int64_t of(size_t element) const {
    auto i = static_cast<int64_t>(element);
    return count == 1 ? 0 : isLast ? i % count : i / plane;
  }
};

class StreamScales {
public:
  /// `spikeScales`: the LSBs of each spike stream. `moments`: how the inputs of each convolution and gemm vary, in
  /// program order; empty without images. `memo`: of all attempts with these moments.
  StreamScales(mlir::func::FuncOp network, llvm::DenseMap<mlir::Value, Numbers> spikeScales,
               unsigned weightBits, const Magnitudes &magnitudes, const Importance &importance,
               mlir::ArrayRef<std::vector<InputMoments>> moments, RoundingMemo &memo);

  /// If there are any, the network is to be changed; its weights cannot be had.
  llvm::ArrayRef<Demand> getDemands() const { return demands; }
  const Numbers &get(mlir::Value stream) const { return scales.find(stream)->second; }
  /// By which power of two the events of a convolution or gemm are multiplied.
  unsigned getShift(mlir::Operation *synapse) const { return shifts.lookup(synapse); }
  /// By how many bits the LSB of the sum that `synapse` is in is finer than its weights, of all convolutions and gemms.
  unsigned getFreeBits(mlir::Operation *synapse) const;
  /// The number of an operation, in program order.
  size_t getNumber(mlir::Operation *op) const { return numbers.find(op)->second; }
  /// The largest integer weight.
  double getLargest(mlir::Operation *synapse) const;
  /// The integer weights of a weighted synapse, in the shape of its real ones; with `meanErrors` also what they leave
  /// out of each output on average, as real numbers, empty where it is not known.
  Numbers getWeights(mlir::Operation *synapse, Numbers *meanErrors = nullptr) const;
  /// A real constant added to `current` in its LSBs.
  Numbers getBias(mlir::Value current, const Numbers &constant,
                  llvm::ArrayRef<int64_t> shape) const;
  /// The largest number that a requantize passes on.
  double getLimit(snn::RequantizeOp op) const;

private:
  struct Sum {
    llvm::SmallVector<mlir::Operation *> weighted;
    size_t pending = 0; ///< weighted synapses whose inputs have no scale yet
    int64_t elements = 0;
    unsigned coarser = 0;
  };
  /// What the parts of a sum ask of its channels.
  struct Parts {
    Channels channels;
    Numbers weights; ///< the LSB in which the largest weight is the largest integer; then the best
    Numbers factors,
        least;       ///< the largest and the smallest factor of scales, times the LSBs that come in
    Numbers rounded; ///< the LSB that requantized streams would have alone
    Numbers biases;  ///< the largest
    Numbers importance;                       ///< the largest
    std::vector<std::vector<WeightRow>> rows; ///< that will be rounded in the channel's LSB
    std::vector<char> isExact;                ///< rows that are whole multiples of `weights`
    llvm::DenseMap<mlir::Operation *, Numbers>
        widest;             ///< `weights` of each convolution and gemm alone
    bool isMultiple = true; ///< all factors are multiples of the smallest one of their channel
  };

  mlir::func::FuncOp network;
  unsigned weightBits;
  const Magnitudes &magnitudes;
  const Importance &importance;
  CurrentSets sets;
  llvm::DenseMap<mlir::Value, Sum> sums; ///< by leader
  llvm::DenseMap<mlir::Value, Numbers> scales;
  llvm::DenseMap<mlir::Operation *, unsigned> shifts;
  llvm::DenseMap<mlir::Operation *, size_t> numbers;
  llvm::DenseMap<mlir::Operation *, llvm::ArrayRef<InputMoments>> moments;
  std::vector<Demand> demands;
  RoundingMemo &memo;

  void visit(mlir::Operation *op);
  /// Demands one LSB per input channel of convolutions and pools, one per row of the weights of gemms.
  void checkUniform(mlir::Operation *op);

  // SumScales.cpp: the LSBs of a sum.
  void choose(mlir::Value leader);
  Channels getChannels(const Sum &sum) const;
  Parts getParts(mlir::Value leader) const;
  void addWeights(mlir::Operation *op, Parts &parts) const;
  void addFactors(snn::ScaleOp op, Parts &parts) const;
  void addBiases(mlir::Value current, Parts &parts) const;
  Numbers chooseLSBs(const Parts &parts, unsigned coarser, unsigned &shift) const;
  unsigned chooseShift(const Parts &parts, const Numbers &scale) const;
  void chooseShifts(const Sum &sum, unsigned shift);
  /// Whether a weight of a convolution or gemm is as large as integers are.
  bool fillsRange(mlir::Operation *op) const;

  // Precision.cpp: what would be lost.
  /// The largest magnitude of each element, in real numbers.
  Numbers getMagnitudes(mlir::Value stream) const;
  void checkScale(snn::ScaleOp op);
  void checkWeights(mlir::Operation *op);
  /// The LSBs of a requantize by itself.
  Numbers getRounded(snn::RequantizeOp op) const;
  /// The least that it can resolve, in the units of those who read it.
  double getResolution(snn::RequantizeOp op) const;

  /// The weights of each output of a convolution or gemm.
  std::vector<WeightRow> getRows(mlir::Operation *op) const;
  /// What an integer of the weights of an output is worth.
  double getUnit(mlir::Operation *op, size_t output) const;
  /// The factors of a scale times the LSBs of what they multiply.
  Numbers getFactors(mlir::Operation *scale) const;
  void setSum(mlir::Value leader, const Numbers &scale);
};

} // namespace snnc::quantize

#endif
