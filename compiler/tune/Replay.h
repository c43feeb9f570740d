//===- Replay: what a layer would have sent under other choices ---------------------------------------------===//
//
// A recording holds what each neuron strove for in every step. Replaying it with other dead zones, another
// scale or another initial output costs a few operations per step, so that thousands of choices can be
// tried where the network itself could be run once. What a replay leaves out is how other layers would
// have answered: recordings are made anew after each round.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_REPLAY_H
#define SNNC_COMPILER_TUNE_REPLAY_H

#include "compiler/tune/Candidate.h"
#include "compiler/tune/Measurement.h"

namespace snnc::tune {

/// What an error and an event cost.
struct Weights {
  double error = 1; ///< of a mean square error in units of the range
  double event = 1; ///< of one event in every neuron
};

/// Means over the neurons of a recording.
struct Outcome {
  double events = 0;
  double error = 0; ///< square of f(x) - gain * y after the last step
  double gain = 1;  ///< the best one: what shrinks all outputs of a layer alike hardly matters
  double cost(const Weights &weights) const {
    return weights.error * error + weights.event * events;
  }
};

Outcome replay(const Recording &recording, const Frame &frame, const Choice &choice);

/// The scale and dead zones that cost least near `from`: descends one coordinate at a time. May drop
/// last steps that are not worth their events.
Choice optimizeSteps(const Recording &recording, const Frame &frame, const Weights &weights,
                     const Choice &from);

/// The initial output of each channel that costs least, of 0 and quantiles of what its neurons strove for.
Choice optimizeInitial(const Recording &recording, const Frame &frame, const Weights &weights,
                       const Choice &from);

} // namespace snnc::tune

#endif
