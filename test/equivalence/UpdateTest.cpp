//===- Updates: the same events from the runtime and the reference, whatever came before ---------------------===//
//
// Random networks that take updates, in float64 and in integers, and random sequences of frames: nothing changes,
// little does, everything does, an earlier frame comes back. In any order of groups and steps and with any number of
// threads the runtime sends the events of the reference interpreter, of every frame in every step, and ends in its
// outputs; its orders and threads agree bit for bit, in statistics, too.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/reference/FixedEvaluator.h"
#include "compiler/reference/SpikingEvaluator.h"
#include "mlir/Parser/Parser.h"
#include "runtime/src/plan/Plan.h"
#include "snn/Engine.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12, kFrames = 7;
constexpr double kTie = 1e-9;

using Frame = std::vector<double>;

struct Event {
  size_t layer;
  uint32_t time, element;
  double worth;
  bool operator==(const Event &) const = default;
  auto operator<=>(const Event &) const = default;
};

/// What became of a frame.
struct Answer {
  std::vector<Event> events; ///< by layer, time and element
  Frame outputs;             ///< decoded
  std::vector<Frame> looks;  ///< y of every layer that follows a function
  std::vector<std::array<uint64_t, 8>> statistics;
  uint32_t divided = 0; ///< layers that several threads computed
};

std::vector<Answer> runRuntime(const ::snn::Program &program, const std::vector<Frame> &frames,
                               ::snn::Order order, const ::snn::EngineOptions &options) {
  ::snn::Engine engine(program, options);
  std::vector<Answer> answers;
  for (const Frame &frame : frames) {
    Answer &answer = answers.emplace_back();
    engine.watch([&](size_t layer, uint32_t time, uint32_t element, double worth) {
      answer.events.push_back({layer, time, element, worth});
    });
    if (answers.size() == 1)
      engine.start(frame.data());
    else if (auto problem = engine.update(frame.data()))
      ADD_FAILURE() << problem->message;
    uint32_t visits = 0;
    if (answers.size() % 2)
      engine.run(kSteps, order, [&](uint32_t) { ++visits; });
    else
      engine.run(kSteps, order);
    EXPECT_EQ(visits, answers.size() % 2 ? kSteps : 0);
    std::sort(answer.events.begin(), answer.events.end());
    answer.outputs.assign(engine.decoded(), engine.decoded() + program.decodedSize());
    for (size_t i = 0; i < program.layers().size(); ++i) {
      Frame targets(program.layers()[i].neurons), outputs = targets;
      if (engine.look(i, targets.data(), outputs.data()))
        answer.looks.push_back(outputs);
    }
    for (const ::snn::LayerStatistics &s : engine.statistics())
      answer.statistics.push_back({s.events, s.synapticOps, s.gradedOps, s.activeSteps, s.updates,
                                   s.ways[0], s.ways[1], s.ways[2]});
    for (unsigned threads : engine.layerThreads())
      answer.divided += threads > 1;
    uint32_t end = 0;
    for (const Event &event : answer.events)
      end = std::max(end, event.time + 1);
    EXPECT_EQ(engine.eventsEnd(), end);
  }
  engine.watch({});
  return answers;
}

/// The same by any way; checks that all of them agree. Adds to `divided` the layers of updates that several threads
/// computed.
std::vector<Answer> runAllWays(const ::snn::Program &program, const std::vector<Frame> &frames,
                               double threshold, uint32_t &divided) {
  std::vector<Answer> wanted;
  for (unsigned threads : {1u, 3u})
    for (::snn::Order order : {::snn::Order::Layers, ::snn::Order::Steps}) {
      std::vector<Answer> found = runRuntime(
          program, frames, order,
          {.threads = threads, .smallestPart = 0, .updates = true, .inputThreshold = threshold});
      if (wanted.empty())
        wanted = found;
      for (size_t n = 0; n < frames.size(); ++n) {
        EXPECT_TRUE(found[n].events == wanted[n].events) << "frame " << n;
        EXPECT_EQ(found[n].outputs, wanted[n].outputs) << "frame " << n;
        EXPECT_EQ(found[n].looks, wanted[n].looks) << "frame " << n;
        EXPECT_EQ(found[n].statistics, wanted[n].statistics) << "frame " << n;
        divided += n > 0 ? found[n].divided : 0;
      }
    }
  return wanted;
}

/// What streams carried in time step `t` of the reference, as events.
template <typename Reference>
void listEvents(func::FuncOp network, const Reference &reference, uint32_t t,
                std::vector<Event> &events) {
  size_t layer = 0;
  for (Operation &op : network.front()) {
    if (op.getNumResults() != 1 || !isa<snn::SpikesType>(op.getResult(0).getType()))
      continue;
    const reference::Numbers &sent = reference.delivered(op.getResult(0));
    for (uint32_t i = 0; i < sent.size(); ++i)
      if (sent[i] != 0)
        events.push_back({layer, t, i, sent[i]});
    ++layer;
  }
}

