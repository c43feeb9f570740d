//===- Pipeline: the way from a trained network to a spiking one ------------------------------------===//
//
// The only place that orders passes. A phase is what people name on a command line
// (`--emit-ir convert=net.mlir`), what the documentation lists, and what tests stop after.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_PIPELINE_PIPELINE_H
#define SNNC_COMPILER_PIPELINE_PIPELINE_H

#include "compiler/options/Options.h"
#include "compiler/tune/Bench.h"
#include "mlir/Pass/PassManager.h"
#include <iterator>
#include <optional>
#include <string>

namespace snnc {

enum class Phase { Import, Port, Calibrate, Convert, Tune, Quantize };

inline constexpr Phase kPhases[] = {Phase::Import,  Phase::Port, Phase::Calibrate,
                                    Phase::Convert, Phase::Tune, Phase::Quantize};
static_assert(std::size(kPhases) == static_cast<size_t>(Phase::Quantize) + 1);

/// How users write the phase.
llvm::StringRef getName(Phase phase);
/// What is true after it, in one sentence.
llvm::StringRef getSentence(Phase phase);
/// The phase that users write as `name`.
std::optional<Phase> parsePhase(llvm::StringRef name);

/// Choices that are made on calibration images, with the network running on them.
struct TuningOptions {
#define SNNC_OPTION_TUNING(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
  int64_t maxSteps = 0;            ///< 0: as many as the network takes
  tune::WriteProgram writeProgram; ///< of the cpu target, which lies above the pipeline
  tune::Tell tell;                 ///< takes what was chosen, for people; null: nobody
};

/// Every choice of a compilation, spelled as on the command line: compiler/options/Options.td says what each is. Values
/// are checked by the pass that uses them. An empty schedule is that of the dynamics; without calibration images ranges
/// are there already.
struct PipelineOptions {
#define SNNC_OPTION_PIPELINE(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
  unsigned quantizeSteps = 32; ///< time steps of schedules without an end
  bool isStaged = false;       ///< of the schedule `auto`: layers start once their inputs are final
  bool verifyPhases = true;    ///< check what a phase promises behind it
  TuningOptions tuning;
};

/// Whether steps and starts of the layers are chosen on the calibration images.
bool fitsSchedule(const PipelineOptions &options);

/// Adds the passes of `phase` to `manager`, which works on a module, and `--snn-verify-phase` behind them.
void addPhase(mlir::OpPassManager &manager, Phase phase, const PipelineOptions &options);

/// Registers `--snnc-pipeline` and `--snn-verify-phase` for snn-opt: all phases in order. Tuning runs what `writeProgram` makes.
void registerPipeline(tune::WriteProgram writeProgram);

} // namespace snnc

#endif
