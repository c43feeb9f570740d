//===- Pipeline: the way from a trained network to a spiking one ------------------------------------===//
//
// The only place that orders passes. A phase is what people name on a command line
// (`--emit-ir convert=net.mlir`), what the documentation lists, and what tests stop after.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_PIPELINE_PIPELINE_H
#define SNNC_COMPILER_PIPELINE_PIPELINE_H

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
  std::string goal;      ///< events | steps | energy; empty: nothing is tuned
  std::string budget;    ///< agreement=SHARE | points=P | error=E; empty: as fits the metric
  double confidence = 0; ///< that further images keep it too; 0: none asked for
  double safety = 1;     ///< by which errors are exaggerated
  int64_t maxSteps = 0;  ///< 0: as many as the network takes
  int64_t images = 0;    ///< use only the first; 0: all
  std::string state;     ///< file to go on from; empty: none
  std::vector<std::string> reports; ///< .svg, .json or text files
  bool correctBias = false;
  tune::WriteProgram writeProgram; ///< of the cpu target, which lies above the pipeline
  tune::Tell tell;                 ///< takes what was chosen, for people; null: nobody
};

/// Every choice of a compilation, spelled as on the command line. Values are checked by the pass
/// that uses them.
struct PipelineOptions {
  std::string precision = "f32";    ///< f32 | f64
  std::string calibration;          ///< file of calibration images; empty: ranges are there already
  std::string scalePer = "channel"; ///< channel | neuron | tensor
  std::string units = "range"; ///< range | balanced: of channels, the latter with the ternary code
  double headroom = 1;         ///< by what activations may exceed what calibration shows
  std::string dynamics = "signgd";  ///< signgd | subgradient
  std::string schedule;             ///< empty: by the dynamics; auto: by the calibration images
  std::string code = "sign";        ///< sign | ternary[:DEAD_ZONE]
  std::string inputCode = "direct"; ///< direct | float | spike
  std::string gelu = "exact";       ///< exact | sigmoid
  std::string norm = "clamped";     ///< clamped | unclamped
  std::string products = "auto";    ///< auto | synapse | neuron
  std::string softmax = "max";      ///< max | bound
  std::string head = "host";   ///< host | spikes: where functions that end the network are computed
  std::optional<double> skew;  ///< steps by which layers start later; none: by the schedule
  bool quantize = false;       ///< to integers
  unsigned weightBits = 8;     ///< 8 | 4 | 2
  unsigned stateBits = 16;     ///< 16 | 32
  unsigned quantizeSteps = 32; ///< time steps of schedules without an end
  std::vector<std::string> metrics; ///< how outputs are judged: [NAME=]METRIC; empty: as fits
  TuningOptions tuning;
};

/// Whether steps and starts of the layers are chosen on the calibration images.
bool fitsSchedule(const PipelineOptions &options);

/// Adds the passes of `phase` to `manager`, which works on a module.
void addPhase(mlir::OpPassManager &manager, Phase phase, const PipelineOptions &options);

/// Registers `--snnc-pipeline` for snn-opt: all phases in order. Tuning runs what `writeProgram` makes.
void registerPipeline(tune::WriteProgram writeProgram);

} // namespace snnc

#endif
