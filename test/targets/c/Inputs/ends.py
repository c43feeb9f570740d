"""A network in one file, with a main function that compares each population's ends with its steps. Usage: FILE"""

import re
import sys

text = open(sys.argv[1]).read()
print(text)
print("#include <stdio.h>\nint main(void) {")
names = re.findall(r"static const snn_stairs (\w+)__stairs", text)
for name, shown in zip(names, "pqr"):
    form, function = ("periodic", "snn_end_periodic") if f"{name}__periodic " in text else ("closed", "snn_end_relu")
    shift = re.search(rf"const snn_population {name}__neurons", text) and re.search(
        rf"{{NULL, [^}}]*, {name}__scale, (\d+)}}", text)[1]
    print(f"""  {{
    long wrong = 0, most = 0, x;
    for (x = -1000; x <= 269000; ++x) {{
      int32_t sum = (int32_t)x, steps;
      int16_t end;
      const snn_operand operand = {{NULL, &sum, {name}__scale, {shift}}};
      snn_climb(&{name}__neurons, &operand, &{name}__stairs, 0, 1, &steps);
      {function}(&{name}__{form}, &sum, 1, SNN_I16, &end, 0);
      wrong += end != steps;
      most = steps > most ? steps : most;
    }}
    printf("{shown}: %ld of 270001 differ, up to %ld\\n", wrong, most);
  }}""")
print("  return 0;\n}")
