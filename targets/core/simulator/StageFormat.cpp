#include "targets/core/simulator/StageFormat.h"

#include <algorithm>
#include <cstring>

namespace fb = snn::core::format;
namespace tables = snn::format;

namespace snnc::core {

namespace {

// ---- Writing ----

template <typename T>
flatbuffers::Offset<tables::Tensor> writeTensor(flatbuffers::FlatBufferBuilder &builder,
                                                const Stage &stage) {
  std::vector<T> numbers(stage.weight.begin(), stage.weight.end());
  std::vector<uint8_t> data(numbers.size() * sizeof(T));
  std::memcpy(data.data(), numbers.data(), data.size());
  return tables::CreateTensorDirect(builder, &stage.weightShape, &data, 8 * sizeof(T));
}

/// In bytes where all of them fit.
flatbuffers::Offset<tables::Tensor> writeWeights(flatbuffers::FlatBufferBuilder &builder,
                                                 const Stage &stage) {
  bool isShort = std::all_of(stage.weight.begin(), stage.weight.end(),
                             [](int16_t weight) { return weight == static_cast<int8_t>(weight); });
  return isShort ? writeTensor<int8_t>(builder, stage) : writeTensor<int16_t>(builder, stage);
}

struct Body {
  tables::Body type = tables::Body_NONE;
  flatbuffers::Offset<void> table = 0;
};

template <typename T>
Body make(tables::Body type, flatbuffers::Offset<T> table) {
  return {type, table.Union()};
}

Body writeBody(flatbuffers::FlatBufferBuilder &builder, const Stage &stage) {
  const std::vector<uint32_t> pads(stage.pads.begin(), stage.pads.end()); // of windows
  const auto shift = static_cast<uint8_t>(stage.shift);
  switch (stage.kind) {
  case Stage::Kind::Conv:
    return make(tables::Body_Conv,
                tables::CreateConvDirect(builder, writeWeights(builder, stage), 0, &stage.strides,
                                         &pads, &stage.dilations, stage.group, shift));
  case Stage::Kind::Gemm:
    return make(tables::Body_Gemm,
                tables::CreateGemm(builder, writeWeights(builder, stage), 0, shift));
  case Stage::Kind::Pool:
    return make(tables::Body_AveragePool,
                tables::CreateAveragePoolDirect(builder, &stage.kernel, &stage.strides, &pads,
                                                stage.countIncludePad));
  case Stage::Kind::Scale:
    return make(tables::Body_Scale, tables::CreateScale(builder, writeWeights(builder, stage)));
  case Stage::Kind::Reshape:
    return make(tables::Body_Reshape, tables::CreateReshape(builder));
  case Stage::Kind::Transpose:
    return make(tables::Body_Transpose, tables::CreateTransposeDirect(builder, &stage.perm));
  case Stage::Kind::Slice:
    return make(tables::Body_Slice,
                tables::CreateSliceDirect(builder, &stage.starts, &stage.steps));
  case Stage::Kind::Pad:
    return make(tables::Body_Pad, tables::CreatePadDirect(builder, &stage.pads));
  case Stage::Kind::Gather:
    return make(tables::Body_Gather,
                tables::CreateGatherDirect(builder, stage.axis, &stage.indices));
  }
  return {};
}

// ---- Reading ----

template <typename To, typename T>
void copy(const flatbuffers::Vector<T> *from, std::vector<To> &to) {
  if (from)
    to.assign(from->begin(), from->end());
}

template <typename T>
std::vector<int16_t> readNumbers(const flatbuffers::Vector<uint8_t> &data) {
  std::vector<T> numbers(data.size() / sizeof(T));
  std::memcpy(numbers.data(), data.data(), numbers.size() * sizeof(T));
  return {numbers.begin(), numbers.end()};
}

/// Takes the table of a synapse apart; `problem` keeps what is wrong.
struct Reader {
  Stage stage;
  std::string problem;

