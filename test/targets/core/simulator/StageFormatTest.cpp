//===- Linear maps in files: what is written is read, and what cores cannot do is refused ------------------===//
#include "targets/core/simulator/StageFormat.h"

#include <gtest/gtest.h>

namespace fb = snn::core::format;
namespace tables = snn::format;

namespace snnc::core {

namespace {

using Builder = flatbuffers::FlatBufferBuilder;

/// A stage of two elements whose synapse `make` writes, as read.
template <typename Make>
snn::Result<Stage> read(tables::Body type, Make make) {
  Builder builder;
  flatbuffers::Offset<void> synapse = make(builder).Union();
  std::vector<uint32_t> shape = {2};
  builder.Finish(fb::CreateStageDirect(builder, &shape, &shape, type, synapse));
  return readStage(*flatbuffers::GetRoot<fb::Stage>(builder.GetBufferPointer()));
}

flatbuffers::Offset<tables::Tensor> makeTensor(Builder &builder, uint8_t bits) {
  std::vector<uint32_t> shape = {2, 2};
  std::vector<uint8_t> data(bits <= 8 ? 4 : bits / 2, 1);
  return tables::CreateTensorDirect(builder, &shape, &data, bits);
}

TEST(StageFormat, KeepsWeightsInTheBitsTheyNeed) {
  for (const std::vector<int16_t> &weight :
       {std::vector<int16_t>{-128, 127, 0, 1}, std::vector<int16_t>{-129, 127, 0, 1},
        std::vector<int16_t>{INT16_MIN, INT16_MAX, 0, 1}}) {
    Stage stage;
    stage.kind = Stage::Kind::Gemm;
    stage.from = stage.to = {2};
    stage.weightShape = {2, 2};
    stage.weight = weight;
    stage.shift = 3;
    Builder builder;
    builder.Finish(writeStage(builder, stage));
    const auto *written = flatbuffers::GetRoot<fb::Stage>(builder.GetBufferPointer());
    EXPECT_EQ(written->synapse_as_Gemm()->weight()->bits(), weight[0] == -128 ? 8 : 16);
    snn::Result<Stage> found = readStage(*written);
    ASSERT_TRUE(found) << found.error();
    EXPECT_EQ(found->weight, weight);
    EXPECT_EQ(found->weightShape, stage.weightShape);
    EXPECT_EQ(found->shift, 3u);
  }
}

TEST(StageFormat, RefusesWhatCoresCannotDo) {
  EXPECT_EQ(read(tables::Body_Add, [](Builder &b) { return tables::CreateAdd(b); }).error(),
            "has a synapse of an unknown kind");
  EXPECT_EQ(read(tables::Body_Gemm,
                 [](Builder &b) {
                   auto weight = makeTensor(b, 8), bias = makeTensor(b, 32);
                   return tables::CreateGemm(b, weight, bias);
                 })
                .error(),
            "has a synapse with a bias, which belongs to its operand");
  EXPECT_EQ(
      read(tables::Body_Gemm, [](Builder &b) { return tables::CreateGemm(b, makeTensor(b, 32)); })
          .error(),
      "has weights of neither 8 nor 16 bits");
  EXPECT_EQ(read(tables::Body_Pad,
                 [](Builder &b) {
                   std::vector<int32_t> pads = {0, 0};
                   return tables::CreatePadDirect(b, &pads, 0.5);
                 })
                .error(),
            "has a border that is not 0");
}

} // namespace
} // namespace snnc::core
