#include "compiler/schedule/Schedule.h"

#include "compiler/schedule/Passes.h"
#include "compiler/schedule/Placement.h"
#include "mlir/Pass/PassManager.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::exec {

OrderChoice chooseOrder(ProgramOp program, uint64_t shortIndices) {
  if (program.getUpdates())
    return {Order::Layers, ""}; // the only one
  if (findValuesProblem(program).empty())
    return {Order::Values, "every layer begins once its inputs are final"};
  Placement layers(program, Order::Layers, shortIndices, false),
      steps(program, Order::Steps, shortIndices, false);
  if (!layers.getProblem().empty())
    return {Order::Steps, layers.getProblem()};
  uint64_t min = layers.getBytes(), max = steps.getBytes();
  bool isLess = min <= max || !steps.getProblem().empty();
  return {isLess ? Order::Layers : Order::Steps,
          fmt::format("{} bytes of state layer by layer, {} step by step", min, max)};
}

FailureOr<Scheduled> schedule(ModuleOp module, const ScheduleOptions &options) {
  PassManager prepare(module.getContext()), place(module.getContext());
  ConvertSNNToExecPassOptions convert;
  convert.model = options.model;
  convert.steps = options.steps;
  prepare.addPass(createConvertSNNToExecPass(convert));
  OpPassManager &passes = prepare.nest<ProgramOp>();
  passes.addPass(createExecFuseMapsPass());
  passes.addPass(createExecFormLayersPass());
  passes.addPass(createExecProveRangesPass());
  passes.addPass(createExecFindFinalPass());
  passes.addPass(createExecFormInputPass({options.inputForm}));
  ExecFormOutputsPassOptions outputs;
  outputs.form = options.outputForm;
  outputs.fractions = options.outputFractions;
  passes.addPass(createExecFormOutputsPass(outputs));
  if (failed(prepare.run(module)))
    return failure();
  auto programs = llvm::to_vector(module.getOps<ProgramOp>());
  if (programs.size() != 1)
    return module.emitError() << "has " << programs.size() << " networks; a program is one";
  Scheduled scheduled{programs[0], "", 0};
  if (options.updates) {
    scheduled.bytesWithoutUpdates =
        Placement(programs[0], Order::Layers, options.shortIndices, false).getBytes();
    PassManager enable(module.getContext());
    ExecEnableUpdatesPassOptions updates;
    updates.inputThreshold = options.inputThreshold;
    enable.addNestedPass<ProgramOp>(createExecEnableUpdatesPass(updates));
    if (failed(enable.run(module)))
      return failure();
  }
  ExecPlaceBuffersPassOptions places;
  places.order = options.order;
  places.shortIndices = options.shortIndices;
  if (options.order == "auto") {
    OrderChoice choice = chooseOrder(programs[0], options.shortIndices);
    places.order = stringifyOrder(choice.order).str();
    scheduled.why = choice.why;
  }
  ExecChooseKernelsPassOptions kernels;
  kernels.order = places.order;
  kernels.weights = kWeightStorages[static_cast<size_t>(options.weights)];
  if (places.order == stringifyOrder(Order::Values)) {
    place.addNestedPass<ProgramOp>(createExecFormValuesPass());
    place.addNestedPass<ProgramOp>(createExecFormLayersPass());
  }
  place.addNestedPass<ProgramOp>(createExecChooseKernelsPass(kernels));
  place.addNestedPass<ProgramOp>(createExecPlaceBuffersPass(places));
  if (failed(place.run(module)))
    return failure();
  return scheduled;
}

} // namespace snnc::exec
