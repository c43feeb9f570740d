# Writes a C++ file with the text of the C files that go beside generated programs:
# cmake -DOUTPUT=... -DFIXED=fixed.h -DKERNELS=kernels -P this.
file(READ ${FIXED} fixed)
file(READ ${KERNELS}/snn_core.h header)
file(READ ${KERNELS}/snn_core.c source)
file(READ ${KERNELS}/self_test.c self_test)
file(READ ${KERNELS}/Makefile makefile)
file(WRITE ${OUTPUT} "// Made by BundleKernels.cmake.
namespace snnc::core {
extern const char *const kFixedHeader, *const kCoreHeader, *const kCoreSource;
extern const char *const kSelfTestSource, *const kSelfTestMakefile;
const char *const kFixedHeader = R\"text(${fixed})text\";
const char *const kCoreHeader = R\"text(${header})text\";
const char *const kCoreSource = R\"text(${source})text\";
const char *const kSelfTestSource = R\"text(${self_test})text\";
const char *const kSelfTestMakefile = R\"text(${makefile})text\";
} // namespace snnc::core
")
