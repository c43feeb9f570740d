// Runs a network in ONNX Runtime on images, and prints {seconds, classes} of those that fill a batch: processor time of one
// thread, else time on the wall.
//
//   node onnx_runtime.js NODE_FOLDER MODEL.onnx IMAGES.bin NxCx... BATCH THREADS     (IMAGES.bin: float32, row-major)
const fs = require('fs');
const [folder, model, file, shape, batchText, threadsText] = process.argv.slice(2);
const ort = require(folder + '/node_modules/onnxruntime-node');
const [count, ...dimensions] = shape.split('x').map(Number), batch = Number(batchText), threads = Number(threadsText);

(async () => {
  const session = await ort.InferenceSession.create(
      model, {intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3});
  const bytes = fs.readFileSync(file), values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const size = dimensions.reduce((a, b) => a * b, 1) * batch, classes = [];
  let seconds = 0;
  for (let n = -1; n < Math.floor(count / batch); ++n) { // the first ones twice: the first run prepares
    const first = Math.max(n, 0) * size;
    const feeds = {[session.inputNames[0]]: new ort.Tensor('float32', values.slice(first, first + size), [batch, ...dimensions])};
    const usage = process.cpuUsage(), began = process.hrtime.bigint();
    const output = (await session.run(feeds))[session.outputNames[0]];
    const spent = process.cpuUsage(usage), wall = process.hrtime.bigint() - began;
    if (n < 0)
      continue;
    seconds += threads === 1 ? (spent.user + spent.system) / 1e6 : Number(wall) / 1e9;
    const outputs = output.data.length / batch;
    for (let i = 0; i < batch; ++i) {
      const row = output.data.subarray(i * outputs, (i + 1) * outputs);
      classes.push(row.indexOf(row.reduce((a, b) => a > b ? a : b)));
    }
  }
  console.log(JSON.stringify({seconds, classes}));
})().catch(error => { console.error(String(error)); process.exit(1); });