  void readWeights(const tables::Tensor &tensor) {
    copy(tensor.shape(), stage.weightShape);
    if (tensor.bits() == 8)
      stage.weight = readNumbers<int8_t>(*tensor.data());
    else if (tensor.bits() == 16)
      stage.weight = readNumbers<int16_t>(*tensor.data());
    else
      problem = "has weights of neither 8 nor 16 bits";
  }

  /// What all sliding windows have.
  template <typename Window>
  void readWindow(const Window &from) {
    copy(from.strides(), stage.strides);
    copy(from.pads(), stage.pads);
  }

  /// What all weighted synapses have.
  template <typename Weighted>
  void readWeighted(const Weighted &from) {
    readWeights(*from.weight());
    stage.shift = from.shift();
    if (from.bias())
      problem = "has a synapse with a bias, which belongs to its operand";
  }

  void read(const tables::Conv &from) {
    stage.kind = Stage::Kind::Conv;
    readWindow(from);
    readWeighted(from);
    copy(from.dilations(), stage.dilations);
    stage.group = from.group();
  }
  void read(const tables::Gemm &from) {
    stage.kind = Stage::Kind::Gemm;
    readWeighted(from);
  }
  void read(const tables::AveragePool &from) {
    stage.kind = Stage::Kind::Pool;
    readWindow(from);
    copy(from.kernel(), stage.kernel);
    stage.countIncludePad = from.count_include_pad();
  }
  void read(const tables::Scale &from) {
    stage.kind = Stage::Kind::Scale;
    readWeights(*from.factor());
  }
  void read(const tables::Reshape &) { stage.kind = Stage::Kind::Reshape; }
  void read(const tables::Transpose &from) {
    stage.kind = Stage::Kind::Transpose;
    copy(from.perm(), stage.perm);
  }
  void read(const tables::Slice &from) {
    stage.kind = Stage::Kind::Slice;
    copy(from.starts(), stage.starts);
    copy(from.steps(), stage.steps);
  }
  void read(const tables::Pad &from) {
    stage.kind = Stage::Kind::Pad;
    copy(from.pads(), stage.pads);
    if (from.value() != 0)
      problem = "has a border that is not 0";
  }
  void read(const tables::Gather &from) {
    stage.kind = Stage::Kind::Gather;
    stage.axis = from.axis();
    copy(from.indices(), stage.indices);
  }

  /// Whether `from` has such a table; reads it.
  template <typename Table>
  bool tryRead(const fb::Stage &from) {
    const Table *table = from.synapse_as<Table>();
    if (table)
      read(*table);
    return table != nullptr;
  }
};

} // namespace

flatbuffers::Offset<fb::Stage> writeStage(flatbuffers::FlatBufferBuilder &builder,
                                          const Stage &stage) {
  Body body = writeBody(builder, stage);
  return fb::CreateStageDirect(builder, &stage.from, &stage.to, body.type, body.table,
                               stage.common);
}

snn::Result<Stage> readStage(const fb::Stage &from) {
  Reader reader;
  copy(from.from(), reader.stage.from);
  copy(from.to(), reader.stage.to);
  reader.stage.common = from.common();
  bool isKnown = reader.tryRead<tables::Conv>(from) || reader.tryRead<tables::Gemm>(from) ||
                 reader.tryRead<tables::AveragePool>(from) || reader.tryRead<tables::Scale>(from) ||
                 reader.tryRead<tables::Reshape>(from) || reader.tryRead<tables::Transpose>(from) ||
                 reader.tryRead<tables::Slice>(from) || reader.tryRead<tables::Pad>(from) ||
                 reader.tryRead<tables::Gather>(from);
  if (!isKnown)
    return snn::Error{"has a synapse of an unknown kind"};
  if (!reader.problem.empty())
    return snn::Error{reader.problem};
  return std::move(reader.stage);
}

} // namespace snnc::core
