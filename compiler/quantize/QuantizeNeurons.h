//===- QuantizeNeurons: fraction bits, steps and multipliers --------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_QUANTIZENEURONS_H
#define SNNC_COMPILER_QUANTIZE_QUANTIZENEURONS_H

#include "compiler/quantize/OperandRanges.h"
#include "compiler/reference/Synapses.h"
#include "dialects/snn/SNN.h"

namespace snnc::quantize {

using reference::Numbers;

/// The steps of a schedule as integers of `fraction` bits, and the schedule with an end.
struct IntegerSteps {
  unsigned fraction = 0;
  std::vector<int64_t> steps;
  snn::ScheduleAttr schedule;
};

/// As few bits as a dyadic schedule needs, at most `max` for others, and for all that do not `start` at
/// 0; `totalSteps` ends a schedule that has no end. With `isOdd`, sums of steps that are not powers of two are
/// odd numbers, where the smallest step is large enough for that. Emits an error at `op` when its smallest
/// and its largest steps do not fit together, or not beside where it starts.
mlir::FailureOr<IntegerSteps> quantizeSteps(mlir::Operation *op, snn::ScheduleAttr schedule,
                                            int64_t totalSteps, unsigned max, double start = 0,
                                            bool isOdd = false);

/// Fraction bits that keep numbers of this magnitude, doubled, in 16 bits.
int getFraction(double magnitude);

/// The same numbers, one for each element of `shape`, with 1 in dimensions along which they do not change.
std::pair<llvm::SmallVector<int64_t>, Numbers> compress(llvm::ArrayRef<int64_t> shape,
                                                        const Numbers &numbers);

/// An integer multiplier and a shift for each of the ratios that bring an integer of one scale to
/// another: ratio = multiplier / 2^shift.
struct Multipliers {
  mlir::ElementsAttr numbers; ///< i32, of the smallest shape that broadcasts to `shape`
  int64_t shift = 0;
};
Multipliers makeMultipliers(mlir::MLIRContext *context, const Numbers &ratios,
                            llvm::ArrayRef<int64_t> shape);

/// The function of `neuron` over all 16-bit estimates of `inputFraction` bits, in units of `range` with
/// `fraction` bits.
mlir::DenseI64ArrayAttr makeTable(snn::NeuronOp neuron, int inputFraction, int fraction,
                                  double range);

/// What a clip of `neuron` is between for each neuron, i16 in units of its `ranges` with `fraction` bits; bounds without an
/// end, and those beyond 16 bits, are the last numbers of these.
struct Bounds {
  mlir::ElementsAttr lower, upper; ///< of the smallest shape that broadcasts to the population
};
Bounds makeBounds(snn::NeuronOp neuron, int fraction, const Numbers &ranges);

/// How an input of magnitude `input` (normalized) and `raw` (before) is read.
snn::FixedInputAttr makeInput(snn::EncodeOp encode, bool isByte, double raw, double input,
                              const IntegerSteps &steps);

} // namespace snnc::quantize

#endif
