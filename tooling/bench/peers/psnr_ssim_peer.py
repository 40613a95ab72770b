"""Times PSNR and SSIM of scikit-image."""
import argparse

import numpy as np
import skimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from harness import read_safetensors, serve


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    tensors = read_safetensors(arguments.tensors)
    reference, distorted = (tensors['in.' + name].numpy().astype(np.uint8) for name in ('reference', 'distorted'))
    # Older releases name the axis of colours otherwise.
    version = tuple(int(part) for part in skimage.__version__.split('.')[:2])
    colours = {'channel_axis': 2} if version >= (0, 19) else {'multichannel': True}

    def run():
        return {
            'psnr': peak_signal_noise_ratio(reference, distorted, data_range=255),
            'ssim': structural_similarity(reference, distorted, data_range=255, gaussian_weights=True, sigma=1.5,
                                          use_sample_covariance=False, **colours),
        }

    serve(run, {name: float(value) for name, value in run().items()}, 'scikit-image ' + skimage.__version__)


main()
