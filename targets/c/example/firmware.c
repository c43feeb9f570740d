/* Runs the network on the inputs of self_test.h, on a machine without an operating system, and reports
 * through semihosting: a debugger's (or QEMU's) console. Exits with 0 when every output is as it must be;
 * with SNN_TRACE_EVENTS also every layer's events in every step. */
#include "firmware.h"

#include "self_test.h"
#include "snn_kernels.h"

#include <stddef.h>
#include <string.h>

static MODEL(_state) state;

#ifdef SNN_TRACE_EVENTS
#define CHECKED "outputs and events"
uint32_t snn_trace[SELF_TEST_LAYERS * MODEL(_STEPS)];
uint32_t snn_trace_at;
#else
#define CHECKED "outputs"
#endif

#ifdef SNN_MARK_LAYERS
/* Where a debugger or a counter of instructions sees that a layer begins. */
void __attribute__((noinline)) snn_layer(uint32_t layer) { __asm volatile("" : : "r"(layer)); }
#endif

/* One call to the host: operation and argument. */
static long semihost(long operation, const void *argument) {
#if defined(__riscv)
  register long a0 __asm("a0") = operation;
  register const void *a1 __asm("a1") = argument;
  __asm volatile(
      ".balign 16\n .option push\n .option norvc\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n "
      ".option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
#else
  register long r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
#endif
}

static void print(const char *text) { (void)semihost(0x04, text); }

static void print_number(uint32_t number) {
  char digits[11];
  char *at = digits + 10;
  *at = '\0';
  do {
    *--at = (char)('0' + number % 10U);
    number /= 10U;
  } while (number != 0U);
  print(at);
}

/* Whether all layers sent in all steps what they must for an image; says where it is not so first. */
static int check_events(uint32_t image) {
#ifdef SNN_TRACE_EVENTS
  uint32_t layer, t;
  for (layer = 0; layer < SELF_TEST_LAYERS; ++layer) {
    for (t = 0; t < MODEL(_STEPS); ++t) {
      const uint32_t at = layer * MODEL(_STEPS) + t;
      if (snn_trace[at] != self_test_events[image * SELF_TEST_LAYERS * MODEL(_STEPS) + at]) {
        print("image ");
        print_number(image);
        print(", layer ");
        print(self_test_layers[layer]);
        print(", step ");
        print_number(t);
        print(": other events than they must be\n");
        return 0;
      }
    }
  }
#endif
  (void)image;
  return 1;
}

/* Of a stream the first input is a sample, and all others are updates. */
static void run_network(uint32_t i, MODEL_OUTPUT *output) {
  const MODEL_INPUT *const input = self_test_inputs + i * MODEL(_INPUT_SIZE);
#ifdef SELF_TEST_IS_STREAM
  if (i > 0U) {
    MODEL(_update)(&state, input, output);
    return;
  }
#endif
  MODEL(_run)(&state, input, output);
}

/* Not static, so that instruction counts can name it. */
int run_self_test(void);
int run_self_test(void) {
  MODEL_OUTPUT output[MODEL(_OUTPUT_SIZE)];
  uint32_t i, good = 0;
  for (i = 0; i < SELF_TEST_SIZE; ++i) {
#ifdef SNN_TRACE_EVENTS
    memset(snn_trace, 0, sizeof(snn_trace));
#endif
    run_network(i, output);
    if (check_events(i) != 0 &&
        memcmp(output, self_test_outputs + i * MODEL(_OUTPUT_SIZE), sizeof(output)) == 0) {
      ++good;
    }
  }
  print_number(good);
  print(" of ");
  print_number(SELF_TEST_SIZE);
  print(" " CHECKED " as they must be, state of ");
  print_number((uint32_t)sizeof(state));
  print(" bytes\n");
  return good == SELF_TEST_SIZE ? 0 : 1;
}

int main(void) {
  unsigned long exit_code[2];
  exit_code[1] = (unsigned long)run_self_test();
  exit_code[0] = 0x20026UL; /* application exit */
  (void)semihost(0x20, exit_code);
  for (;;) {
  }
}
