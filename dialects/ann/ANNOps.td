//===- Operations of the ann dialect, by family ----------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNOPS_TD
#define SNNC_DIALECTS_ANN_ANNOPS_TD

include "dialects/ann/ANNLinear.td"
include "dialects/ann/ANNNormalizations.td"
include "dialects/ann/ANNActivations.td"
include "dialects/ann/ANNArithmetic.td"
include "dialects/ann/ANNPooling.td"
include "dialects/ann/ANNShapes.td"

#endif
