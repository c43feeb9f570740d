//===- RandomNetwork: small spiking networks of every kind, by number ------------------------------------===//
//
// The same seed gives the same network, as text of the snn dialect, so that a failing case can be
// printed, kept and run by hand.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TEST_EQUIVALENCE_RANDOMNETWORK_H
#define SNNC_TEST_EQUIVALENCE_RANDOMNETWORK_H

#include <cstdint>
#include <string>
#include <vector>

namespace snnc::test {

struct RandomNetwork {
  std::string text;          ///< a module with one function
  std::vector<double> input; ///< one sample
};

/// Which networks: any, those that have an integer form, or those that take updates (and have one).
enum class Networks { Any, Integer, Updatable };

/// Large ones have layers of hundreds of neurons, which several threads can divide.
enum class Sizes { Small, Large };

/// One output, or in two networks of three several: values on the way, the input, functions behind decoders.
enum class Outputs { One, Several };

RandomNetwork makeRandomNetwork(uint32_t seed, Networks networks = Networks::Any,
                                Sizes sizes = Sizes::Small, Outputs outputs = Outputs::One);

/// A random sequence of `count` inputs, the first of which is `first`: nothing changes, little does, everything does, an earlier
/// input comes back.
std::vector<std::vector<double>> makeFrames(const std::vector<double> &first, size_t count,
                                            uint32_t seed);

} // namespace snnc::test

#endif
