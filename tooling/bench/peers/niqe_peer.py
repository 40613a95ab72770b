"""Times NIQE in NumPy and SciPy, step by step as the authors' MATLAB code has it (the algorithm that BasicSR ports)."""
import argparse

import numpy as np
import scipy
from scipy.ndimage import convolve
from scipy.special import gamma

from harness import read_safetensors, serve

BLOCK = 96
SHAPES = np.arange(0.2, 10.001, 0.001)
RATIOS = gamma(2 / SHAPES) ** 2 / (gamma(1 / SHAPES) * gamma(3 / SHAPES))


def gaussian_window():
    line = np.arange(-3, 4)
    window = np.exp(-(line[:, None] ** 2 + line[None, :] ** 2) / (2 * (7 / 6) ** 2))
    return window / window.sum()


def fit(values):
    left = np.sqrt(np.mean(values[values < 0] ** 2))
    right = np.sqrt(np.mean(values[values > 0] ** 2))
    skew = left / right
    moment = np.mean(np.abs(values)) ** 2 / np.mean(values ** 2)
    wanted = moment * (skew ** 3 + 1) * (skew + 1) / (skew ** 2 + 1) ** 2
    shape = SHAPES[np.argmin((RATIOS - wanted) ** 2)]
    width = np.sqrt(gamma(1 / shape) / gamma(3 / shape))
    return shape, left * width, right * width


def block_features(block):
    shape, left, right = fit(block)
    features = [shape, (left + right) / 2]
    for shift in ((0, 1), (1, 0), (1, 1), (1, -1)):
        shape, left, right = fit(block * np.roll(block, shift, axis=(0, 1)))
        features += [shape, (right - left) * gamma(2 / shape) / gamma(1 / shape), left, right]
    return features


def halving(extent):
    """The matrix that halves an axis: cubic, antialiased, mirrored at its ends."""
    matrix = np.zeros((extent // 2, extent))
    for row in range(extent // 2):
        for tap in range(8):
            distance = abs(tap - 3.5) / 2
            if distance <= 1:
                weight = 1.5 * distance ** 3 - 2.5 * distance ** 2 + 1
            else:
                weight = -0.5 * distance ** 3 + 2.5 * distance ** 2 - 4 * distance + 2
            column = 2 * row - 3 + tap
            column = -1 - column if column < 0 else 2 * extent - 1 - column if column >= extent else column
            matrix[row, column] += weight
        matrix[row] /= matrix[row].sum()
    return matrix


def niqe(frame, mean, covariance, window, halve_rows, halve_columns):
    rgb = frame.astype(np.float64) / 255
    luma = np.round(16 + rgb @ np.array([65.481, 128.553, 24.966]))
    rows, columns = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK
    luma = luma[:rows * BLOCK, :columns * BLOCK]
    features = []
    for scale in (1, 2):
        mu = convolve(luma, window, mode='nearest')
        deviation = np.sqrt(np.abs(convolve(luma * luma, window, mode='nearest') - mu * mu))
        normalized = (luma - mu) / (deviation + 1)
        size = BLOCK // scale
        features.append([
            block_features(normalized[row * size:(row + 1) * size, column * size:(column + 1) * size])
            for row in range(rows) for column in range(columns)])
        if scale == 1:
            luma = halve_rows @ (luma / 255) @ halve_columns.T * 255
    table = np.concatenate(features, axis=1)
    complete = table[~np.isnan(table).any(axis=1)]
    difference = mean - np.nanmean(table, axis=0)
    inverse = np.linalg.pinv((covariance + np.cov(complete, rowvar=False)) / 2)
    return np.sqrt(difference @ inverse @ difference)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    tensors = {name[3:]: tensor.numpy() for name, tensor in read_safetensors(arguments.tensors).items()}
    frame = tensors['distorted'].astype(np.uint8)
    mean, covariance = tensors['mean'].astype(np.float64), tensors['covariance'].astype(np.float64)
    matrices = [halving(extent // BLOCK * BLOCK) for extent in frame.shape[:2]]
    window = gaussian_window()

    def run():
        return niqe(frame, mean, covariance, window, *matrices)

    serve(run, {'niqe': float(run())}, 'SciPy ' + scipy.__version__)


main()
