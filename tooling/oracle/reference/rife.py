"""Makes the reference folders of RIFE and RIFE_m from the official code (a checkout of github.com/hzwer/ECCV2022-RIFE).

    python3 tooling/oracle/reference/rife.py --official DIR --out packages/models/test/fixtures/rife/rife
    python3 tooling/oracle/reference/rife.py --official DIR --model rife_m --out packages/models/test/fixtures/rife/rife_m

PyTorch 1.13 on the CPU made the stored ones. Weights follow the rule of tooling/testing/src/weights-rule.ts.
"""
import argparse
import json
import math
import os
import sys

import numpy as np
import torch

HEIGHT, WIDTH = 64, 96
# Nearest distance to 0 of a value before a PReLU, relative to the layer's root mean square, that a folder may have: nearer
# ones fall on either side by rounding, and the gradients behind them then differ although both are right.
MARGIN = 1.5e-6
# Largest relative difference between the float32 and the float64 run that a gradient of the folder may have. More means that
# something else fell to the other side: a bilinear cell, the sign in an L1 norm.
NOISE = 6e-6
# Each stored tensor is cut to at most these extents (first corner), to keep the folder small. Inputs and results are whole.
CORNER = {4: (2, 6, 20, 24), 1: (64,)}


def weight_values(key, count, center, amplitude):
    state = 2166136261
    for byte in key.encode():
        state = ((state ^ byte) * 16777619) & 0xFFFFFFFF
    state = state or 1
    states = np.empty(count, np.uint32)
    for i in range(count):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        states[i] = state
    uniform = states.astype(np.float64) / 4294967296
    return (center + amplitude * (2 * uniform - 1)).astype(np.float32)


# What flows, mask and residual are made by; chosen so that flows are a few pixels and masks and residuals not saturated.
GAINS = {'block0.lastconv': 0.22, 'block1.lastconv': 0.2, 'block2.lastconv': 0.2, 'block_tea.lastconv': 0.2, 'unet.conv': 0.2}


def rule_of(key, shape):
    """Center and amplitude: layers keep the variance of what passes them (He et al. 2015)."""
    if len(shape) == 1:
        return (0.25, 0.1) if key.endswith('.1.weight') else (0.0, 0.1 if 'lastconv' not in key else 0.05)
    transposed = shape[2] == 4
    fan_in = shape[0] * 4 if transposed else shape[1] * shape[2] * shape[3]
    gain = GAINS.get(key[:-len('.weight')], 1.0)
    # The first layers see pictures around 1/2, whose variance is small.
    first = 2.0 if '.conv0.0.' in key or key == 'contextnet.conv1.conv1.0.weight' else 1.0
    return 0.0, float('%.6g' % (gain * first * math.sqrt(6 / ((1 + 0.25 ** 2) * fan_in))))


def make_weights(model):
    rules, weights = [], {}
    for key, value in model.state_dict().items():
        shape = list(value.shape)
        center, amplitude = rule_of(key, shape)
        values = weight_values(key, value.numel(), center, amplitude)
        weights[key] = torch.from_numpy(values.reshape(shape))
        rules.append({'key': key, 'shape': shape, 'center': center, 'amplitude': amplitude,
                      'first4': [float(x) for x in values[:4]], 'sum': float(values.astype(np.float64).sum())})
    return rules, weights


