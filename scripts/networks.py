"""The architectures of the bundled models, as small as they can be and still be what their names say.

All take images (N, 1, S, S) and give logits (N, 10). Published parts are written the way their authors'
code writes them, because that decides which ONNX nodes PyTorch exports.
"""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10


# --- Parts -------------------------------------------------------------------------------------------


class Residual(nn.Sequential):
    """x + layers(x)"""

    def forward(self, x):
        return x + super().forward(x)


class Scale(nn.Module):
    """The layer scale of CaiT and ConvNeXt: one small factor per channel, on the last axis."""

    def __init__(self, channels, first=0.1):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), first))

    def forward(self, x):
        return self.gamma * x


class Affine(nn.Module):
    """What ResMLP has in place of a norm: a factor and an offset per channel."""

    def __init__(self, channels):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return self.alpha * x + self.beta


class Permute(nn.Module):
    def __init__(self, *order):
        super().__init__()
        self.order = order

    def forward(self, x):
        return x.permute(self.order)


class Mean(nn.Module):
    """The mean over the tokens of (N, tokens, channels)."""

    def forward(self, x):
        return x.mean(dim=1)


class Patches(nn.Module):
    """Cuts an image into square patches and embeds each: (N, 1, S, S) to (N, tokens, channels)."""

    def __init__(self, size, channels):
        super().__init__()
        self.embed = nn.Conv2d(1, channels, size, stride=size)

    def forward(self, x):
        return self.embed(x).flatten(2).transpose(1, 2)


class ClassToken(nn.Module):
    """Puts a learned token before the others."""

    def __init__(self, channels):
        super().__init__()
        self.token = nn.Parameter(torch.randn(1, 1, channels) * 0.02)

    def forward(self, x):
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)


class FirstToken(nn.Module):
    def forward(self, x):
        return x[:, 0]


class Positions(nn.Module):
    def __init__(self, tokens, channels):
        super().__init__()
        self.positions = nn.Parameter(torch.randn(1, tokens, channels) * 0.02)

    def forward(self, x):
        return x + self.positions


def mlp(inputs, hidden):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, inputs))


# --- Attention, as the two most used libraries write it ----------------------------------------------


class FusedAttention(nn.Module):
    """One projection to queries, keys and values, split by a transpose (as in timm)."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.scale = (channels // heads) ** -0.5
        self.qkv = nn.Linear(channels, 3 * channels)
        self.project = nn.Linear(channels, channels)

    def forward(self, x):
        batch, tokens, channels = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, channels // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        attention = ((q @ k.transpose(-2, -1)) * self.scale).softmax(dim=-1)
        return self.project((attention @ v).transpose(1, 2).reshape(batch, tokens, channels))


class SplitAttention(nn.Module):
    """Three projections, the products divided by the root of the head's width (as in BERT)."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.width = channels // heads
        self.query = nn.Linear(channels, channels)
        self.key = nn.Linear(channels, channels)
        self.value = nn.Linear(channels, channels)
        self.project = nn.Linear(channels, channels)

    def split(self, x):
        return x.view(x.size()[:-1] + (self.heads, self.width)).permute(0, 2, 1, 3)

    def forward(self, x):
        scores = self.split(self.query(x)) @ self.split(self.key(x)).transpose(-1, -2)
        attention = F.softmax(scores / self.width ** 0.5, dim=-1)
        context = (attention @ self.split(self.value(x))).permute(0, 2, 1, 3).contiguous()
        return self.project(context.view(context.size()[:-2] + (self.heads * self.width,)))


def encoder(channels, hidden, attention):
    return nn.Sequential(
        Residual(nn.LayerNorm(channels), attention),
        Residual(nn.LayerNorm(channels), mlp(channels, hidden)))


# --- The networks ------------------------------------------------------------------------------------


def digits_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(32 * 4 * 4, CLASSES))


def digits_mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(),
        nn.Linear(32, CLASSES))


