//===- Core models: the bundled ones, and what is wrong with others -----------------------------------------===//
#include "targets/core/model/CoreModel.h"

#include <gtest/gtest.h>

namespace snnc::core {

namespace {

CoreModel load(const std::string &name) {
  auto loaded = loadModel(name);
  EXPECT_TRUE(loaded) << loaded.error();
  return loaded ? *loaded : CoreModel();
}

std::string explain(const std::string &text) {
  auto parsed = parseModel(text, "chip.toml");
  return parsed ? "" : parsed.error();
}

const std::string kHead = "name = 'chip'\ntitle = 'A chip'\n";

TEST(CoreModel, EveryFigureOfABundledModelCitesAPublication) {
  EXPECT_EQ(bundledModels(), (std::vector<std::string>{"dynapcnn", "generic", "loihi", "loihi2",
                                                       "odin", "truenorth"}));
  for (const std::string &name : bundledModels()) {
    CoreModel model = load(name);
    EXPECT_EQ(model.name, name);
    EXPECT_GE(model.figures.size(), 10u) << name;
    for (const Figure &figure : model.figures)
      EXPECT_NE(figure.source, "") << name << " " << figure.key;
  }
}

TEST(CoreModel, ReadsLimitsMeshAndCapabilities) {
  CoreModel model = load("loihi");
  EXPECT_EQ(model.mesh.cores(), 128);
  EXPECT_EQ(model.limits.neurons, 1024);
  EXPECT_EQ(model.limits.synapseBits, 128 * 1024 * 8);
  EXPECT_EQ(model.limits.fanIn, kUnlimited);
  EXPECT_EQ(model.capabilities.neuron, NeuronKind::IntegrateAndFire);
  EXPECT_FALSE(model.capabilities.signedEvents);
  EXPECT_DOUBLE_EQ(model.energy.synapticOperation, 23.6);
  EXPECT_LT(model.energy.staticMilliwatts, 0) << "not published, so not given";
  EXPECT_EQ(load("truenorth").mesh.cores(), 4096);
}

TEST(CoreModel, ReadsPlainValuesOfUsers) {
  auto parsed = parseModel(kHead + "[mesh]\nwidth = 3\n[core]\nneurons = 10\n", "chip.toml");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(parsed->mesh.width, 3);
  EXPECT_EQ(parsed->limits.neurons, 10);
}

TEST(CoreModel, ErrorsNameFileLineAndKey) {
  EXPECT_EQ(explain("title = 'A chip'\n"),
            "chip.toml:1: name is missing; a core model has a name and a title");
  EXPECT_EQ(explain(kHead + "[core]\nneurons = 0\n"),
            "chip.toml:4: core.neurons must be a whole number from 1, found 0");
  EXPECT_EQ(explain(kHead + "[core]\nneurons = 'many'\n"),
            "chip.toml:4: core.neurons must be a whole number from 1, found many");
  EXPECT_EQ(explain(kHead + "[mesh]\nwide = 3\n"),
            "chip.toml:4: mesh.wide is not a key of [mesh], which has width, height, "
            "cores_per_router");
  EXPECT_EQ(explain(kHead + "speed = 3\n"), "chip.toml:3: speed is not a key of a core model");
  EXPECT_EQ(explain(kHead + "[capabilities]\nneuron = 'clever'\n"),
            "chip.toml:4: capabilities.neuron must be \"programmable\" or "
            "\"integrate_and_fire\", found clever");
  EXPECT_EQ(explain(kHead + "[capabilities]\nsigned_events = 1\n"),
            "chip.toml:4: capabilities.signed_events must be true or false, found 1");
  EXPECT_EQ(explain(kHead + "[energy]\nhop_x_pj = -1.5\n"),
            "chip.toml:4: energy.hop_x_pj must be a number of at least 0, found -1.5");
  EXPECT_EQ(explain(kHead + "[core]\nneurons = { value = 4, source = 'nobody2020' }\n"),
            "chip.toml:4: core.neurons cites 'nobody2020', which is not in [sources]");
  EXPECT_EQ(explain(kHead + "[core]\nneurons = { worth = 4 }\n"),
            "chip.toml:4: core.neurons has only a value and a source");
  EXPECT_EQ(explain(kHead + "core = 3\n"), "chip.toml:3: core must be a table");
  EXPECT_EQ(explain(kHead + "[core]\nneurons = [1, 2]\n"),
            "chip.toml:4: core.neurons must be a whole number from 1, found a list or a table");
  EXPECT_EQ(explain(kHead + "[mesh]\nwidth = 1024\nheight = 1025\n"),
            "chip.toml:3: mesh has more than 1048576 cores");
  EXPECT_EQ(explain("name = \n").substr(0, 12), "chip.toml:1:");
}

TEST(CoreModel, NamesWhatThereIs) {
  auto loaded = loadModel("loihi3");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(),
            "'loihi3' is not a core model; there are dynapcnn, generic, loihi, loihi2, odin, "
            "truenorth, or a file FILE.toml");
  loaded = loadModel("/nowhere/chip.toml");
  EXPECT_EQ(loaded.error(), "/nowhere/chip.toml: cannot be read");
}

} // namespace
} // namespace snnc::core