def make_frames(seed):
    """Smooth moving waves and two moving soft discs at times 0, 1/2 and 1: [1, 3, H, W] each, 0..1."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    waves = [[(random.uniform(-0.45, 0.45), random.uniform(-0.45, 0.45), random.uniform(0, 6.28), random.uniform(0.03, 0.08))
              for _ in range(6)] for _ in range(3)]
    discs = [(random.uniform(20, 76), random.uniform(16, 48), random.uniform(6, 12), random.uniform(-6, 6), random.uniform(-5, 5),
              random.uniform(-0.3, 0.3, 3)) for _ in range(2)]
    moved = random.uniform(-3, 3, 2)
    frames = []
    for t in (0.0, 1.0, 0.5):
        channels = []
        for channel in range(3):
            value = np.full((HEIGHT, WIDTH), 0.5)
            for fx, fy, phase, size in waves[channel]:
                value += size * np.sin(fx * (x - t * moved[0]) + fy * (y - t * moved[1]) + phase)
            for cx, cy, radius, vx, vy, colour in discs:
                distance = np.hypot(x - cx - t * vx, y - cy - t * vy)
                value += colour[channel] / (1 + np.exp((distance - radius) / 1.5))
            channels.append(value)
        frames.append(torch.from_numpy(np.clip(np.stack(channels)[None], 0.02, 0.98).astype(np.float32)))
    return frames


class Official:
    """The official network and losses, in the default dtype that is set when it is made."""

    def __init__(self, name, weights):
        import model.warplayer
        from model.IFNet import IFNet
        from model.IFNet_m import IFNet_m
        from model.laplacian import LapLoss
        self.dtype = torch.get_default_dtype()
        self.arbitrary = name == 'rife_m'
        self.net = IFNet_m() if self.arbitrary else IFNet()
        if weights is not None:
            self.net.load_state_dict(weights)
        self.net.to(self.dtype)
        self.grids = model.warplayer.backwarp_tenGrid
        self.lap = LapLoss()
        self.smallest = math.inf
        self.largest = {}

    def watch(self):
        """Keeps the smallest relative distance to 0 of all values before PReLUs."""
        def hook(_, given):
            value = given[0].detach()
            self.smallest = min(self.smallest, (value.abs().min() / value.square().mean().sqrt()).item())
        for module in self.net.modules():
            if isinstance(module, torch.nn.PReLU):
                module.register_forward_pre_hook(hook)

    def run(self, img0, img1, t, gt=None, scale=(4, 2, 1)):
        self.grids.clear()
        given = [img0, img1] + ([] if gt is None else [gt])
        seen = {}
        hooks = [self.net.contextnet.register_forward_hook(lambda _, __, out: seen.setdefault('context', []).append(out)),
                 self.net.unet.register_forward_hook(lambda _, __, out: seen.update(unet=out))]
        flows, mask, merged, flow_teacher, merged_teacher, distillation = self.net(torch.cat(given, 1), list(scale), timestep=t)
        for hook in hooks:
            hook.remove()
        return {'flows': flows, 'mask': mask, 'merged': merged, 'flow_teacher': flow_teacher,
                'merged_teacher': merged_teacher, 'distillation': distillation, **seen}

    def inference(self, img0, img1, t, scale=1.0):
        """As Model.inference: every scale of the list divided by `scale`."""
        return self.run(img0, img1, t, scale=[each * 1.0 / scale for each in (4, 2, 1)])


def gradients(net, loss, inputs):
    names = [name for name, _ in net.named_parameters()]
    tensors = list(inputs.values()) + list(net.parameters())
    found = torch.autograd.grad(loss, tensors, allow_unused=True)
    return dict(zip(inputs, found)), dict(zip(names, found[len(inputs):]))


def training_inputs(frames):
    """Two samples: the frames at t = 1/2, and their mirror image, left to right, at t = 1/4 (which RIFE does not see)."""
    return [torch.cat((frame, frame.flip(3)), 0) for frame in frames]


def evaluate(official, frames):
    """All tensors of the folder, and parameter gradients by label."""
    dtype = official.dtype
    img0, img1, target = (frame.to(dtype) for frame in frames)
    tensors = {'in.img0': img0, 'in.img1': img1, 'in.target': target}
    grads = {}
    for label, time in (('t050', 0.5), ('t025', 0.25)) if official.arbitrary else (('t050', 0.5),):
        given = {'img0': img0.clone().requires_grad_(), 'img1': img1.clone().requires_grad_()}
        if official.arbitrary:
            given['t'] = torch.full((1, 1, 1, 1), time, dtype=dtype, requires_grad=True)
        out = official.inference(given['img0'], given['img1'], given.get('t', time))
        loss = (out['merged'][2] - target).square().mean()
        tensors[label + '.out.frame'] = out['merged'][2]
        tensors[label + '.loss'] = loss.reshape(1)
        tensors[label + '.mid.mask'] = out['mask']
        for stage in range(3):
            tensors['%s.mid.flow%d' % (label, stage)] = out['flows'][stage]
            if stage < 2:
                tensors['%s.mid.merged%d' % (label, stage)] = out['merged'][stage]
        for side, features in enumerate(out['context']):
            tensors['%s.mid.context%d_0' % (label, side)] = features[0]
            tensors['%s.mid.context%d_3' % (label, side)] = features[3]
        tensors[label + '.mid.unet'] = out['unet']
        found, grads[label] = gradients(official.net, loss, given)
        tensors.update({'%s.grad.%s' % (label, name): value for name, value in found.items()})
        with torch.no_grad():
            for name, scale in (('scale050', 0.5), ('scale200', 2.0)):
                tensors['%s.out.frame.%s' % (label, name)] = official.inference(img0, img1, time, scale)['merged'][2]
            turned = official.inference(img0.flip(2).flip(3), img1.flip(2).flip(3), time)['merged'][2].flip(2).flip(3)
            tensors[label + '.out.frame.turned'] = (out['merged'][2] + turned) / 2
    first, second, gt = (frame.to(dtype) for frame in training_inputs(frames))
    given = {'img0': first.clone().requires_grad_(), 'img1': second.clone().requires_grad_()}
    t = torch.tensor([0.5, 0.25], dtype=dtype).reshape(2, 1, 1, 1)
    out = official.run(given['img0'], given['img1'], t, gt)
    weight = 0.005 if official.arbitrary else 0.01
    student, teacher = official.lap(out['merged'][2], gt).mean(), official.lap(out['merged_teacher'], gt).mean()
    distillation = weight * out['distillation']
    total = student + teacher + distillation
    tensors['train.out.frame'] = out['merged'][2]
    tensors['train.mid.flow_teacher'] = out['flow_teacher']
    tensors['train.mid.merged_teacher'] = out['merged_teacher']
    for name, value in (('reconstruction', student), ('teacher', teacher), ('distillation', distillation), ('total', total)):
        tensors['train.loss_' + name] = value.reshape(1)
    found, grads['train'] = gradients(official.net, total, given)
    tensors.update({'train.grad.' + name: value for name, value in found.items()})
    for key in ('block0.conv0.0.0.weight', 'block1.convblock.3.0.weight', 'block2.lastconv.weight', 'block_tea.conv0.1.0.weight',
                'contextnet.conv2.conv1.0.weight', 'unet.up1.0.weight', 'unet.down2.conv1.1.weight'):
        tensors['train.grad.param.' + key] = grads['train'][key]
    return {name: value.detach() for name, value in tensors.items()}, grads


def in_float64(name, weights, frames):
    torch.set_default_dtype(torch.float64)
    result = evaluate(Official(name, weights), frames)
    torch.set_default_dtype(torch.float32)
    return result


def noise_of(value, exact):
    return ((value.double() - exact).norm() / exact.norm().clamp_min(1e-300)).item()


def worst_noise(tensors, exact, grads, exact_grads):
    named = [noise_of(value, exact[key]) for key, value in tensors.items() if '.grad.' in key]
    parameters = [noise_of(value, exact_grads[label][key]) for label in grads for key, value in grads[label].items() if value is not None]
    return max(named + parameters)


def search_frames(name, weights, first_seed):
    """The first seed whose values before PReLUs all keep their margin and whose gradients are precise; and its results."""
    official = Official(name, weights)
    official.watch()
    for seed in range(first_seed, first_seed + 2000):
        frames = make_frames(seed)
        first, second, gt = training_inputs(frames)
        official.smallest = math.inf
        with torch.no_grad():
            official.run(first, second, torch.tensor([0.5, 0.25]).reshape(2, 1, 1, 1), gt)
            if official.arbitrary and official.smallest > MARGIN:
                official.run(frames[0], frames[1], 0.25)
        if official.smallest < MARGIN:
            continue
        tensors, grads = evaluate(Official(name, weights), frames)
        exact, exact_grads = in_float64(name, weights, frames)
        noise = worst_noise(tensors, exact, grads, exact_grads)
        print('seed %d: gradients differ by %.2g' % (seed, noise), flush=True)
        if noise < NOISE:
            return seed, tensors, grads, exact, exact_grads
    raise SystemExit('No seed keeps the margin.')


def describe(tensor, reference, crop):
    value, exact = tensor.double(), reference.double()
    facts = {'dtype': 'float32', 'shape': list(crop.shape), 'min': rounded(value.min()), 'max': rounded(value.max()),
             'mean': rounded(value.mean()), 'std': rounded(value.std(unbiased=False)),
             'f32_vs_f64_max_abs': rounded((value - exact).abs().max()),
             'f32_vs_f64_rel_l2': float('%.9g' % noise_of(tensor, exact))}
    if list(crop.shape) != list(tensor.shape):
        facts['full_shape'] = list(tensor.shape)
        facts['crop'] = [[0, extent] for extent in crop.shape]
    return facts


def corner(name, tensor):
    if name.startswith('in.') or name == 't050.out.frame':
        return tensor
    limits = (8, 8, 4, 4) if '.grad.param.' in name and tensor.dim() == 4 else CORNER[tensor.dim()]
    return tensor[tuple(slice(0, limit) for limit in limits)]


def write_safetensors(path, tensors):
    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        blob = np.ascontiguousarray(tensor.numpy().astype('<f4')).tobytes()
        header[name] = {'dtype': 'F32', 'shape': list(tensor.shape), 'data_offsets': [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(len(text).to_bytes(8, 'little') + text + b''.join(blobs))


def rounded(value):
    return float('%.9g' % value.item())


def summary(gradient, exact):
    if gradient is None:
        return None
    flat = gradient.detach().double().reshape(-1)
    return {'l2': rounded(flat.norm()), 'sum': rounded(flat.sum()), 'first4': [rounded(x) for x in flat[:4]],
            'l2_f64': rounded(exact.detach().double().norm())}


def write_json(path, lines, opening, closing):
    with open(path, 'w') as file:
        file.write(opening + '\n' + ',\n'.join(lines) + '\n' + closing + '\n')


NOTES = """# {title} reference values ({height}x{width}, frames of seed {seed})

