#!/usr/bin/env python3
"""Trains the bundled models on real images and writes everything that tests need of them.

usage: train-models.py [--out FOLDER] [--fashion-mnist FOLDER] [NAME ...]     (default: all models)

  NAME.onnx             as torch.onnx.export writes it, dynamic batch
  NAME_logits.npz       logits float32 (N, 10) in PyTorch on the test images
  digits_test.npz, digits_calibration.npz       x float32 (N, 1, 8, 8) in [0, 1], y int64 (N,)
  fashion_test.npz, fashion_calibration.npz     x uint8 (N, 1, 28, 28), y uint8 (N,)

The networks of Fashion-MNIST see (x / 255 - 0.2860) / 0.3530. Its four IDX files are expected in the
folder given. Needs PyTorch, scikit-learn and onnx. Seeds are fixed and one thread is used: the same
versions on the same kind of processor write the same files.
"""

import argparse
import gzip
import pathlib
import time
from typing import NamedTuple

import networks
import numpy as np
import onnx
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

SEED = 20240707
FASHION_MEAN, FASHION_STD = 0.2860, 0.3530


class Model(NamedTuple):
    name: str
    epochs: int
    learning_rate: float = 3e-3
    opset: int = 13
    keep_batch_norm: bool = False  # PyTorch's exporter folds it into the convolution by default


MODELS = [
    Model("digits_cnn", 60, keep_batch_norm=True),
    Model("digits_mlp", 60, keep_batch_norm=True),
    Model("digits_leaky", 40),
    Model("digits_silu", 80, 5e-3),
    Model("digits_mixer", 60),
    Model("digits_resmlp", 80, 5e-3),
    Model("digits_vit", 60, opset=17),
    Model("fashion_maxpool", 4, keep_batch_norm=True),
    Model("fashion_gelu", 4),
    Model("fashion_convnext", 6, opset=17),
    Model("fashion_mobilenet", 5, opset=17),
    Model("fashion_vit", 6),
]


class Images(NamedTuple):
    """Images and labels as the files hold them; `prepare` makes them what a network sees."""

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    calibration: int  # so many of the training images are written for calibration

    def prepare(self, x):
        if x.dtype == np.uint8:
            x = ((x / 255 - FASHION_MEAN) / FASHION_STD).astype(np.float32)
        return torch.from_numpy(x)


def load_digit_images():
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    labels = digits.target.astype(np.int64)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels, test_size=360, random_state=SEED, stratify=labels)
    return Images(train_x, train_y, test_x, test_y, calibration=400)


def read_idx(path, header):
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header)


def load_fashion_images(folder):
    def load(part):
        images = read_idx(folder / f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
        return images, read_idx(folder / f"{part}-labels-idx1-ubyte.gz", 8)

    (train_x, train_y), (test_x, test_y) = load("train"), load("t10k")
    return Images(train_x, train_y, test_x[:1000], test_y[:1000], calibration=512)


def write_images(images, kind, folder):
    np.savez_compressed(folder / f"{kind}_test.npz", x=images.test_x, y=images.test_y)
    np.savez_compressed(folder / f"{kind}_calibration.npz",
                        x=images.train_x[:images.calibration],
                        y=images.train_y[:images.calibration])


def train(network, spec, images, batch):
    inputs = images.prepare(images.train_x)
    labels = torch.from_numpy(images.train_y.astype(np.int64))
    optimizer = torch.optim.AdamW(network.parameters(), lr=spec.learning_rate, weight_decay=1e-2)
    steps = spec.epochs * ((len(inputs) + batch - 1) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, spec.learning_rate, total_steps=steps)
    network.train()
    for _ in range(spec.epochs):
        for chosen in torch.randperm(len(inputs)).split(batch):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(inputs[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def export(network, spec, example, path):
    options = {}
    if spec.keep_batch_norm:
        options = dict(training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    torch.onnx.export(
        network, example, str(path), opset_version=spec.opset, input_names=["x"],
        output_names=["logits"], dynamic_axes={"x": {0: "batch"}, "logits": {0: "batch"}}, **options)
    onnx.checker.check_model(onnx.load(str(path)))


def make_model(spec, images, folder):
    started = time.monotonic()
    torch.manual_seed(SEED)
    network = train(getattr(networks, spec.name)(), spec, images,
                    batch=64 if spec.name.startswith("digits") else 128)
    tests = images.prepare(images.test_x)
    with torch.no_grad():
        logits = network(tests).numpy()
    np.savez_compressed(folder / f"{spec.name}_logits.npz", logits=logits)
    export(network, spec, torch.zeros_like(tests[:1]), folder / f"{spec.name}.onnx")
    right = int((logits.argmax(1) == images.test_y).sum())
    parameters = sum(p.numel() for p in network.parameters())
    print(f"{spec.name}: {right} of {len(images.test_y)} test images right "
          f"({right / len(images.test_y):.4f}), {parameters} parameters, "
          f"{time.monotonic() - started:.0f} s", flush=True)


def parse_arguments():
    scripts = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, metavar="FOLDER",
                        default=scripts.parent / "test" / "models")
    parser.add_argument("--fashion-mnist", type=pathlib.Path, metavar="FOLDER",
                        help="where the four IDX files (.gz) lie")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the models to train [all]")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {spec.name for spec in MODELS}
    if unknown:
        parser.error(f"no model is named {', '.join(sorted(unknown))}")
    return arguments, parser


def main():
    arguments, parser = parse_arguments()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    chosen = [spec for spec in MODELS if not arguments.names or spec.name in arguments.names]
    for kind in ("digits", "fashion"):
        specs = [spec for spec in chosen if spec.name.startswith(kind)]
        if not specs:
            continue
        if kind == "fashion" and arguments.fashion_mnist is None:
            parser.error("models of Fashion-MNIST are trained on its files: --fashion-mnist FOLDER")
        images = load_digit_images() if kind == "digits" else load_fashion_images(
            arguments.fashion_mnist)
        write_images(images, kind, arguments.out)
        for spec in specs:
            make_model(spec, images, arguments.out)


if __name__ == "__main__":
    main()
