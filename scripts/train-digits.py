#!/usr/bin/env python3
"""Trains the two bundled digit networks and writes everything that tests need of them.

usage: train-digits.py [FOLDER]          (default: test/models beside this script's folder)

Needs PyTorch, scikit-learn and onnx. Seeds are fixed and one thread is used, so that two runs on the
same versions write the same files. Written with PyTorch 1.13, scikit-learn 1.2 and onnx 1.12.

  digits_cnn.onnx, digits_mlp.onnx                  opset 13, dynamic batch, BatchNorm kept
  digits_test.npz, digits_calibration.npz           x float32 (N, 1, 8, 8) in [0, 1], y int64 (N,)
  digits_cnn_logits.npz, digits_mlp_logits.npz      logits float32 (N, 10) in PyTorch on digits_test.npz
"""

import pathlib
import sys

import numpy as np
import onnx
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

SEED = 20240707
CALIBRATION_IMAGES = 400


def make_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(32 * 4 * 4, 10))


def make_mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def load_images():
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    labels = digits.target.astype(np.int64)
    return train_test_split(images, labels, test_size=360, random_state=SEED, stratify=labels)


def train(model, images, labels, epochs=60, batch=64):
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    steps = epochs * ((len(images) + batch - 1) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    model.train()
    for _ in range(epochs):
        for chosen in torch.randperm(len(images)).split(batch):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def export(model, path):
    # The exporter folds BatchNorm into the convolution before it unless told to keep the mode that
    # the model is in; the tests want to see BatchNorm, as most published files have it.
    torch.onnx.export(
        model, torch.zeros(1, 1, 8, 8), str(path), opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
        input_names=["x"], output_names=["logits"],
        dynamic_axes={"x": {0: "batch"}, "logits": {0: "batch"}})
    onnx.checker.check_model(onnx.load(str(path)))


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "test" / "models"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    train_x, test_x, train_y, test_y = load_images()
    np.savez_compressed(folder / "digits_test.npz", x=test_x, y=test_y)
    np.savez_compressed(folder / "digits_calibration.npz",
                        x=train_x[:CALIBRATION_IMAGES], y=train_y[:CALIBRATION_IMAGES])
    for name, make in (("digits_cnn", make_cnn), ("digits_mlp", make_mlp)):
        torch.manual_seed(SEED)
        model = train(make(), train_x, train_y)
        with torch.no_grad():
            logits = model(torch.from_numpy(test_x)).numpy()
        np.savez_compressed(folder / f"{name}_logits.npz", logits=logits)
        export(model, folder / f"{name}.onnx")
        right = int((logits.argmax(1) == test_y).sum())
        print(f"{name}: {right} of {len(test_y)} held-out images right ({right / len(test_y):.4f})")


if __name__ == "__main__":
    main()