Made by `tooling/oracle/reference/rife.py` from the official code (hzwer/ECCV2022-RIFE at 5d8adbd, MIT licence): `model/{module}.py`,
`model/refine.py`, `model/warplayer.py` and `model/laplacian.py`, unmodified, PyTorch {version} on the CPU, float32. Weights are made by
`weights-rule.ts` of tooling/testing from `params.json` and are not trained: results are no meaningful pictures. The seed of
the frames is the first whose values before PReLUs all stay clear of 0 and whose float32 and float64 gradients agree.

NCHW, frames 0..1. Tensors that are cut to their first corner have `crop` and `full_shape` in `stats.json`.

- `in.img0`, `in.img1`, `in.target`: the frames at times 0 and 1, and between.
- `{labels}`: inference. `.out.frame` the result, `.loss` = mean((frame - target)^2), `.out.frame.scale050` and `.scale200`
  with `scale` 1/2 and 2 (scale list divided by it), `.out.frame.turned` the mean with the result of frames turned by 180
  degrees. `.mid.flowN` and `.mid.mergedN` of the stages (merged2 becomes the result), `.mid.mask` of the last (after the
  sigmoid), `.mid.contextS_L` features of frame S at level L, warped, `.mid.unet` the fusion network's output (after the
  sigmoid). `.grad.X`: gradient of `.loss`.