/// Frames until rounding decides an event.
size_t compareReal(func::FuncOp network, const std::vector<Frame> &frames, double threshold,
                   uint32_t &divided) {
  auto program = makeProgram(network, "random", kSteps);
  EXPECT_TRUE(program) << program.error();
  auto reference = reference::SpikingEvaluator::create(network);
  std::vector<Answer> found = runAllWays(*program, frames, threshold, divided);
  for (size_t n = 0; n < frames.size(); ++n) {
    SCOPED_TRACE("frame " + std::to_string(n));
    if (n == 0)
      reference->start(frames[n]);
    else
      EXPECT_TRUE(succeeded(reference->update(frames[n], threshold)));
    std::vector<Event> events;
    for (uint32_t t = 0; t < kSteps; ++t) {
      reference->step();
      if (reference->nearestTie() < kTie)
        return n;
      listEvents(network, *reference, t, events);
    }
    std::sort(events.begin(), events.end());
    EXPECT_EQ(found[n].events.size(), events.size());
    if (found[n].events.size() != events.size())
      return n;
    for (size_t i = 0; i < events.size(); ++i) {
      const Event &one = found[n].events[i], &other = events[i];
      EXPECT_EQ(std::tie(one.layer, one.time, one.element),
                std::tie(other.layer, other.time, other.element));
      EXPECT_NEAR(one.worth, other.worth, 1e-12 * std::abs(other.worth));
    }
    reference::Numbers decoded = reference->decoded();
    for (size_t i = 0; i < decoded.size(); ++i)
      EXPECT_NEAR(found[n].outputs[i], decoded[i], 1e-9 * (1 + std::abs(decoded[i])));
  }
  return frames.size();
}

void compareIntegers(func::FuncOp network, const ::snn::Program &program,
                     const std::vector<Frame> &frames, double threshold, uint32_t &divided) {
  auto reference = reference::FixedEvaluator::create(network);
  snn::FixedInputAttr form = *(*network.getOps<snn::EncodeOp>().begin()).getFixed();
  double unit = form.getRaw() == snn::RawInput::U8
                    ? 255
                    : std::ldexp(1.0, static_cast<int>(form.getRawFraction()));
  std::vector<int32_t> thresholds;
  for (int64_t multiplier : form.getMultipliers().asArrayRef())
    thresholds.push_back(static_cast<int32_t>(std::min(
        65535.0, std::floor(std::ldexp(threshold * unit * static_cast<double>(std::abs(multiplier)),
                                       -static_cast<int>(form.getShift()))))));
  std::vector<Answer> found = runAllWays(program, frames, threshold, divided);
  for (size_t n = 0; n < frames.size(); ++n) {
    SCOPED_TRACE("frame " + std::to_string(n));
    std::vector<int32_t> raw;
    for (double value : frames[n])
      raw.push_back(reference::FixedEvaluator::readRaw(form, value));
    if (n == 0)
      reference->start(raw);
    else
      ASSERT_TRUE(succeeded(reference->update(raw, thresholds)));
    std::vector<Event> events;
    for (uint32_t t = 0; t < kSteps; ++t) {
      reference->step();
      listEvents(network, *reference, t, events);
    }
    std::sort(events.begin(), events.end());
    ASSERT_TRUE(found[n].events == events);
    std::vector<int32_t> wanted = reference->output();
    for (const ::snn::detail::Decoder &decoder : program.plan()->decoders) {
      const auto &output = program.plan()->network.operations[decoder.operation].fixedOutput;
      for (uint64_t i = 0; i < decoder.order.size(); ++i)
        ASSERT_EQ(
            std::ldexp(found[n].outputs[decoder.offset + i], static_cast<int>(output.fraction)),
            wanted[decoder.offset + i]);
    }
  }
}

Sizes sizeOf(uint32_t seed) { return seed % 4 == 3 ? Sizes::Large : Sizes::Small; }
double thresholdOf(uint32_t seed) { return seed % 3 == 0 ? 0.03 : 0; }

TEST(Updates, RealNetworks) {
  MLIRContext context;
  loadDialects(context);
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 80);
  size_t frames = 0;
  uint32_t divided = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Updatable, sizeOf(seed), Outputs::Several);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" +
                 (sizeOf(seed) == Sizes::Small ? random.text : ""));
    auto module = parseSourceString<ModuleOp>(random.text, &context);
    ASSERT_TRUE(module);
    frames += compareReal(*module->getOps<func::FuncOp>().begin(),
                          makeFrames(random.input, kFrames, seed), thresholdOf(seed), divided);
    if (HasFailure())
      return;
  }
  EXPECT_GT(divided, cases);
  expectPinned("SNNC_RANDOM_CASES", static_cast<uint32_t>(frames), 507, "frames until a tie");
  RecordProperty("frames", static_cast<int>(frames));
}

TEST(Updates, IntegerNetworks) {
  MLIRContext context;
  loadDialects(context);
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 150), compared = 0, refused = 0, divided = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Updatable, sizeOf(seed), Outputs::Several);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    func::FuncOp network = *module->getOps<func::FuncOp>().begin();
    auto program = makeProgram(network, "random", kSteps);
    ASSERT_TRUE(program) << program.error();
    if (auto problem = ::snn::checkUpdates(*program)) {
      EXPECT_TRUE(problem->message.find("16 bits") != std::string::npos ||
                  problem->message.find("32 bits") != std::string::npos)
          << problem->message;
      ++refused;
      continue;
    }
    ++compared;
    SCOPED_TRACE("seed " + std::to_string(seed));
    compareIntegers(network, *program, makeFrames(random.input, kFrames, seed), thresholdOf(seed),
                    divided);
    if (HasFailure())
      return;
  }
  EXPECT_GT(divided, compared);
  expectPinned("SNNC_RANDOM_CASES", compared, 73, "networks that take updates");
  expectPinned("SNNC_RANDOM_CASES", refused, 72, "integer networks that take none");
  RecordProperty("compared", static_cast<int>(compared));
  RecordProperty("refused", static_cast<int>(refused));
}

} // namespace
} // namespace snnc::test
