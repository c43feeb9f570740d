# find_package(snn) gives the target snn::runtime, with what it links to.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(HWY CONFIG NAMES HWY hwy)
include("${CMAKE_CURRENT_LIST_DIR}/snn-targets.cmake")
