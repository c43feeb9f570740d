//===- Options: every choice that a user has, once ----------------------------------------------------------===//
//
// The name of an option, the values it takes, its default and its sentence stand here and nowhere else. From this table
// come
//   - the flags of `snnc` (tools) and the members of its option structs (Options.inc, by options.py),
//   - the options of passes (each stage's Passes.td names the records) and of `snn-opt --snnc-pipeline`,
//   - the page docs/guides/options.md (scripts/write-options; a test compares).
// It is one table, and long because there are that many options: cut in two, nobody could say in which part one stands.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_OPTIONS_OPTIONS_TD
#define SNNC_COMPILER_OPTIONS_OPTIONS_TD

include "mlir/Pass/PassBase.td"

/// What the command line and the page say of an option, beside what an option of a pass has.
class Setting<string name, string kind, string initial> {
  /// Where it belongs: the struct that has it as a member.
  string group = ?;
  /// On the command line, without dashes. A letter alone before it is its short form: "o,output".
  string flag = name;
  /// The member of the struct, where it is not as that of a pass.
  string memberType = kind;
  string memberInitial = initial;
  /// The closed set of what it takes; empty: the sentence says.
  list<string> choices = [];
  /// What a user writes behind the flag on the page: FILE, N ...
  string placeholder = "";
  /// What the default is, in words, where it is not `memberInitial`.
  string shown = "";
  /// Smallest and largest number that it takes; empty: any.
  string min = "";
  string max = "";
  /// Whether it has no flag (a positional argument), and whether it must be there.
  bit isPositional = 0;
  bit isRequired = 0;
  /// What separates several values in one word; empty: the flag is given several times.
  string delimiter = "";
  /// What it takes where its value is left out; empty: there must be one.
  string implied = "";
  /// What the page says, in Markdown; empty: the sentence.
  string page = "";
}

/// One value of a C++ type. As an option of a pass it is called `argument`: as the flag, if nothing else is said.
class Value<string member, string name, string kind, string initial, string help>
    : Option<member, name, kind, initial, help>, Setting<name, kind, initial>;

/// A choice among words.
class Choice<string member, string name, list<string> words, string initial, string help>
    : Value<member, name, "std::string", !strconcat("\"", initial, "\""),
            !strconcat(!interleave(words, " | "), ": ", help)> {
  let choices = words;
}

class Text<string member, string name, string help>
    : Value<member, name, "std::string", "\"\"", help>;
class Flag<string member, string name, string help> : Value<member, name, "bool", "false", help>;

/// Several words.
class List<string member, string name, string help>
    : ListOption<member, name, "std::string", help>, Setting<name, "std::vector<std::string>", "">;

//===- How a trained network becomes a spiking one: `compile`, `emit c`, `map`, and --snnc-pipeline -----------------===//

