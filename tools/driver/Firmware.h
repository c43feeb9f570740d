//===- Firmware: what generated C takes, layer by layer, before anything is flashed --------------------------===//
#ifndef SNNC_TOOLS_DRIVER_FIRMWARE_H
#define SNNC_TOOLS_DRIVER_FIRMWARE_H

#include "targets/c/cost/Work.h"
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace snnc {

/// Bytes that a user allows.
struct Budget {
  std::optional<uint64_t> ram, flash;

  /// Of "ram=64K,flash=256K": bytes, K or M; what is wrong with it otherwise.
  static ::snn::Result<Budget> parse(const std::string &text);
};

/// What one way to write a network takes.
struct Weighed {
  std::string order, kernels, weights; ///< as the flags and exec-choose-kernels name them
  std::optional<double> instructions;
  uint64_t flash = 0, ram = 0;
};

/// All layers of an operator of the model.
struct OperatorRow {
  std::string name;
  uint64_t layers = 0;
  double instructions = 0, events = 0;
  uint64_t tableBytes = 0; ///< of all of them
  uint64_t stateBytes = 0; ///< of the one that takes most
};

struct FirmwareReport {
  std::string processor, order, data; ///< data: whose events these are; empty: assumed
  uint64_t images = 0;
  c::NetworkWork work;
  std::vector<double> instructions; ///< by layer; empty where they are not predicted
  double codeBytes = 0;
  std::string kernels, weights;
  std::string goal; ///< what was to be least: speed, flash or ram; empty: nothing was weighed
  std::vector<Weighed> weighed; ///< for it, in the order in which it was weighed

  Weighed weigh() const;
  uint64_t getFlashBytes() const;
  uint64_t getRamBytes() const { return work.stateBytes + work.callerBytes; }
  double getInstructions() const;
  /// By operator, in the order of their first layers.
  std::vector<OperatorRow> getOperators() const;
  /// What does not fit, in words that name the layer which takes most; empty where all does.
  std::string compare(const Budget &budget) const;
};

FirmwareReport makeFirmwareReport(exec::ProgramOp program, const c::EmitOptions &options,
                                  const c::Activity &activity, const c::Processor &processor);

/// The table that `snnc emit c` prints.
std::string toText(const FirmwareReport &report);
/// The keys that docs/guides/embedded.md lists.
nlohmann::ordered_json toJSON(const FirmwareReport &report);

} // namespace snnc

#endif
