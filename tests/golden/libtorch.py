"""Values of libtorch as Python's torch computes them, bit for bit, for tests/torch.

    /usr/bin/python3 tests/golden/libtorch.py          writes tests/golden/libtorch/values.json
    /usr/bin/python3 tests/golden/libtorch.py -        prints the same, for a comparison on the spot

Each case stands under the same name in tests/torch/Values/*.cs and is computed there by the binding.
"""
import base64
import ctypes
import json
import math
import os
import sys

flags = open("/proc/cpuinfo").read()
os.environ["OPENBLAS_NUM_THREADS"] = "1"
if all(f" {f}" in flags for f in ("avx512f", "avx512vl", "avx512bw", "avx512dq")):
    os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")  # as the shim does for libtorch 1.13

import torch                     # noqa: E402
import torch.nn as nn            # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(1)
cases = {}


def data(seed, *shape, dtype=torch.float32):
    """Numbers that any language makes exactly: distinct, a multiple of 1/512 in [-9.8, 9.8]."""
    n = math.prod(shape)
    i = torch.arange(n, dtype=torch.int64)
    return (((i * 7919 + seed * 104729) % 10007 - 5003).to(torch.float32) / 512).to(dtype).reshape(shape)


def put(name, *tensors):
    assert name not in cases, name
    cases[name] = []
    for t in tensors:
        if not torch.is_tensor(t):
            t = torch.tensor(t, dtype=torch.float64)
        t = t.detach().contiguous()
        kind = str(t.dtype).split(".")[1]
        raw = t.view(torch.int16) if t.dtype == torch.bfloat16 else t
        cases[name].append({"type": kind, "shape": list(t.shape), "bits": base64.b64encode(raw.numpy().tobytes()).decode()})


def layers():
    x, w, b = data(1, 2, 3, 17, 16), data(2, 8, 3, 3, 3), data(3, 8)
    put("conv2d", F.conv2d(x, w, b, stride=2, padding=1))
    put("conv2d_groups", F.conv2d(data(4, 2, 8, 16, 16), data(5, 8, 2, 3, 3), None, padding=2, dilation=2, groups=4))
    put("conv2d_same", F.conv2d(x, w, b, padding="same"))
    put("conv1d", F.conv1d(data(6, 2, 4, 30), data(7, 6, 4, 5), data(8, 6), stride=2))
    put("conv3d", F.conv3d(data(9, 1, 2, 8, 9, 10), data(10, 4, 2, 3, 3, 3), data(11, 4), padding=1))
    put("conv_transpose2d", F.conv_transpose2d(data(12, 2, 6, 7, 8), data(13, 6, 4, 4, 4), data(14, 4), stride=2, padding=1, output_padding=1))
    put("conv_transpose1d", F.conv_transpose1d(data(15, 2, 6, 9), data(16, 6, 3, 4), None, stride=3))
    put("conv_transpose3d", F.conv_transpose3d(data(17, 1, 3, 4, 5, 6), data(18, 3, 2, 2, 2, 2), None, stride=2))
    put("linear", F.linear(data(19, 5, 33), data(20, 7, 33), data(21, 7)))
    mean, var = data(22, 8), data(23, 8).abs() + 1
    put("batch_norm", F.batch_norm(data(24, 4, 8, 6, 5), mean, var, data(25, 8), data(26, 8), True, 0.1, 1e-5), mean, var)
    put("batch_norm_eval", F.batch_norm(data(24, 4, 8, 6, 5), mean, var, data(25, 8), data(26, 8), False, 0.1, 1e-3))
    y = data(27, 3, 12, 10)
    put("layer_norm", F.layer_norm(y, (12, 10), data(28, 12, 10), data(29, 12, 10)))
    put("group_norm", F.group_norm(y, 4, data(30, 12), data(31, 12)))
    put("instance_norm", F.instance_norm(data(32, 2, 5, 9, 7)))
    z = data(33, 2, 3, 15, 13)
    put("max_pool2d", *F.max_pool2d(z, 3, 2, 1, return_indices=True))
    put("avg_pool2d", F.avg_pool2d(z, 3, 2, 1, ceil_mode=True, count_include_pad=False), F.avg_pool2d(z, 3, 1, 1))
    put("avg_pool3d", F.avg_pool3d(data(34, 1, 2, 6, 7, 8), 2))
    put("adaptive_avg_pool2d", F.adaptive_avg_pool2d(z, (4, 6)), F.adaptive_avg_pool2d(z, 1))
    put("adaptive_avg_pool1d", F.adaptive_avg_pool1d(data(35, 2, 3, 50), 7))
    put("adaptive_max_pool2d", F.adaptive_max_pool2d(z, (5, 5)))
    put("interpolate", F.interpolate(z, size=(20, 9), mode="bilinear", align_corners=False), F.interpolate(z, size=(20, 9), mode="bilinear", align_corners=True),
        F.interpolate(z, scale_factor=(2.0, 1.5), mode="nearest"), F.interpolate(z, size=(7, 30), mode="bicubic", align_corners=False), F.interpolate(z, size=(6, 6), mode="area"))
    put("unfold", F.unfold(z, 3, dilation=2, padding=1, stride=2))
    put("fold", F.fold(data(36, 2, 27, 30), (9, 11), 3, stride=2, padding=1))
    put("pad", F.pad(z, (1, 2, 3, 0), mode="reflect"), F.pad(z, (1, 1, 2, 2), mode="replicate"), F.pad(z, (2, 1), value=0.5), F.pad(z, (2, 1, 0, 3), mode="circular"))
    put("pixel_shuffle", F.pixel_shuffle(data(37, 2, 12, 4, 5), 2), F.pixel_unshuffle(data(38, 1, 2, 6, 8), 2))
    put("grid_sample", F.grid_sample(z, data(39, 2, 6, 5, 2) / 10, align_corners=False), F.grid_sample(z, data(39, 2, 6, 5, 2) / 8, mode="nearest", padding_mode="border", align_corners=True))
    put("affine_grid", F.affine_grid(data(40, 2, 2, 3), (2, 3, 5, 6), align_corners=False))
    put("normalize", F.normalize(z), F.normalize(z, p=1.0, dim=3))
    put("embedding", F.embedding(torch.tensor([[1, 2], [4, 0]]), data(41, 6, 5)))
    put("local_response_norm", F.local_response_norm(z, 2))


