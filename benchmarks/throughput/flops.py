"""Counts the floating point operations of a TensorFlow function: convolutions and matrix products, 2 per multiply-add.

    python -m benchmarks.throughput.flops       # holds dcgan28 and progan64 against calculations by hand

Only what outputs and side effects need is counted, since TensorFlow prunes the rest before it runs a function, e.g. the
gradients of D's weights in G's step; and what is computed twice of the same tensors once, since it merges that. Taps of
a kernel that lie in the padding count, as in PyTorch's counter.

The systems agree, up to a forward pass of G for the new fakes of `fresh` and `plain`, but for WGAN-GP. There the
package takes no zeros backwards through the rectifiers of the gradient penalty, as all others do, PyTorch too; the bare
loop drops the values of the first critic losses, which nobody reads, and with them two dense products each (0.01%);
PyTorch finds the slope of its penalty by convolutions with outputs of 6x6, which it cuts to the kernels' 5x5 (3%).

Networks that have grown agree less. On TensorFlow they compute the colours of all smaller sides too, which then count 0
times; in PyTorch they do not. A gradient penalty sends a slope back through all of D below the minibatch deviation, so
that the zeros cost something above it only (0.04% of progan64). The filter that blurs is a depthwise convolution in
PyTorch, which counts (0.7%), and in Keras two means, which do not. In sagan32 and biggan32 the power iteration of
spectral norms counts in TensorFlow and not in PyTorch (0.04%).
"""

import math

import tensorflow as tf

from benchmarks.throughput.rows import ROWS

BRANCHES = ("then_branch", "else_branch", "f", "body", "branches")  # attributes that name functions


def specs(row):
    """The shapes of a batch of a row, a tuple of `tf.TensorSpec`."""
    data = row.data(1)
    return tuple(tf.TensorSpec(part.shape, part.dtype) for part in data)


def count(concrete):
    """Floating point operations of one call of a concrete function; a loop's body counts once."""
    return _graph(concrete.graph)


def _graph(graph):
    return sum(_operation(op) for op in _different(graph, _needed(graph)))


def _different(graph, needed):
    """Of these operations of a graph one of each: TensorFlow merges those that compute the same of the same."""
    found, names = {}, {}
    for op in graph.get_operations():  # in the order in which they were made
        if op in needed:
            inputs = [names[tensor.op] + tensor.name.partition(":")[2] for tensor in op.inputs]
            attributes = sorted((key, value.SerializeToString()) for key, value in op.node_def.attr.items())
            alone = op.op_def.is_stateful or op.type == "Placeholder"
            key = op.name if alone else (op.type, *inputs, *attributes)
            names[op] = found.setdefault(key, op).name
    return found.values()


def _needed(graph):
    """The operations that the outputs or the side effects of a function's graph need."""
    waiting, needed = [tensor.op for tensor in graph.outputs] + list(graph.control_outputs), set()
    while waiting:
        op = waiting.pop()
        if op not in needed:
            needed.add(op)
            waiting += [tensor.op for tensor in op.inputs] + list(op.control_inputs)
    return needed


def _operation(op):
    size = {
        "Conv2D": lambda: _size(op.outputs[0]) * math.prod(op.inputs[1].shape[:3]),
        "Conv2DBackpropInput": lambda: _size(op.inputs[2]) * math.prod(op.inputs[1].shape[:3]),
        "Conv2DBackpropFilter": lambda: _size(op.inputs[2]) * math.prod(op.outputs[0].shape[:3]),
        "MatMul": lambda: _size(op.outputs[0]) * op.inputs[0].shape[-2 if op.get_attr("transpose_a") else -1],
        "BatchMatMulV2": lambda: _size(op.outputs[0]) * op.inputs[0].shape[-2 if op.get_attr("adj_x") else -1],
    }.get(op.type)
    if size:
        return 2 * size()
    if op.type == "Einsum" or op.type.startswith(("Conv3D", "DepthwiseConv")):
        raise NotImplementedError(op.type)
    return max((_graph(graph) for graph in _called(op)), default=0)


def _called(op):
    """The graphs that an operation calls: one, or those of its branches, of which the longest counts."""
    names = [op.get_attr(key) for key in BRANCHES if key in op.node_def.attr]
    names = [name for entry in names for name in (entry if isinstance(entry, list) else [entry])]
    return [op.graph._get_function(name.name).graph for name in names if hasattr(name, "name")]


def _size(tensor):
    return math.prod(tensor.shape)


def by_hand():
    """A step of dcgan28 with shared fakes, layer by layer: forward, and slopes of weights and of inputs."""
    m = ROWS["dcgan28"].batch
    dense, *transposed = 100 * 12544, 49 * 25 * 256 * 128, 49 * 25 * 128 * 64, 196 * 25 * 64 * 1  # sides before strides
    first, *rest = 196 * 25 * 1 * 64, 49 * 25 * 64 * 128, 6272  # multiply-adds of one example; sides after strides
    G, D = dense + sum(transposed), first + sum(rest)
    generator = 3 * G - dense  # the latents need no slope
    d_step = 2 * (3 * D - first)  # real and fake; the pictures need no slope
    g_step = 2 * D  # forward and slopes of the inputs: D's weights need none
    return 2 * m * (generator + d_step + g_step), 2 * m * G


def by_hand_grown():
    """A step of progan64 with shared fakes, and what zeros through D's rectifiers add, of the layers' sizes."""
    from benchmarks.throughput import networks

    G, D = map(_multiply_adds, networks.build("progan64"))
    generator = 3 * sum(G.values()) - G["dense"]  # the latents need no slope
    whole, first = sum(D.values()), sum(value for name, value in D.items() if name.startswith("from_rgb"))
    above = D["conv_4"] + D["dense"]  # the minibatch deviation; the score is no rectifier's
    d_step = 2 * (3 * whole - first)  # real and fake; the pictures need no slope
    slope = 2 * whole - D["score"]  # of D between both: forward but for the score, and the slopes of inputs
    penalty = 2 * whole - D["score"]  # its slopes of these slopes and of weights; the ones above the score need none
    deviation = 2 * (whole - above - D["score"]) - first  # what it adds goes on as in any step, but not to the pictures
    g_step = 2 * whole  # forward and slopes of the inputs: D's weights need none
    m = ROWS["progan64"].batch
    return 2 * m * (generator + d_step + slope + penalty + deviation + g_step), 2 * m * 2 * above


def _multiply_adds(network):
    """Layer's name -> multiply-adds of one example."""
    layers = [layer for layer in network.layers if hasattr(layer, "kernel")]
    return {layer.name: math.prod((*layer.output.shape[1:], *layer.kernel.shape[:-1])) for layer in layers}


def main():
    """Prints what systems on TensorFlow compute in a step, beside the counts by hand."""
    from benchmarks.throughput import bare, ours, plain

    step, forward = by_hand()
    print(f"by hand, fakes made once: {step}")
    print(f"by hand, fakes made twice: {step + forward}")
    for name, make in (("ours", ours.shared), ("fresh", ours.fresh), ("plain", plain.Plain), ("bare", bare.Bare)):
        print(f"{name}: {make('dcgan28').flops()}")
    step, zeros = by_hand_grown()
    print(f"progan64 by hand: {step}")
    print(f"progan64 by hand, with zeros: {step + zeros}")
    print(f"progan64 ours: {ours.shared('progan64').flops()}")
    print(f"progan64 bare: {bare.Bare('progan64').flops()}")
    print(f"biggan32 ours: {ours.shared('biggan32').flops()}")
    print(f"biggan32 bare: {bare.Bare('biggan32').flops()}")


if __name__ == "__main__":
    main()
