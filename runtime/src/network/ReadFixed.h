//===- The integer part of a program file, believed as little as the rest -----------------------------===//
//
// docs/spec/fixed-point.md, FX-Q1 to FX-Q9. Functions give what is wrong, or an empty string.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_NETWORK_READFIXED_H
#define SNN_SRC_NETWORK_READFIXED_H

#include "runtime/format/program_generated.h"
#include "runtime/src/network/Network.h"
#include <functional>

namespace snn::detail {

/// Reads a tensor of a file; false when it has said what is wrong.
using ReadTensor = std::function<bool(const format::Tensor *, TensorView &)>;

std::string readFixed(const format::FixedInput *in, Operation &op, const ReadTensor &read);
std::string readFixed(const format::FixedNeuron *in, Operation &op, const ReadTensor &read);
std::string readFixed(const format::FixedOutput *in, Operation &op, const ReadTensor &read);

/// What the elements of a tensor are, and how many bytes each takes; 0 when that is unknown.
uint64_t setElement(TensorView &tensor, Precision precision, uint32_t bits);
/// Whether an integer fits in `bits` bits.
bool fitsBits(double number, uint32_t bits);
/// Whether `tensor` broadcasts to `shape`.
bool applies(const TensorView &tensor, const Shape &shape);

// What the integer form says together with the operation it belongs to.
std::string checkFixedInput(const Operation &op, uint32_t channels);
std::string checkFixedSynapse(const Operation &op);
std::string checkFixedNeuron(const Operation &op, const Shape &shape);

} // namespace snn::detail

#endif