def pointwise():
    x = data(50, 7, 19)
    put("activations", F.relu(x), F.gelu(x), F.silu(x), F.elu(x, 0.7), F.softplus(x), F.hardswish(x), F.leaky_relu(x, 0.2), F.prelu(x, torch.tensor([0.25])),
        torch.sigmoid(x), torch.tanh(x), F.softmax(x, 1), F.log_softmax(x, 0), F.relu6(x), F.selu(x), F.celu(x, 0.5), F.mish(x), F.softsign(x), F.tanhshrink(x), F.logsigmoid(x), F.hardsigmoid(x))
    p = x.abs() + 0.01
    put("unary", x.exp(), p.log(), p.sqrt(), p.rsqrt(), x.sin(), x.cos(), x.erf(), x.floor(), x.round(), x.abs(), x.neg(), x.square(), p.log2(), p.log1p(), x.expm1(), x.atan(), p.reciprocal(), x.sign(), p.lgamma())
    y = data(51, 7, 19)
    put("binary", x + y, x - y * 2, x * y, x / y, x.pow(2), p.pow(y / 8), x.fmod(y), x.remainder(y), torch.atan2(x, y), torch.maximum(x, y), torch.add(x, y, alpha=0.3),
        1 - x, 2 / y, x % 0.75, torch.div(x, y, rounding_mode="floor"), torch.lerp(x, y, p), x.clamp(-1, 2), torch.addcmul(x, y, p, value=0.5), torch.hypot(x, y), torch.where(x > y, x, y))
    put("compare", x > y, x.eq(x), x <= 0.5, (x > 0) & (y > 0), (x > 0) ^ (y > 0), torch.isclose(x, x + 1e-9), torch.isnan(x / 0 * 0))
    i = torch.arange(24, dtype=torch.int64).reshape(4, 6)
    put("integers", i * 3 - 5, i // 4, i % 5, i & 6, i << 2, ~i, i.sum(), i.cumsum(1), i.to(torch.float32) / 3)
    b = x.to(torch.bfloat16)
    put("bfloat16", b, b @ b.t(), b.float().sum(1), (b * b).to(torch.float32))
    put("float16", x.half().float(), (x.half() * 2).double())


def reductions():
    x = data(60, 9, 31)
    put("reductions", x.sum(), x.sum(1), x.mean(0), x.std(), x.std(1), x.var(0, unbiased=False), x.norm(), x.norm(dim=1), x.amax(1), x.amin(0), x.prod(1) * 1e-9, x.logsumexp(1),
        x.cumsum(0), x.max(), x.argmax(), x.argmin(1), x.median(), torch.quantile(x, torch.tensor([0.1, 0.5, 0.95]), dim=1), (x > 3).any(1), (x > -10).all(), x.double().mean(), x.nansum(), torch.std_mean(x, dim=1)[1])
    put("max_dim", *x.max(1), *x.min(0), *torch.kthvalue(x, 4, dim=1), *torch.cummax(x, 1))
    put("topk", *x.topk(5, dim=1), *x.topk(3, dim=0, largest=False))
    put("sort", *torch.sort(x, dim=1, stable=True), *torch.sort(x, dim=0, descending=True, stable=True), torch.argsort(x, 1))
    index = torch.tensor([[3, 1, 4], [1, 5, 8]])
    put("select", x.gather(1, index), x.index_select(1, torch.tensor([30, 0, 7])), x.masked_select(x > 6), x.take(index), x.nonzero()[:3], x[1:7:2, -4:], x[:, None, 5], x[..., 2],
        x[torch.tensor([2, 0]), torch.tensor([1, 30])], torch.take_along_dim(x, torch.argsort(x, 1), 1), x.narrow(1, 3, 4), x.unfold(1, 6, 5), x.roll(4, 1), x.flip(0), x.tril(3), x.diagonal(1))
    put("scatter", x.scatter(1, index, data(61, 2, 3)), x.scatter_add(1, index, data(61, 2, 3)), x.index_add(0, torch.tensor([0, 2, 0]), data(62, 3, 31)), x.masked_fill(x > 0, 1.5))
    r = (x[0] * 2).round()
    u, inverse, counts = torch.unique(r, return_inverse=True, return_counts=True)
    put("unique", u, inverse, counts, *torch.unique_consecutive(torch.tensor([1, 1, 2, 2, 2, 1]), return_counts=True))
    put("search", torch.searchsorted(torch.sort(x[0])[0], x[1]), torch.bucketize(x[1], torch.sort(x[0])[0], right=True), torch.histc(x, 8, -8, 8), torch.bincount(torch.tensor([1, 4, 4, 2])))
    put("joining", torch.cat([x, x * 2], 1), torch.stack([x, x + 1], 2), torch.vstack([x, x]), *torch.meshgrid(torch.arange(3.0), torch.arange(2.0), indexing="ij"), x.repeat(2, 1), x.repeat_interleave(2, 0), x.chunk(3, 1)[1], x.split([4, 5])[1])


def products():
    a, b = data(70, 24, 40), data(71, 40, 18)
    put("products", a @ b, torch.addmm(data(72, 18), a, b, beta=0.5, alpha=2), torch.bmm(data(73, 3, 5, 6), data(74, 3, 6, 7)), torch.einsum("ij,kj->ik", a, a), a.mv(data(75, 40)),
        torch.dot(data(75, 40), data(76, 40)), torch.tensordot(a, b, 1), torch.outer(data(77, 4), data(78, 5)), torch.matmul(data(73, 3, 5, 6), data(79, 6, 4)))
    put("cdist", torch.cdist(data(80, 30, 17), data(81, 40, 17)), torch.cdist(data(80, 30, 17), data(81, 40, 17), compute_mode="use_mm_for_euclid_dist"), torch.cdist(data(80, 30, 17), data(81, 40, 17), p=1.0))
    m = data(82, 7, 7, dtype=torch.float64)
    s = m @ m.t() + torch.eye(7, dtype=torch.float64) * 3
    put("linalg", torch.linalg.inv(s), torch.linalg.cholesky(s), torch.linalg.eigh(s)[0], torch.linalg.svd(m)[1], torch.linalg.det(m), *torch.linalg.slogdet(m), torch.linalg.solve(s, m), torch.linalg.pinv(m),
        torch.linalg.matrix_norm(m), torch.linalg.norm(m, 1), torch.linalg.qr(m)[1].abs(), torch.linalg.vector_norm(m, 3, dim=1), torch.linalg.eigvalsh(s), torch.trace(m), torch.linalg.matrix_rank(s))
    put("covariance", torch.cov(data(83, 4, 20)), torch.corrcoef(data(83, 4, 20)))


def losses():
    x, y = data(90, 6, 10), data(91, 6, 10)
    p, q = torch.sigmoid(x), torch.sigmoid(y)
    t = torch.tensor([1, 0, 9, 4, 4, 2])
    w = p[0]
    put("losses", F.mse_loss(x, y), F.l1_loss(x, y, reduction="sum"), F.smooth_l1_loss(x, y, beta=0.5), F.huber_loss(x, y, delta=0.7), F.binary_cross_entropy(p, q), F.binary_cross_entropy(p, q, weight=q, reduction="none"),
        F.binary_cross_entropy_with_logits(x, q, pos_weight=w), F.cross_entropy(x, t), F.cross_entropy(x, t, weight=w, label_smoothing=0.1), F.nll_loss(F.log_softmax(x, 1), t),
        F.kl_div(F.log_softmax(x, 1), F.log_softmax(y, 1), log_target=True, reduction="sum"), F.cosine_similarity(x, y), F.triplet_margin_loss(x, y, x * 0.5), F.pairwise_distance(x, y),
        F.gaussian_nll_loss(x, y, p, full=True), F.soft_margin_loss(x, y.sign()), F.margin_ranking_loss(x, y, y.sign(), margin=0.1), F.cosine_embedding_loss(x, y, torch.ones(6)))


def random():
    torch.manual_seed(17)
    put("random", torch.randn(10), torch.rand(5), torch.randperm(10), torch.randint(3, 50, (6,)), torch.empty(8).normal_(1, 2), torch.empty(9).uniform_(-1, 1), torch.bernoulli(torch.full((12,), 0.3)),
        torch.randn(20, dtype=torch.float64), torch.multinomial(torch.arange(1.0, 9.0), 4), F.dropout(torch.ones(16), 0.4), torch.empty(5).exponential_(2), torch.randn_like(torch.zeros(3)), F.dropout2d(torch.ones(2, 6, 1, 2), 0.5))
    g = torch.Generator().manual_seed(5)
    put("generator", torch.randn(6, generator=g), torch.randperm(7, generator=g), torch.randn(3))
    torch.manual_seed(3)
    linear, conv, transposed = nn.Linear(6, 4), nn.Conv2d(3, 5, 3), nn.ConvTranspose2d(3, 5, 3)
    put("layer_init", linear.weight, linear.bias, conv.weight, conv.bias, transposed.weight, transposed.bias, nn.Embedding(4, 3, padding_idx=1).weight)
    w = torch.empty(6, 9)
    put("init", *[f(w).clone() for f in (nn.init.kaiming_normal_, nn.init.xavier_uniform_, nn.init.xavier_normal_, nn.init.orthogonal_, nn.init.trunc_normal_, lambda t: nn.init.kaiming_uniform_(t, a=0.1, mode="fan_out", nonlinearity="relu"))],
        nn.init.eye_(torch.empty(3, 4)), nn.init.dirac_(torch.empty(4, 2, 3)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 6, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(6)
        self.up = nn.ConvTranspose2d(6, 4, 2, stride=2)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(36, 5))

    def forward(self, x):
        return self.head(torch.tanh(self.up(F.leaky_relu(self.bn(self.conv(x)), 0.1))))


def net():
    torch.manual_seed(11)
    return Net()


def autograd():
    x, w = data(100, 4, 6).requires_grad_(), data(101, 6, 3).requires_grad_()
    loss = (torch.tanh(x @ w / 8) ** 2).sum()
    loss.backward()
    put("backward", loss, x.grad, w.grad)
    critic = net()
    images = data(102, 4, 2, 8, 8).requires_grad_()
    score = critic(images)
    grad, = torch.autograd.grad(score.sum(), images, create_graph=True)
    penalty = ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()
    (score.mean() + 10 * penalty).backward()
    put("gradient_penalty", score, grad, penalty, *[p.grad for p in critic.parameters()])
    y = data(103, 5).requires_grad_()
    first, = torch.autograd.grad((y ** 3).sum(), y, create_graph=True)
    second, = torch.autograd.grad(first.sum(), y)
    put("second_derivative", first, second)


def training():
    for name, make in (
            ("sgd", lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=1e-3, nesterov=True)),
            ("sgd_plain", lambda p: torch.optim.SGD(p, 0.05)),
            ("adam", lambda p: torch.optim.Adam(p, 0.01, weight_decay=1e-2)),
            ("adam_amsgrad", lambda p: torch.optim.Adam(p, 0.01, betas=(0.5, 0.9), amsgrad=True)),
            ("adamw", lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
            ("rmsprop", lambda p: torch.optim.RMSprop(p, 0.01, momentum=0.5, centered=True))):
        model = net()
        optimizer = make(model.parameters())
        target = torch.tensor([1, 0, 4, 2])
        values = []
        for step in range(4):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(data(110 + step, 4, 2, 8, 8)), target)
            loss.backward()
            optimizer.step()
            values.append(loss.detach())
        put("training_" + name, torch.stack(values), *model.state_dict().values())
    model = net()
    F.cross_entropy(model(data(110, 4, 2, 8, 8)), torch.tensor([1, 0, 4, 2])).backward()
    put("clip_grad_norm", float(nn.utils.clip_grad_norm_(model.parameters(), 0.1)), *[p.grad for p in model.parameters()], nn.utils.parameters_to_vector(model.parameters()))
    torch.manual_seed(2)
    attention = nn.MultiheadAttention(12, 3)
    q, k = data(120, 5, 2, 12), data(121, 7, 2, 12)
    mask = torch.zeros(5, 7, dtype=torch.bool)
    mask[0, 3:] = True
    put("attention", *attention(q, k, k), attention(q, k, k, attn_mask=mask)[0], *attention.state_dict().values())
    conv, bn = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3).eval()
    bn.running_mean.copy_(data(122, 3)), bn.running_var.copy_(data(123, 3).abs())
    put("fused", *nn.utils.fusion.fuse_conv_bn_weights(conv.weight, conv.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias))
    schedules = {
        "step": lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5),
        "multistep": lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [2, 5], 0.1),
        "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 4, 1e-3),
        "exponential": lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9),
        "lambda": lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda e: 1 / (1 + e)),
        "linear": lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.25, 1.0, 4),
    }
    for name, make in schedules.items():
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 0.1)
        schedule = make(optimizer)
        rates = []
        for _ in range(10):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        put("rate_" + name, torch.tensor(rates, dtype=torch.float64))
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 0.1)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1, cooldown=1, factor=0.3)
    rates = []
    for value in (5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3):
        schedule.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    put("rate_plateau", torch.tensor(rates, dtype=torch.float64))


for part in (layers, pointwise, reductions, products, losses, random, autograd, training):
    part()

cpu = next((line.split(":")[1].strip() for line in flags.splitlines() if line.startswith("model name")), "")
features = next((line.split(":")[1].split() for line in flags.splitlines() if line.startswith("flags")), [])
blas = next((line.split()[-1] for line in open("/proc/self/maps") if "libopenblas" in line), None)
if blas:
    blas = ctypes.CDLL(blas)
    blas.openblas_get_corename.restype = ctypes.c_char_p
    blas = blas.openblas_get_corename().decode()
result = json.dumps({
    "torch": torch.__version__,
    "blas": blas or "",
    "capability": next(line.split(":")[1].strip() for line in torch.__config__.show().splitlines() if "CPU capability" in line),
    "cpu": cpu + " " + " ".join(f for f in sorted(features) if f.startswith(("avx", "amx", "fma"))),
    "names": list(net().state_dict()),
    "cases": cases,
}, separators=(",", ":"))

if sys.argv[1:] == ["-"]:
    print(result)
else:
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libtorch")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "values.json"), "w") as f:
        f.write(result.replace('],"', '],\n"'))
