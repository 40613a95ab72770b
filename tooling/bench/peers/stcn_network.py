"""The official STCN, without the download of the weights that its constructors begin with."""
import sys


def import_official(official):
    sys.path.insert(0, official)
    # The constructors would download ImageNet weights, which the state dict replaces anyway.
    import torchvision.models
    from model import mod_resnet
    without = {'resnet18': mod_resnet.resnet18, 'resnet50': mod_resnet.resnet50}
    for name, make in without.items():
        setattr(mod_resnet, name, lambda pretrained=True, extra_chan=0, make=make: make(False, extra_chan))
    make50 = torchvision.models.resnet50
    torchvision.models.resnet50 = lambda pretrained=True: make50()
    from inference_memory_bank import MemoryBank
    from model.aggregate import aggregate
    from model.eval_network import STCN
    return STCN, MemoryBank, aggregate


def load(STCN, tensors):
    network = STCN().eval()
    prefix = 'weights.'
    weights = {key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)}
    missing, _ = network.load_state_dict(weights, strict=False)
    if any(not key.endswith('num_batches_tracked') for key in missing):
        raise SystemExit('weights are missing: %s' % ', '.join(missing))
    return network