let group = "Pipeline" in {

def Calibration : Text<"calibration", "calibrate",
                       "training images (.npz with x, .npy, IDX) that show how large activations get"> {
  let argument = "data";
  let placeholder = "FILE";
  let page = "images that show how large activations get; some hundred of the training set";
}

def Dynamics : Choice<"dynamics", "dynamics", ["signgd", "subgradient"], "signgd", "what neurons do"> {
  let page = "`signgd`: sign gradient descent, any function. `subgradient`: the paper's rate-coded integrate-and-fire neurons, ReLU only";
}

def Schedule : Text<"schedule", "schedule",
    "exponential:FIRST,RATIO | inverse:FIRST | constant:FIRST | dyadic:FIRST,REPEAT,STEPS: the step size of each time step; auto: as many steps as the calibration images ask for"> {
  let shown = "auto";
  let page = [{`auto`: halving steps, as many as the calibration images ask for ([how](driver.md#how-neurons-send)). Else the step size of step k: `exponential:ETA0,GAMMA` is `ETA0 * GAMMA^k`, `inverse:ETA0` is `ETA0 / (k + 1)`, `constant:ETA0`, `dyadic:ETA0,REPEAT,STEPS` is `ETA0 * 2^-floor(k / REPEAT)` for `STEPS` steps}];
}

def Code : Value<"code", "code", "std::string", "\"sign\"",
                   "sign | ternary[:DEAD_ZONE]: what a neuron sends in a time step"> {
  let shown = "ternary:0.66";
  let page = "`sign`: -1 or +1 from every neuron in every step. `ternary` or `ternary:DEAD_ZONE`: nothing while the error is within `DEAD_ZONE` (0.5) steps";
}

def Skew : Value<"skew", "skew", "double", "0.0", "time steps by which each layer starts later"> {
  let memberType = "std::optional<double>";
  let placeholder = "S";
  let shown = "what the schedule auto says";
  let page = "layer `l` starts its schedule at time step `floor(S * l)`";
}

def InputCode : Choice<"inputCode", "input-code", ["direct", "float", "spike"], "direct", "how the input is sent"> {
  let page = "`direct`: the input at once, in the first step. `float`, `spike`: the paper's, a little in every step";
}

def Gelu : Choice<"gelu", "gelu", ["exact", "sigmoid"], "exact", "sigmoid is x * sigmoid(1.702 x)"> {
  let page = "`exact`: the function itself. `sigmoid`: `x * sigmoid(1.702 x)`, as in the paper's code";
}

def Norm : Choice<"norm", "norm", ["clamped", "unclamped"], "clamped",
                  "whether a variance whose estimate is below 0 counts as 0, or makes the neuron of a normalization rise"> {
  let page = "`clamped`: a variance that a normalization estimates below 0 on its way counts as 0. `unclamped`: the neuron rises until it is positive, as in the paper's code; for comparison with it, not with `--quantize`";
}

def Products : Choice<"products", "products", ["auto", "synapse", "neuron"], "auto",
                      "how two activations are multiplied"> {
  let page = "how two activations are multiplied: `synapse`: exactly, by a bilinear synapse. `neuron`: a neuron follows each scalar product, as in the paper's code. `auto`: what is estimated to take fewer operations ([how](functions-and-conversion.md#products))";
}

def Softmax : Choice<"softmax", "softmax", ["max", "bound"], "max",
                     "what is subtracted before the exponentials, the row's own maximum or a calibrated bound"> {
  let page = "what is subtracted before the exponentials: `max`: the row's own largest input, which a tree of maximum neurons finds. `bound`: the largest input of that row in calibration (nothing with `--scale-per neuron`, as in the paper's code); fewer neurons, but rows that stay far below it get no answer ([measured](../results/models.md#what-a-softmax-subtracts))";
}

def Head : Choice<"head", "head", ["host", "spikes"], "host",
                  "where a softmax, sigmoid or argmax that ends the network is computed"> {
  let page = "where a Softmax, LogSoftmax, Sigmoid, HardSigmoid, Tanh or ArgMax that ends the network is computed. `host`: behind the decoder, exactly ([heads](driver.md#outputs-and-heads)). `spikes`: by neurons, as anywhere else (ArgMax cannot). Also for `check`";
}

def Bottlenecks : Choice<"bottlenecks", "bottlenecks", ["linear", "neurons"], "neurons",
                         "whether neurons stand between linear operators, which makes updates of a stream cheaper"> {
  let memberInitial = "\"linear\"";
  let page = "`neurons`: neurons that follow the identity stand between linear operators, which makes updates of a stream cheaper ([streams](streams.md))";
}

def Hysteresis : Value<"hysteresis", "hysteresis", "double", "0.0",
                       "updates of a stream: what a neuron must be off by to say so, in last steps of its schedule"> {
  let placeholder = "H";
  let page = "what a neuron must be off by in an update of a stream to say so, in last steps of its schedule; ternary code ([streams](streams.md))";
}

def ScalePer : Choice<"scalePer", "scale-per", ["channel", "neuron", "tensor"], "channel", "what shares a scale"> {
  let page = "what shares a scale: `channel`, `tensor`, or `neuron` (the paper's code: one per position, ReLU only, does not fold into convolutions). Channels of a layer of which the calibration images show fewer than 1,000 values each (images times positions) share one scale: a few values do not tell how large others get";
}

def Units : Choice<"units", "units", ["balanced", "range"], "balanced",
                   "whether channels that matter less to those who hear them count in larger units (ternary code), or all in their own range"> {
  let memberInitial = "\"range\"";
  let shown = "balanced with schedule auto, else range";
  let page = "with the ternary code: `balanced`: channels that matter less than the median of their layer count in larger units, up to 8 times, and send fewer events. `range`: every channel in its own range ([units](functions-and-conversion.md#scales))";
}

def Headroom : Value<"headroom", "headroom", "double", "1.0",
                       "by what activations may exceed what calibration shows"> {
  let min = "1";
  let max = "1024";
  let placeholder = "F";
  let page = "activations may be up to `F` times as large as on the calibration images before they clip; with `--quantize` the input too, where `--input-headroom` says nothing else ([ranges](functions-and-conversion.md#scales))";
}

def InputHeadroom : Value<"inputHeadroom", "input-headroom", "double", "1.0",
                          "by what the input of a quantized network may exceed what calibration shows"> {
  let memberType = "std::optional<double>";
  let min = "1";
  let max = "1024";
  let placeholder = "F";
  let shown = "what --headroom says";
  let page = "with `--quantize`: the input may be up to `F` times as large as on the calibration images before it clips. Inputs that stay in their range beside activations that do not keep more bits ([ranges](functions-and-conversion.md#scales))";
}

def Precision : Choice<"precision", "precision", ["f32", "f64"], "f32",
                       "the program's numbers, and the arithmetic of the runtime"> {
  let page = "`f32` or `f64`: the program's numbers, and the arithmetic of the runtime";
}

def Quantize : Flag<"quantize", "quantize", "turn the network into integers"> {
  let page = "the program in integers ([fixed-point.md](../spec/fixed-point.md)); prints bits, ranges and saturation of every layer, and compares with the real network on up to 200 calibration images (50 or more of them, as many as 50 G synaptic operations reach for). `emit c` and `map` always do";
}

def WeightBits : Value<"weightBits", "weight-bits", "unsigned", "8", "of a quantized network: 8 | 4 | 2"> {
  let page = "with `--quantize`: 8, 4 or 2";
}

def StateBits : Value<"stateBits", "state-bits", "unsigned", "16", "of a quantized network: 16 | 32"> {
  let shown = "32; 16 of `map` without `--stream`";
  let page = "with `--quantize`: bits of the estimates, 16 or 32";
}

def Metrics : List<"metrics", "metric",
    "how outputs are judged: classes[:AXIS] | threshold[:T] | regression, or NAME=METRIC for the output of that name"> {
  let placeholder = "[NAME=]KIND";
  let shown = "what fits shapes and labels";
  let page = "how outputs are judged: `classes[:AXIS]`, `threshold[:T]`, `regression` ([metrics](driver.md#how-outputs-are-judged)); the program keeps it";
}

} // group

//===- Choices that are made on calibration images, with the network running on them: as above ----------------------===//

let group = "Tuning" in {

def Goal : Choice<"goal", "tune", ["events", "steps", "energy"], "events",
                  "choose steps, scales and dead zones per layer on the calibration images (--steps: at most so many time steps)"> {
  let argument = "goal";
  let memberInitial = "\"\""; // nothing is tuned
  let page = "choose steps, scales and dead zones per layer on the calibration images ([tuning](tuning.md)). `events`: the fewest events per neuron. `energy`: the same with every event weighted by the synaptic operations it causes. `steps`: the fewest time steps first, then the fewest events";
}

def Budget : Text<"budget", "budget",
    "of --tune: agreement=SHARE with the ANN, or points=P of accuracy lost at most; error=E, alone or after a comma: share of the ANN's outputs unexplained at most. Of emit c: ram=BYTES, flash=BYTES (with K or M)"> {
  let shown = "agreement=0.99,error=0.004; error=0.01 of a regression";
  let page = "what `--tune` may cost ([budgets](tuning.md#how-strict-a-budget)): `agreement=SHARE`, `points=P`, `error=E`. Of `emit c` also `ram=64K`, `flash=256K`: where the network takes more, nothing is written, and the layer that takes most is named ([embedded](embedded.md#before-anything-is-flashed))";
}

def Confidence : Value<"confidence", "confidence", "double", "0",
    "of --budget: how sure it must be that more images like those measured keep it too, 0.5 to 1"> {
  let shown = "what was measured counts";
  let placeholder = "C";
}

def Safety : Value<"safety", "safety", "double", "1",
    "of --budget: it must hold even if outputs were so many times as far from the ANN's"> {
  let placeholder = "F";
}

def TuneImages : Value<"images", "tune-images", "int64_t", "0", "use only so many images, evenly over the file"> {
  let argument = "images";
  let placeholder = "N";
  let shown = "up to 1,000, fewer (but 96) where they are much work";
}

def TuneState : Text<"state", "tune-state",
                     "file that keeps what was found, so that a run that was cut off goes on"> {
  let argument = "state";
  let placeholder = "FILE";
}

def TuneReports : List<"reports", "tune-report", "what was tried: FILE.svg, FILE.json or a table in any other file"> {
  let argument = "report";
  let placeholder = "FILE";
}

def TuneStream : Text<"stream", "stream",
    "of --tune: frames that follow each other; hysteresis and bottleneck neurons are chosen for what updates take"> {
  let argument = "stream";
  let placeholder = "FILE";
  let page = "with `--tune`, of `compile`: frames that follow each other, `x` or `frames` of shape (frames, ...) or (streams, frames, ...). Hysteresis of each layer, and which neurons stand between linear operators, are chosen for the fewest events an update within the budget ([streams](streams.md#tuning))";
}

def CorrectBias : Flag<"correctBias", "correct-bias",
                       "let receivers know the mean error that each channel is left with">;

} // group

//===- Of the model file, and of what is written: `compile`, `emit c`, `map` -----------------------------------------===//

let group = "Network" in {

def Model : Text<"model", "model", "the trained network: .onnx, .mlir or .mlirbc"> {
  let isPositional = 1;
  let isRequired = 1;
}

def Paper : Choice<"paper", "paper", ["settings", "network"], "",
    "the paper's settings (--code sign --schedule exponential:0.15,0.95 --skew 0); --paper=network: all else of its public code, too"> {
  let implied = "settings";
  let page = "the paper's settings, or all of its public code's network with `--paper=network` ([how neurons send](driver.md#how-neurons-send))";
}

def OutputNames : List<"outputNames", "output-name", "the output to keep, by its name in the model (several)"> {
  let placeholder = "NAME";
  let shown = "all";
  let page = "the output to keep, by its name in the model, with what leads to it; may be given several times. Also for `check`";
}

def Steps : Value<"steps", "steps", "uint32_t", "0",
                    "time steps to run by default; with --schedule auto or --tune: at most"> {
  let min = "1";
  let max = "1 << 20";
  let placeholder = "N";
  let shown = "until the schedule ends, else 32";
  let page = "time steps that `run` takes unless told otherwise; with `--schedule auto` and `--tune` the most that are chosen";
}

def InputShapes : List<"inputShapes", "input-shape",
    "NAME=1x3x224x224: sizes that an ONNX file leaves open (without NAME where it has one input)"> {
  let placeholder = "NAME=1x3x224x224";
  let shown = "the file's";
  let page = "sizes that an ONNX file leaves open, for each input; `NAME=` may be left out where there is one. The batch, in front, may be any number. Also for `check`";
}

def Mean : Value<"mean", "mean", "double", "", "subtracted per channel (of x / 255 for bytes)"> {
  let memberType = "std::vector<double>";
  let delimiter = ",";
  let placeholder = "a,b,c";
  let page = "per channel (one number counts for all): the input becomes `(x - mean) / std`. The program keeps them, so that `run` takes the same raw images. For data of bytes, `x` is the byte divided by 255. The channels are where the first convolution reads them: of an input N x H x W x C with a Transpose before it, the last dimension";
}

def Std : Value<"std", "std", "double", "", "divided by per channel"> {
  let memberType = "std::vector<double>";
  let delimiter = ",";
  let placeholder = "a,b,c";
}

def EmitIR : List<"emitIR", "emit-ir",
    "PHASE=FILE: write the IR after import, port, calibrate, convert, tune or quantize"> {
  let placeholder = "PHASE=FILE";
  let page = "write the network after `import`, `port`, `calibrate`, `convert`, `tune` or `quantize`; bytecode when `FILE` ends in `.mlirbc`; may be given several times";
}

def Verbose : Flag<"verbose", "verbose", "show what each pass did"> { let flag = "v,verbose"; }

} // group

let group = "Report" in {

def CompileJson : Text<"json", "json",
    "write what was measured, and what quantizing did to every layer, as JSON"> {
  let placeholder = "FILE";
  let page = "what was measured (`reference`, as in [JSON of run](driver.md#json-of-run)), and with `--quantize` what it did to every layer, as JSON. Not of `map`, which has a [report](../format/map-json.md) of its own";
}

} // group

let group = "Compile" in {

def ProgramFile : Text<"output", "output", "the program (.snnb) to write"> {
  let flag = "o,output";
  let placeholder = "FILE";
  let shown = "MODEL.snnb";
  let page = "the program; by default the model's name with `.snnb`, in the current folder";
}

} // group

let group = "EmitC" in {

def SourceFolder : Text<"output", "output", "the folder to write"> {
  let flag = "o,output";
  let isRequired = 1;
  let placeholder = "DIR";
  let page = "the folder, made when it is not there; its files appear together or not at all";
}

def Prefix : Text<"name", "name", "prefix of all names"> {
  let placeholder = "NAME";
  let shown = "the model's name";
  let page = "prefix of everything that is generated: a C identifier that no file of the project, header or macro of C has. The model's name gets `_network` behind it where it is one of these";
}

def SourceOrder : Choice<"order", "order", ["auto", "steps", "layers", "values"], "auto",
    "step by step, all state live; layer by layer; layer by layer by what neurons end at; or the best that there is"> {
  let page = "`steps`: one time step after another, an answer after each, all state live. `layers`: layer by layer through all steps. `values`: layer by layer, by what neurons end at, where each layer begins once its inputs are final. `auto`: `values` where it can be, else what takes less memory; the reason is printed";
}

def KernelCopies : Choice<"kernels", "kernels", ["auto", "shared", "inline"], "auto",
    "functions that all layers call; compiled for each layer; or what --optimize asks for, else shared"> {
  let page = "`shared`: functions that all layers call. `inline`: compiled for each layer. `auto`: what `--optimize` asks for, without it `shared`";
}

def Processor : Text<"target", "target",
    "cortex-m0 | cortex-m3 | cortex-m4 | cortex-m7 | rv32imc | host, or FILE.toml: the processor whose instructions are predicted"> {
  let memberInitial = "\"cortex-m4\"";
  let placeholder = "PROCESSOR";
  let shown = "cortex-m4";
  let page = "the processor whose instructions are predicted: `cortex-m0`, `cortex-m3`, `cortex-m4`, `cortex-m7`, `rv32imc`, `host`, or a [file](../format/processor.md) `FILE.toml`";
}

def OptimizeC : Choice<"optimize", "optimize", ["speed", "flash", "ram"], "",
    "what is predicted to take the fewest instructions, the least flash or the least RAM: the order, the kernels, the bits that weights are stored in"> {
  let shown = "nothing is weighed";
  let page = "the order, where `--order` is `auto`, the kernels, where `--kernels` is, and the bits that weights are stored in (as they are, in bytes, or in as few as hold them), as they are predicted to take the fewest instructions, the least flash or the least RAM. The report lists what was weighed";
}

def InputFormC : Choice<"inputForm", "input-form", ["raw", "int8", "float"], "raw",
    "bytes or numbers of 16 bits, as the network was calibrated; numbers of 8 bits with a sign; or floats"> {
  let page = "what the network is given: `raw`, what it was calibrated on, bytes or numbers of 16 bits; `int8`, numbers of 8 bits with a sign: the bytes less 128, or integers; `float`, numbers as they are, of bytes those from 0 to 1. The header states it";
}

def OutputFormC : Text<"outputForm", "output-form",
    "int32 | int8 | int8:BITS | class: numbers of 32 bits, of 8 (with so many fraction bits), or the place of the largest"> {
  let memberInitial = "\"int32\"";
  let placeholder = "FORM";
  let shown = "int32";
  let page = "what the network gives: `int32`, all bits of its numbers; `int8`, 8 of them, with as many fraction bits as hold the outputs of the first 200 calibration images, or `int8:BITS` fraction bits (`int8:B,B,...` of each output); `class`, the place of the largest number. The header states it";
}

def StreamedC : Flag<"isStream", "stream",
    "C that follows a stream: NAME_update takes the next frame and computes what changed; layer by layer"> {
  let page = "C that follows a stream: `NAME_update` takes the next frame and computes only what changed ([streams](streams.md#on-a-microcontroller)). Layer by layer; `--data` are frames, (frames, ...) or (streams, frames, ...), of which the self-test takes the first stream";
}

def ThresholdC : Value<"inputThreshold", "input-threshold", "double", "0",
    "of --stream: an input value that differs by no more from what was sent of it is not sent"> {
  let placeholder = "T";
  let page = "with `--stream`: an input value that differs by no more from what was sent of it is not sent; before `--mean` and `--std`, of bytes after the division by 255";
}

def SelfTestData : Text<"data", "data", "images for the project's self-test (.npz, .npy, IDX)"> {
  let placeholder = "FILE";
}

def SelfTestLimit : Value<"limit", "limit", "uint64_t", "4", "how many of them"> { let placeholder = "N"; }

} // group

let group = "Map" in {

def Cores : List<"cores", "core", "core models by name, FILE.toml, or all (several)"> {
  let isRequired = 1;
  let placeholder = "MODEL";
  let page = "core models: names of built-in ones, files `FILE.toml`, or `all` built-in ones; may be given several times";
}

def ChipFolder : Text<"output", "output", "folder for the program: IR, .snnk, JSON and C of each core, a picture"> {
  let flag = "o,output";
  let placeholder = "DIR";
  let page = "write the program ([what is in it](mapping.md#what-is-in-the-folder)); with several models, one folder in it for each";
}

def ChipData : Text<"data", "data", "images to simulate: .npz with x (and y), .npy, or IDX"> {
  let placeholder = "FILE";
  let page = "images to simulate; without, nothing is simulated, and cores are placed by assumed rates";
}

def ChipFrames : Text<"frames", "frames", "of --stream: - for raw bytes from standard input, frame by frame"> {
  let isPositional = 1;
}

def ChipStream : Flag<"isStream", "stream",
    "the images are frames that follow each other, (frames, ...) or (streams, frames, ...): cores compute what changes"> {
  let page = "the images are frames that follow each other, `x` or `frames` of shape (frames, ...) or (streams, frames, ...): cores compute only what changes, and the report has what each frame took ([streams](streams.md#on-neuromorphic-cores)). `--stream -` reads raw bytes from standard input, as `ffmpeg -f rawvideo` gives them";
}

def ChipThreshold : Value<"inputThreshold", "input-threshold", "double", "0",
    "of --stream: an input value that differs by no more from what was sent of it is not sent"> {
  let placeholder = "T";
  let page = "with `--stream`: an input value that differs by no more from what was sent of it is not sent; before `--mean` and `--std`, of bytes after the division by 255";
}

def ChipLabels : Text<"labels", "labels", "labels: .npy or IDX"> {
  let placeholder = "FILE";
  let shown = "y of the .npz";
}

def ChipLimit : Value<"limit", "limit", "uint64_t", "10", "use only the first images, or frames of each stream; 0: all"> {
  let placeholder = "N";
}

def ChipThreads : Value<"threads", "threads", "unsigned", "0", "of the simulator; results do not depend on it"> {
  let min = "1";
  let max = "1024";
  let placeholder = "N";
  let shown = "one per processor";
}

def ChipJson : Text<"json", "json", "write the report as JSON; - for standard output"> { let placeholder = "FILE"; }

} // group

let group = "Check" in {

def CheckJson : Text<"json", "json", "write the table as JSON; - for standard output"> { let placeholder = "FILE"; }

} // group

//===- `run` -----------------------------------------------------------------------------------------------===//

let group = "Run" in {

def Program : Text<"program", "program", "the program (.snnb)"> {
  let isPositional = 1;
  let isRequired = 1;
}

def RunFrames : Text<"frames", "frames", "of --stream: - for raw bytes from standard input, frame by frame"> {
  let isPositional = 1;
}

def Stream : Flag<"isStream", "stream",
    "the images are frames that follow each other, (frames, ...) or (streams, frames, ...): only what changes is computed"> {
  let page = "the images are frames that follow each other, `x` or `frames` of shape (frames, ...) or (streams, frames, ...): only what changes is computed ([streams](streams.md)). `--stream -` reads raw bytes from standard input, as `ffmpeg -f rawvideo` gives them";
}

def InputThreshold : Value<"inputThreshold", "input-threshold", "double", "0",
    "of --stream: an input value that differs by no more from what was sent of it is not sent"> {
  let placeholder = "T";
  let page = "with `--stream`: an input value that differs by no more from what was sent of it is not sent; before `--mean` and `--std`, of bytes after the division by 255";
}

def RunData : Text<"data", "data", "images: .npz with x (and y), .npy, or IDX"> {
  let placeholder = "FILE";
  let page = "the images ([kinds of files](driver.md#data-files))";
}

def RunLabels : Text<"labels", "labels", "labels: .npy or IDX"> {
  let placeholder = "FILE";
  let shown = "y of the .npz";
}

def RunMetrics : List<"metrics", "metric",
    "how outputs are judged: classes[:AXIS] | threshold[:T] | regression, or NAME=METRIC for the output of that name"> {
  let placeholder = "[NAME=]KIND";
  let shown = "what fits shapes and labels";
  let page = "how outputs are judged: `classes[:AXIS]`, `threshold[:T]`, `regression` ([metrics](driver.md#how-outputs-are-judged)); with `NAME=` the output of that name";
}

def Reference : Text<"reference", "reference",
    "another tool's outputs to compare with: .npy (images, ...), or .npz with an array for each output"> {
  let placeholder = "FILE";
  let page = "another tool's outputs for the images (ONNX Runtime's, say), to compare with: `.npy` of shape (N, ...) for the first output, or `.npz` with an array for each output by its name";
}

def RunLimit : Value<"limit", "limit", "uint64_t", "0", "use only the first images"> {
  let min = "1";
  let max = "1 << 30";
  let placeholder = "N";
  let shown = "all";
}

def RunSteps : Value<"steps", "steps", "uint32_t", "0", "time steps"> {
  let min = "1";
  let max = "1 << 20";
  let placeholder = "N";
  let shown = "the program's";
}

def RunThreads : Value<"threads", "threads", "unsigned", "0", "results do not depend on it"> {
  let min = "1";
  let max = "1024";
  let placeholder = "N";
  let shown = "one per processor";
}

def ThreadsPerImage : Value<"threadsPerImage", "threads-per-image", "unsigned", "0",
                              "of those, how many work on one image, layer by layer"> {
  let min = "1";
  let max = "1024";
  let placeholder = "N";
  let shown = "those that images leave over";
  let page = "of those threads, how many work on one image (layer by layer; small layers stay on one thread): an answer sooner, and fewer images a second";
}

def MemoryLimit : Text<"memoryLimit", "memory-limit",
    "bytes that the program and its states may take, or with K, M or G: fewer images at a time, or the other order"> {
  let placeholder = "SIZE";
  let shown = "none";
  let page = "bytes that the program and its states may take, or a number with `K`, `M` or `G` behind it (`64M`): where it is needed fewer images run at a time, or in the other order; what does not fit is refused ([memory](driver.md#snnc-run))";
}

def StopWhen : Text<"stopWhen", "stop-when",
    "confident[:MARGIN[,STEPS]]: end an image once its largest output has led by MARGIN (3) for STEPS (2) steps"> {
  let page = "`confident[:MARGIN[,STEPS]]`: end an image once its answer stands, its largest output by `MARGIN` (3) ahead for `STEPS` (2) steps ([tuning](tuning.md))";
}

def RunOrder : Choice<"order", "order", ["auto", "layers", "steps"], "auto",
                      "the order of the work; the results are the same"> {
  let page = "the order of the work: each layer through all time steps, or each step through all layers; `auto`: whichever is expected to load less; the results are the same ([event-engine.md](../rationale/event-engine.md))";
}

def RunJson : Text<"json", "json", "write the report as JSON; - for standard output"> {
  let placeholder = "FILE";
  let page = "the report as [JSON](driver.md#json-of-run); `-` writes it to standard output instead of the table";
}

def Logits : Text<"logits", "logits", "write the outputs as float32 .npy (reported steps, images, classes)"> {
  let placeholder = "FILE";
  let page = "the outputs as float32 `.npy` of shape (reported steps, images, elements), heads included. Of several outputs the first goes to `FILE`, each other one to a file beside it: `out.npy`, `out-NAME.npy` (characters that a file's name does not have become `_`)";
}

def LayerErrors : Flag<"layerErrors", "layer-errors", "show how far each layer is from the ANN's after the last step"> {
  let page = "how far each layer is from the ANN's after the last step; takes an evaluation of the ANN more per image, which counts in the speed";
}

def ANNLogits : Text<"annLogits", "ann-logits", "write the ANN's outputs as float32 .npy (images, classes)"> {
  let placeholder = "FILE";
  let page = "the outputs of the ANN that the program carries, as float32 `.npy` of shape (images, elements); of several outputs as above";
}

} // group

#endif
