"""AdaCoF's operator as vectorised PyTorch: four ways to compute it, each by few calls over large tensors.

All are differentiable in all inputs. The official operator is a CUDA kernel and has no CPU path.
"""
import torch
import torch.nn.functional as F


def positions(image, alpha, beta, dilation):
    """Fractions, and rows and columns of the whole parts, all [1, taps, H, W]; gradients go through the fractions."""
    taps, height, width = alpha.shape[1:]
    size = int(round(taps ** 0.5))
    margin = (size - 1) * dilation // 2
    tap = torch.arange(taps)
    whole_y, whole_x = alpha.detach().trunc(), beta.detach().trunc()
    rows = torch.arange(height).view(1, 1, height, 1) + (tap // size * dilation - margin).view(1, taps, 1, 1)
    columns = torch.arange(width).view(1, 1, 1, width) + (tap % size * dilation - margin).view(1, taps, 1, 1)
    return alpha - whole_y, beta - whole_x, rows + whole_y.long(), columns + whole_x.long()


def difference_table(image):
    """Value and differences to the right, down and across of every cell, with a margin of one: [1, 4 C, H + 1, W + 1]."""
    padded = F.pad(image, (1, 1, 1, 1), mode='replicate')
    value = padded[:, :, :-1, :-1]
    down = padded[:, :, 1:, :-1] - value
    right = padded[:, :, :-1, 1:] - value
    both = padded[:, :, 1:, 1:] - padded[:, :, 1:, :-1] - right
    return torch.cat([value, down, right, both], 1)


def table_rows(image):
    table = difference_table(image)
    return table[0].permute(1, 2, 0).reshape(-1, table.shape[1])


def cells(image, y, x):
    height, width = image.shape[2:]
    return (y.clamp(-1, height - 1) + 1) * (width + 1) + x.clamp(-1, width - 1) + 1


def field_weights(weight, a, b):
    weighted = weight * a
    return torch.stack([weight, weighted, weight * b, weighted * b], -1).permute(0, 2, 3, 1, 4)


def by_rows(image, weight, alpha, beta, dilation):
    """One look-up of table rows for all taps, and one small matrix product for each pixel."""
    channels = image.shape[1]
    taps, height, width = weight.shape[1:]
    a, b, y, x = positions(image, alpha, beta, dilation)
    index = cells(image, y, x).permute(0, 2, 3, 1).reshape(-1)
    found = F.embedding(index, table_rows(image)).view(height * width, taps * 4, channels)
    fields = field_weights(weight, a, b).reshape(height * width, 1, taps * 4)
    return torch.bmm(fields, found).view(1, height, width, channels).permute(0, 3, 1, 2)


def by_strips(image, weight, alpha, beta, dilation, strip=16):
    """The same for sixteen lines at a time, which stay in the processor's cache."""
    channels = image.shape[1]
    taps, height, width = weight.shape[1:]
    a, b, y, x = positions(image, alpha, beta, dilation)
    index = cells(image, y, x).permute(0, 2, 3, 1)
    fields = field_weights(weight, a, b)
    table = table_rows(image)
    sums = []
    for start in range(0, height, strip):
        part = index[:, start:start + strip].reshape(-1)
        found = F.embedding(part, table).view(-1, taps * 4, channels)
        sums.append(torch.bmm(fields[:, start:start + strip].reshape(-1, 1, taps * 4), found))
    return torch.cat(sums).view(1, height, width, channels).permute(0, 3, 1, 2)


def by_bags(image, weight, alpha, beta, dilation):
    """Weighted sums of table rows in one call."""
    channels = image.shape[1]
    taps, height, width = weight.shape[1:]
    a, b, y, x = positions(image, alpha, beta, dilation)
    index = cells(image, y, x).permute(0, 2, 3, 1).reshape(-1, taps, 1) * 4 + torch.arange(4)
    table = table_rows(image).reshape(-1, channels)
    fields = field_weights(weight, a, b).reshape(-1, taps * 4)
    bags = F.embedding_bag(index.reshape(-1, taps * 4), table, per_sample_weights=fields, mode='sum')
    return bags.view(1, height, width, channels).permute(0, 3, 1, 2)


def by_sampling(image, weight, alpha, beta, dilation):
    """grid_sample at whole positions of the table."""
    channels, image_height, image_width = image.shape[1:]
    taps, height, width = weight.shape[1:]
    a, b, y, x = positions(image, alpha, beta, dilation)
    grid_y = (y.clamp(-1, image_height - 1) + 1).float() * (2 / image_height) - 1
    grid_x = (x.clamp(-1, image_width - 1) + 1).float() * (2 / image_width) - 1
    grid = torch.stack([grid_x, grid_y], -1).view(1, taps * height, width, 2)
    table = difference_table(image)
    found = F.grid_sample(table, grid, mode='nearest', padding_mode='border', align_corners=True)
    weighted = weight * a
    fields = torch.stack([weight, weighted, weight * b, weighted * b], 1).unsqueeze(2)
    return (found.view(1, 4, channels, taps, height, width) * fields).sum((1, 3))


VARIANTS = {'rows': by_rows, 'strips': by_strips, 'bags': by_bags, 'sampling': by_sampling}
