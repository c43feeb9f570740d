//===- ChooseScales: the LSBs of sums --------------------------------------------------------------------------===//
//
// Currents that are added to each other form a *sum*: its convolutions, gemms and scales choose one LSB per output channel
// together, in which their weights round best. What is requantized gets an LSB that fits those who read it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_CHOOSESCALES_H
#define SNNC_COMPILER_QUANTIZE_CHOOSESCALES_H

#include "compiler/quantize/Importance.h"
#include "compiler/quantize/PrepareIntegers.h"
#include "compiler/quantize/StreamScales.h"
#include "llvm/ADT/MapVector.h"

namespace snnc::quantize {

/// What an operation needs before its weights can be integers.
struct Demand {
  enum Kind {
    Align,  ///< its operand has several LSBs where it can take one
    Round,  ///< beside the LSBs of other sources of its operand, weights of some would be lost
    Replace ///< a scale by 1 cannot be said in a factor of 16 bits
  };
  Kind kind;
  mlir::Operation *op;
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

/// Chooses for a prepared network whose populations and input have their formats.
class ScaleChooser : public StreamScales {
public:
  /// `memo`: of all that chooses or rounds.
  ScaleChooser(mlir::func::FuncOp network, unsigned weightBits, const Magnitudes &magnitudes,
               const Importance &importance, RoundingMemo &memo);

  /// If there are any, the network is to be changed, and nothing was chosen.
  llvm::ArrayRef<Demand> getDemands() const { return demands; }
  /// Writes the formats of synapses.
  void writeFormats() const;

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
        min;         ///< the largest and the smallest factor of scales, times the LSBs that come in
    Numbers rounded; ///< the LSB that requantized streams would have alone
    Numbers biases;  ///< the largest
    Numbers importance;                       ///< the largest
    std::vector<std::vector<WeightRow>> rows; ///< that will be rounded in the channel's LSB
    std::vector<char> isExact;                ///< rows that are whole multiples of `weights`
    llvm::DenseMap<mlir::Operation *, Numbers>
        widest;             ///< `weights` of each convolution and gemm alone
    bool isMultiple = true; ///< all factors are multiples of the smallest one of their channel
  };
  /// The LSBs of a sum, one for each of its channels.
  struct Chosen {
    Channels channels;
    Numbers lsbs;
  };

  unsigned weightBits;
  const Magnitudes &magnitudes;
  const Importance &importance;
  RoundingMemo &memo;
  CurrentSets sets;
  llvm::DenseMap<mlir::Value, Sum> sums;       ///< by leader
  llvm::MapVector<mlir::Value, Chosen> chosen; ///< by leader
  std::vector<Demand> demands;

  void visit(snn::SynapseOpInterface synapse);
  /// Demands one LSB per input channel of convolutions and pools, one per row of the weights of gemms.
  void checkUniform(mlir::Operation *op);
  void setSum(mlir::Value leader, Channels channels, const Numbers &lsbs);
  mlir::ElementsAttr makeLSBs(mlir::Value leader, const Chosen &lsbs) const;

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
  /// The LSBs of a requantize by itself, one for each element.
  Numbers getRounded(snn::RequantizeOp op) const;
  /// The least that it can resolve, in the units of those who read it.
  double getResolution(snn::RequantizeOp op) const;
  /// The largest number that a requantize passes on.
  double getLimit(snn::RequantizeOp op) const;
};

} // namespace snnc::quantize

#endif
