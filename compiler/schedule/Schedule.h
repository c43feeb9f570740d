//===- Schedule: from an integer network to a program that back ends print ----------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_SCHEDULE_H
#define SNNC_COMPILER_SCHEDULE_SCHEDULE_H

#include "dialects/exec/Exec.h"
#include "mlir/IR/BuiltinOps.h"
#include <optional>
#include <string>
#include <vector>

namespace snnc::exec {

/// Elements of a layer, and places of a map, that 16 bits number; beyond them numbers have 32 bits.
inline constexpr uint64_t kShortIndices = 65535;

/// In how many bits weights are stored: those that they have; 8, which take the fewest instructions; or the fewest that hold them.
enum class WeightStorage { Kept, Bytes, Fewest };
inline constexpr const char *kWeightStorages[] = {"kept", "bytes", "fewest"};
std::optional<WeightStorage> symbolizeWeightStorage(llvm::StringRef name);

/// Those that store the weights of an integer network differently; of several that store the same the first.
std::vector<WeightStorage> findWeightStorages(mlir::ModuleOp network);

struct ScheduleOptions {
  std::string model = "network"; ///< its name
  int64_t steps = 0;             ///< time steps; 0: until every schedule has ended, else 32
  std::string order = "auto";    ///< steps | layers | values | auto
  uint64_t shortIndices = kShortIndices;
  bool updates = false;                      ///< whether the program takes new inputs while it runs
  double inputThreshold = 0;                 ///< of updates: exec-enable-updates
  std::string inputForm = "raw";             ///< raw | int8 | float
  std::string outputForm = "int32";          ///< int32 | int8 | class
  std::vector<int64_t> outputFractions = {}; ///< of int8: for all outputs, or for each
  WeightStorage weights = WeightStorage::Kept;
};

/// What keeps a program with layers from the order of values, or an empty string.
std::string findValuesProblem(ProgramOp program);

/// By values where all layers can be, else the order that takes less memory, and why.
struct OrderChoice {
  Order order = Order::Steps;
  std::string why;
};
/// Of a program that has layers and ranges, and no places yet.
OrderChoice chooseOrder(ProgramOp program, uint64_t shortIndices);

/// A program that is ready to be printed, and why it has its order where that was to be chosen.
struct Scheduled {
  ProgramOp program;
  std::string why;
  /// Of a program with updates: what its state would take without them, layer by layer.
  uint64_t bytesWithoutUpdates = 0;
};

/// All passes of this folder in order, on a module with one integer network, which they replace. Emits what is wrong.
mlir::FailureOr<Scheduled> schedule(mlir::ModuleOp module, const ScheduleOptions &options);

} // namespace snnc::exec

#endif