def digits_leaky():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.LeakyReLU(0.1),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.LeakyReLU(0.1),
        nn.Conv2d(32, 32, 3, padding=1), nn.LeakyReLU(0.1),
        nn.Flatten(), nn.Linear(32 * 4 * 4, CLASSES))


def digits_silu():
    def separable(inputs, outputs, stride):
        return nn.Sequential(
            nn.Conv2d(inputs, inputs, 3, stride=stride, padding=1, groups=inputs), nn.SiLU(),
            nn.Conv2d(inputs, outputs, 1), nn.SiLU())

    return nn.Sequential(
        nn.Conv2d(1, 24, 3, padding=1), nn.SiLU(), separable(24, 48, 2), separable(48, 48, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, CLASSES))


def digits_mixer(tokens=16, channels=32):
    def block():
        return nn.Sequential(
            Residual(nn.LayerNorm(channels), Permute(0, 2, 1), mlp(tokens, 32), Permute(0, 2, 1)),
            Residual(nn.LayerNorm(channels), mlp(channels, 64)))

    return nn.Sequential(
        Patches(2, channels), block(), block(), nn.LayerNorm(channels), Mean(),
        nn.Linear(channels, CLASSES))


def digits_resmlp(tokens=16, channels=32):
    def block():
        return nn.Sequential(
            Residual(Affine(channels), Permute(0, 2, 1), nn.Linear(tokens, tokens),
                     Permute(0, 2, 1), Scale(channels)),
            Residual(Affine(channels), mlp(channels, 64), Scale(channels)))

    return nn.Sequential(
        Patches(2, channels), block(), block(), Affine(channels), Mean(),
        nn.Linear(channels, CLASSES))


def digits_vit(channels=32, heads=2):
    return nn.Sequential(
        Patches(2, channels), ClassToken(channels), Positions(17, channels),
        encoder(channels, 64, SplitAttention(channels, heads)),
        encoder(channels, 64, SplitAttention(channels, heads)),
        nn.LayerNorm(channels), FirstToken(), nn.Linear(channels, CLASSES))


def fashion_maxpool():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 7 * 7, CLASSES))


def fashion_gelu():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.GELU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.GELU(),
        nn.Conv2d(32, 32, 3, padding=1), nn.GELU(),
        nn.Flatten(), nn.Linear(32 * 7 * 7, CLASSES))


def fashion_convnext(channels=32):
    def block():
        return Residual(
            nn.Conv2d(channels, channels, 5, padding=2, groups=channels), Permute(0, 2, 3, 1),
            nn.LayerNorm(channels, eps=1e-6), mlp(channels, 4 * channels), Scale(channels),
            Permute(0, 3, 1, 2))

    return nn.Sequential(
        nn.Conv2d(1, channels, 4, stride=4),
        Permute(0, 2, 3, 1), nn.LayerNorm(channels, eps=1e-6), Permute(0, 3, 1, 2),
        block(), block(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.LayerNorm(channels, eps=1e-6), nn.Linear(channels, CLASSES))


def fashion_mobilenet():
    def inverted(inputs, hidden, outputs, stride):
        """Wider, depthwise, narrower: the block of MobileNetV3, without squeeze and excitation."""
        return nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.Hardswish(),
            nn.Conv2d(hidden, hidden, 3, stride=stride, padding=1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden), nn.Hardswish(),
            nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.Hardswish(),
        inverted(16, 48, 32, 2), Residual(inverted(32, 64, 32, 1)),
        nn.Conv2d(32, 64, 1, bias=False), nn.BatchNorm2d(64), nn.Hardswish(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES))


def fashion_vit(channels=32, heads=2):
    return nn.Sequential(
        Patches(4, channels), Positions(49, channels),
        encoder(channels, 64, FusedAttention(channels, heads)),
        encoder(channels, 64, FusedAttention(channels, heads)),
        nn.LayerNorm(channels), Mean(), nn.Linear(channels, CLASSES))
