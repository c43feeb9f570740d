"""A network in one file, with a main function that gives it 1, 2, 3, 4 and prints each output. Usage: FILE"""

import sys

print(open(sys.argv[1]).read())
print("""#include <stdio.h>
int main(void) {
  static network_state state;
  const int16_t input[4] = {1, 2, 3, 4};
  int32_t output[3];
  network_run(&state, input, output);
  printf("%d\\n%d %d\\n", (int)output[0], (int)output[1], (int)output[2]);
  return 0;
}""")
