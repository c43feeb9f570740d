//===- CoreModel: what a neuromorphic core can hold, can do, and costs --------------------------------===//
//
// A core model is a TOML file (docs/format/core-model.md): limits of a core, the mesh it sits in, what it
// can do, and what an operation costs, each figure with the publication it is from. Chips are data:
// nothing in the compiler asks for a name.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_MODEL_COREMODEL_H
#define SNNC_TARGETS_CORE_MODEL_COREMODEL_H

#include "snn/Result.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace snnc::core {

/// A limit that is not given.
inline constexpr int64_t kUnlimited = -1;

/// Cores sit in groups at the routers of a mesh; a message takes |dx| + |dy| hops, x first.
struct Mesh {
  int64_t width = 1, height = 1;
  int64_t coresPerRouter = 1;

  int64_t cores() const { return width * height * coresPerRouter; }
};

/// Limits of one core; kUnlimited where a file says nothing.
struct Limits {
  int64_t neurons = kUnlimited;      ///< neurons
  int64_t populations = kUnlimited;  ///< slices of layers
  int64_t synapseBits = kUnlimited;  ///< memory for weights, in bits
  int64_t neuronBits = kUnlimited;   ///< memory for the states of all neurons, in bits
  int64_t weightBits = kUnlimited;   ///< width of one weight, sign included
  int64_t stateBits = kUnlimited;    ///< width of one state variable
  int64_t fanIn = kUnlimited;        ///< sources of one neuron
  int64_t fanOut = kUnlimited;       ///< synapses one neuron drives
  int64_t inAxons = kUnlimited;      ///< sources of all neurons of a core together
  int64_t outAxons = kUnlimited;     ///< pairs of a neuron of the core and a core it sends to
  int64_t destinations = kUnlimited; ///< cores one neuron sends to
  int64_t maxDelay = 0;              ///< steps a spike may wait beyond the next one
};

enum class NeuronKind {
  Programmable,    ///< any update of a few states: signGD among them
  IntegrateAndFire ///< fixed: leak, threshold, reset
};

struct Capabilities {
  NeuronKind neuron = NeuronKind::Programmable;
  bool signedEvents = true;  ///< an event carries a sign
  int64_t gradedBits = 0;    ///< bits of an event's value; 0: events have none
  bool stepShift = true;     ///< the receiver scales a weight by a step size that changes over time
  bool sharedWeights = true; ///< one copy of a convolution's kernel serves all positions in a core
  int64_t axonChannels = 1;  ///< channels of one position that share an in-axon
  int64_t weightValues = 0;  ///< different weights one neuron can have; 0: any number
  bool signPerSource = false; ///< all weights of a source have one sign
};

/// Picojoules, and watts for what is drawn whether or not anything happens. Negative: not published.
struct Energy {
  double staticMilliwatts = -1;            ///< the chip at rest
  double clockMicrowattsPerMegahertz = -1; ///< the clock, without work
  double synapticOperation = -1;           ///< one weight added
  double neuronUpdate = -1;                ///< one neuron, one step
  double spike = -1;                       ///< one neuron sends
  double message = -1;                     ///< one event leaves for one core
  double hopX = -1, hopY = -1;             ///< one event passes one link
};

/// Nanoseconds; negative: not published.
struct Timing {
  double clockMegahertz = -1; ///< of clocked chips
  double step = -1;           ///< a fixed time step
  double barrier = -1;        ///< end of a step on the whole chip
  double synapticOperation = -1;
  double neuronUpdate = -1;
  double spike = -1;
  double hopX = -1, hopY = -1;
};

/// A figure as the file states it, for people: "core.neurons", "1024", "davies2018, table I".
struct Figure {
  std::string key, value, source;
};

struct CoreModel {
  std::string name, title;
  Mesh mesh;
  Limits limits;
  Capabilities capabilities;
  Energy energy;
  Timing timing;
  std::map<std::string, std::string> sources; ///< publications by their short name
  std::vector<Figure> figures;                ///< every number given, in file order of sections
};

/// The model in the TOML text `text`; `file` names it in errors: one line with file, line and key.
::snn::Result<CoreModel> parseModel(const std::string &text, const std::string &file);

/// A bundled model by name, or the model in the file of that path (recognized by its ending .toml).
::snn::Result<CoreModel> loadModel(const std::string &nameOrPath);

/// Names of the bundled models, in alphabetical order.
std::vector<std::string> bundledModels();

} // namespace snnc::core

#endif
