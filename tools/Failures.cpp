#include "tools/Failures.h"

#include "llvm/Support/ErrorHandling.h"
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

namespace snnc {

namespace {

const char *toolName = "snnc";

/// What the dialects take at the start, and more: MLIR does not look whether malloc gives their tables memory.
constexpr size_t kStart = size_t(32) << 20;

/// Nothing here allocates: there may be no memory. Destructors are left out, since other threads may be running.
[[noreturn]] void leave(const char *message) {
  std::fprintf(stderr, "%s: error: %s\n", toolName, message);
  std::_Exit(1);
}

[[noreturn]] void onTerminate() {
  if (std::exception_ptr problem = std::current_exception()) {
    try {
      std::rethrow_exception(problem);
    } catch (const std::bad_alloc &) {
      leave("out of memory");
    } catch (const std::exception &error) {
      leave(error.what());
    } catch (...) {
    }
  }
  std::abort();
}

} // namespace

void installFailureMessages(const char *tool) {
  toolName = tool;
  std::set_terminate(onTerminate);
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { leave("out of memory"); });
  llvm::install_fatal_error_handler(
      [](void *, const char *reason, bool) { leave(reason ? reason : "LLVM gives up"); });
  void *start = std::malloc(kStart);
  *const_cast<void *volatile *>(&start) = start; // or the compiler leaves both calls out
  if (!start)
    leave("out of memory");
  std::free(start);
}

} // namespace snnc
