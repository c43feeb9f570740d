#include "targets/core/simulator/StageFormat.h"

namespace fb = snn::core::format;

namespace snnc::core {

namespace {

class Writer {
public:
  explicit Writer(const Program &program) : program(program) {}

  std::vector<uint8_t> write() {
    std::vector<flatbuffers::Offset<fb::Layer>> layers;
    for (const Layer &layer : program.layers)
      layers.push_back(write(layer));
    std::vector<flatbuffers::Offset<fb::Core>> cores;
    for (const Core &core : program.cores)
      cores.push_back(write(core));
    fb::FinishProgramBuffer(
        builder,
        fb::CreateProgramDirect(
            builder, kFormatVersion, "snnc " SNNC_VERSION, program.network.c_str(),
            program.model.c_str(), static_cast<uint32_t>(program.mesh.width),
            static_cast<uint32_t>(program.mesh.height),
            static_cast<uint32_t>(program.mesh.coresPerRouter), program.steps, &layers, &cores,
            writeCosts(), program.updates, program.updates ? &program.thresholds : nullptr));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
  }

private:
  const Program &program;
  flatbuffers::FlatBufferBuilder builder;

  flatbuffers::Offset<fb::Costs> writeCosts() {
    const Energy &energy = program.energy;
    const Timing &timing = program.timing;
    return fb::CreateCosts(builder, energy.staticMilliwatts, energy.clockMicrowattsPerMegahertz,
                           energy.synapticOperation, energy.neuronUpdate, energy.spike,
                           energy.message, energy.hopX, energy.hopY, timing.clockMegahertz,
                           timing.step, timing.barrier, timing.synapticOperation,
                           timing.neuronUpdate, timing.spike, timing.hopX, timing.hopY);
  }

  flatbuffers::Offset<fb::Layer> write(const Layer &layer) {
    std::vector<flatbuffers::Offset<fb::Path>> paths;
    for (const Path &path : layer.paths) {
      std::vector<flatbuffers::Offset<fb::Stage>> stages;
      for (const Stage &stage : path.stages)
        stages.push_back(writeStage(builder, stage));
      paths.push_back(fb::CreatePathDirect(builder, path.source, path.operand, &stages));
    }
    std::vector<flatbuffers::Offset<fb::Operand>> operands;
    for (const Operand &operand : layer.operands)
      operands.push_back(fb::CreateOperandDirect(builder, &operand.start, &operand.multipliers,
                                                 operand.shift,
                                                 operand.shape.empty() ? nullptr : &operand.shape));
    return fb::CreateLayerDirect(
        builder, layer.name.c_str(), static_cast<fb::LayerKind>(layer.kind), &layer.shape,
        layer.depth, layer.polarities, layer.digits, &paths, &operands, layer.matrix,
        static_cast<fb::Function>(layer.function), layer.tieAbove, &layer.table, layer.ternary,
        layer.stateBits, layer.fraction, layer.eventFraction, layer.firstStep, &layer.steps,
        &layer.zones, static_cast<fb::InputCode>(layer.inputCode), layer.rawBytes,
        layer.rawFraction, &layer.inputMultipliers, &layer.inputOffsets, layer.inputShift,
        &layer.initial, layer.align, layer.epsilon, layer.limit,
        layer.gains.empty() ? nullptr : &layer.gains, layer.gainShift, layer.hysteresis,
        layer.lower.empty() ? nullptr : &layer.lower, layer.upper.empty() ? nullptr : &layer.upper);
  }

  flatbuffers::Offset<fb::Core> write(const Core &core) {
    std::vector<flatbuffers::Offset<fb::Population>> populations;
    for (const Population &population : core.populations)
      populations.push_back(fb::CreatePopulationDirect(builder, population.layer,
                                                       &population.offsets, &population.sizes));
    std::vector<flatbuffers::Offset<fb::Axons>> axons;
    for (const Axons &heard : core.axons) {
      std::vector<flatbuffers::Offset<fb::Run>> runs;
      for (const Run &run : heard.runs)
        runs.push_back(fb::CreateRun(builder, run.first, run.count));
      axons.push_back(fb::CreateAxonsDirect(builder, heard.layer, &runs));
    }
    std::vector<flatbuffers::Offset<fb::Usage>> usage;
    for (const Usage &one : core.usage)
      usage.push_back(fb::CreateUsageDirect(builder, one.limit.c_str(), one.used, one.available));
    return fb::CreateCoreDirect(builder, core.x, core.y, core.slot, &populations, &axons, &usage);
  }
};

} // namespace

std::vector<uint8_t> writeProgram(const Program &program) { return Writer(program).write(); }

} // namespace snnc::core
