#include "compiler/calibrate/Saturation.h"

#include "dialects/ann/Attributes.h"
#include "mlir/IR/Builders.h"
#include <cmath>

using namespace mlir;

namespace snnc {

void relaxSaturation(ann::ClipOp clip, double min, double max) {
  auto steps = clip->getAttrOfType<DenseF64ArrayAttr>(ann::kSaturationAttrName);
  bool dropsLower =
      std::isfinite(clip.getLower()) && steps[0] > 0 && min >= clip.getLower() - steps[0];
  bool dropsUpper =
      std::isfinite(clip.getUpper()) && steps[1] > 0 && max <= clip.getUpper() + steps[1];
  if (dropsLower)
    clip.setMinAttr({});
  if (dropsUpper)
    clip.setMaxAttr({});
  clip->removeAttr(ann::kSaturationAttrName);
  bool hasUpper = std::isfinite(clip.getUpper());
  if (hasUpper || (std::isfinite(clip.getLower()) && clip.getLower() != 0))
    return;
  if (!std::isfinite(clip.getLower())) {
    clip.replaceAllUsesWith(clip.getInput());
    clip.erase();
    return;
  }
  OpBuilder builder(clip);
  auto relu = builder.create<ann::ReluOp>(clip.getLoc(), clip.getType(), clip.getInput());
  relu->setDiscardableAttrs(clip->getDiscardableAttrDictionary());
  clip.replaceAllUsesWith(relu.getOutput());
  clip.erase();
}

} // namespace snnc
