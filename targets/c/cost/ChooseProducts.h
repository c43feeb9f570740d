//===- ChooseProducts: the layers whose inputs are all multiplied ----------------------------------------===//
#ifndef SNNC_TARGETS_C_COST_CHOOSEPRODUCTS_H
#define SNNC_TARGETS_C_COST_CHOOSEPRODUCTS_H

#include "targets/c/SelfTest.h"
#include "targets/c/processor/Processor.h"

namespace snnc::c {

/// Marks deliveries of a program in the order of values, whose buffers have places, as dense where a processor is predicted to
/// take fewer instructions for dot products of all inputs than for rows of weights of those that are not 0.
void chooseProducts(exec::ProgramOp program, const Activity &activity, const Processor &processor);

} // namespace snnc::c

#endif
