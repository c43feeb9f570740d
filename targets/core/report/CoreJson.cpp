//===- The program of one core as JSON ---------------------------------------------------------------------===//
#include "targets/core/report/Report.h"

#include "targets/core/simulator/Boxes.h"

namespace snnc::core {

namespace {

using Json = nlohmann::ordered_json;

/// Elements of a layer's array that lie in the box, row-major.
std::vector<int32_t> take(const std::vector<int32_t> &whole, const Shape &shape,
                          const Population &box) {
  std::vector<int32_t> part;
  if (whole.empty())
    return part;
  for (uint32_t position : listNeurons(box, shape))
    part.push_back(whole[position]);
  return part;
}

/// The weights of a stage that the neurons of `box` need, when it is the last one: its output channels.
Json writeWeights(const Stage &stage, const Population *box) {
  Json json;
  if (stage.weight.empty())
    return json;
  bool cut = box && (stage.kind == Stage::Kind::Conv || stage.kind == Stage::Kind::Gemm);
  if (!cut) {
    json["shape"] = stage.weightShape;
    json["values"] = stage.weight;
    return json;
  }
  Shape shape = stage.weightShape;
  bool isConv = stage.kind == Stage::Kind::Conv;
  size_t dimension = isConv ? 0 : 1, at = isConv ? 0 : box->sizes.size() - 1;
  shape[dimension] = box->sizes[at];
  json["shape"] = shape;
  json["first_output"] = box->offsets[at];
  std::vector<int16_t> values;
  uint64_t inner = isConv ? stage.weight.size() / stage.weightShape[0] : 1;
  for (uint64_t i = 0; i < stage.weight.size(); ++i) {
    uint64_t output = i / inner % stage.weightShape[dimension];
    if (output >= box->offsets[at] && output < box->offsets[at] + box->sizes[at])
      values.push_back(stage.weight[i]);
  }
  json["values"] = values;
  return json;
}

Json write(const Stage &stage, const Population *box) {
  Json json;
  json["kind"] = getName(stage.kind);
  json["from"] = stage.from;
  json["to"] = stage.to;
  auto give = [&](const char *key, const auto &numbers) {
    if (!numbers.empty())
      json[key] = numbers;
  };
  if (Json weights = writeWeights(stage, box); !weights.empty())
    json["weights"] = weights;
  give("kernel", stage.kernel);
  give("strides", stage.strides);
  give("pads", stage.pads);
  give("dilations", stage.dilations);
  give("perm", stage.perm);
  give("starts", stage.starts);
  give("steps", stage.steps);
  if (stage.kind == Stage::Kind::Gather)
    json["axis"] = stage.axis;
  give("indices", stage.indices);
  if (stage.group != 1)
    json["group"] = stage.group;
  if (stage.shift != 0)
    json["shift"] = stage.shift;
  if (stage.kind == Stage::Kind::Pool) {
    json["common"] = stage.common;
    json["count_include_pad"] = stage.countIncludePad;
  }
  return json;
}

Json write(const Program &program, const Population &box) {
  const Layer &layer = program.layers[box.layer];
  Json json;
  json["layer"] = layer.name;
  json["kind"] = getName(layer.kind);
  json["shape"] = layer.shape;
  json["offsets"] = box.offsets;
  json["sizes"] = box.sizes;
  json["depth"] = layer.depth;
  if (layer.kind == LayerKind::Neuron) {
    json["function"] = getInfo(layer.function).name;
    if (!layer.table.empty())
      json["table"] = layer.table;
    if (!layer.gains.empty()) {
      json["gain_shift"] = layer.gainShift;
      json["gains"] = take(layer.gains, layer.shape, box);
    }
    if (!layer.lower.empty()) {
      json["lower"] = take(layer.lower, layer.shape, box);
      json["upper"] = take(layer.upper, layer.shape, box);
    }
    json["tie_above"] = layer.tieAbove;
    json["code"] = layer.ternary ? "ternary" : "sign";
    json["state_bits"] = layer.stateBits;
    json["event_fraction"] = layer.eventFraction;
    json["first_step"] = layer.firstStep;
    json["steps"] = layer.steps;
    if (layer.ternary)
      json["zones"] = layer.zones;
    if (program.updates)
      json["hysteresis"] = layer.hysteresis;
  }
  json["fraction"] = layer.fraction;
  if (layer.kind == LayerKind::Rounding)
    json["limit"] = layer.limit;
  if (layer.kind == LayerKind::Product)
    json["matrix"] = layer.matrix;
  for (size_t i = 0; i < layer.operands.size(); ++i) {
    const Operand &operand = layer.operands[i];
    Population taken = takenBy(box, layer, i);
    Json one = {{"start", take(operand.start, shapeOf(layer, i), taken)},
                {"multipliers", take(operand.multipliers, layer.shape, box)},
                {"shift", operand.shift}};
    if (layer.kind == LayerKind::Product)
      one.update({{"shape", operand.shape}, {"offsets", taken.offsets}, {"sizes", taken.sizes}});
    json["operands"].push_back(std::move(one));
  }
  for (const Path &path : layer.paths) {
    Json stages = Json::array();
    Population taken = takenBy(box, layer, path.operand);
    for (size_t i = 0; i < path.stages.size(); ++i)
      stages.push_back(write(path.stages[i], i + 1 == path.stages.size() ? &taken : nullptr));
    json["synapses"].push_back({{"source", program.layers[path.source].name},
                                {"operand", path.operand},
                                {"stages", stages}});
  }
  return json;
}

} // namespace

nlohmann::ordered_json toJSON(const Program &program, size_t index) {
  const Core &core = program.cores[index];
  Json json;
  json["network"] = program.network;
  json["model"] = program.model;
  json["core"] = index;
  json["at"] = {{"x", core.x}, {"y", core.y}, {"slot", core.slot}};
  for (const Usage &usage : core.usage)
    json["usage"][usage.limit] = usage.used;
  for (const Axons &axons : core.axons) {
    Json runs = Json::array();
    for (const Run &run : axons.runs)
      runs.push_back({run.first, run.count});
    json["axons"].push_back({{"layer", program.layers[axons.layer].name}, {"runs", runs}});
  }
  for (const Population &box : core.populations)
    json["populations"].push_back(write(program, box));
  return json;
}

} // namespace snnc::core
