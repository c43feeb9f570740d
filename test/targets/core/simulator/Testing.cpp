#include "test/targets/core/simulator/Testing.h"

#include <random>

namespace snnc::core::test {

namespace {

struct Maker {
  std::mt19937 random;
  int32_t pick(int32_t low, int32_t high) {
    return low + static_cast<int32_t>(random() % static_cast<uint32_t>(high - low + 1));
  }
  std::vector<int16_t> weights(size_t count) {
    std::vector<int16_t> numbers(count);
    for (int16_t &number : numbers)
      number = static_cast<int16_t>(pick(-40, 60));
    return numbers;
  }
  Operand operand(size_t neurons, uint32_t channels) {
    Operand operand;
    for (size_t i = 0; i < neurons; ++i)
      operand.start.push_back(static_cast<int32_t>(i * channels / neurons) * 300 - 200);
    operand.multipliers.assign(neurons, 900);
    operand.shift = 14;
    return operand;
  }
};

Stage makeConv(Maker &make, uint32_t inputs) {
  Stage conv;
  conv.kind = Stage::Kind::Conv;
  conv.from = {inputs, 4, 4};
  conv.to = {4, 4, 4};
  conv.weightShape = {4, inputs, 3, 3};
  conv.weight = make.weights(36 * inputs);
  conv.strides = conv.dilations = {1, 1};
  conv.pads = {1, 1, 1, 1};
  conv.shift = 1;
  return conv;
}

Layer makeNeurons(Maker &make, const char *name, uint32_t depth, uint32_t stateBits) {
  Layer layer;
  layer.name = name;
  layer.kind = LayerKind::Neuron;
  layer.shape = {4, 4, 4};
  layer.depth = depth;
  layer.operands = {make.operand(64, 4)};
  layer.tieAbove = true;
  layer.ternary = true;
  layer.stateBits = stateBits;
  layer.fraction = 10;
  layer.eventFraction = 8;
  layer.firstStep = depth - 1;
  layer.steps = {128, 64, 32, 16};
  layer.zones = {256, 128, 64, 32};
  return layer;
}

Layer makeInput() {
  Layer input;
  input.name = "input";
  input.kind = LayerKind::Input;
  input.shape = {2, 4, 4};
  input.inputMultipliers = {300, 200};
  input.inputOffsets = {-1000, 500};
  input.inputShift = 6;
  input.fraction = 10;
  input.rawBytes = true;
  return input;
}

Layer makeOutput(Maker &make) {
  Layer output;
  output.name = "output";
  output.kind = LayerKind::Output;
  output.shape = {3};
  output.depth = 3;
  output.fraction = 12;
  output.operands = {make.operand(3, 3)};
  Stage pool, flat, gemm;
  pool.kind = Stage::Kind::Pool;
  pool.from = {4, 4, 4};
  pool.to = {4, 2, 2};
  pool.kernel = pool.strides = {2, 2};
  pool.pads = {0, 0, 0, 0};
  pool.common = 4;
  flat.kind = Stage::Kind::Reshape;
  flat.from = {4, 2, 2};
  flat.to = {16};
  gemm.kind = Stage::Kind::Gemm;
  gemm.from = {16};
  gemm.to = {3};
  gemm.weightShape = {16, 3};
  gemm.weight = make.weights(48);
  output.paths = {{2, 0, {pool, flat, gemm}}};
  return output;
}

} // namespace

Program makeProgram(uint32_t seed, uint32_t rows, uint32_t stateBits) {
  Maker make{std::mt19937(seed)};
  Program program;
  program.network = "small";
  program.model = "test";
  program.mesh = {3, 3, 1};
  program.steps = 6;
  program.layers.push_back(makeInput());

  Layer first = makeNeurons(make, "first", 1, stateBits);
  first.paths = {{0, 0, {makeConv(make, 2)}}};
  program.layers.push_back(first);

  Layer second = makeNeurons(make, "second", 2, stateBits);
  Stage scale;
  scale.kind = Stage::Kind::Scale;
  scale.from = scale.to = {4, 4, 4};
  scale.weightShape = {4, 1, 1};
  scale.weight = make.weights(4);
  second.paths = {{1, 0, {makeConv(make, 4)}}, {1, 0, {scale}}};
  program.layers.push_back(second);

  program.layers.push_back(makeOutput(make));

  // Every core hears all of what its layer's sources send.
  uint32_t slot = 0;
  auto addCore = [&](Population population, uint32_t source) {
    Core core;
    core.x = slot % 3;
    core.y = slot / 3;
    ++slot;
    core.populations = {population};
    core.axons = {{source, {{0, static_cast<uint32_t>(program.layers[source].size())}}}};
    core.usage = {{"neurons", static_cast<int64_t>(countElements(population.sizes)), 64}};
    program.cores.push_back(core);
  };
  for (uint32_t layer : {1u, 2u})
    for (uint32_t row = 0; row < 4; row += rows)
      addCore({layer, {0, row, 0}, {4, rows, 4}}, layer - 1);
  addCore({3, {0}, {3}}, 2);
  return program;
}

Program makeProductProgram(uint32_t seed, uint32_t rows) {
  Program program = makeProgram(seed, rows, 16);
  Layer product;
  product.name = "product";
  product.kind = LayerKind::Product;
  product.matrix = true;
  product.shape = {4, 4, 4};
  product.depth = 2;
  product.operands.resize(2);
  for (Operand &operand : product.operands) {
    operand.shape = product.shape;
    for (int32_t i = 0; i < 64; ++i)
      operand.start.push_back(i % 5 - 2);
  }
  Stage transpose;
  transpose.kind = Stage::Kind::Transpose;
  transpose.from = transpose.to = product.shape;
  transpose.perm = {0, 2, 1};
  product.paths = {{1, 0, {}}, {1, 1, {transpose}}};
  program.layers[2] = std::move(product);
  return program;
}

std::vector<int32_t> makeInput(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int32_t> raw(32);
  for (int32_t &number : raw)
    number = static_cast<int32_t>(random() % 256);
  return raw;
}

} // namespace snnc::core::test