- `train`: batch of two, the frames at t = 1/2 and their mirror image (left to right) at t = 1/4, which RIFE does not read;
  target likewise. `.loss_reconstruction` and `.loss_teacher`: Laplacian L1; `.loss_distillation`, times {weight};
  `.loss_total` their sum, whose gradients `.grad.*` are.
- `param_grads.json`: norm, sum and first entries of every parameter's gradient; null where it takes no part.
- `stats.json`: `f32_vs_f64_*` is the difference to the same code run in float64.
"""


def write_folder(out, rules, tensors, exact, grads, exact_grads):
    os.makedirs(out, exist_ok=True)
    write_json(os.path.join(out, 'params.json'), [json.dumps(rule) for rule in rules], '[', ']')
    stored = {name: corner(name, value) for name, value in tensors.items()}
    write_safetensors(os.path.join(out, 'tensors.safetensors'), stored)
    stats = ['%s: %s' % (json.dumps(name), json.dumps(describe(tensors[name], exact[name], stored[name]))) for name in stored]
    write_json(os.path.join(out, 'stats.json'), stats, '{', '}')
    labels = []
    for label, found in grads.items():
        lines = ['  %s: %s' % (json.dumps(key), json.dumps(summary(value, exact_grads[label][key]))) for key, value in found.items()]
        labels.append('%s: {\n%s}' % (json.dumps(label), ',\n'.join(lines)))
    write_json(os.path.join(out, 'param_grads.json'), labels, '{', '}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--official', required=True, help='checkout of the official code')
    parser.add_argument('--model', choices=['rife', 'rife_m'], default='rife')
    parser.add_argument('--out', required=True, help='folder to write')
    parser.add_argument('--seed', type=int, default=1, help='first seed of the frames to try')
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.official)
    sys.argv = sys.argv[:1]
    torch.manual_seed(0)
    rules, weights = make_weights(Official(arguments.model, None).net)
    seed, tensors, grads, exact, exact_grads = search_frames(arguments.model, weights, arguments.seed)
    write_folder(arguments.out, rules, tensors, exact, grads, exact_grads)
    arbitrary = arguments.model == 'rife_m'
    with open(os.path.join(arguments.out, 'notes.md'), 'w') as file:
        file.write(NOTES.format(
            title='RIFE_m' if arbitrary else 'RIFE', height=HEIGHT, width=WIDTH, seed=seed, version=torch.__version__,
            module='IFNet_m' if arbitrary else 'IFNet', labels='t050`, `t025' if arbitrary else 't050',
            weight=0.005 if arbitrary else 0.01))
    print('%s: frames of seed %d, %d tensors' % (arguments.out, seed, len(tensors)))
    for name, value in tensors.items():
        print('%-45s %s min %.4g max %.4g std %.3g noise %.2g' % (
            name, list(value.shape), value.min(), value.max(), value.std(unbiased=False), noise_of(value, exact[name])))
    small = [(label, key) for label in grads for key, value in grads[label].items() if value is not None and value.norm() < 1e-9]
    print('vanishing gradients:', small or 'none')


main()
