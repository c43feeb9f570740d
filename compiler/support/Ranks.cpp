#include "compiler/support/Ranks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#ifdef SNNC_HAS_MPI
#include <mpi.h>
#include <unistd.h>
#endif

namespace snnc::ranks {

namespace {

/// How many processes a launcher says that it started; 0: none did.
int countLaunched() {
  for (const char *name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char *text = std::getenv(name))
      return std::atoi(text);
  // PMIx has no variable for their number; Slurm has, and sets PMIX_RANK only where the step is one of MPI.
  if (std::getenv("PMIX_RANK"))
    if (const char *text = std::getenv("SLURM_STEP_NUM_TASKS"))
      return std::atoi(text);
  return 0;
}

unsigned ranks = 1, mine = 0, here = 1;

#ifdef SNNC_HAS_MPI
std::FILE *said = nullptr; ///< standard error of all ranks but the first

enum State : uint64_t { Working, Done, Failed };

/// What a rank says before each exchange.
struct Header {
  uint64_t state, size, where;
};

std::vector<Header> exchangeHeaders(Header header) {
  std::vector<Header> headers(ranks);
  MPI_Allgather(&header, sizeof(Header), MPI_BYTE, headers.data(), sizeof(Header), MPI_BYTE,
                MPI_COMM_WORLD);
  return headers;
}

std::vector<std::string> exchangeBytes(std::string_view bytes, const std::vector<Header> &headers) {
  constexpr uint64_t kChunk = uint64_t{1} << 28; // MPI counts with int
  std::vector<std::string> all(ranks);
  for (unsigned rank = 0; rank < ranks; ++rank) {
    all[rank].resize(headers[rank].size);
    if (rank == mine)
      std::copy(bytes.begin(), bytes.end(), all[rank].begin());
    for (uint64_t at = 0; at < all[rank].size(); at += kChunk)
      MPI_Bcast(all[rank].data() + at, static_cast<int>(std::min(kChunk, all[rank].size() - at)),
                MPI_BYTE, static_cast<int>(rank), MPI_COMM_WORLD);
  }
  return all;
}

/// The last line on standard error of a rank that is silent.
std::string getLastLine() {
  std::string text, line;
  if (!said)
    return text;
  std::fflush(stderr);
  std::rewind(said);
  for (int c; (c = std::fgetc(said)) != EOF;)
    text += static_cast<char>(c);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// Everybody's last words; the first rank prints those of one that failed when it did not fail itself.
void tellFailure(const std::vector<Header> &headers, std::string_view words) {
  std::vector<Header> sizes = exchangeHeaders({Done, words.size(), 0});
  std::vector<std::string> all = exchangeBytes(words, sizes);
  if (mine != 0 || headers[0].state == Failed)
    return;
  for (unsigned rank = 1; rank < ranks; ++rank)
    if (headers[rank].state == Failed) {
      std::fprintf(stderr, "snnc: error: process %u of %u failed: %s\n", rank + 1, ranks,
                   all[rank].c_str());
      return;
    }
}

/// Ends this process while others end, too.
[[noreturn]] void leave() {
  std::fflush(nullptr);
  MPI_Finalize();
  std::_Exit(1);
}

/// Returns only where all are at the same place. `words` are those of a rank that failed.
void checkAgreement(const std::vector<Header> &headers, std::string_view words,
                    std::string_view what) {
  if (std::any_of(headers.begin(), headers.end(),
                  [](const Header &header) { return header.state == Failed; })) {
    tellFailure(headers, words);
    leave();
  }
  for (const Header &header : headers)
    if (header.state != headers[0].state || header.where != headers[0].where) {
      if (isFirst())
        std::fprintf(stderr,
                     "snnc: error: the processes do not agree on what to do (%s): do all "
                     "of them have the same files?\n",
                     std::string(what).c_str());
      leave();
    }
}
#endif

} // namespace

unsigned count() { return ranks; }
unsigned index() { return mine; }
unsigned countHere() { return here; }

Share getShare(int64_t items, unsigned rank) {
  return {items * rank / ranks, items * (rank + 1) / ranks};
}

#ifdef SNNC_HAS_MPI

std::string start() {
  if (countLaunched() < 2)
    return {};
  // Many threads compute; one at a time talks to others.
  int level = 0, size = 1, rank = 0, local = 1;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level) != MPI_SUCCESS)
    return "MPI cannot be started";
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm machine;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &local);
  MPI_Comm_free(&machine);
  ranks = static_cast<unsigned>(size);
  mine = static_cast<unsigned>(rank);
  here = static_cast<unsigned>(local);
  if (isFirst())
    return {};
  said = std::tmpfile();
  if (!said || !std::freopen("/dev/null", "w", stdout) || ::dup2(::fileno(said), STDERR_FILENO) < 0)
    return "there is no place for temporary files";
  return {};
}

int finish(int code) {
  if (ranks == 1)
    return code;
  std::vector<Header> headers = exchangeHeaders({code == 0 ? Done : Failed, 0, 0});
  checkAgreement(headers, code == 0 ? "" : getLastLine(), "at the end");
  MPI_Finalize();
  return code;
}

std::vector<std::string> exchange(std::string_view bytes, std::string_view what) {
  if (ranks == 1)
    return {std::string(bytes)};
  std::vector<Header> headers =
      exchangeHeaders({Working, bytes.size(), std::hash<std::string_view>()(what)});
  checkAgreement(headers, "", what);
  return exchangeBytes(bytes, headers);
}

#else

std::string start() {
  if (int launched = countLaunched(); launched > 1)
    return fmt::format("started as one of {} processes, but built without MPI: install "
                       "libopenmpi-dev and build again, or start one process",
                       launched);
  return {};
}

int finish(int code) { return code; }

std::vector<std::string> exchange(std::string_view bytes, std::string_view) {
  return {std::string(bytes)};
}

#endif

} // namespace snnc::ranks
