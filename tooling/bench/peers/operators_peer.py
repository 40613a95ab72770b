"""Times simple PyTorch versions of operators on the CPU."""
import argparse

import torch
import torch.nn.functional as F

from harness import nchw, read_safetensors, serve


def moments(name, tensor):
    values = tensor.detach().double()
    return {name + ' mean': values.mean().item(), name + ' mean square': (values ** 2).mean().item()}


def splat_sum(image, flow):
    batch, channels, height, width = image.shape
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing='ij')
    x, y = columns + flow[:, 0], rows + flow[:, 1]
    left, top = x.floor(), y.floor()
    finite = torch.isfinite(x) & torch.isfinite(y)
    start = (torch.arange(batch) * height * width).view(batch, 1, 1)
    pixels = image.permute(0, 2, 3, 1).reshape(-1, channels)
    indices, values = [], []
    for column in (left, left + 1):
        for row in (top, top + 1):
            inside = finite & (column >= 0) & (column < width) & (row >= 0) & (row < height)
            share = torch.where(inside, (1 - (x - column).abs()) * (1 - (y - row).abs()), torch.zeros(()))
            index = torch.where(inside, row * width + column, torch.zeros(())).long() + start
            indices.append(index.view(-1))
            values.append(pixels * share.view(-1, 1))
    sums = torch.zeros(batch * height * width, channels).index_add(0, torch.cat(indices), torch.cat(values))
    return sums.view(batch, height, width, channels).permute(0, 3, 1, 2)


def splat_softmax(image, flow, metric):
    weight = metric.exp()
    sums = splat_sum(torch.cat([image * weight, weight], 1), flow)
    return sums[:, :-1] / (sums[:, -1:] + 1e-7)


def splat_inputs(tensors):
    return tensors['image'], 16 * (tensors['flow'] - 0.5), 2 * (tensors['metric'] - 0.5)


def splat(tensors):
    inputs = splat_inputs(tensors)

    def run():
        with torch.no_grad():
            return splat_softmax(*inputs)

    return run, moments('out', run())


def splat_train(tensors):
    inputs = [tensor.requires_grad_() for tensor in splat_inputs(tensors)]

    def run():
        loss = (splat_softmax(*inputs) ** 2).mean()
        return [loss, *torch.autograd.grad(loss, inputs)]

    loss, image, _, metric = run()
    return run, {**moments('loss', loss), **moments('dImage', image), **moments('dMetric', metric)}


def pyramid(fmap1, fmap2, levels=4):
    batch, channels, height, width = fmap1.shape
    products = torch.matmul(fmap1.flatten(2).transpose(1, 2), fmap2.flatten(2)) / channels ** 0.5
    result = [products.view(batch * height * width, 1, height, width)]
    for _ in range(levels - 1):
        result.append(F.avg_pool2d(result[-1], 2, stride=2))
    return result


def correlation_pyramid(tensors):
    def run():
        with torch.no_grad():
            return [level.amax(3) for level in pyramid(tensors['fmap1'], tensors['fmap2'])]

    levels = run()
    return run, {**moments('level0', levels[0]), **moments('level3', levels[3])}


def correlation_lookup(tensors, radius=4):
    with torch.no_grad():
        levels = pyramid(tensors['fmap1'], tensors['fmap2'])
    batch, _, height, width = tensors['shift'].shape
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing='ij')
    coords = (8 * (tensors['shift'] - 0.5) + torch.stack([columns, rows])).permute(0, 2, 3, 1)
    steps = torch.arange(-radius, radius + 1.0)
    # The first axis of the window moves x.
    window = torch.stack(torch.meshgrid(steps, steps, indexing='ij'), -1)

    def run():
        with torch.no_grad():
            samples = []
            for level, picture in enumerate(levels):
                x, y = (coords.reshape(-1, 1, 1, 2) / 2 ** level + window).split(1, -1)
                size = torch.tensor([picture.shape[-1] - 1.0, picture.shape[-2] - 1.0])
                grid = 2 * torch.cat([x, y], -1) / size - 1
                sampled = F.grid_sample(picture, grid, align_corners=True)
                samples.append(sampled.view(batch, height, width, -1))
            return torch.cat(samples, -1).permute(0, 3, 1, 2).contiguous()

    return run, moments('out', run())


TASKS = {
    'splat': splat,
    'splat-train': splat_train,
    'correlation-pyramid': correlation_pyramid,
    'correlation-lookup': correlation_lookup,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=TASKS)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    stored = read_safetensors(arguments.tensors)
    inputs = {key[len('in.'):]: nchw(tensor) for key, tensor in stored.items() if key.startswith('in.')}
    serve(*TASKS[arguments.task](inputs))


main()
