#include "targets/c/State.h"

#include "targets/c/Lines.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

using namespace mlir;

namespace snnc::c {

namespace {

/// Bits of the elements that the state has, in the order of the exec dialect's arena.
constexpr int64_t kElementBits[] = {32, 16, 8};

const char *getType(int64_t bits) {
  return bits == 32 ? "int32_t" : bits == 16 ? "int16_t" : "uint8_t";
}

int64_t getBegin(exec::BufferOp buffer) { return static_cast<int64_t>(*buffer.getAt()); }
int64_t getEnd(exec::BufferOp buffer) { return getBegin(buffer) + buffer.getNumElements(); }

/// The buffers of so many bits, by where they lie, those that are needed first in front.
std::vector<exec::BufferOp> getBuffers(exec::ProgramOp program, int64_t bits) {
  std::vector<exec::BufferOp> buffers;
  for (auto buffer : program.getBody().getOps<exec::BufferOp>())
    if (buffer.getBits() == static_cast<unsigned>(bits) && !buffer.getOutput())
      buffers.push_back(buffer);
  auto keyOf = [](exec::BufferOp buffer) {
    ArrayRef<int64_t> live = *buffer.getLive();
    return std::tuple(getBegin(buffer), live[0], live[1], buffer.getName());
  };
  std::sort(buffers.begin(), buffers.end(),
            [&](exec::BufferOp a, exec::BufferOp b) { return keyOf(a) < keyOf(b); });
  return buffers;
}

/// Which layers need a buffer.
std::string getLayers(exec::ProgramOp program, exec::BufferOp buffer) {
  auto layers = program.getBody().getOps<exec::LayerOp>();
  auto nameOf = [&](int64_t layer) {
    return (*std::next(layers.begin(), layer)).getSymName().str();
  };
  ArrayRef<int64_t> live = *buffer.getLive();
  std::string first = nameOf(live[0]);
  return live[0] == live[1] ? first : first + " to " + nameOf(live[1]);
}

/// A buffer as a member: an array, of those that share memory behind what lies before it.
std::string writeMember(exec::ProgramOp program, const StateRegion &region, exec::BufferOp buffer,
                        int64_t base) {
  const char *type = getType(region.bits);
  const int64_t width = region.bits / 8, before = getBegin(buffer) - region.at;
  const std::string array =
      fmt::format("{}[{}];", before ? "data" : buffer.getName().str(), buffer.getNumElements());
  return fmt::format("  /* {} .. {}: {}; {} */\n", base + getBegin(buffer) * width,
                     base + getEnd(buffer) * width, buffer.getPurpose().str(),
                     getLayers(program, buffer)) +
         (before ? fmt::format("  struct {{ {0} before[{1}]; {0} {2} }} {3};\n", type, before,
                               array, buffer.getName().str())
                 : fmt::format("  {} {}\n", type, array));
}

} // namespace

std::vector<StateRegion> getRegions(exec::ProgramOp program) {
  std::vector<StateRegion> regions;
  size_t shared = 0, unused = 0;
  for (auto [bits, elements] : llvm::zip(kElementBits, *program.getArena())) {
    int64_t end = 0;
    auto skipTo = [&](int64_t at) {
      if (at > end)
        regions.push_back({bits, end, at - end, {}, fmt::format("unused__{}", unused++)});
      end = std::max(end, at);
    };
    const size_t first = regions.size();
    for (exec::BufferOp buffer : getBuffers(program, bits)) {
      if (regions.size() == first || getBegin(buffer) >= end) {
        skipTo(getBegin(buffer));
        regions.push_back({bits, end, 0, {}, ""});
      }
      end = std::max(end, getEnd(buffer));
      regions.back().buffers.push_back(buffer);
      regions.back().size = end - regions.back().at;
    }
    skipTo(elements);
  }
  for (StateRegion &region : regions)
    if (region.buffers.size() == 1)
      region.name = region.buffers[0].getName().str();
    else if (!region.buffers.empty())
      region.name = fmt::format("shared__{}", shared++);
  return regions;
}

std::string getMember(const StateRegion &region, exec::BufferOp buffer) {
  if (region.buffers.size() == 1)
    return region.name;
  return fmt::format("{}.{}{}", region.name, buffer.getName().str(),
                     getBegin(buffer) > region.at ? ".data" : "");
}

std::string writeMembers(exec::ProgramOp program) {
  std::string text;
  int64_t byte = 0; // regions lie one behind another
  for (const StateRegion &region : getRegions(program)) {
    const int64_t width = region.bits / 8, base = byte - region.at * width;
    byte += region.size * width;
    std::string members;
    for (exec::BufferOp buffer : region.buffers)
      members += writeMember(program, region, buffer, base);
    if (region.buffers.empty())
      members = fmt::format("  {} {}[{}];\n", getType(region.bits), region.name, region.size);
    text += region.buffers.size() < 2
                ? members
                : fmt::format("  union {{\n{}  }} {};\n", indent(members), region.name);
  }
  return text;
}

} // namespace snnc::c
