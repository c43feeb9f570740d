#include "compiler/tune/Budget.h"

#include "compiler/tune/Bench.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <fmt/format.h>

namespace snnc::tune {

namespace {

/// By so much over the root of their number the error of some images may differ from that of others. On ResNet-20
/// that of 96 images differed from that of 571 others by up to 3.4 of these shares.
constexpr double kSpread = 5;

/// The number that a standard normal variable stays below with probability `p`, by bisection.
double getNormalQuantile(double p) {
  double low = -8, high = 8;
  for (int i = 0; i < 60; ++i) {
    double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

} // namespace

std::optional<Budget> parseBudget(llvm::StringRef text) {
  Budget budget;
  bool counts = false;
  for (llvm::StringRef condition : llvm::split(text, ',')) {
    auto [name, number] = condition.split('=');
    double value;
    if (number.getAsDouble(value))
      return std::nullopt;
    if (name == "agreement" && value > 0 && value <= 1 && !counts)
      budget.agreement = value;
    else if (name == "points" && value >= 0 && value <= 100 && !counts)
      budget.points = value;
    else if (name == "error" && value > 0 && value <= 1 && budget.error == 1)
      budget.error = value;
    else
      return std::nullopt;
    counts |= name != "error";
  }
  return budget;
}

llvm::StringRef getUsualBudget(const Metric &metric) {
  return metric.hasAnswers() ? kUsualBudget : "error=0.01";
}

std::string checkBudget(const Budget &budget, const Bench &bench) {
  if (!bench.metric().hasAnswers() && (budget.agreement > 0 || budget.points >= 0))
    return "counts answers, but the output is numbers (metric regression), which have none; give "
           "error=E, the share of their variance left unexplained, such as error=0.01";
  if (budget.points >= 0 && !bench.hasLabels())
    return "counts right answers, but the images have no labels";
  return "";
}

/// The least number of `digits` that is not below `value`.
static double roundUp(double value, int digits) {
  if (value <= 0)
    return 0;
  double unit = std::pow(10.0, std::floor(std::log10(value)) + 1 - digits);
  return unit * std::ceil(value / unit - 1e-6);
}

std::string describeKept(const Budget &budget, const Measurement &found,
                         const Measurement &heldOut) {
  double failed = std::max(0.0, budget.getFailures(found)), error = found.getDistortion();
  if (heldOut.images > 0) {
    failed = std::max(failed, budget.getFailures(heldOut));
    error = std::max(error, heldOut.getDistortion());
  }
  if (budget.points < 0 && budget.agreement == 0)
    return fmt::format("error={:g}", roundUp(error, /*digits=*/2));
  std::string text = budget.points >= 0
                         ? fmt::format("points={:g}", 100 * roundUp(failed, /*digits=*/2))
                         : fmt::format("agreement={:g}", 1 - roundUp(failed, /*digits=*/2));
  return budget.error < 1 ? fmt::format("{},error={:g}", text, roundUp(error, /*digits=*/2)) : text;
}

Bounds getBounds(double share, double count, double confidence) {
  if (count <= 0)
    return {};
  double z = getNormalQuantile(confidence), square = z * z / count;
  double middle = share + square / 2;
  double half = z * std::sqrt(share * (1 - share) / count + square / (4 * count));
  return {std::max(0.0, (middle - half) / (1 + square)),
          std::min(1.0, (middle + half) / (1 + square))};
}

double Budget::getFailures(const Measurement &found) const {
  return points >= 0 ? (found.lost - found.gained) / std::max(found.images, 1.0)
                     : 1 - found.getSafeAgreement();
}

/// Bounds of the share of failed images behind what was found. Images lost and gained count with the
/// variance of their difference: the other images say nothing.
static Bounds getFailureBounds(const Budget &budget, const Measurement &found, double confidence) {
  double failed = budget.getFailures(found);
  if (budget.points < 0)
    return getBounds(failed, found.images, confidence);
  double z = getNormalQuantile(confidence);
  double half = z * std::sqrt(found.lost + found.gained + z * z) / std::max(found.images, 1.0);
  return {failed - half, failed + half};
}

bool Budget::isKept(const Measurement &found) const {
  double failed =
      confidence > 0 ? getFailureBounds(*this, found, confidence).high : getFailures(found);
  return failed <= getLimit() + 1e-9 && (error == 1 || found.getDistortion() <= error);
}

bool Budget::isLost(const Measurement &found, double sure) const {
  if (getFailureBounds(*this, found, sure).low > getLimit())
    return true;
  double uncertain = kSpread / std::sqrt(std::max(found.images, 1.0));
  return error < 1 && found.getDistortion() > error * (1 + uncertain);
}

std::vector<Measurement> shareLuck(std::vector<Measurement> found, const Budget &budget) {
  struct Block {
    Measurement sum;
    size_t count;
  };
  std::vector<Block> blocks;
  for (const Measurement &one : found) {
    blocks.push_back({one, 1});
    while (blocks.size() > 1) {
      Block &last = blocks.back(), &before = blocks[blocks.size() - 2];
      if (budget.getFailures(before.sum) <= budget.getFailures(last.sum))
        break;
      before.sum += last.sum;
      before.count += last.count;
      blocks.pop_back();
    }
  }
  size_t i = 0;
  for (const Block &block : blocks)
    for (size_t end = i + block.count; i < end; ++i) {
      double part = found[i].images / block.sum.images;
      found[i].safe = block.sum.safe * part;
      found[i].lost = block.sum.lost * part;
      found[i].gained = block.sum.gained * part;
    }
  return found;
}

} // namespace snnc::tune
