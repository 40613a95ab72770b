# Features of Ma et al.'s score by an independent program, for packages/eval/src/ma/features.test.ts.
# Usage: python3 ma_features.py FOLDER_OF_IQA_PYTORCH > packages/eval/test/fixtures/ma/expected.json
# Runs chaofengc/IQA-PyTorch (`pyiqa/archs/nrqm_arch.py`) in float64: its filters, which it rounds to float32, stay
# as MATLAB has them. Needs torch 1.13 or later and scipy.
import importlib, json, sys, types
import torch

source = sys.argv[1]
torch.Tensor.float = torch.Tensor.double
torch.set_default_dtype(torch.float64)


def package(name, folder):
    module = types.ModuleType(name)
    module.__path__ = [folder]
    sys.modules[name] = module


for name in ['pyiqa', 'pyiqa.utils', 'pyiqa.archs']:
    package(name, f'{source}/{name.replace(".", "/")}')


class Registry:
    def register(self):
        return lambda cls: cls


def module(name, **names):
    made = types.ModuleType(name)
    made.__dict__.update(names)
    sys.modules[name] = made


module('pyiqa.utils.registry', ARCH_REGISTRY=Registry())
module('pyiqa.utils.download_util', load_file_from_url=None)
module('pyiqa.archs.arch_util', get_url_from_name=lambda name: name)
module('pyiqa.archs.niqe_arch', NIQE=None)
nrqm = importlib.import_module('pyiqa.archs.nrqm_arch')


def picture(height, width):
    """The rule that the test follows too: two ramps that fold back, and noise of a multiplicative congruence."""
    state = 12345
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            state = state * 16807 % 2147483647
            fold = abs((5 * x + 3 * y) % 160 - 80) + abs((7 * y - 2 * x + 1000) % 90 - 45)
            row.append(40 + fold + state % 23 + (30 if (x // 19 + y // 13) % 3 == 0 else 0))
        rows.append(row)
    return torch.tensor(rows, dtype=torch.float64)[None, None]


def features(height, width):
    image = picture(height, width)
    levels = nrqm.get_gauss_pyramid(image / 255)
    return {
        'height': height,
        'width': width,
        'sum': image.sum().item(),
        'frequency': torch.cat([nrqm.block_dct(level) for level in levels], 1)[0].tolist(),
        'wavelet': nrqm.global_gsm(image)[0].tolist(),
        'spatial': torch.cat(
            [torch.linalg.svd(nrqm.im2col(level, 5, 'distinct'), full_matrices=False)[1] for level in levels], 1
        )[0].tolist(),
    }


json.dump([features(112, 128), features(131, 117)], sys.stdout)
