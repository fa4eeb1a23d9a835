"""The trained sequence networks in numpy, so that scoring needs no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Weights = Mapping[str, NDArray[Any]]

#: What a step back counts in the sums that fade, beside the step after it.
FADES = (0.0, 0.5, 0.75, 0.9, 0.96, 0.99)


def fading(length: int) -> FloatArray:
    """Return the weights of each step in the faded sums at each step, float32 (rates, length, length).

    A row of a rate has unit length where the history is endless, so that the sums of all rates have one size.
    """
    age = np.arange(length)[:, None] - np.arange(length)
    rates = np.array(FADES)[:, None, None]
    weights = np.where(age >= 0, np.power(rates, np.maximum(age, 0)), 0)
    return np.asarray(weights * np.sqrt(1 - rates**2), np.float32)


def gru_state(steps: FloatArray, context: FloatArray, weights: Weights) -> FloatArray:
    """Return the output after the last step, float32 (n, d + 1).

    Args:
        steps: float32 (n, length, d), item vectors, zero where padded.
        context: float32 (n, length, d), what is known of the steps' time, zero where padded.
        weights: ``gru/0`` to ``gru/2`` (kernel, recurrent kernel, both biases; gates z, r, h; reset after the
            product), ``out/0`` and ``out/1``.
    """
    kernel, recurrent, (bias, recurrent_bias) = weights["gru/0"], weights["gru/1"], weights["gru/2"]
    inputs = (steps + context) @ kernel + bias
    units = recurrent.shape[0]
    state = np.zeros((len(steps), units), np.float32)
    for position in range(steps.shape[1]):
        given = inputs[:, position]
        kept = state @ recurrent + recurrent_bias
        update = _sigmoid(given[:, :units] + kept[:, :units])
        reset = _sigmoid(given[:, units : 2 * units] + kept[:, units : 2 * units])
        fresh = np.tanh(given[:, 2 * units :] + reset * kept[:, 2 * units :])
        state = update * state + (1 - update) * fresh
    faded = np.einsum("kl,nld->nkd", fading(steps.shape[1])[:, -1], steps, optimize=True)
    return _out(np.hstack([state, faded.reshape(len(steps), -1)]), context, weights)


def sasrec_state(
    steps: FloatArray, context: FloatArray, there: NDArray[np.bool_], weights: Weights, blocks: int
) -> FloatArray:
    """Return the output at the last step of the transformer, float32 (n, d + 1).

    Args:
        steps: float32 (n, length, d), item vectors, zero where padded.
        context: float32 (n, length, d), what is known of the steps' time, zero where padded.
        there: bool (n, length), False where padded.
        weights: Of the layers ``positions``, ``norm_a*``, ``attention*``, ``norm_b*``, ``wide*``, ``narrow*``,
            ``norm`` and ``out``.
        blocks: Number of blocks.
    """
    length, dim = steps.shape[1:]
    states = steps * np.float32(dim**0.5) + context + weights["positions/0"]
    past = np.tril(np.ones((length, length), bool))
    mask = past & (there[:, None, :] | np.eye(length, dtype=bool))
    for block in range(blocks):
        normed = _norm(states, weights, f"norm_a{block}")
        states = states + _attention(normed, mask, weights, f"attention{block}")
        normed = _norm(states, weights, f"norm_b{block}")
        inner = _gelu(normed @ weights[f"wide{block}/0"] + weights[f"wide{block}/1"])
        states = states + inner @ weights[f"narrow{block}/0"] + weights[f"narrow{block}/1"]
    return _out(_norm(states[:, -1], weights, "norm"), context, weights)


def _out(state: FloatArray, context: FloatArray, weights: Weights) -> FloatArray:
    both = np.hstack([state, context[:, -1]])
    return np.asarray(both @ weights["out/0"] + weights["out/1"], np.float32)


def _attention(states: FloatArray, mask: NDArray[np.bool_], weights: Weights, name: str) -> FloatArray:
    def project(number: int) -> NDArray[Any]:
        found: NDArray[Any] = np.einsum("nld,dhk->nhlk", states, weights[f"{name}/{number}"], optimize=True)
        return found + weights[f"{name}/{number + 1}"][:, None, :]

    query, key, value = project(0), project(2), project(4)
    scores = np.einsum("nhqk,nhlk->nhql", query, key, optimize=True) / np.sqrt(query.shape[-1])
    scores = np.where(mask[:, None], scores, -1e9)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    mixed = np.einsum("nhql,nhlk->nqhk", shares, value, optimize=True)
    found = np.einsum("nqhk,hkd->nqd", mixed, weights[f"{name}/6"], optimize=True) + weights[f"{name}/7"]
    return np.asarray(found, np.float32)


def _norm(states: FloatArray, weights: Weights, name: str) -> FloatArray:
    centred = states - states.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + np.float32(1e-3))
    return np.asarray(centred / spread * weights[f"{name}/0"] + weights[f"{name}/1"], np.float32)


def _gelu(values: FloatArray) -> FloatArray:
    from scipy.special import erf

    return np.asarray(0.5 * values * (1 + erf(values / np.sqrt(2.0))), np.float32)


def _sigmoid(values: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), np.float32)
